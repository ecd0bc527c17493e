"""Policies: proposers of tactics."""
