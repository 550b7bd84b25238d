"""CRMs: contacts, Interests and tasks, also kept in an external CRM.

Everything that the chat shows is in the hub's own tables: that is the embedded CRM, which is always there. An external
CRM is notified by parcels (`crm:main`, one lane per contact) and polled for changes, so its outage neither delays nor
loses anything in the chat.

A new CRM needs its folder and one line in the table `CRMS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from bot.config.plugins import CrmKind

CRMS = {
    "1c": "bot.crm.onec",
    "webhook": "bot.crm.webhook",
}


def kind(name: str) -> CrmKind:
    """Imports and returns the CRM kind of that name, and no other. Raises `KeyError`."""
    return cast("CrmKind", import_module(CRMS[name]).KIND)
