"""Signals between processes: wake-ups and shared rate limits, in memory or on Redis."""
