"""Reports: the results of a run as figures, tables, plots and a checked Lean file."""
