"""Common parts of the messengers' rigs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.domain import AccountName, ChatId
from bot.ports import Accept, Bridge, DeliveryError, Registering, Transient, Unconfirmed
from tests.contracts.bridges import hooked
from tests.fakes.faults import Fault
from tests.fakes.platform import Platform


class MessengerRig:
    """A rig of a platform that cannot be asked about a call without a response. `nobody`: a conversation that does not
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
        """Does nothing: the bridge registers itself."""

    async def revoke(self) -> None:
        self._platform.revoke()

    async def stop(self) -> None:
        await self._platform.stop()

    def stranger(self) -> ChatId:
        return self.nobody


@asynccontextmanager
async def registered(bridge: Bridge, accept: Accept) -> AsyncIterator[str]:
    """Serves a bridge that registers its address with its platform."""
    async with hooked(bridge, accept) as url:
        assert isinstance(bridge, Registering)
        await bridge.register(url)
        yield url
