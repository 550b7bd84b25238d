"""Reading hub.toml: where values come from (`sources`), and how what is wrong is said (`faults`).

The models and the checks between them are in the top-level module `settings`.
"""
