"""A channel with nothing but the bridge's contract: a signed webhook in, one HTTP request out, no rate limits.

Measured with it, the hub shows its own cost, without a platform's adapter.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.config.plugins import AccountSettings, BridgeKind
from bot.domain import AccountName, ChatId, Content, CustomerWrote, FileRef, ForeignId, Key, Profile, Update
from bot.domain.text import Text
from bot.ports import Accept, Download, Forged, Hook, HookReply, Limits, Outgoing, Rejected, RejectReason, Sent, Tools
from tests.bench import wire
from tests.bench.calls import Calls


class BenchSettings(AccountSettings):
    api_url: str


class BenchBridge:
    limits = Limits(text=4096)

    def __init__(self, settings: BenchSettings, tools: Tools) -> None:
        self._calls, self._clock = Calls(tools.http, settings.api_url), tools.clock

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        if not wire.proven(hook.body, hook.headers.get(wire.SIGNATURE, "")):
            raise Forged
        raw = wire.read(hook.body)
        content, profile = Content(Text.plain(raw["text"])), Profile(name=raw["name"])
        wrote = CustomerWrote(ChatId(raw["chat"]), ForeignId(str(raw["id"])), content, profile)
        await accept([Update(Key(str(raw["id"])), wrote, self._clock.now())])
        return HookReply()

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        answer = await self._calls.call("/send", {"chat": chat, "text": message.content.text.characters, "key": key})
        return Sent((ForeignId(answer["id"]),))

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        raise Rejected(RejectReason.FILE_GONE, "this channel has no files")

    async def close(self) -> None:
        """Does nothing: there is nothing to close."""


def _build(account: AccountName, settings: Any, tools: Tools) -> BenchBridge:
    return BenchBridge(settings, tools)


KIND = BridgeKind(BenchSettings, _build)
