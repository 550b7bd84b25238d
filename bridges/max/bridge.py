"""A MAX bot as a bridge: sends, edits, deletes, downloads. `receiving` adds the two ways of getting updates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, Location, Media, SharedContact, Update
from bot.locale import translator
from bot.ports import (
    DeliveryError,
    Download,
    Finding,
    Limits,
    Outgoing,
    Rejected,
    RejectReason,
    Sent,
    Tools,
    Transient,
)
from bridges.max import checks, wire
from bridges.max import format as formatting
from bridges.max.client import Client
from bridges.max.errors import FileNotReady
from bridges.max.files import MaxFiles
from bridges.max.people import Profiles
from bridges.max.plan import LIMITS, MessagePart, attachment, plan
from bridges.max.pressed_chats import PressedChats
from bridges.max.settings import MaxSettings
from bridges.shared.http_calls import partly
from bridges.shared.numbered import chat_number

PATIENCE = 60.0  # seconds to wait for an answer
READY_AFTER = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between attempts to send a file that is still being processed ("repeat with growing intervals": POST
/uploads)."""
PROCESSING = 30.0  # seconds until the whole message is retried


class MaxBridge(ABC):
    """Base of the polling and the webhook bridge. `patience`: seconds to wait for an answer."""

    limits: Limits = LIMITS

    def __init__(self, account: AccountName, settings: MaxSettings, tools: Tools, patience: float = PATIENCE) -> None:
        self._account, self._settings, self._tools, self._patience = account, settings, tools, patience
        self._tr = translator(tools.locale)
        self._client = Client(settings, tools, self._tr, patience)
        self._files = MaxFiles(self._client, tools.files, wire.origin(account), patience)
        self._people = Profiles(self._client, wire.origin(account), patience)
        self._chats = PressedChats(self._client, patience)

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends one or several messages, see `plan`. All files are uploaded before the first message is sent. If a
        later message fails, the error says how many have arrived: see `partly`."""
        number, parts, sent = chat_number(chat), plan(message), list[ForeignId]()
        bodies = [await self._body(part) for part in parts]
        for body in bodies:
            reply_to = message.reply_to if message.reply_to and not sent and wire.is_message(message.reply_to) else None
            try:
                sent.append(await self._post(number, body, reply_to))
            except DeliveryError as error:
                if not sent:
                    raise
                raise partly(len(sent), error) from error
        return Sent(tuple(filter(None, sent)))

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        """Changes the text only: "if `attachments` is null, the current ones won't be changed". MAX allows edits for a
        day."""
        text = message.content.text
        if LIMITS.measure(text.characters) > LIMITS.text:
            raise Rejected(RejectReason.TOO_LONG, f"more than {LIMITS.text} characters")
        await self._client.call(
            "PUT", "/messages", repeatable=True, params={"message_id": _needed(ref)}, json=formatting.fields(text)
        )

    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        for ref in refs:
            try:
                await self._client.call("DELETE", "/messages", repeatable=True, params={"message_id": _needed(ref)})
            except Rejected as refused:
                if refused.reason is not RejectReason.GONE:  # an already deleted message is what was wanted
                    raise

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        return self._files.download(file)

    async def check(self) -> Sequence[Finding]:
        return await checks.check(self._client, self._tr, self._receiving)

    async def close(self) -> None:  # noqa: B027
        """Does nothing: the HTTP client is the hub's."""

    @abstractmethod
    def _receiving(self, subscribed: Sequence[str]) -> Finding:
        """Reports in `check` how updates arrive; `subscribed`: the addresses that MAX calls."""

    async def _read(self, raws: Sequence[object]) -> Sequence[Update]:
        """Parses the updates and keeps those that concern a customer."""
        now = self._tools.clock.now()
        read = [wire.read(raw, self._account, now) for raw in await self._chats.placed(raws)]
        return await self._people.added([update for update in read if update is not None])

    async def _body(self, part: MessagePart) -> dict[str, Any]:
        """Builds a `NewMessageBody`."""
        attachments: list[dict[str, Any]] = []
        for one in part.attachments:
            if isinstance(one, Media):
                attachments.append(await self._files.attached(one))
            else:
                assert isinstance(one, Location | SharedContact), "the plan sees to it"
                attachments.append(attachment(one))
        body = formatting.fields(part.text) if part.text else {}
        return {**body, "attachments": attachments} if attachments else body

    async def _post(self, chat: int, body: dict[str, Any], reply_to: ForeignId | None) -> ForeignId:
        """Returns the message's id, "" where MAX gives none. If the message replied to is gone, MAX refuses and nothing
        has been sent: the reply is then sent without the reference."""
        if reply_to is not None:
            try:
                return await self._post_ready(chat, {**body, "link": {"type": "reply", "mid": reply_to}})
            except Rejected as refused:
                if refused.reason not in (RejectReason.GONE, RejectReason.INVALID):
                    raise
        return await self._post_ready(chat, body)

    async def _post_ready(self, chat: int, body: dict[str, Any]) -> ForeignId:
        """Posts the message, waiting until MAX has processed its files."""
        for seconds in READY_AFTER:
            try:
                return await self._post_once(chat, body)
            except FileNotReady:
                await self._tools.clock.sleep(seconds)
        try:
            return await self._post_once(chat, body)
        except FileNotReady as error:
            raise Transient(error.detail, PROCESSING) from error

    async def _post_once(self, chat: int, body: dict[str, Any]) -> ForeignId:
        sent = await self._client.call("POST", "/messages", params={"chat_id": chat}, json=body)
        return ForeignId(sent.object("message").object("body").text("mid"))


def _needed(ref: ForeignId) -> str:
    if not wire.is_message(ref):
        raise Rejected(RejectReason.UNSUPPORTED, "a pressed button is no message")
    return ref
