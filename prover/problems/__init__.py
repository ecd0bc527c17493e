"""Theorems to be proved: statements, files, holes and negations."""
