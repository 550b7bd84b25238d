"""The string that VK expects in answer when it is told the hub's address. It must not leak.

Anyone can ask for it in VK's name. A request without the secret is therefore answered only while the hub registers its
address, with the string that VK gave at that time. The string is kept in the hub's mailbox, since VK's request may
reach another process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bot.domain import AccountName, ChatId, Key
from bot.ports import DeliveryError, Forged, MailboxEntry, Tools, Transient
from bridges.vk import community_settings
from bridges.vk.api import ApiCall
from bridges.vk.settings import VkSettings

log = structlog.get_logger(__name__)

PATIENCE = 5.0  # seconds that VK waits for it
LASTS = timedelta(minutes=2)
"""Time within which VK must ask after the address was registered, and for which the string is cached."""
MARK = ChatId("confirmation")


class Confirmation:
    """Confirmation of one account. `by_hand`: the hub may not register, so administrators do, and VK may ask at any
    time."""

    def __init__(self, account: AccountName, settings: VkSettings, tools: Tools, ask: ApiCall) -> None:
        self._account, self._settings, self._tools, self._ask = account, settings, tools, ask
        self._known = ""
        self._until: datetime | None = None
        self._read = 0
        self.by_hand = False

    @asynccontextmanager
    async def registering(self) -> AsyncIterator[None]:
        """Lets VK ask without the secret, from now until a while after the block. Raises `DeliveryError`."""
        code, now = await self.fetch(), self._tools.clock.now()
        key = Key(f"confirmation:{now:%Y-%m-%dT%H:%M}")
        try:
            await self._tools.mailbox.put(self._account, MARK, key, {"code": code})
        except Exception as error:
            raise Transient(f"the mailbox: {type(error).__name__}") from error
        yield

    async def fetch(self) -> str:
        """Returns VK's current string, which changes with its servers; the one in hub.toml if VK gives none."""
        now = self._tools.clock.now()
        if self._until is None or now >= self._until:
            self._known, self._until = await self._asked(), now + LASTS
        return self._known

    async def for_anybody(self) -> str:
        """Returns the string for a request without the secret. Raises `Forged` unless the hub is registering."""
        letter = await self._last()
        if letter is not None and self._tools.clock.now() - letter.at < LASTS:
            return str(letter.body["code"])
        if self.by_hand and self._kept:
            return self._kept
        log.warning("confirmation string requested without the secret", account=self._account)
        raise Forged

    async def _last(self) -> MailboxEntry | None:
        found: MailboxEntry | None = None
        while letters := await self._tools.mailbox.read(self._account, self._read, 100, MARK):
            found = letters[-1]
            self._read = found.sequence
        if found is not None:
            self._read = found.sequence - 1
        return found

    async def _asked(self) -> str:
        try:
            code = await community_settings.confirmation(self._ask, self._settings.group_id, PATIENCE)
        except DeliveryError:
            code = ""
        if not code and not self._kept:
            raise Transient("VK does not tell its confirmation string, and hub.toml has none")
        return code or self._kept

    @property
    def _kept(self) -> str:
        kept = self._settings.confirmation
        return kept.get_secret_value() if kept else ""
