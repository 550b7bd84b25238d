"""Process machinery, unaware of dialogs: supervisor, leases, clock, logs, metrics, guarded HTTP."""
