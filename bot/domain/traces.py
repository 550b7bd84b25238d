"""Traces of the hub in a team chat: what a dialog's card tells of it, should the database be restored from a backup."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.domain.ids import AccountName, ChatId, DialogId
from bot.domain.value import value


@value
class Reached:
    """The highest numbers of dialogs and of messages that were ever given; 0: none."""

    dialogs: int = 0
    messages: int = 0

    def beyond(self, other: Reached) -> bool:
        return self.dialogs > other.dialogs or self.messages > other.messages

    def together(self, other: Reached) -> Reached:
        return Reached(max(self.dialogs, other.dialogs), max(self.messages, other.messages))


@value
class Trace:
    """Facts about its dialog that a card carries, unseen. `name`: the contact's; `messages`: the highest number of a
    message when the card was drawn; `open`: the dialog was not closed."""

    dialog: DialogId
    account: AccountName
    chat: ChatId
    name: str
    messages: int
    open: bool

    @property
    def reached(self) -> Reached:
        return Reached(self.dialog, self.messages)

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, text: object) -> Trace | None:
        """Reads a trace; None for what is none, such as an earlier version's."""
        try:
            told = json.loads(text) if isinstance(text, str) else {}
            return cls(
                DialogId(int(told["dialog"])),
                AccountName(str(told["account"])),
                ChatId(str(told["chat"])),
                str(told["name"]),
                int(told["messages"]),
                bool(told["open"]),
            )
        except (ValueError, KeyError, TypeError):
            return None
