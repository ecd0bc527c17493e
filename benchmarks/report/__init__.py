"""From the results of a run to what a person reads."""
