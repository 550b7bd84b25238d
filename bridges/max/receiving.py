"""The two ways of receiving updates: polling and webhook. Both acknowledge after the commit, never before."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import structlog

from bot.ports import Accept, DeliveryError, Finding, Forged, Hook, HookReply, Rejected, Transient, Unavailable
from bridges.max import checks, wire
from bridges.max.bridge import MaxBridge
from bridges.max.kinds import ASKED
from bridges.shared.fields import Fields, parse

log = structlog.get_logger(__name__)

POLL = 30  # seconds that MAX keeps a poll open
ANSWERING = 5.0  # seconds that acknowledging a pressed button may take
TAKEN = "✓"
"""Notice the customer sees briefly after pressing a button. MAX refuses an empty answer ("`message` or `notification`
required"), and without an answer the button keeps waiting."""


class ReceivingMax(MaxBridge):
    async def _take(self, raws: Sequence[object], accept: Accept) -> None:
        if updates := await self._read(raws):
            await accept(updates)
        for raw in raws:
            if pressed := wire.callback(raw):
                await self._answer(pressed)

    async def _answer(self, pressed: str) -> None:
        """Answers a pressed button and ignores failures: the update is already committed."""
        with suppress(DeliveryError):
            await self._client.call(
                "POST",
                "/answers",
                repeatable=True,
                patience=min(ANSWERING, self._patience),
                params={"callback_id": pressed},
                json={"notification": TAKEN},
            )

    async def _subscribed(self) -> list[str]:
        return checks.addresses(await self._client.call("GET", "/subscriptions", repeatable=True))

    async def _unsubscribe(self, url: str) -> None:
        with suppress(Rejected):  # it is already gone
            await self._client.call("DELETE", "/subscriptions", repeatable=True, params={"url": url})


class PollingMax(ReceivingMax):
    """Polls for updates; needs no public address."""

    async def run(self, accept: Accept) -> None:
        """Polls for ever. MAX itself remembers what is acknowledged ("All previous updates are considered as committed
        after passing `marker`"; without a marker it returns the rest), so no position is stored here."""
        for url in await self._subscribed():  # MAX refuses polling while a subscription exists
            log.warning("removed an existing webhook; using polling", account=self._account)
            await self._unsubscribe(url)
        marker: int | None = None
        while True:
            page = await self._page(marker)
            raws = page.raw.get("updates")
            await self._take(raws if isinstance(raws, list) else [], accept)
            if page.number("marker") is None and raws:
                raise Transient("updates without a marker")
            marker = page.number("marker")

    async def _page(self, marker: int | None) -> Fields:
        params: dict[str, str | int] = {"limit": 100, "timeout": POLL, "types": ",".join(ASKED)}
        if marker is not None:
            params["marker"] = marker
        return await self._client.call(
            "GET", "/updates", repeatable=True, patience=POLL + self._patience, lasting=True, params=params
        )

    def _receiving(self, subscribed: Sequence[str]) -> Finding:
        return checks.polling(subscribed, self._tr)


class WebhookMax(ReceivingMax):
    """Receives updates by webhook."""

    _registered = ""

    async def register(self, url: str) -> None:
        """Subscribes anew each time: MAX ends a subscription after 8 hours without an answer. Removes this account's
        address under another base URL of the hub, which no longer works; leaves subscriptions of other programs."""
        request = {"url": url, "secret": self._secret(), "update_types": list(ASKED)}
        try:
            await self._client.call("POST", "/subscriptions", repeatable=True, json=request)
        except Rejected as refused:
            advice = self._tr.gettext(
                "MAX sends updates only to https:// on port 443 with a certificate from a known authority: check "
                "hub.public_url."
            )
            raise Unavailable(refused.detail, advice) from refused
        self._registered = url
        for other in await self._subscribed():
            if other != url and urlsplit(other).path == urlsplit(url).path:
                log.info("removed an older webhook of this account", account=self._account)
                await self._unsubscribe(other)

    def prove(self, hook: Hook) -> bool:
        given = hook.headers.get("x-max-bot-api-secret", "")
        if not hmac.compare_digest(given.encode(), self._secret().encode()):
            raise Forged
        return True

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        """Answers 200 within 30 s to acknowledge; MAX retries anything else, ten times in 8 hours."""
        self.prove(hook)
        await self._take(wire.unpacked(parse(hook.body)), accept)
        return HookReply()

    def _secret(self) -> str:
        secret = self._settings.webhook_secret
        assert secret is not None, "the settings see to it"
        return secret.get_secret_value()

    def _receiving(self, subscribed: Sequence[str]) -> Finding:
        ours = self._registered
        if not ours and self._tools.public_url:
            ours = f"{self._tools.public_url.rstrip('/')}/hooks/{self._account}"
        return checks.webhook(subscribed, ours, bool(self._registered), self._tr)
