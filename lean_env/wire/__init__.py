"""The protocol between Python and one Lean server process."""
