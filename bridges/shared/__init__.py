"""What several channels need alike. Knows none of them: the table of rates names them, and nothing else does."""
