"""Customers' pictures, and names and pictures of groups. Messages do not carry them, so each conversation is looked up
once per process (`GET /chats/{id}`)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import ChatId, CustomerReturned, CustomerWrote, FileRef, Profile, Update
from bot.ports import DeliveryError
from bridges.max import wire
from bridges.max.client import Client
from bridges.max.contents import full_name
from bridges.shared.fields import Fields

REMEMBERED = 10_000  # conversations
PATIENCE = 3.0  # seconds: messages wait for it


class Profiles:
    """Looks up conversations. A failed lookup is not repeated, so no message waits twice. `origin`: of the pictures."""

    def __init__(self, client: Client, origin: str, patience: float) -> None:
        self._client, self._origin, self._patience = client, origin, min(PATIENCE, patience)
        self._known: dict[ChatId, Profile] = {}

    async def added(self, updates: Sequence[Update]) -> list[Update]:
        """Returns the same updates with more complete profiles."""
        events = [update.event for update in updates]
        chats = {event.chat for event in events if isinstance(event, CustomerWrote | CustomerReturned)}
        await asyncio.gather(*map(self._learn, chats - self._known.keys()))
        updated = [self._updated(update) for update in updates]
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return updated

    async def _learn(self, chat: ChatId) -> None:
        try:
            found = await self._client.call("GET", f"/chats/{chat}", repeatable=True, patience=self._patience)
        except DeliveryError:
            found = Fields(None)
        person, icon = found.object("dialog_with_user"), found.object("icon").text("url")
        shown = wire.picture(person, self._origin)
        if shown is None and icon.lower().startswith(("http://", "https://")):
            shown = FileRef(self._origin, icon)
        self._known[chat] = Profile(name=full_name(person) or found.text("title"), picture=shown)

    def _updated(self, update: Update) -> Update:
        event = update.event
        if not isinstance(event, CustomerWrote | CustomerReturned):
            return update
        said, known = event.profile, self._known[event.chat]
        profile = replace(said, name=said.name or known.name, picture=said.picture or known.picture)
        return replace(update, event=replace(event, profile=profile))
