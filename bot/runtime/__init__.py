"""Process-level machinery that knows no dialog: supervisor, leases, clock, logs, metrics, guarded HTTP."""
