"""Reading of hub.toml: the sources of values (`sources`) and the wording of errors (`faults`). The models and the
checks between them are in the top-level module `settings`."""
