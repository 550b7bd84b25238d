"""What the rigs of messengers have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.domain import AccountName, ChatId
from bot.ports import Accept, Bridge, DeliveryError, Registering, Transient, Unconfirmed
from tests.contracts.bridges import hooked
from tests.fakes.faults import Fault
from tests.fakes.platform import Platform


class MessengerRig:
    """Of a platform that nobody can ask what became of a call without an answer. `nobody`: a conversation that does not
    exist."""

    account = AccountName("shop")
    outcomes: Mapping[Fault, type[DeliveryError]] = {
        Fault.TOO_MANY: Transient,
        Fault.SERVER_ERROR: Unconfirmed,
        Fault.NOTHING: Unconfirmed,
        Fault.NOTHING_AFTER: Unconfirmed,
        Fault.RESET_BEFORE: Unconfirmed,
        Fault.RESET_AFTER: Unconfirmed,
    }
    nobody = ChatId("999")

    def __init__(self, platform: Platform) -> None:
        self._platform, self.faults = platform, platform.faults
        self.faults.skips = True
        self._people = 0

    async def called_at(self, url: str) -> None:
        """The bridge registers itself."""

    async def revoke(self) -> None:
        self._platform.revoke()

    async def stop(self) -> None:
        await self._platform.stop()

    def stranger(self) -> ChatId:
        return self.nobody


@asynccontextmanager
async def registered(bridge: Bridge, accept: Accept) -> AsyncIterator[str]:
    """The bridge is called by its platform, which it tells the address itself."""
    async with hooked(bridge, accept) as url:
        assert isinstance(bridge, Registering)
        await bridge.register(url)
        yield url
