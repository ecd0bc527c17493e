"""Suites: statements to prove, from files, Lean's library, miniF2F and LeanDojo's data."""
