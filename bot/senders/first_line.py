"""Carrier to first-line bots: each message of a customer is one signed request, in order per dialog.

A request is made once, within the time that the account's rules allow the bot. On any failure people take over at once:
customers do not wait for retries. Only after a crash of the hub the same request, with the same id, is repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import structlog

from bot.automation import bot_answers, first_line, protocol, signing
from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.roads import CallPlace
from bot.domain import AccountName, DialogId, Key, Line, MessageId
from bot.domain.account_rules import FirstLine
from bot.hub.context import Hub
from bot.ports import Called, Caller, DeliveryError, Rate, Transient, Unavailable
from bot.ports.storage import Claim, Parcel, Unit

log = structlog.get_logger(__name__)


class _Failed(Exception):
    """The bot did not answer; `line` says so in the thread."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.code)
        self.line = line


class FirstLineCarrier:
    """Carrier for the bot of one account."""

    depth = 1
    tries: int | None = 1
    first: Collection[str] = ()
    rates: Sequence[Rate] = ()

    def __init__(self, hub: Hub, account: AccountName, caller: Caller) -> None:
        self._hub, self._account, self._call = hub, account, caller

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {}

    def place(self, claim: Claim) -> CallPlace:
        return CallPlace()

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return False

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        parcel = claim.parcels[0]
        if self._hub.past.covers(parcel.created_at):  # it may have answered before the hub was restored
            return DeliveryResult((parcel,), (self._failed(parcel, Line("bot_late")),))
        try:
            after = await self._asked(parcel)
        except _Failed as failed:
            log.warning("first-line bot did not respond", account=self._account, why=failed.line.code)
            after = self._failed(parcel, failed.line)
        return DeliveryResult((parcel,), (after,) if after is not None else ())

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        return self._failed(parcel, _broken(str(error)))

    async def _asked(self, parcel: Parcel) -> After | None:
        """Asks the bot and returns the write that applies its answer; None when the bot's turn is over already. Raises
        `_Failed`."""
        hub = self._hub
        async with hub.store.read() as unit:
            message = await unit.messages.get(MessageId(parcel.payload["message"]))
            dialog = await first_line.asked_about(hub, unit, message) if message is not None else None
            if message is None or dialog is None:
                return None
            if isinstance(dialog, Line):
                raise _Failed(dialog)
            contact = await unit.contacts.get(dialog.contact)
            before = await first_line.history(unit, message)
            rules = (await hub.account(unit, dialog.account)).rules
        now = hub.clock.now()
        body = protocol.question(parcel.key, dialog, contact, message, before, now, hub.tr, hub.files.link)
        answer = self._read(await self._answer(rules.bot, parcel.key, body, now))

        async def after(unit: Unit) -> None:
            await first_line.answered(hub, unit, dialog.id, answer)

        return after

    async def _answer(self, bot: FirstLine, key: Key, body: bytes, now: datetime) -> Called:
        headers = {
            "Content-Type": "application/json",
            signing.SIGNATURE: signing.signature(signing.key_of(self._hub.secret, self._account), body),
            signing.TIMESTAMP: str(int(now.timestamp())),
            signing.ID: key,
        }
        try:
            return await self._call(bot.url, body, headers, seconds=bot.seconds, most=protocol.ANSWER_BYTES)
        except TimeoutError:
            raise _Failed(Line("bot_silent", {"seconds": f"{bot.seconds:g}"})) from None
        except (Transient, Unavailable) as error:
            raise _Failed(_broken(error.detail)) from error

    def _read(self, called: Called) -> bot_answers.BotAnswer:
        try:
            bot_answers.check_status(called.status)
            return bot_answers.read(called.body)
        except bot_answers.Garbage as garbage:
            raise _Failed(_broken(garbage.said(self._hub.tr))) from garbage

    def _failed(self, parcel: Parcel, line: Line) -> After:
        async def after(unit: Unit) -> None:
            await first_line.failed(self._hub, unit, DialogId(parcel.payload["dialog"]), line)

        return after


def _broken(detail: str) -> Line:
    return Line("bot_broken", {"detail": detail})
