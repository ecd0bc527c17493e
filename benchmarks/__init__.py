"""Benchmarks of the prover: suites of statements, runs over them, reports and comparisons."""
