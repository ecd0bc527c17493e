"""Training of the networks: examples from searches, objectives, the training loop, reports."""
