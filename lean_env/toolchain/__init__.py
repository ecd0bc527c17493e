"""Finding, installing, starting and confining Lean; the cache folder."""
