"""A receiver of the hub's events, as strict as docs/crm/webhook.md asks one to be."""

from __future__ import annotations

from tests.fakes.webhook.server import FakeReceiver

__all__ = ["FakeReceiver"]
