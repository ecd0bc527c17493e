"""Expert iteration: collect, train, measure, and promote what is measurably better."""
