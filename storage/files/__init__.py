"""Files on disk, and the removal of those that nothing refers to."""
