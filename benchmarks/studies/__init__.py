"""Studies of this checkout: fuzzing, endurance, killed runs, tables of search algorithms."""
