"""Expert iteration: collect data, train a candidate, measure it, promote it if it is better."""
