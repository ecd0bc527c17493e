"""Lean's kernel and the second kernel on random environments: where do they differ?"""
