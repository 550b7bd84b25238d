"""The string that VK wants to be answered when it is told where to call: nobody else's business.

Anybody can ask for it in VK's name, so whoever shows no secret is answered only while the hub registers its address,
with what VK told then. That is written into the hub's mailbox, for another process may be the one that VK asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from bot.domain import AccountName, ChatId, Key
from bot.ports import DeliveryError, Forged, Letter, Tools, Transient
from bridges.vk import switches
from bridges.vk.api import Ask
from bridges.vk.settings import VkSettings

log = structlog.get_logger(__name__)

PATIENCE = 5.0  # seconds that VK can wait for it
LASTS = timedelta(minutes=2)
"""How long VK may take to ask, once it was told the address; and how long what it told is kept."""
MARK = ChatId("confirmation")


class Confirmation:
    """One account's. `by_hand`: the hub may not register, people do, and VK asks whenever they like."""

    def __init__(self, account: AccountName, settings: VkSettings, tools: Tools, ask: Ask) -> None:
        self._account, self._settings, self._tools, self._ask = account, settings, tools, ask
        self._known = ""
        self._until: datetime | None = None
        self._read = 0
        self.by_hand = False

    @asynccontextmanager
    async def registering(self) -> AsyncIterator[None]:
        """VK may ask without the secret, from now on until a while after the end. Raises `DeliveryError`."""
        code, now = await self.told(), self._tools.clock.now()
        key = Key(f"confirmation:{now:%Y-%m-%dT%H:%M}")
        try:
            await self._tools.mailbox.put(self._account, MARK, key, {"code": code})
        except Exception as error:
            raise Transient(f"the mailbox: {type(error).__name__}") from error
        yield

    async def told(self) -> str:
        """As VK has it now: it changes with the servers. The one in hub.toml where VK does not tell."""
        now = self._tools.clock.now()
        if self._until is None or now >= self._until:
            self._known, self._until = await self._asked(), now + LASTS
        return self._known

    async def for_anybody(self) -> str:
        """Raises `Forged` when the hub does not register."""
        letter = await self._last()
        if letter is not None and self._tools.clock.now() - letter.at < LASTS:
            return str(letter.body["code"])
        if self.by_hand and self._kept:
            return self._kept
        log.warning("VK's confirmation string was asked for without the secret", account=self._account)
        raise Forged

    async def _last(self) -> Letter | None:
        found: Letter | None = None
        while letters := await self._tools.mailbox.read(self._account, self._read, 100, MARK):
            found = letters[-1]
            self._read = found.sequence
        if found is not None:
            self._read = found.sequence - 1
        return found

    async def _asked(self) -> str:
        try:
            code = await switches.confirmation(self._ask, self._settings.group_id, PATIENCE)
        except DeliveryError:
            code = ""
        if not code and not self._kept:
            raise Transient("VK does not tell its confirmation string, and hub.toml has none")
        return code or self._kept

    @property
    def _kept(self) -> str:
        kept = self._settings.confirmation
        return kept.get_secret_value() if kept else ""
