"""Table definitions, row conversion and migrations."""
