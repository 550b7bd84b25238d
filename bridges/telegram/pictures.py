"""Customers' profile pictures. Messages do not carry them, so each person is looked up once per process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from aiogram.methods import GetUserProfilePhotos

from bot.domain import CustomerWrote, FileRef, Update
from bot.ports import DeliveryError
from bridges.shared.fields import Fields
from bridges.telegram import places

REMEMBERED = 10_000  # people
WIDE_ENOUGH = 160  # pixels
PATIENCE = 3.0  # seconds: messages wait for it

Ask = Callable[[GetUserProfilePhotos], Awaitable[Any]]


class Pictures:
    """Looks up pictures by `ask`; if that raises `DeliveryError`, the person has none. `origin`: of the files."""

    def __init__(self, ask: Ask, origin: str) -> None:
        self._ask, self._origin = ask, origin
        self._known: dict[int, FileRef | None] = {}

    async def added(self, updates: Sequence[Update]) -> list[Update]:
        """Returns the same updates with the senders' pictures."""
        people = {person for update in updates if (person := _person(update)) and person not in self._known}
        await asyncio.gather(*map(self._learn, people))
        shown = [self._shown(update) for update in updates]
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return shown

    async def _learn(self, person: int) -> None:
        try:
            photos = Fields(await self._ask(GetUserProfilePhotos(user_id=person, limit=1)))
        except DeliveryError:
            photos = Fields(None)
        self._known[person] = self._smallest(photos)

    def _smallest(self, photos: Fields) -> FileRef | None:
        """Returns the smallest of the picture's sizes that is still wide enough; `photos`: `UserProfilePhotos`."""
        pictures = photos.raw.get("photos")
        latest = pictures[0] if isinstance(pictures, list) and pictures else None
        sizes = [size for size in Fields({"sizes": latest}).objects("sizes") if size.text("file_id")]
        sizes.sort(key=lambda size: size.size("width") or 0)
        found = next((size for size in sizes if (size.size("width") or 0) >= WIDE_ENOUGH), sizes[-1] if sizes else None)
        return FileRef(self._origin, found.text("file_id")) if found else None

    def _shown(self, update: Update) -> Update:
        event, person = update.event, _person(update)
        if not isinstance(event, CustomerWrote) or person is None or (picture := self._known.get(person)) is None:
            return update
        return replace(update, event=replace(event, profile=replace(event.profile, picture=picture)))


def _person(update: Update) -> int | None:
    """Returns the sender; None in a group, which is the contact."""
    event = update.event
    return places.parse(event.chat).person if isinstance(event, CustomerWrote) else None
