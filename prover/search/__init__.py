"""Search algorithms over the AND/OR proof graph."""
