"""A site chat as a bridge: operators' replies go into the mailbox, from which visitors' browsers fetch them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, MediaKind
from bot.domain.text import Style
from bot.locale import translator
from bot.ports import Capability, Download, Finding, Limits, Outgoing, Rejected, RejectReason, Sent, Tools
from bridges.shared.mailbox_bridge import MailboxBridge
from bridges.shared.rates import RATES
from bridges.webchat import WebchatSettings
from bridges.webchat.visitors import Visitors
from bridges.webchat.wire import MAX_FILES, MAX_TEXT

MAX_FILE = 25 * 1024 * 1024
LIMITS = Limits(
    text=MAX_TEXT,
    caption=MAX_TEXT,
    album=MAX_FILES,
    files=dict.fromkeys(MediaKind, MAX_FILE),
    others=frozenset({"location", "contact"}),
    styles=~Style.NONE,
    links=True,
    replies=True,
    idempotent=True,  # the mailbox stores each key once
    rates=RATES["webchat"],
    refuses=True,
    receives=frozenset(
        {
            Capability.TEXT,
            Capability.PHOTO,
            Capability.ALBUM,
            Capability.VIDEO,
            Capability.AUDIO,
            Capability.FILE,
            Capability.REPLY,
            Capability.NAME,
        }
        | {Capability.DELIVERED, Capability.READ}
    ),
)


class WebchatBridge:
    limits = LIMITS

    def __init__(self, account: AccountName, settings: WebchatSettings, tools: Tools) -> None:
        self.settings = settings
        self.visitors = Visitors(account, *tools.secrets, former=settings.former)
        self._account, self._tools = account, tools
        self._mail = MailboxBridge(account, LIMITS, tools)

    def __repr__(self) -> str:
        return f"WebchatBridge({self._account!r})"

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        await self._mail.message(chat, message, key)
        return Sent((ForeignId(key),))  # delivered when the visitor's browser reports it

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        await self._mail.edit(chat, ref, message)

    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        for ref in refs:
            await self._mail.delete(chat, ref)

    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        await self._mail.reaction(chat, ref, emoji)

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Raises `Rejected`: visitors' files are stored by the hub itself, not by the account."""
        return _gone()

    async def close(self) -> None: ...

    async def check(self) -> Sequence[Finding]:
        tr = translator(self._tools.locale)
        origins = ", ".join(self.settings.origins)
        if "*" in self.settings.origins:
            shown = Finding(True, tr.gettext("Any site may show the chat."))
        elif origins:
            shown = Finding(True, tr.gettext("Sites that may show the chat: {origins}.").format(origins=origins))
        else:
            shown = Finding(True, tr.gettext("Only the hub's own pages may show the chat: origins is empty."))
        base = self._tools.public_url or tr.gettext("THE HUB'S ADDRESS")
        tag = f'<script src="{base}/chat/{self._account}/widget.js" async></script>'
        return [shown, Finding(True, tr.gettext("Add {tag} to the site's pages.").format(tag=tag))]


@asynccontextmanager
async def _gone() -> AsyncIterator[Download]:
    raise Rejected(RejectReason.FILE_GONE, "the site's chat keeps no files of its own")
    yield
