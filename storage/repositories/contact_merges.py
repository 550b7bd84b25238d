"""Merges of contacts that turned out to be one person. Each records what it moved, so that it can be undone.

Identities are locked before dialogs, as everywhere: a transaction that is opening a dialog holds the identity, so its
dialog is seen here afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, literal_column, or_, select, update

from bot.domain import Contact, ContactId, InterestId, OperatorId
from bot.ports.storage import Merge
from storage.engine import codec
from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.transaction import Transaction
from storage.repositories.chat_moves import COUNT_DIALOGS
from storage.repositories.profiles import ChatProfile, profile_changes
from storage.search.normalize import fold
from storage.tables.tables import contacts, crm_contacts, dialogs, identities, interests, merged_chats, merges

_PROFILE = ("name", "phone", "email", "picture", "folded", "kind")
_KEYS = ("phone_key", "phone_proven", "email_key", "email_proven")
_TOLD = ("name", "phone", "email", "picture")
"""Fields that a contact takes over from the other where its own are empty."""
_WITH: dict[str, tuple[str, ...]] = {
    "phone": ("phone_key", "phone_proven"),
    "email": ("email_key", "email_proven"),
}
"""Columns that move together with a field."""
_NO_KEYS: dict[str, Any] = {"phone_key": "", "phone_proven": False, "email_key": "", "email_proven": False}

_columns = [contacts.c[name] for name in (*_PROFILE, *_KEYS)]
_LOCK = Statement(
    select(contacts.c.id, contacts.c.merged_into, *_columns)
    .where(or_(contacts.c.id == param("one"), contacts.c.id == param("other")))
    .order_by(contacts.c.id)
    .with_for_update(key_share=True)
)
_MERGED_INTO = Statement(select(contacts.c.merged_into).where(contacts.c.id == param("contact")))
_WRITE = Statement(
    update(contacts)
    .where(contacts.c.id == param("contact"))
    .values({name: param(name, contacts.c[name]) for name in (*_PROFILE, *_KEYS)})
)
_SET_INTO = Statement(
    update(contacts).where(contacts.c.id == param("contact")).values(merged_into=param("into", contacts.c.merged_into))
)

_MERGE = (merges.c.id, merges.c.kept, merges.c.merged, merges.c.why, merges.c.operator_id, merges.c.at)
_ADD = Statement(insert_into(merges, "kept", "merged", "moved", "why", "operator_id", "at").returning(merges.c.id))
_KEEP_MOVED = Statement(update(merges).where(merges.c.id == param("merge")).values(moved=param("moved")))
_standing = and_(merges.c.id == param("merge"), merges.c.undone_at.is_(None))
_GET = Statement(select(*_MERGE, merges.c.moved).where(_standing))
_LOCK_MERGE = Statement(select(*_MERGE, merges.c.moved).where(_standing).with_for_update(key_share=True))
_INTO = Statement(
    select(*_MERGE).where(among(merges.c.kept, "contacts"), merges.c.undone_at.is_(None)).order_by(merges.c.id.desc())
)
_PARTED = Statement(
    select(merges.c.id)
    .where(
        or_(
            and_(merges.c.kept == param("one"), merges.c.merged == param("other")),
            and_(merges.c.kept == param("other"), merges.c.merged == param("one")),
        ),
        merges.c.undone_at.is_not(None),
    )
    .limit(literal_column("1"))
)
_UNDO = Statement(update(merges).where(merges.c.id == param("merge")).values(undone_at=param("at", merges.c.undone_at)))
_ADD_CHAT = Statement(insert_into(merged_chats, "merge_id", "account", "chat"))


def _came_over(table: Table) -> ColumnElement[bool]:
    """Condition for rows of the chats that a merge moved."""
    return exists().where(
        merged_chats.c.merge_id == param("merge"),
        merged_chats.c.account == table.c.account,
        merged_chats.c.chat == table.c.chat,
    )


_TOLD_OF = (identities.c.name, identities.c.phone, identities.c.email)
_TAKE_CHATS = Statement(
    update(identities)
    .where(identities.c.contact_id == param("merged"))
    .values(contact_id=param("kept"))
    .returning(identities.c.account, identities.c.chat, *_TOLD_OF)
)
_TOLD_SINCE = Statement(
    select(identities.c.account, identities.c.chat, *_TOLD_OF).where(
        identities.c.contact_id == param("kept"), _came_over(identities)
    )
)
_GIVE_CHATS = Statement(
    update(identities)
    .where(identities.c.contact_id == param("kept"), _came_over(identities))
    .values(contact_id=param("merged"))
)
_TAKE_DIALOGS = Statement(
    update(dialogs).where(dialogs.c.contact_id == param("merged")).values(contact_id=param("kept"))
)
_GIVE_DIALOGS = Statement(
    update(dialogs).where(dialogs.c.contact_id == param("kept"), _came_over(dialogs)).values(contact_id=param("merged"))
)
_TAKE_INTERESTS = Statement(
    update(interests)
    .where(interests.c.contact_id == param("merged"))
    .values(contact_id=param("kept"))
    .returning(interests.c.id)
)
_linked = exists().where(dialogs.c.interest_id == interests.c.id, dialogs.c.contact_id == param("merged"))
_linked_here = exists().where(dialogs.c.interest_id == interests.c.id, dialogs.c.contact_id == param("kept"))
_GIVE_INTERESTS = Statement(
    update(interests)
    .where(
        interests.c.contact_id == param("kept"),
        or_(
            among(interests.c.id, "moved"),
            and_(interests.c.created_at >= param("since", interests.c.created_at), _linked, ~_linked_here),
        ),
    )
    .values(contact_id=param("merged"))
)
# Later merges that moved these chats on: they no longer own them and must not give them back.
_later = merged_chats.alias("later")
_FORGET_FURTHER = Statement(
    delete(merged_chats).where(
        merged_chats.c.merge_id > param("merge"),
        exists().where(
            _later.c.merge_id == param("merge"),
            _later.c.account == merged_chats.c.account,
            _later.c.chat == merged_chats.c.chat,
        ),
    )
)

# Review dialogs are not counted; they carry the number of the dialog they come from.
_earlier = dialogs.alias("earlier")
_NUMBER = Statement(
    update(dialogs)
    .where(dialogs.c.contact_id == param("contact"))
    .values(
        ordinal=select(func.count())
        .select_from(_earlier)
        .where(
            _earlier.c.contact_id == param("contact"),
            _earlier.c.id <= func.coalesce(dialogs.c.source_id, dialogs.c.id),
            _earlier.c.source_id.is_(None),
        )
        .scalar_subquery()
    )
)
_REF = Statement(select(crm_contacts.c.ref).where(crm_contacts.c.contact_id == param("contact")))
_SET_REF = Statement(
    insert_into(crm_contacts, "contact_id", "ref").on_conflict_do_update(
        index_elements=["contact_id"], set_={"ref": param("ref")}
    )
)


class SqlMerges:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def merge(
        self, kept: ContactId, merged: ContactId, at: datetime, *, why: str = "", operator: OperatorId | None = None
    ) -> Merge | None:
        found = {id_: values for id_, *values in await self._session.rows(_LOCK, one=kept, other=merged)}
        if len(found) < 2 or any(into is not None for into, *_ in found.values()):
            return None
        mine, theirs = _profile(found[kept][1:]), _profile(found[merged][1:])
        [(id_,)] = await self._session.rows(
            _ADD, kept=kept, merged=merged, moved="{}", why=why, operator_id=operator, at=at
        )
        chats = await self._session.rows(_TAKE_CHATS, kept=kept, merged=merged)
        for account, chat, *_ in chats:
            self._session.later(_ADD_CHAT, merge_id=id_, account=account, chat=chat)
        self._session.later(_TAKE_DIALOGS, kept=kept, merged=merged)
        moved: dict[str, Any] = {
            "told": [list(row) for row in chats],
            "interests": [one for (one,) in await self._session.rows(_TAKE_INTERESTS, kept=kept, merged=merged)],
            "before": mine,
            "ref": await self._take_ref(kept, merged),
        }
        self._session.later(_WRITE, contact=kept, **_filled(mine, theirs))
        self._session.later(_SET_INTO, contact=merged, into=kept)
        self._session.later(_KEEP_MOVED, merge=id_, moved=codec.dump_plain(moved))
        await self._count(kept, merged)
        return Merge(id_, kept, merged, why, operator, at)

    async def _take_ref(self, kept: ContactId, merged: ContactId) -> str:
        """Copies the CRM reference of `merged` to `kept` if only `merged` has one. Returns it, or ""."""
        mine = await one(self._session, _REF, contact=kept)
        theirs = await one(self._session, _REF, contact=merged)
        if (mine and mine[0]) or not (theirs and theirs[0]):
            return ""
        self._session.later(_SET_REF, contact_id=kept, ref=theirs[0])
        return str(theirs[0])

    async def undo(self, merge: int, at: datetime) -> Merge | None:
        row = await one(self._session, _LOCK_MERGE, merge=merge)
        if row is None:
            return None
        *values, body = row
        undone, moved = Merge(*values), codec.load_plain(body)
        kept, merged = await self._present(undone.kept), undone.merged
        await self._session.rows(_LOCK, one=kept, other=merged)
        since = await self._session.rows(_TOLD_SINCE, merge=merge, kept=kept)
        self._session.later(_GIVE_CHATS, merge=merge, kept=kept, merged=merged)
        self._session.later(_GIVE_DIALOGS, merge=merge, kept=kept, merged=merged)
        interests_ = [InterestId(one) for one in moved["interests"]]
        self._session.later(_GIVE_INTERESTS, kept=kept, merged=merged, moved=interests_, since=undone.at)
        self._session.later(_FORGET_FURTHER, merge=merge)
        self._session.later(_SET_INTO, contact=merged, into=None)
        self._session.later(_UNDO, merge=merge, at=at)
        await self._give_news(kept, merged, moved, since)
        for contact in {undone.kept, kept}:
            await self._give_profile_back(contact, merged, moved)
        await self._count(kept, merged)
        return undone

    async def _give_news(self, kept: ContactId, merged: ContactId, moved: dict[str, Any], since: Sequence[Any]) -> None:
        """Gives `merged` whatever its returning chats have reported since the merge."""
        found = {id_: values for id_, _, *values in await self._session.rows(_LOCK, one=kept, other=merged)}
        mine, theirs = _profile(found[kept]), _profile(found[merged])
        known = present = Contact(merged, theirs["name"], theirs["phone"], theirs["email"])
        then = {(account, chat): ChatProfile.read(row, known) for account, chat, *row in moved.get("told", ())}
        for account, chat, *row in since:
            if (account, chat) in then:
                present = profile_changes(present, then[account, chat], ChatProfile.read(row, known))
        now = theirs | {name: getattr(present, name) for name in ("name", "phone", "email")}
        for name, keys in _WITH.items():
            if now[name] != theirs[name]:
                source = mine if mine[name] == now[name] else _NO_KEYS
                now |= {one: source[one] for one in keys}
        self._session.later(_WRITE, contact=merged, **_searched(now))

    async def _give_profile_back(self, kept: ContactId, merged: ContactId, moved: dict[str, Any]) -> None:
        """Restores the fields that `kept` took from `merged`; later changes stay."""
        found = {id_: values for id_, _, *values in await self._session.rows(_LOCK, one=kept, other=merged)}
        mine, theirs = _profile(found[kept]), _profile(found[merged])
        before, now = moved["before"], dict(mine)
        for name in (*_TOLD, "kind"):
            if mine[name] == theirs[name]:
                now |= {one: before[one] for one in (name, *_WITH.get(name, ()))}
        self._session.later(_WRITE, contact=kept, **_searched(now))
        ref = await one(self._session, _REF, contact=kept)
        if moved["ref"] and ref and ref[0] == moved["ref"]:
            self._session.later(_SET_REF, contact_id=kept, ref="")

    async def _present(self, contact: ContactId) -> ContactId:
        """Follows merges to the contact that this one belongs to now."""
        found = await one(self._session, _MERGED_INTO, contact=contact)
        return contact if found is None or found[0] is None else await self._present(found[0])

    async def _count(self, *both: ContactId) -> None:
        for contact in both:
            self._session.later(_NUMBER, contact=contact)
            self._session.later(COUNT_DIALOGS, contact=contact)
        self._work.wake("dialogs")

    async def get(self, merge: int) -> Merge | None:
        found = await one(self._session, _GET, merge=merge)
        return Merge(*found[:-1]) if found else None

    async def parted(self, one: ContactId, other: ContactId) -> bool:
        return bool(await self._session.rows(_PARTED, one=one, other=other))

    async def into(self, contact: ContactId) -> Sequence[Merge]:
        found: dict[int, Merge] = {}
        asked = [contact]
        while asked:
            rows = [Merge(*row) for row in await self._session.rows(_INTO, contacts=asked)]
            asked = [one.merged for one in rows]
            found |= {one.id: one for one in rows}
        return [found[id_] for id_ in sorted(found, reverse=True)]


def _filled(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Fills the empty fields of `mine` from `theirs`. If either is a client, the result is one."""
    filled = dict(mine)
    for name in _TOLD:
        if not mine[name]:
            filled |= {one: theirs[one] for one in (name, *_WITH.get(name, ()))}
    if "client" in (mine["kind"], theirs["kind"]):
        filled["kind"] = "client"
    return _searched(filled)


def _profile(values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip((*_PROFILE, *_KEYS), values, strict=True))


def _searched(profile: dict[str, Any]) -> dict[str, Any]:
    return profile | {"folded": fold(profile["name"], profile["phone"], profile["email"])}
