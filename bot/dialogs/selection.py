"""Messages that an operator selected with 🔖 for their next action: across a whole thread, for a day.

Where the sign is a reaction, only its author can remove it from the post, so it stays after the selection was used. The
selection is therefore what they marked lately and no action has used since; `chosen` shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain import Dialog, Message, OperatorId
from bot.hub.context import Hub
from bot.ports.storage import Unit

KEPT = timedelta(days=1)
"""Age at which a selection is cleared, so that nobody forwards last week's by accident."""


async def chosen_by(hub: Hub, unit: Unit, operator: OperatorId, dialog: Dialog) -> Sequence[Message]:
    """Messages selected in the dialog's thread, oldest first."""
    return await unit.choices.of(operator, dialog.root, hub.clock.now() - KEPT)
