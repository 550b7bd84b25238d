"""Chats of people who press a button of a message that has been deleted: of them MAX tells the person alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import DeliveryError
from bridges.max import wire
from bridges.max.client import Client
from bridges.shared.fields import Fields

REMEMBERED = 10_000  # people
PATIENCE = 3.0  # seconds: messages wait for it


class PressedChats:
    """Remembers in which private chat a person writes, and finds it at MAX if they have not written lately."""

    def __init__(self, client: Client, patience: float) -> None:
        self._client, self._patience = client, min(PATIENCE, patience)
        self._known: dict[int, int] = {}
        self._bot: int | None = None

    async def placed(self, raws: Sequence[object]) -> list[object]:
        """Returns the same updates; such a press has its `chat_id`, if it could be found."""
        return [await self._placed(raw) for raw in raws]

    async def _placed(self, raw: object) -> object:
        if pair := wire.private_chat(raw):
            self._remember(*pair)
        user = wire.homeless_presser(raw)
        if user is None:
            return raw
        chat = self._known.get(user) or await self._found(user)
        return {**Fields(raw).raw, "chat_id": chat} if chat is not None else raw

    def _remember(self, user: int, chat: int) -> None:
        self._known.pop(user, None)
        self._known[user] = chat
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    async def _found(self, user: int) -> int | None:
        """Asks for the chat whose number MAX's apps make of its two people's numbers; it counts only if MAX says that
        the chat is with this person."""
        try:
            if self._bot is None:
                self._bot = (await self._ask("/me")).number("user_id")
            if self._bot is None:
                return None
            chat = await self._ask(f"/chats/{user ^ self._bot}")
        except DeliveryError:
            return None
        if chat.object("dialog_with_user").number("user_id") != user:
            return None
        number = chat.number("chat_id")
        if number is not None:
            self._remember(user, number)
        return number

    async def _ask(self, path: str) -> Fields:
        return await self._client.call("GET", path, repeatable=True, patience=self._patience)
