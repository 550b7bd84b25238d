"""Contacts, Interests and tasks, and CRMs outside that keep them too.

The hub's own tables hold all that the chat shows; that is the embedded CRM, and there is always that. A CRM outside is
told what happens by parcels (`crm:main`, one lane per contact) and asked what is new there: one that is down delays
nothing in the chat and loses nothing.

Adding a CRM: its folder, and one line in the table `CRMS`.
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
    """The CRM kind of that name; imports its folder only. Raises `KeyError`."""
    return cast("CrmKind", import_module(CRMS[name]).KIND)
