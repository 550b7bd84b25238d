"""The dialog hub: the core and its desks."""
