"""Full-text search by trigrams: normalising, indexing, querying."""
