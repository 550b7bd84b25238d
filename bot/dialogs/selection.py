"""Messages that an operator has chosen with 🔖 for what they do next: in the whole of a thread, and for a day.

Where the sign is a reaction of theirs, nobody else can take it off the post: it stays there when it has been used. So
what is chosen is what they have marked lately and nothing has taken since; `chosen` shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain import Dialog, Message, OperatorId
from bot.hub.context import Hub
from bot.ports.storage import Unit

KEPT = timedelta(days=1)
"""What was chosen longer ago is forgotten: nobody passes on by accident what they marked last week."""


async def chosen_by(hub: Hub, unit: Unit, operator: OperatorId, dialog: Dialog) -> Sequence[Message]:
    """Of the dialog's thread, oldest first."""
    return await unit.choices.of(operator, dialog.root, hub.clock.now() - KEPT)
