"""Authentication: everything that is checked about a request before its body is read."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NoReturn
from zoneinfo import available_timezones

import structlog
from fastapi import HTTPException, Request, Response

from bot.desks.web.desk import WebDesk
from bot.desks.web.session import COOKIE, LASTS, LONGEST, RENEWED_BELOW, CookieSession, Sessions, digest
from bot.desks.web.throttle import SignInThrottle
from bot.domain import Actor, DeskName
from bot.domain.value import value
from bot.ports import EventHandler
from bot.ports.client_addresses import neighbourhood, split
from bot.ports.requests import proved, put_off

HEADER = "x-hub-desk"
"""A page of another site cannot send this header without a CORS permission, which the hub never gives."""
ZONE = "x-hub-zone"
"""Time zone of the browser, by its name in the tz database."""
log = structlog.get_logger(__name__)
_PAUSE = 0.4  # seconds added to the answer to a wrong key
_ZONES = frozenset(available_timezones())


@value
class Member:
    """A signed-in operator and where their events go. `ends`: when they must sign in again, whatever renewals."""

    desk: WebDesk
    handler: EventHandler
    actor: Actor
    session: CookieSession
    ends: datetime

    async def signed_in(self) -> bool:
        """Tells whether the session is still open, by what any process has stored."""
        return await self.desk.sign_ins.until(self.session.id) is not None


def refuse(status: int, code: str, words: str = "", headers: Mapping[str, str] | None = None) -> NoReturn:
    """Raises an HTTP error. `code`: for the page, which has its own text for it; `words`: for those who read the raw
    answer."""
    raise HTTPException(status, {"code": code, "words": words}, dict(headers or {}))


class Authenticator:
    """Signs operators in and out, and admits those who are signed in."""

    def __init__(self, desks: Mapping[DeskName, WebDesk], handlers: Mapping[DeskName, EventHandler]) -> None:
        self._desks, self._handlers = desks, handlers
        some = next(iter(desks.values()))
        self._clock, self._public_url, self._sign_ins = some.tools.clock, some.tools.public_url, some.sign_ins
        self._sessions, self._throttle = Sessions(*some.tools.secrets), SignInThrottle()
        self._keys = [
            (owner, user, digest(key.get_secret_value()))
            for owner, desk in desks.items()
            for user, key in desk.settings.operators.items()
        ]

    # ------------------------------------------------------------------------------------- let in

    async def member(self, request: Request) -> Member:
        """Returns the operator whose cookie came along; 401 without one, or if it was signed out."""
        session, now = self._opened(request), self._clock.now()
        ends = await self._sign_ins.until(session.id) if session else None
        if session is None or ends is None or now >= ends:
            refuse(401, "signed_out", "sign in first")
        proved(request)
        desk = self._desks[session.desk]
        return Member(desk, self._handlers[session.desk], desk.actor(session.user, _zone(request)), session, ends)

    async def changing(self, request: Request) -> Member:
        """Does the same for requests that change something: they must come from the hub's own page."""
        self.own_page(request)
        return await self.member(request)

    def own_page(self, request: Request) -> None:
        """Refuses with 403 unless a script on a page of this very site made the request."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        ours = {request.headers.get("host"), split(self._public_url).netloc} - {""}  # "null" has no host either
        if (
            HEADER not in request.headers
            or site not in (None, "same-origin")
            or (origin is not None and split(origin).netloc not in ours)
        ):
            refuse(403, "foreign_page", f"only the desk's own page may ask this (header {HEADER})")

    # -------------------------------------------------------------------------------- in and out

    async def sign_in(self, request: Request, key: str, name: str, desk: str) -> CookieSession:
        """Finds the key's owner, signs them in, and signs out whoever this browser was signed in as. Always compares
        all keys, so that timing reveals nothing; that takes a microsecond per operator."""
        address, now = request.client.host if request.client else "", self._clock.now()
        given = digest(key)
        right = [(owner, user) for owner, user, known in self._keys if hmac.compare_digest(given, known)]
        fitting = [(owner, user) for owner, user in right if name in ("", user) and desk in ("", owner)]
        if not fitting and self._throttle.failed(neighbourhood(address), now):
            log.warning("wrong key entered at the web desk", address=address)
        pause = self._throttle.pause(neighbourhood(address), now)
        if not fitting:
            await self._keep_waiting(request, pause or _PAUSE)
        elif pause:
            await self._clock.sleep(pause)
        if not fitting and pause:
            refuse(429, "too_many_tries", "no operator has this key", {"Retry-After": "60"})
        if not fitting:
            refuse(403, "wrong_key", "no operator has this key")
        await self.sign_out(request)
        owner, user = fitting[0]
        now = self._clock.now()
        log.info("signed in to the web desk", desk=owner, user=user, address=address)
        return CookieSession(owner, user, await self._sign_ins.begin(owner, user, now + LONGEST), now + LASTS)

    async def _keep_waiting(self, request: Request, seconds: float) -> None:
        """Delays an answer without holding one of the server's connection slots; stops when the client leaves."""
        put_off(request)
        waiting = [asyncio.ensure_future(one) for one in (self._clock.sleep(seconds), _gone(request))]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def sign_out(self, request: Request) -> None:
        """Signs out this browser on the server, so a copy of its cookie is worthless too."""
        if session := self._opened(request):
            await self._sign_ins.end(session.id)

    def keep(self, response: Response, request: Request, session: CookieSession) -> None:
        secure = self._public_url.startswith("https://") or request.url.scheme == "https"
        seconds = int((session.until - self._clock.now()).total_seconds())
        cookie = self._sessions.seal(session, self._key_of(session.desk, session.user) or "")
        response.set_cookie(
            COOKIE, cookie, max_age=seconds, path="/desk", httponly=True, samesite="strict", secure=secure
        )

    def forget(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path="/desk", httponly=True, samesite="strict")

    def renew(self, response: Response, request: Request, member: Member) -> None:
        """Renews the cookie: an operator who works here daily signs in once a month."""
        now = self._clock.now()
        until = min(now + LASTS, member.ends)
        if member.session.until - now < RENEWED_BELOW and until > member.session.until:
            self.keep(response, request, replace(member.session, until=until))

    def _opened(self, request: Request) -> CookieSession | None:
        return self._sessions.open(request.cookies.get(COOKIE, ""), self._key_of, self._clock.now())

    def _key_of(self, desk: DeskName, user: str) -> str | None:
        owner = self._desks.get(desk)
        secret = owner.settings.operators.get(user) if owner else None
        return secret.get_secret_value() if secret else None


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _zone(request: Request) -> str:
    """Returns the browser's time zone; "" if this machine's tz database does not have it."""
    named = request.headers.get(ZONE, "")
    return named if named in _ZONES else ""
