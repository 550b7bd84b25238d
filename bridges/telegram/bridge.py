"""A Telegram bot as a bridge: sends, edits, deletes, reacts, downloads. `receiving` adds the two ways of getting
updates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from mimetypes import guess_extension, guess_type
from typing import Any

from aiogram import Bot
from aiogram.methods import (
    DeleteMessage,
    EditMessageCaption,
    EditMessageText,
    GetFile,
    GetUserProfilePhotos,
    SetMessageReaction,
    TelegramMethod,
)
from aiogram.types import ReactionTypeEmoji
from aiohttp import ClientResponse

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, Media, Update
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
from bot.runtime import http_limits
from bridges.shared.fields import Fields
from bridges.shared.http_calls import partly
from bridges.shared.numbered import message_number, needed_number, uncoloured
from bridges.telegram import calls, checks, errors, pictures, places, wire
from bridges.telegram import format as formatting
from bridges.telegram.client import TelegramSession, TelegramUpload
from bridges.telegram.kinds import REACTIONS
from bridges.telegram.pictures import Pictures
from bridges.telegram.places import Conversation
from bridges.telegram.plan import LIMITS, AlbumPart, Part, plan
from bridges.telegram.settings import TelegramSettings

PATIENCE = 60.0  # seconds to wait for an answer
UPLOADING = 10  # times as long for requests with files


class TelegramBridge(ABC):
    """Base of the polling and the webhook bridge. `patience`: seconds to wait for an answer."""

    limits: Limits = LIMITS

    def __init__(
        self, account: AccountName, settings: TelegramSettings, tools: Tools, patience: float = PATIENCE
    ) -> None:
        self._account, self._settings, self._tools, self._patience = account, settings, tools, patience
        self._tr = translator(tools.locale)
        self._session = TelegramSession(tools.http, tools.lasting_http, settings.api_url, patience)
        self._bot = Bot(settings.token.get_secret_value(), session=self._session)
        self._pictures = Pictures(self._ask_for_picture, wire.origin(account))

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        """Sends the message in one or several calls, see `plan`. If a later call fails, the error says how many
        messages have arrived: see `partly`."""
        place, parts, sent = places.parse(chat), plan(message), list[ForeignId]()
        for part in parts:
            reply_to = message_number(message.reply_to) if message.reply_to and not sent else None
            try:
                sent.extend(await self._send_part(place, part, reply_to))
            except DeliveryError as error:
                if not sent:
                    raise
                raise partly(len(sent), error) from error
        return Sent(tuple(sent))

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        html = formatting.write(message.content.text)
        place: dict[str, Any] = {"chat_id": places.parse(chat).chat, "message_id": needed_number(ref)}
        caption = EditMessageCaption(caption=html, parse_mode="HTML", **place)
        if any(isinstance(attachment, Media) for attachment in message.content.attachments):
            return await self._change(caption)
        try:
            await self._change(EditMessageText(text=html, parse_mode="HTML", **place))
        except Rejected as refused:
            if not errors.has_no_text(refused):
                raise
            await self._change(caption)

    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        for ref in refs:
            try:
                method = DeleteMessage(chat_id=places.parse(chat).chat, message_id=needed_number(ref))
                await self._call(method, repeatable=True)
            except Rejected as refused:
                if not errors.is_gone_already(refused):
                    raise

    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        """Sets a reaction without skin tones: Telegram allows a fixed list of emoji in one colour."""
        reaction: list[Any] = [ReactionTypeEmoji(emoji=_allowed(emoji))] if emoji else []
        place = places.parse(chat)
        method = SetMessageReaction(chat_id=place.chat, message_id=needed_number(ref), reaction=reaction)
        await self._call(method, repeatable=True)

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        """Downloads a file of up to 20 MB, Telegram's limit for bots (`Rejected(TOO_LARGE)`)."""
        if file.origin != wire.origin(self._account):
            raise Rejected(RejectReason.FILE_GONE, f"not a file of {self._account}")
        found = Fields(await self._call(GetFile(file_id=file.id), repeatable=True))
        path = found.text("file_path")
        if not path:
            raise Rejected(RejectReason.FILE_GONE, "Telegram names no path")
        async with AsyncExitStack() as stack:
            url = self._session.api.file_url(self._bot.token, path)
            limits = http_limits.transfer(self._patience)
            with errors.translated(self._tr, repeatable=True):
                response = await stack.enter_async_context(self._tools.lasting_http.get(url, timeout=limits))
            _check_download(response)
            name = path.rpartition("/")[2]
            yield Download(self._chunks(response), found.size("file_size"), name, guess_type(name)[0] or "")

    async def check(self) -> Sequence[Finding]:
        return await checks.check(self._call, self._tr, self._receiving)

    def address(self, chat: ChatId, username: str, phone: str) -> str:
        """Builds a link by public username, else by phone (core.telegram.org/api/links)."""
        digits = "".join(filter(str.isdigit, phone))
        return f"https://t.me/{username}" if username else f"https://t.me/+{digits}" if digits else ""

    async def close(self) -> None:
        await self._session.close()

    @abstractmethod
    def _receiving(self, hook: Fields) -> Finding:
        """Reports in `check` how updates arrive; `hook`: the answer of `getWebhookInfo`."""

    async def _call(self, method: TelegramMethod[Any], *, repeatable: bool = False, patience: float = 0) -> Any:
        """Makes one request. Raises `DeliveryError` only."""
        with errors.translated(self._tr, repeatable=repeatable):
            return await self._session.make_request(self._bot, method, patience or self._patience)

    async def _read(self, raws: Sequence[object]) -> Sequence[Update]:
        """Parses the updates and keeps those that concern a customer."""
        now = self._tools.clock.now()
        read = [wire.read(raw, self._account, now, self._tools.locale) for raw in raws]
        return await self._pictures.added([update for update in read if update is not None])

    async def _ask_for_picture(self, method: GetUserProfilePhotos) -> Any:
        return await self._call(method, repeatable=True, patience=min(pictures.PATIENCE, self._patience))

    async def _change(self, method: TelegramMethod[Any]) -> None:
        try:
            await self._call(method, repeatable=True)
        except Rejected as refused:
            if not errors.is_unchanged(refused):
                raise

    async def _send_part(self, place: Conversation, part: Part, reply_to: int | None) -> Sequence[ForeignId]:
        """Sends a part; into the chat itself if its topic is gone."""
        try:
            return await self._send_there(place, part, reply_to)
        except Rejected as refused:
            if place.thread is None or not errors.has_no_topic(refused):
                raise
            return await self._send_there(replace(place, thread=None), part, reply_to)

    async def _send_there(self, place: Conversation, part: Part, reply_to: int | None) -> Sequence[ForeignId]:
        if not isinstance(part, AlbumPart):
            return calls.refs(await self._call(calls.call(place, part, (), reply_to)))
        try:
            return await self._send_files(place, part, reply_to)
        except Rejected as refused:
            if not errors.goes_as_file(refused):
                raise
            return await self._send_files(place, part.as_files(), reply_to)

    async def _send_files(self, place: Conversation, group: AlbumPart, reply_to: int | None) -> Sequence[ForeignId]:
        async with AsyncExitStack() as stack:
            uploads: list[TelegramUpload] = []
            for media in group.media:
                download = await stack.enter_async_context(self._tools.files.open(media.file))
                limit = LIMITS.files[media.kind]
                uploads.append(TelegramUpload(download, _name(media, download), limit))
            method = calls.call(place, group, uploads, reply_to)
            try:
                return calls.refs(await self._call(method, patience=self._patience * UPLOADING))
            except DeliveryError as error:
                failed = next((upload.failure for upload in uploads if upload.failure), None)
                raise failed or error from error

    async def _chunks(self, response: ClientResponse) -> AsyncIterator[bytes]:
        with errors.translated(self._tr, repeatable=True):
            async for chunk in response.content.iter_chunked(1 << 16):
                yield chunk


def _name(media: Media, download: Download) -> str:
    """Returns the file name that the customer sees."""
    extension = guess_extension(media.mime or download.mime) or ""
    return media.name or download.name or f"{media.kind}{extension}"


def _allowed(emoji: str) -> str:
    plain = uncoloured(emoji)
    if plain not in REACTIONS:
        raise Rejected(RejectReason.UNSUPPORTED, "Telegram has no such reaction")
    return plain


def _check_download(response: ClientResponse) -> None:
    if response.status in (404, 410):
        raise Rejected(RejectReason.FILE_GONE, "Telegram has the file no more")
    if response.status != 200:
        raise Transient(f"HTTP {response.status} for a file")
