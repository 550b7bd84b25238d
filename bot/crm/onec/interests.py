"""Interests in both directions. Simultaneous changes in 1C and in the hub are merged field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from bot.crm.onec import merging, odata, wire
from bot.crm.onec.contacts import TRIES, OneCContacts
from bot.crm.onec.errors import Conflict
from bot.crm.onec.service import Json, Service
from bot.crm.onec.settings import OneCCrmSettings
from bot.locale import Translator
from bot.ports import Clock, Rejected, RejectReason, Transient
from bot.ports.crm import CrmInterest, CrmRef, ForeignInterest, Stored

PRESENTATION = "____Presentation"
"""Suffix of the field with a value's text as users of 1C see it."""


Versions = Mapping[UUID, str]


@dataclass
class Memory:
    """Versions of all recent Interests at the last two polls, by the position each poll returned. Two, because a caller
    that could not store an answer polls again from the earlier position."""

    _known: dict[str, Versions] = field(default_factory=dict)

    def at(self, since: str) -> Versions | None:
        """Returns None if unknown, as after a restart."""
        return self._known.get(since)

    def keep(self, since: str, until: str, versions: Versions) -> None:
        before = self._known.get(since)
        self._known = {until: versions} if before is None else {since: before, until: versions}


class OneCInterests:
    def __init__(
        self,
        settings: OneCCrmSettings,
        service: Service,
        contacts: OneCContacts,
        clock: Clock,
        tr: Translator,
        memory: Memory,
    ) -> None:
        self._settings, self._service, self._contacts = settings, service, contacts
        self._clock, self._tr, self._zone = clock, tr, ZoneInfo(settings.zone)
        self._memory = memory
        self._set, self._fields = settings.objects.interest, settings.fields

    # ---------------------------------------------------------------------------------------- to 1C

    async def save(self, interest: CrmInterest) -> Stored:
        partner = await self._contacts.ensured(interest.contact)
        wanted = self._wanted(interest, wire.ref(partner))
        for _ in range(TRIES):
            current = await self._current(interest) or await self._made(interest, wanted)
            if wire.is_gone(current):
                raise Rejected(RejectReason.GONE, self._tr.gettext("the deal is marked for deletion in 1C"))
            try:
                return await self._written(current, self._changes(wanted, current, interest.version))
            except Conflict:
                continue
        raise Transient("the Interest is being changed in 1C at every try")

    def _wanted(self, interest: CrmInterest, partner: CrmRef) -> Json:
        """Builds the hub's fields."""
        fields = self._fields
        wanted: dict[str, Any] = {
            fields.interest_title: interest.title,
            fields.interest_contact: partner,
            fields.interest_comment: interest.comment,
            fields.interest_closed: not interest.open,
        }
        return {name: value for name, value in wanted.items() if name}

    async def _current(self, interest: CrmInterest) -> Json | None:
        ours = wire.key_of_ours(self._settings.origin, "interest", interest.id)
        for key in dict.fromkeys(filter(None, (odata.key_of(interest.ref), ours))):
            if (found := await self._service.get(self._set, key)) is not None:
                return found
        return None

    async def _made(self, interest: CrmInterest, wanted: Json) -> Json:
        key = wire.key_of_ours(self._settings.origin, "interest", interest.id)
        body = {"Ref_Key": str(key), **wanted}
        if self._fields.interest_date:
            body[self._fields.interest_date] = odata.local(interest.at or self._clock.now(), self._zone)
        return await self._service.made(self._set, key, body)

    def _changes(self, wanted: Json, current: Json, version: str) -> Json:
        """Returns the changes to write. None at all while the hub knows no version: the Interest was just created,
        perhaps by an attempt whose answer was lost, and any difference is a newer change made in 1C."""
        if not version:
            return {}
        try:
            return merging.changes(wanted, current, version)
        except merging.Clash as clash:
            words = self._tr.gettext(
                "the same fields were changed in 1C meanwhile: {fields}; the values in 1C are kept"
            )
            raise Rejected(RejectReason.INVALID, words.format(fields=", ".join(clash.fields))) from None

    async def _written(self, current: Json, changes: Json) -> Stored:
        key = UUID(wire.ref(current))
        if changes:
            current = await self._service.change(self._set, key, changes, str(current.get("DataVersion", "")))
        if self._settings.post_interests and current.get("Posted") is False:
            await self._service.do(self._set, key, "Post", PostingModeOperational="false")
            current = await self._service.get(self._set, key) or current
        return Stored(wire.ref(current), self._seen(current))

    def _seen(self, current: Json) -> str:
        fields = self._fields
        ours = (fields.interest_title, fields.interest_contact, fields.interest_comment, fields.interest_closed)
        return merging.seen(current, [name for name in ours if name])

    # -------------------------------------------------------------------------------------- from 1C

    async def of(self, contact: CrmRef) -> Sequence[ForeignInterest]:
        key = odata.key_of(contact)
        if key is None:
            return []
        condition = odata.both(odata.equal(self._fields.interest_contact, odata.guid(key)), "DeletionMark eq false")
        found = await self._service.find(self._set, condition, self._select(), self._order())
        return [self._foreign(one) for one in found]

    async def changed(self, since: str) -> tuple[Sequence[ForeignInterest], str]:
        """Returns changed Interests and the next position. 1C stores no time of change, so versions are compared with
        those of the last poll. After a restart all recent ones are returned; the caller recognizes known versions."""
        until = f"{self._clock.now().isoformat()} {uuid4().hex[:8]}"
        before = self._memory.at(since)
        whole = bool(since) and before is None
        there = await self._recent(self._select() if whole else "Ref_Key,DataVersion")
        now = {UUID(wire.ref(one)): str(one.get("DataVersion", "")) for one in there}
        if whole:
            found = [self._foreign(one) for one in there]
        else:
            found = await self._differing(before, now) if before is not None else []
        self._memory.keep(since, until, now)
        return [one for one in found if one.contact or one.gone], until

    async def _recent(self, select: str) -> Sequence[Json]:
        condition = ""
        if self._fields.interest_date:
            since = self._clock.now() - timedelta(days=self._settings.recent)
            condition = f"{self._fields.interest_date} ge {odata.moment(since, self._zone)}"
        return await self._service.find(self._set, condition, select)

    async def _differing(self, before: Versions, now: Versions) -> list[ForeignInterest]:
        """Returns the Interests that are new or changed, and those deleted for good. One that is only no longer recent
        is not returned."""
        changed = [key for key, version in now.items() if before.get(key) != version]
        lost = [key for key in before if key not in now]
        there = await self._service.named(self._set, [*changed, *lost], self._select())
        found = {UUID(wire.ref(one)): self._foreign(one) for one in there}
        deleted = [ForeignInterest(CrmRef(str(key)), CrmRef(""), "", False, gone=True) for key in lost]
        fresh = [found[key] for key in changed if key in found]
        return [*fresh, *(one for one in deleted if UUID(one.ref) not in found)]

    def _select(self) -> str:
        stage = self._fields.interest_stage
        return f"*,{stage.removesuffix('_Key')}{PRESENTATION}" if stage else ""

    def _order(self) -> str:
        date = self._fields.interest_date
        return f"{date} desc,Ref_Key" if date else "Ref_Key"

    def _foreign(self, one: Json) -> ForeignInterest:
        fields, key = self._fields, UUID(wire.ref(one))
        stage = wire.said(one, f"{fields.interest_stage.removesuffix('_Key')}{PRESENTATION}")
        ended = {name.casefold() for name in self._settings.closed_stages}
        closed = wire.is_gone(one) or stage.casefold() in ended or one.get(fields.interest_closed) is True
        return ForeignInterest(
            ref=wire.ref(one),
            contact=CrmRef(str(odata.key_of(one.get(fields.interest_contact)) or "")),
            title=wire.said(one, fields.interest_title),
            open=not closed,
            stage=stage,
            comment=wire.said(one, fields.interest_comment),
            url=odata.link(self._settings.application, self._set, key),
            version=self._seen(one),
            gone=wire.is_gone(one),
        )
