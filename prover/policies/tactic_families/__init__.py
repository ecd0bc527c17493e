"""Tactics instantiated from a goal, a file a family.  Each family yields (tactic, weight) pairs."""
