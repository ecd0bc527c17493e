"""Formats of other projects: export to them, and training data from them."""
