"""Metrics that Prometheus reads at `/metrics`. Names and labels are stable; docs/operations.md lists them.

`destination` and `source` are `account:NAME` or `desk:NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Enum,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

TASK_STATES = ("starting", "running", "backing off", "paused", "waiting", "stopped")

RECEIVED = Counter("hub_received", "Facts taken in and committed", ["source"], registry=REGISTRY)
UNREADABLE = Counter("hub_unreadable", "Payloads kept because they could not be read", ["source"], registry=REGISTRY)
IGNORED = Counter("hub_ignored", "What a platform tells that the hub has no use for", ["source"], registry=REGISTRY)
DELIVERED = Counter("hub_delivered", "Parcels that arrived", ["destination"], registry=REGISTRY)
FAILED = Counter("hub_failed", "Parcels that never will arrive", ["destination", "reason"], registry=REGISTRY)
UNCONFIRMED = Counter("hub_unconfirmed", "Attempts of which nobody can say", ["destination"], registry=REGISTRY)
RETRIED = Counter("hub_retried", "Attempts that are made again later", ["destination"], registry=REGISTRY)
WAITING = Gauge("hub_waiting_parcels", "Parcels in the outbox", ["destination"], registry=REGISTRY)
PAUSED = Gauge("hub_paused", "1 while an account or a desk is paused", ["destination"], registry=REGISTRY)
OLDEST_WAITING = Gauge(
    "hub_oldest_waiting_seconds", "Age of the oldest parcel in the outbox", ["destination"], registry=REGISTRY
)
DEAD = Gauge("hub_dead_parcels", "Parcels given up and not sent again since", ["destination"], registry=REGISTRY)
CUSTOMERS = Gauge("hub_waiting_customers", "Dialogs whose customer waits for a reply", ["account"], registry=REGISTRY)
INTAKE = Gauge("hub_intake_in_progress", "Updates and events on their way into the database", registry=REGISTRY)
OLDEST_INTAKE = Gauge("hub_oldest_intake_seconds", "For how long the oldest of them has been", registry=REGISTRY)
FREE_SPACE = Gauge("hub_disk_free_bytes", "Free space of the fullest disk that the hub uses", registry=REGISTRY)
LOOP_LAG = Gauge("hub_loop_lag_seconds", "How late the process is with what is due", registry=REGISTRY)
CONNECTIONS = Gauge(
    "hub_database_connections", "Database connections: limit, used, waited for", ["pool", "state"], registry=REGISTRY
)
COMMIT = Histogram(
    "hub_commit_seconds",
    "From the beginning of a transaction to its commit",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
REPEATED = Counter("hub_repeated_transactions", "Transactions that had to run again", ["error"], registry=REGISTRY)
VERSION = Gauge("hub_version", "1, with the version of the hub", ["version"], registry=REGISTRY)
OLDEST_TRANSACTION = Gauge(
    "hub_oldest_transaction_seconds", "How long the oldest transaction has been under way", registry=REGISTRY
)
CLOCK_AHEAD = Gauge(
    "hub_clock_ahead_seconds", "How far this machine's clock is ahead of the database server's", registry=REGISTRY
)
LAG = Histogram(
    "hub_lag_seconds",
    "From the birth of a parcel to its arrival",
    ["destination"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
    registry=REGISTRY,
)
TASK = Enum("hub_task", "What a long-lived task does now", ["task"], states=list(TASK_STATES), registry=REGISTRY)


def replace(gauge: Gauge, readings: Mapping[str, float]) -> None:
    """Replaces all readings of a gauge with one label; what is missing from them is gone."""
    gauge.clear()
    for label, value in readings.items():
        gauge.labels(label).set(value)


def render() -> tuple[bytes, str]:
    """Body of `/metrics` and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
