"""Lean through leanprover-community/repl, the program that exists for every version of Lean.

`client` is what the pool's workers use in place of `wire.client`; `process` runs the program,
`answers` reads its JSON, `goals` its printed goals, and `statement` completes what is to be proved.
What a search finds this way counts only once a gate has accepted it.
"""
