"""The gate of Lean versions that do not compile our server: over compiled files."""
