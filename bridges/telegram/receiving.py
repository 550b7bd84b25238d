"""The two ways of receiving updates: polling and webhook. Both acknowledge after the commit, never before."""

from __future__ import annotations

import hmac
import json
from contextlib import suppress

import structlog
from aiogram.methods import AnswerCallbackQuery, DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook

from bot.ports import Accept, DeliveryError, Finding, Forged, Hook, HookReply, Transient
from bridges.shared.fields import Fields, parse
from bridges.telegram import checks, wire
from bridges.telegram.bridge import TelegramBridge
from bridges.telegram.kinds import ASKED

log = structlog.get_logger(__name__)

POLL = 30  # seconds that Telegram keeps a poll open


class PollingTelegram(TelegramBridge):
    """Polls for updates; needs no public address."""

    async def run(self, accept: Accept) -> None:
        await self._forget_webhook()
        offset: int | None = None
        while True:
            raws = await self._updates(offset)
            if updates := await self._read(raws):
                await accept(updates)
            for raw in raws:
                if pressed := wire.callback(raw):
                    await self._answer(pressed)
            # Once all are confirmed, start from the beginning: after a quiet week Telegram numbers updates from a
            # random number, which may be lower.
            numbers = [number for raw in raws if (number := Fields(raw).number("update_id")) is not None]
            offset = max(numbers) + 1 if numbers else None
            if raws and not numbers:
                raise Transient("updates without numbers")

    async def _updates(self, offset: int | None) -> list[object]:
        method = GetUpdates(offset=offset, timeout=POLL, allowed_updates=list(ASKED))
        try:
            found = await self._call(method, repeatable=True, patience=POLL + self._patience)
        except Transient as error:
            if "Conflict" in error.detail:
                log.warning("another program is polling this bot", account=self._account)
            raise
        return found if isinstance(found, list) else []

    async def _forget_webhook(self) -> None:
        """Removes a webhook, which makes Telegram refuse polling."""
        if Fields(await self._call(GetWebhookInfo(), repeatable=True)).text("url"):
            log.warning("removed an existing webhook; using polling", account=self._account)
            await self._call(DeleteWebhook(), repeatable=True)

    async def _answer(self, query: str) -> None:
        """Stops the spinner on the pressed button and ignores failures."""
        with suppress(DeliveryError):
            await self._call(AnswerCallbackQuery(callback_query_id=query), repeatable=True, patience=5)

    def _receiving(self, hook: Fields) -> Finding:
        return checks.polling(hook, self._tr)


class WebhookTelegram(TelegramBridge):
    """Receives updates by webhook."""

    _registered = ""

    async def register(self, url: str) -> None:
        method = SetWebhook(url=url, secret_token=self._secret(), allowed_updates=list(ASKED))
        await self._call(method, repeatable=True)
        self._registered = url

    def prove(self, hook: Hook) -> bool:
        given = hook.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self._secret().encode()):
            raise Forged
        return True

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        """Answers 2xx to acknowledge; Telegram retries anything else, in order per chat."""
        self.prove(hook)
        raw = parse(hook.body)
        if updates := await self._read([raw]):
            await accept(updates)
        if pressed := wire.callback(raw):  # the answer may carry one call
            answer = {"method": "answerCallbackQuery", "callback_query_id": pressed}
            return HookReply(200, json.dumps(answer).encode(), "application/json")
        return HookReply()

    def _secret(self) -> str:
        secret = self._settings.webhook_secret
        assert secret is not None, "the settings see to it"
        return secret.get_secret_value()

    def _receiving(self, hook: Fields) -> Finding:
        ours = self._registered
        if not ours and self._tools.public_url:
            ours = f"{self._tools.public_url.rstrip('/')}/hooks/{self._account}"
        return checks.webhook(hook, ours, self._tools.clock.now(), self._tr)
