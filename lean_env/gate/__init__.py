"""The gate: whether Lean's kernel accepts what a search has found, and on which axioms."""
