"""Searches that were measured to be no better than those of `prover.search`."""
