"""Lookups across all dialogs: search, a contact's card, message history and attachments."""

from __future__ import annotations

from fastapi import Request, Response

from bot.desks.web import findings
from bot.desks.web.auth import Authenticator, refuse
from bot.desks.web.bodies import Number
from bot.desks.web.queries import LONGEST_SEARCH, answer
from bot.desks.web.references import References
from bot.desks.web.wire import Shapes
from bot.domain import MessageId
from bot.ports.found import FileKind


class Lookups:
    """Endpoints. Each authenticates by `Authenticator`; the backend checks access. Pages continue with `before`.
    `contact`: a reference signed for this operator."""

    def __init__(self, auth: Authenticator, shapes: Shapes, references: References) -> None:
        self._auth, self._shapes, self._references = auth, shapes, references

    async def search(
        self, request: Request, text: str = "", contact: str = "", before: Number | None = None
    ) -> Response:
        """Searches all dialogs, or those with one contact."""
        me = await self._auth.member(request)
        found = await me.desk.backend.search(
            me.desk.name,
            me.actor,
            text.strip()[:LONGEST_SEARCH],
            contact=self._references.open(me, contact) if contact else None,
            before=_message(before),
        )
        return answer(findings.findings(found, self._shapes(me)))

    async def contact(self, request: Request, contact: str) -> Response:
        me = await self._auth.member(request)
        page = await me.desk.backend.contact(me.desk.name, me.actor, self._references.open(me, contact))
        if page is None:
            refuse(404, "no_such_contact")
        split = await me.desk.backend.reads_by_dialogs(me.desk.name, me.actor)
        return answer({**findings.contact_page(page, self._shapes(me)), "split": split})

    async def correspondence(self, request: Request, contact: str, before: Number | None = None) -> Response:
        me = await self._auth.member(request)
        whose = self._references.open(me, contact)
        said = await me.desk.backend.correspondence(me.desk.name, me.actor, whose, before=_message(before))
        return answer(findings.correspondence(said))

    async def files(self, request: Request, contact: str, kind: FileKind, before: Number | None = None) -> Response:
        me = await self._auth.member(request)
        whose = self._references.open(me, contact)
        page = await me.desk.backend.files(me.desk.name, me.actor, whose, kind, before=_message(before))
        return answer(findings.files(page, self._shapes(me)))


def _message(number: int | None) -> MessageId | None:
    return None if number is None else MessageId(number)
