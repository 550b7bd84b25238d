"""Files on disk, and the removal of unreferenced ones."""
