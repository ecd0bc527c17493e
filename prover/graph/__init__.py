"""The AND/OR proof graph."""
