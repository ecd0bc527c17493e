"""Statements to prove, from where they come from to what a run works on."""
