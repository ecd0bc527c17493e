"""Proofs that were found: replay, rewriting and shortening."""
