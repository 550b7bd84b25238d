"""Bots Long Poll: VK's queue of a community's events, and the hub's position in it.

Source: dev.vk.com/api/bots-long-poll/getting-started. The position `ts` counts events, and VK keeps recent ones. Asked
for the current position, VK returns the end of the queue, so events from while no hub ran would be lost. A restarted
hub therefore begins some way back, as far as VK allows, and skips known events by their `event_id`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from aiohttp import ClientSession

from bot.domain import AccountName, ChatId, Key
from bot.ports import Mailbox, Transient
from bridges.shared.fields import Fields
from bridges.shared.http_calls import call
from bridges.vk import wire
from bridges.vk.api import ApiCall

log = structlog.get_logger(__name__)

WAIT = 25  # seconds that VK keeps a request open
BACK = 1000
"""Events that a restarted hub goes back at most."""
STUBBORN = 10
"""Consecutive refusals after which reading fails."""
SKEW = timedelta(minutes=1)
"""Allowed difference between VK's clock and ours."""
MARK = ChatId("longpoll")
OUTDATED, EXPIRED, LOST = 1, 2, 3


class LongPollServer(NamedTuple):
    address: str
    key: str


class Feed:
    """Reads the queue; a new `run` continues where the last one ended. `group`: the community's number."""

    def __init__(
        self, http: ClientSession, ask: ApiCall, mailbox: Mailbox, account: AccountName, group: int, patience: float
    ) -> None:
        self._http, self._ask, self._mailbox = http, ask, mailbox
        self._account, self._group, self._patience = account, group, patience
        self._server: LongPollServer | None = None
        self._at, self._next = "", ""
        self._began: datetime | None = None  # set while events may be older than this account in the hub

    async def read(self) -> Sequence[object]:
        """Waits for unconfirmed events and returns them, none if the wait ends without any. Raises `DeliveryError`."""
        for _ in range(STUBBORN):
            server = self._server or await self._find_server()
            answer = await self._poll(server, self._at)
            failed = answer.number("failed")
            if failed is None:
                return self._events(answer)
            self._recover(failed, answer)
        raise Transient("VK's Long Poll refuses again and again")

    def confirm(self) -> None:
        """Marks the events last read as committed."""
        self._at, self._began = self._next, None

    async def _poll(self, server: LongPollServer, at: str) -> Fields:
        query = {"act": "a_check", "key": server.key, "ts": at, "wait": str(WAIT)}
        patience = WAIT + self._patience
        answer = await call(self._http, "GET", server.address, patience=patience, repeatable=True, params=query)
        if answer.status != 200 or not answer.fields:
            self._server = None
            raise Transient(f"VK's Long Poll answered HTTP {answer.status}")
        return answer.fields

    def _events(self, answer: Fields) -> Sequence[object]:
        self._next = _position(answer)
        events = answer.raw.get("updates")
        if not self._next or not isinstance(events, list):
            raise Transient("VK's Long Poll gave no events and no position")
        return _since(self._began, events) if self._began else events

    def _recover(self, failed: int, answer: Fields) -> None:
        if failed == OUTDATED:
            log.warning("VK no longer has all events since the last poll", account=self._account)
            self._at = _position(answer)
        elif failed in (EXPIRED, LOST):
            self._server = None
            if failed == LOST:
                log.warning("Long Poll position lost, starting from now", account=self._account)
                self._at = ""
        else:
            raise Transient(f"VK's Long Poll failed: {failed}")

    async def _find_server(self) -> LongPollServer:
        found = Fields(await self._ask("groups.getLongPollServer", group_id=self._group))
        address, end = found.text("server"), _position(found)
        if not address or not found.text("key") or not end:
            raise Transient("VK names no Long Poll server")
        server = LongPollServer(address if "://" in address else f"https://{address}", found.text("key"))
        if not self._at:
            await self._start(server, end)
        self._server = server
        return server

    async def _start(self, server: LongPollServer, end: str) -> None:
        """Starts at the end of the queue the first time, some way before it at each later start."""
        began = await self._first_start()
        if began and end.isdecimal():
            self._began = began
            end = str(int(end) - await self._way_back(server, int(end)))
        self._at = end

    async def _way_back(self, server: LongPollServer, end: int) -> int:
        """Finds, by bisection, how many past events VK still has, up to `BACK`."""
        most = min(BACK, end - 1)
        had, refused, way = 0, most + 1, most
        while refused - had > 1:
            if "failed" in await self._poll(server, str(end - way)):
                refused = way
            else:
                had = way
            way = (had + refused) // 2
        return had

    async def _first_start(self) -> datetime | None:
        """Returns when this account was first polled; None if this is the first time, which is then recorded as a
        letter in the hub's mailbox."""
        try:
            letters = await self._mailbox.read(self._account, 0, 1, MARK)
            if letters:
                return letters[0].at - SKEW
            await self._mailbox.put(self._account, MARK, Key("began"), {})
        except Exception as error:  # any database error
            raise Transient(f"the mailbox: {type(error).__name__}") from error
        return None


def _position(answer: Fields) -> str:
    """Returns `ts`: text, but a number in a failed answer."""
    number = answer.number("ts")
    return answer.text("ts") if number is None else str(number)


def _since(began: datetime, events: list[object]) -> list[object]:
    """Drops events up to and including the last one older than `began`."""
    moments = [wire.moment(event) for event in events]
    older = [index for index, moment in enumerate(moments) if moment and moment < began]
    return events[older[-1] + 1 :] if older else events
