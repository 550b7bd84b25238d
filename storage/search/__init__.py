"""Full-text search by n-grams: folding, indexing, querying."""
