"""Asking an account for messages now, whichever process holds it.

An account that is polled has its poll begun anew: what was being waited for is asked for at once, and nothing can be
lost, for a poll confirms only what was committed. One that is called by its platform tells it anew where to call.
"""

from __future__ import annotations

from bot.domain import AccountName
from bot.ports import Accept, Polled, Registering, Wake
from bot.runtime.race import race

LOOK_EVERY = 3600.0
"""Seconds after which waiting for a call begins anew; nothing hangs on it."""


def asked_to_fetch(account: AccountName) -> str:
    """The topic that is woken."""
    return f"fetch:{account}"


class Receiving:
    """What runs for an account that brings messages in."""

    def __init__(self, account: AccountName, wake: Wake) -> None:
        self._account, self._wake = account, wake

    async def poll(self, bridge: Polled, accept: Accept) -> None:
        """For ever; from the beginning whenever somebody asks to."""
        listening = self._wake.listen(asked_to_fetch(self._account))
        asked = True

        async def called() -> None:
            nonlocal asked
            asked = False
            while not await listening.wait(LOOK_EVERY):
                pass
            asked = True

        try:
            while asked:
                await race(bridge.run(accept), called())
        finally:
            listening.close()

    async def register(self, bridge: Registering, url: str) -> None:
        """Likewise. `url`: the public address of the account's hook."""
        listening = self._wake.listen(asked_to_fetch(self._account))
        try:
            while True:
                await bridge.register(url)
                while not await listening.wait(LOOK_EVERY):
                    pass
        finally:
            listening.close()
