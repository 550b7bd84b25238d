"""A VK community as a bridge: sends, edits, deletes, reacts, downloads. `receiving` adds the two ways of getting
events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, Media
from bot.domain.text import Text
from bot.locale import translator
from bot.ports import (
    Accept,
    DeliveryError,
    Download,
    Finding,
    Limits,
    Outgoing,
    Rejected,
    RejectReason,
    Sent,
    Tools,
)
from bridges.shared.fields import Fields
from bridges.shared.http_calls import opened
from bridges.shared.numbered import chat_number, message_number, needed_number, uncoloured
from bridges.vk import asking, checks, errors, wire
from bridges.vk import format as formatting
from bridges.vk.api import PATIENCE, Api
from bridges.vk.kinds import REACTIONS
from bridges.vk.people import Profiles
from bridges.vk.plan import LIMITS, MessagePart, number_of, plan
from bridges.vk.settings import VkSettings
from bridges.vk.uploads import Uploads, listed

UPLOADING = 20  # times as long for a file
FORMAT = 1  # version of `format_data`


class VkBridge(ABC):
    """Base of the Long Poll and the Callback API bridge. `patience`: seconds to wait for an answer."""

    limits: Limits = LIMITS

    def __init__(self, account: AccountName, settings: VkSettings, tools: Tools, patience: float = PATIENCE) -> None:
        self._account, self._settings, self._tools, self._patience = account, settings, tools, patience
        self._tr = translator(tools.locale)
        self._api = Api(tools.http, settings, self._tr, patience)
        self._uploads = Uploads(tools.http, tools.files, self._api.ask, self._tr, patience * UPLOADING)
        self._people = Profiles(self._api.ask, self._origin, tools.clock)

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends one or several messages, see `plan`. Each has a fixed `random_id`, so all may be sent again after an
        uncertain outcome."""
        peer, refs = chat_number(chat), list[ForeignId]()
        for index, part in enumerate(plan(message)):
            reply_to = message_number(message.reply_to) if message.reply_to and index == 0 else None
            refs += await self._send_part(peer, part, number_of(key, index), reply_to)
        return Sent(tuple(refs))

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        """Edits a message and restates its attachments, since VK removes those that an edit does not name."""
        peer, number = chat_number(chat), needed_number(ref)
        attached: list[str] = []
        with errors.of_one_message():
            if any(isinstance(one, Media) for one in message.content.attachments):
                attached = listed(await asking.message(self._api.ask, peer, number))
            await self._api.ask(
                "messages.edit",
                peer_id=peer,
                cmid=number,
                attachment=attached or None,
                keep_forward_messages=True,
                keep_snippets=True,
                **_words(message.content.text),
            )

    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        """Deletes messages for everyone. Raises the error of the first one that VK refuses."""
        peer, numbers = chat_number(chat), [needed_number(ref) for ref in refs]
        with errors.of_one_message():
            found = await self._api.ask("messages.delete", peer_id=peer, cmids=numbers, delete_for_all=True)
            for item in Fields({"items": found}).objects("items"):
                errors.inside(item, self._tr)

    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        where = {"peer_id": chat_number(chat), "cmid": needed_number(ref)}
        with errors.of_one_message():
            if emoji is None:
                await self._api.ask("messages.deleteReaction", **where)
            else:
                await self._api.ask("messages.sendReaction", **where, reaction_id=_reaction(emoji))

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        if file.origin != self._origin:
            raise Rejected(RejectReason.FILE_GONE, f"not a file of {self._account}")
        async with opened(self._tools.lasting_http, file.id, patience=self._patience) as download:
            yield download

    async def check(self) -> Sequence[Finding]:
        return await checks.check(self._api.ask, self._settings, self._tr, self._receiving)

    def address(self, chat: ChatId, username: str, phone: str) -> str:
        """Builds a link into the community's messages, for operators who may read them there."""
        return f"https://vk.com/gim{self._settings.group_id}?sel={chat_number(chat)}"

    async def close(self) -> None:  # noqa: B027 - the HTTP client is the hub's
        """Does nothing: there is nothing to close."""

    @property
    def _origin(self) -> str:
        return f"account:{self._account}"

    @abstractmethod
    async def _receiving(self) -> Sequence[Finding]:
        """Reports in `check` how events arrive. Raises `DeliveryError`."""

    async def _take(self, raws: Sequence[object], accept: Accept) -> None:
        """Commits the events, then stops the spinner on pressed buttons."""
        raws = [await asking.whole(self._api.ask, raw) for raw in raws]
        self._people.forget(number for raw in raws if (number := wire.renamed(raw)) is not None)
        people = await self._people.known({number for raw in raws for number in wire.people(raw)})
        labels = await asking.labels(self._api.ask, raws)
        now, group = self._tools.clock.now(), self._settings.group_id
        known = wire.EventContext(self._account, now, people, labels, group)
        updates = [update for raw in raws if (update := wire.read(raw, known))]
        if updates:
            await accept(updates)
        for press in asking.presses(raws):
            await self._answer(press)

    async def _answer(self, press: Fields) -> None:
        """Answers a pressed button and ignores failures: VK stops the spinner by itself after a minute."""
        press_ids = {name: press.raw.get(name) for name in ("event_id", "user_id", "peer_id")}
        with suppress(DeliveryError):
            await self._api.ask("messages.sendMessageEventAnswer", patience=asking.PATIENCE, **press_ids)

    async def _send_part(self, peer: int, part: MessagePart, number: int, reply_to: int | None) -> list[ForeignId]:
        said = {"random_id": number, **await self._said(peer, part)}
        if reply_to is None:
            return self._sent(await self._api.do("messages.send", peer_ids=[peer], **said))
        reply = {"peer_id": peer, "conversation_message_ids": [reply_to], "is_reply": True}
        try:
            return self._sent(await self._api.do("messages.send", peer_ids=[peer], forward=reply, **said))
        except Rejected as refused:
            if not errors.is_about_the_reply(refused):
                raise
        return self._sent(await self._api.do("messages.send", peer_ids=[peer], **said))

    async def _said(self, peer: int, part: MessagePart) -> dict[str, Any]:
        """Uploads a part's files and returns the part's parameters."""
        said = _words(part.text) if part.text else {}
        if part.media:
            said["attachment"] = [await self._uploads.attach(peer, one) for one in part.media]
        if part.place:
            said |= {"lat": part.place.latitude, "long": part.place.longitude}
        return {**said, "disable_mentions": True}

    def _sent(self, found: object) -> list[ForeignId]:
        """Extracts the ids from `[{"peer_id", "message_id", "conversation_message_id"}]`, VK's answer when `peer_ids`
        is given."""
        items = Fields({"items": found}).objects("items")
        for item in items:
            errors.inside(item, self._tr)
        numbers = [item.number("conversation_message_id") or item.number("cmid") for item in items]
        return [ForeignId(str(number)) for number in numbers if number]


def _words(text: Text) -> dict[str, Any]:
    words, items = formatting.write(text)
    return {"message": words, "format_data": {"version": FORMAT, "items": items} if items else None}


def _reaction(emoji: str) -> int:
    plain = uncoloured(emoji)
    number = next((number for number, known in REACTIONS.items() if known == plain), None)
    if number is None:
        raise Rejected(RejectReason.UNSUPPORTED, "VK has no such reaction")
    return number
