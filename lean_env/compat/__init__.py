"""Interfaces of other people's tools, answered by our own Lean: lean-dojo and leanprover's REPL."""
