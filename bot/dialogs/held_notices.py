"""Messages that were shown about a held one: the questions to its author and the notice to the dialog's owner. What is
decided replaces them, wherever they can still be changed.

They are listed in one cursor per held message: a JSON list of [user, key, lane].
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain import Dialog, Key, MessageId
from bot.domain.value import value
from bot.hub import parcels
from bot.ports.storage import Unit


@value
class HeldNotice:
    """Message shown about a held one, to the user of the dialog's desk who has that id there."""

    user: str
    key: Key
    lane: str

    @property
    def whispered(self) -> bool:
        """True for a question in the thread, which most desks forget."""
        return self.lane.startswith("whisper:")

    def answered(self, within: str) -> bool:
        """True for the question whose button was pressed. `within`: its key, "" for the one in the thread."""
        return self.key == within if within else self.whispered

    @property
    def to_owner(self) -> bool:
        return self.lane == parcels.tell_lane(self.user)


async def shown(unit: Unit, dialog: Dialog, message: MessageId) -> list[HeldNotice]:
    stored = await unit.cursors.get(_name(message)) or "[]"
    if stored.startswith("["):
        return [HeldNotice(user, Key(key), lane) for user, key, lane in json.loads(stored)]
    user, _, key = stored.rpartition(" ")  # from before there were others than whispers
    return [HeldNotice(user, Key(key), parcels.whisper_lane(dialog, user))]


async def keep(unit: Unit, message: MessageId, notices: Sequence[HeldNotice]) -> None:
    """Stores the notices that still stand in the place of those stored before."""
    if notices:
        stored = json.dumps([[one.user, one.key, one.lane] for one in notices], ensure_ascii=False)
        await unit.cursors.set(_name(message), stored)
    else:
        await unit.cursors.forget(_name(message))


def _name(message: MessageId) -> str:
    return f"asked:{message}"
