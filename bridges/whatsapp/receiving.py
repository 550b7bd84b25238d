"""Webhook of a number: Meta calls once to verify the address, then with events."""

from __future__ import annotations

import hashlib
import hmac
import re

from bot.domain import CustomerEvent, Receipt, ReceiptState
from bot.ports import Accept, Forged, Hook, HookReply
from bridges.shared.fields import parse
from bridges.whatsapp import wire
from bridges.whatsapp.bridge import TemplatingWhatsApp, WhatsAppBridge

SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")


class CalledWhatsApp(WhatsAppBridge):
    """A number that receives webhooks. Anything but 200 makes Meta retry for days, with growing delays and not in
    order."""

    def prove(self, hook: Hook) -> bool:
        """Checks that there is a signature. It covers the body, so only `receive` can verify it."""
        if hook.method not in ("GET", "HEAD") and not SIGNATURE.fullmatch(hook.headers.get("x-hub-signature-256", "")):
            raise Forged
        return False

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        if hook.method in ("GET", "HEAD"):
            return self._greet(hook)
        self._check(hook)
        raw, now = parse(hook.body), self._tools.clock.now()
        updates = wire.read(raw, self._settings.phone_id, self._account, now)
        if news := [update for update in updates if not self._is_known(update.event)]:
            await accept(news)
        return HookReply()

    def _is_known(self, event: CustomerEvent) -> bool:
        """Recognizes the status "sent" of a message whose acceptance Meta has answered: nearly every one."""
        return isinstance(event, Receipt) and event.state is ReceiptState.SENT and event.ref in self._answered

    def _greet(self, hook: Hook) -> HookReply:
        """Answers Meta's verification of the address: whoever sends the verify token gets the challenge back."""
        given, ours = hook.query.get("hub.verify_token", ""), self._settings.verify_token.get_secret_value()
        known = hmac.compare_digest(given.encode(errors="replace"), ours.encode())
        if not known or hook.query.get("hub.mode") != "subscribe":
            raise Forged
        return HookReply(body=hook.query.get("hub.challenge", "").encode(errors="replace"))

    def _check(self, hook: Hook) -> None:
        """Verifies `X-Hub-Signature-256: sha256=HEX`, an HMAC of the raw body with the app secret."""
        secret = self._settings.app_secret.get_secret_value().encode()
        right = "sha256=" + hmac.new(secret, hook.body, hashlib.sha256).hexdigest()
        given = hook.headers.get("x-hub-signature-256", "")
        if not hmac.compare_digest(given.encode(errors="replace"), right.encode()):
            raise Forged


class CalledTemplatingWhatsApp(CalledWhatsApp, TemplatingWhatsApp):
    """A number that receives webhooks and has templates."""


def kind_of(waba_id: str) -> type[CalledWhatsApp]:
    """Picks the class: only with a known business account are there templates."""
    return CalledTemplatingWhatsApp if waba_id else CalledWhatsApp
