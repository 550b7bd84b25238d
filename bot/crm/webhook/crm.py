"""A receiver of events as an external CRM."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from bot.crm.http import Reach, ask
from bot.crm.webhook import errors, wire
from bot.crm.webhook.settings import WebhookSettings
from bot.domain import Key
from bot.locale import translator
from bot.ports import DeliveryError, Finding, Tools, Unavailable
from bot.ports.crm import CrmFact, Stored


class WebhookCrm:
    """Sends events; cannot be queried."""

    def __init__(self, settings: WebhookSettings, tools: Tools) -> None:
        self.at_once = settings.at_once
        self._settings, self._tools = settings, tools
        self._tr = translator(tools.locale)
        self._reach = Reach(tools.clock, settings.alarm_after, self._tr)

    async def tell(self, fact: CrmFact, key: Key) -> Stored:
        with self._reach.watched():
            return await self._send(*wire.fact(fact), key)

    async def check(self) -> Sequence[Finding]:
        tr = self._tr
        try:
            await self._send(wire.PING, {}, Key(f"ping-{uuid4()}"))
        except DeliveryError as error:
            advice = error.advice if isinstance(error, Unavailable) else ""
            what = tr.gettext("The CRM does not accept signed events: {why}.").format(why=error)
            otherwise = tr.gettext("Check url and secret in [crm], and that “ping” is answered with 2xx.")
            return [Finding(False, what, tr.gettext(advice) if advice else otherwise)]
        return [Finding(True, tr.gettext("The CRM accepts signed events."))]

    async def close(self) -> None:
        """Does nothing: there is nothing to close."""

    async def _send(self, event: str, data: wire.Json, key: Key) -> Stored:
        settings, now = self._settings, self._tools.clock.now()
        letter = wire.letter(event, key, data, settings.secret.get_secret_value(), now)
        url = settings.url.get_secret_value()
        answer = await ask(
            self._tools.guarded_http, "POST", url, patience=settings.timeout, data=letter.body, headers=letter.headers
        )
        if not answer.good:
            raise errors.of(answer, now)
        return wire.stored(answer.json)
