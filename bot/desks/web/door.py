"""Who may come in: everything that is proved about a request before its body is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from fastapi import HTTPException, Request, Response

from bot.desks.web.desk import WebDesk
from bot.desks.web.session import COOKIE, LASTS, RENEWED_BELOW, Attempts, Session, Sessions, same_key
from bot.model import Actor, DeskName
from bot.ports import Office

HEADER = "x-hub-desk"
"""A page of another site cannot send a header of this name without asking us first, and we never agree."""
ZONE = "x-hub-zone"
"""The time zone of the browser that asks, by its name in the tz database."""
_PAUSE = 0.4  # seconds that a wrong key costs
_ZONES = frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in operator and where what they do goes."""

    desk: WebDesk
    office: Office
    actor: Actor
    until: datetime


def refuse(status: int, code: str, words: str = "", headers: Mapping[str, str] | None = None) -> NoReturn:
    """`code` is for the page, which words it; `words` are for those who read the answer itself."""
    raise HTTPException(status, {"code": code, "words": words}, dict(headers or {}))


class Door:
    """Signs operators in and out, and lets in those who are."""

    def __init__(self, desks: Mapping[DeskName, WebDesk], offices: Mapping[DeskName, Office]) -> None:
        self._desks, self._offices = desks, offices
        some = next(iter(desks.values())).tools
        self._clock, self._public_url = some.clock, some.public_url
        self._sessions, self._attempts = Sessions(some.secret), Attempts()

    # ------------------------------------------------------------------------------------- let in

    def member(self, request: Request) -> Member:
        """The operator whose cookie this is; 401 without one."""
        session = self._sessions.open(request.cookies.get(COOKIE, ""), self._key_of, self._clock.now())
        if session is None:
            refuse(401, "signed_out", "sign in first")
        desk = self._desks[session.desk]
        return Member(desk, self._offices[session.desk], desk.actor(session.user, _zone(request)), session.until)

    def changing(self, request: Request) -> Member:
        """The same for requests that change something: they must come from our own page."""
        self.own_page(request)
        return self.member(request)

    def own_page(self, request: Request) -> None:
        """403 unless a page of this very site asked, by script."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        ours = {request.headers.get("host"), urlsplit(self._public_url).netloc} - {""}  # "null" has no host either
        if (
            HEADER not in request.headers
            or site not in (None, "same-origin")
            or (origin is not None and urlsplit(origin).netloc not in ours)
        ):
            refuse(403, "foreign_page", f"only the desk's own page may ask this (header {HEADER})")

    # -------------------------------------------------------------------------------- in and out

    async def sign_in(self, request: Request, key: str, name: str, desk: str) -> tuple[Session, str]:
        """Whose key it is, and their new cookie. Looks at all keys, whether or not one fits already."""
        address, now = request.client.host if request.client else "", self._clock.now()
        if seconds := self._attempts.wait(address, now):
            refuse(429, "too_many_tries", f"try again in {seconds} s", {"Retry-After": str(seconds)})
        fitting = [
            (owner, user)
            for owner, one in self._desks.items()
            for user, secret in one.settings.operators.items()
            if same_key(key, secret.get_secret_value()) and name in ("", user) and desk in ("", owner)
        ]
        if not fitting:
            self._attempts.failed(address, now)
            await self._clock.sleep(_PAUSE)
            refuse(403, "wrong_key", "no operator has this key")
        self._attempts.succeeded(address)
        session = Session(*fitting[0], until=now + LASTS)
        return session, self._sessions.seal(session, key)

    def keep(self, response: Response, cookie: str) -> None:
        secure = self._public_url.startswith("https://")
        seconds = int(LASTS.total_seconds())
        response.set_cookie(
            COOKIE, cookie, max_age=seconds, path="/desk", httponly=True, samesite="strict", secure=secure
        )

    def forget(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path="/desk", httponly=True, samesite="strict")

    def renew(self, response: Response, member: Member) -> None:
        """Who works here every day never has to sign in again."""
        now = self._clock.now()
        if member.until - now < RENEWED_BELOW:
            key = self._key_of(member.desk.name, member.actor.user)
            session = Session(member.desk.name, member.actor.user, now + LASTS)
            self.keep(response, self._sessions.seal(session, key or ""))

    def _key_of(self, desk: DeskName, user: str) -> str | None:
        owner = self._desks.get(desk)
        secret = owner.settings.operators.get(user) if owner else None
        return secret.get_secret_value() if secret else None


def _zone(request: Request) -> str:
    """A browser may be newer than our tz database, or no browser: a zone that we do not know is none."""
    named = request.headers.get(ZONE, "")
    return named if named in _ZONES else ""
