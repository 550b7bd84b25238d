"""Fetching an account's messages on request, whichever process holds the account.

For a polled account the poll is restarted at once; nothing can be lost, because a poll confirms only what was
committed. An account with a webhook registers it with its platform again.
"""

from __future__ import annotations

from bot.domain import AccountName
from bot.ports import Accept, Polled, Registering, Wake
from bot.runtime.race import race

LOOK_EVERY = 3600.0
"""Seconds between re-checks while waiting for a request; no behaviour depends on it."""


def asked_to_fetch(account: AccountName) -> str:
    """Topic that wakes the account's receiver."""
    return f"fetch:{account}"


class Receiving:
    """Receiver of one account's messages."""

    def __init__(self, account: AccountName, wake: Wake) -> None:
        self._account, self._wake = account, wake

    async def poll(self, bridge: Polled, accept: Accept) -> None:
        """Polls for ever; restarts the poll whenever a fetch is requested."""
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
        """Registers the webhook, and again whenever a fetch is requested. `url`: the public address of the account's
        hook."""
        listening = self._wake.listen(asked_to_fetch(self._account))
        try:
            while True:
                await bridge.register(url)
                while not await listening.wait(LOOK_EVERY):
                    pass
        finally:
            listening.close()
