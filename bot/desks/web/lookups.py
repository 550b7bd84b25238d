"""Looking things up over all dialogs: search, a contact's card, correspondence and files."""

from __future__ import annotations

from fastapi import Request, Response

from bot.desks.web import findings
from bot.desks.web.bodies import Number
from bot.desks.web.door import Door, refuse
from bot.desks.web.reads import LONGEST_SEARCH, answer
from bot.desks.web.wire import Wire
from bot.lookup.values import FileKind
from bot.model import ContactId, MessageId


class Lookups:
    """Endpoints; every one asks the door first. Rights are the board's business. Pages go on with `before`."""

    def __init__(self, door: Door, shapes: Wire) -> None:
        self._door, self._wire = door, shapes

    async def search(
        self, request: Request, text: str = "", contact: Number | None = None, before: Number | None = None
    ) -> Response:
        """In all dialogs, or in those with one contact."""
        me = await self._door.member(request)
        found = await me.desk.board.search(
            me.desk.name,
            me.actor,
            text.strip()[:LONGEST_SEARCH],
            contact=None if contact is None else ContactId(contact),
            before=_message(before),
        )
        return answer(findings.findings(found, self._wire))

    async def contact(self, request: Request, contact: Number) -> Response:
        me = await self._door.member(request)
        page = await me.desk.board.contact(me.desk.name, me.actor, ContactId(contact))
        if page is None:
            refuse(404, "no_such_contact")
        split = await me.desk.board.reads_by_dialogs(me.desk.name, me.actor)
        return answer({**findings.contact_page(page, self._wire), "split": split})

    async def correspondence(self, request: Request, contact: Number, before: Number | None = None) -> Response:
        me = await self._door.member(request)
        said = await me.desk.board.correspondence(me.desk.name, me.actor, ContactId(contact), before=_message(before))
        return answer(findings.correspondence(said))

    async def files(self, request: Request, contact: Number, kind: FileKind, before: Number | None = None) -> Response:
        me = await self._door.member(request)
        page = await me.desk.board.files(me.desk.name, me.actor, ContactId(contact), kind, before=_message(before))
        return answer(findings.files(page, self._wire))


def _message(number: int | None) -> MessageId | None:
    return None if number is None else MessageId(number)
