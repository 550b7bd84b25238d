"""Contacts, and the chat by which each is known on each account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, select, true, update

from bot.domain import AccountName, ChatId, Contact, ContactId, Profile
from bot.domain.ids import is_topic_in
from bot.domain.value import replace
from bot.ports.storage import ContactKeys, Identity, Keys
from storage.engine import codec
from storage.engine.session import Retry, Session, one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.repositories.chat_moves import move_chat
from storage.repositories.profiles import ChatProfile, profile_changes
from storage.search.normalize import fold
from storage.tables import rows
from storage.tables.tables import accounts, contacts, dialogs, early_changes, identities

_HERE = and_(identities.c.account == param("account"), identities.c.chat == param("chat"))
_IDENTITY = (
    *(identities.c.account, identities.c.chat, identities.c.username, identities.c.blocked, identities.c.barred),
    contacts.c.dialogs,
    exists().where(early_changes.c.account == identities.c.account, early_changes.c.chat == identities.c.chat),
)
_TOLD = (identities.c.name, identities.c.phone, identities.c.email)
_KEYS_OF = (contacts.c.phone_key, contacts.c.email_key, contacts.c.phone_proven, contacts.c.email_proven)
_open = and_(
    dialogs.c.account == identities.c.account,
    dialogs.c.chat == identities.c.chat,
    dialogs.c.status.not_in([literal_column("'closed'"), literal_column("'for_review'")]),
)
_RULES = select(accounts.c.rules).where(accounts.c.name == param("account")).scalar_subquery()
_KEYS_AT, _MET_AT = len(_TOLD), len(_TOLD) + len(_KEYS_OF)
_met = (*_IDENTITY, *rows.CONTACT)
_known = select(*_met, *rows.DIALOG).join_from(identities, contacts, contacts.c.id == identities.c.contact_id)
# PostgreSQL cannot lock the optional side of a join, but it can lock a row in a subquery. After waiting for the lock it
# sees the dialog's present state: one closed meanwhile is not found.
_locked = select(*rows.DIALOG).where(_open).correlate(identities).with_for_update(key_share=True).lateral("locked")
_LOCK = Statement(
    select(_RULES, *_TOLD, *_KEYS_OF, *_met, *rows.DIALOG)
    .join_from(identities, contacts, contacts.c.id == identities.c.contact_id)
    .outerjoin(dialogs, _open)
    .where(_HERE),
    postgres=select(_RULES, *_TOLD, *_KEYS_OF, *_met, *_locked.c)
    .join_from(identities, contacts, contacts.c.id == identities.c.contact_id)
    .outerjoin(_locked, true())
    .where(_HERE)
    .with_for_update(key_share=True, of=identities),
)
_OF_CONTACT = Statement(
    _known.outerjoin(dialogs, _open)
    .where(identities.c.contact_id == param("contact"))
    .order_by(identities.c.account, identities.c.chat)
)
_home = identities.alias("home")
_CHATS = Statement(
    select(identities.c.chat)
    .join_from(_home, identities, identities.c.contact_id == _home.c.contact_id)
    .where(
        _home.c.account == param("account"),
        _home.c.chat == param("chat"),
        identities.c.account == param("account"),
    )
    .order_by(identities.c.chat)
)
_LOCK_KNOWN = Statement(select(identities.c.chat).where(_HERE).with_for_update(key_share=True))
_this = contacts.c.id == param("contact")
_GET = Statement(select(*rows.CONTACT, contacts.c.merged_into).where(_this))
_KEYS = Statement(select(*_KEYS_OF).where(_this))
_SET_KEYS = Statement(update(contacts).where(_this).values({one.name: param(one.name, one) for one in _KEYS_OF}))
_AFTER = Statement(
    select(
        *rows.CONTACT,
        *_KEYS_OF,
        select(func.min(identities.c.account)).where(identities.c.contact_id == contacts.c.id).scalar_subquery(),
    )
    .where(contacts.c.id > param("after"))
    .order_by(contacts.c.id)
    .limit(param("limit"))
)
_RENEW_KEYS = Statement(
    update(contacts)
    .where(
        _this,
        contacts.c.phone == param("phone"),
        contacts.c.email == param("email"),
        *(column == param(f"old_{column.name}", column) for column in _KEYS_OF),
    )
    .values({one.name: param(one.name, one) for one in _KEYS_OF})
)
_others = select(*rows.CONTACT, *_KEYS_OF).where(contacts.c.id != param("contact"))
_nothing: ColumnElement[str] = literal_column("''")
# Two queries: with OR, PostgreSQL would rather scan the whole table by id than use an index for each condition.
_ALIKE = Statement(
    _others.where(contacts.c.phone_key == param("phone"), contacts.c.phone_key != _nothing).union(
        _others.where(contacts.c.email_key == param("email"), contacts.c.email_key != _nothing)
    )
)
_ADD_CONTACT = Statement(insert_into(contacts, "name", "phone", "email", "picture", "folded").returning(contacts.c.id))
_ADD_IDENTITY = Statement(
    insert_into(identities, "account", "chat", "contact_id", "username", "name", "phone", "email")
    .on_conflict_do_nothing()
    .returning(identities.c.chat)
)
_SAVED = ("name", "phone", "email", "picture", "folded")
_NAME = Statement(update(contacts).where(_this).values({name: param(name, contacts.c[name]) for name in _SAVED}))
_SAVE = Statement(
    update(contacts).where(_this).values({name: param(name, contacts.c[name]) for name in (*_SAVED, "kind")})
)
_TELL = Statement(
    update(identities)
    .where(_HERE)
    .values({name: param(name, identities.c[name]) for name in ("username", "name", "phone", "email")})
)
_BLOCK = Statement(update(identities).where(_HERE).values(blocked=param("blocked")))
_BLOCK_DIALOG = Statement(
    update(dialogs)
    .where(
        dialogs.c.account == param("account"),
        dialogs.c.chat == param("chat"),
        dialogs.c.status != literal_column("'closed'"),
    )
    .values(blocked=param("blocked"))
    .returning(dialogs.c.id)
)
_BAR = Statement(update(identities).where(_HERE).values(barred=param("barred")))
_contact_here = select(identities.c.contact_id).where(_HERE).scalar_subquery()
_BAR_DIALOGS = Statement(
    update(dialogs)
    .where(
        dialogs.c.contact_id == _contact_here, dialogs.c.account == param("account"), dialogs.c.chat == param("chat")
    )
    .values(barred=param("barred"))
    .returning(dialogs.c.id)
)


class SqlContacts:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def lock_identity(self, account: AccountName, chat: ChatId, profile: Profile) -> tuple[Identity, bool]:
        found = await one(self._session, _LOCK, account=account, chat=chat)
        if found is None:
            return await self._make(account, chat, profile), True
        rules, *found = found
        self._work.rules[account] = codec.load_rules(rules) if rules is not None else None
        stored, keys, known = found[:_KEYS_AT], Keys(*found[_KEYS_AT:_MET_AT]), found[_MET_AT:]
        identity = _identity(known)
        before = ChatProfile.read(stored, identity.contact)
        now = before.with_report(profile)
        contact = profile_changes(_pictured(identity.contact, profile), before, now)
        if contact != identity.contact:
            self._session.later(_NAME, contact=contact.id, **_stored(contact))
        username = profile.username or identity.username
        if (username, now.name, now.phone, now.email) != (identity.username, *stored):
            self._session.later(_TELL, account=account, chat=chat, username=username, **asdict(now))
        met = replace(identity, contact=contact, username=username)
        return met, contact != identity.contact or _newly_proven(contact, keys, profile)

    async def _make(self, account: AccountName, chat: ChatId, profile: Profile) -> Identity:
        now = ChatProfile().with_report(profile)
        if profile.home is not None:
            home, _ = await self.lock_identity(account, profile.home, replace(profile, home=None))
            identity = replace(home, chat=chat, username=profile.username, blocked=False, open=None, early=True)
        else:
            contact = profile_changes(_pictured(Contact(ContactId(0)), profile), ChatProfile(), now)
            [(id_,)] = await self._session.rows(_ADD_CONTACT, **_stored(contact))
            contact = replace(contact, id=id_)
            identity = Identity(
                account, chat, contact, profile.username, blocked=False, open=None, new=True, early=True
            )
        added = {"contact_id": identity.contact.id, "username": profile.username, **asdict(now)}
        if not await self._session.rows(_ADD_IDENTITY, account=account, chat=chat, **added):
            raise Retry("another transaction has just made this identity")
        return identity

    async def get(self, contact: ContactId) -> Contact:
        found = await one(self._session, _GET, contact=contact)
        if found is None:
            raise LookupError(f"no contact {contact}")
        *row, merged_into = found
        return rows.contact(row) if merged_into is None else await self.get(merged_into)

    async def itself(self, contact: ContactId) -> Contact:
        [found] = await self._session.rows(_GET, contact=contact)
        return rows.contact(found[:-1])

    async def save(self, contact: Contact) -> None:
        self._session.later(_SAVE, contact=contact.id, kind=contact.kind.value, **_stored(contact))
        self._work.wake("dialogs")

    async def keys(self, contact: ContactId) -> Keys:
        found = await one(self._session, _KEYS, contact=contact)
        return Keys(*found) if found else Keys()

    async def set_keys(self, contact: ContactId, keys: Keys) -> None:
        self._session.later(_SET_KEYS, contact=contact, **_columns(keys))

    async def after(self, contact: ContactId, limit: int) -> Sequence[ContactKeys]:
        width = len(rows.CONTACT)
        found = await self._session.rows(_AFTER, after=contact, limit=limit)
        return [ContactKeys(rows.contact(row[:width]), Keys(*row[width:-1]), row[-1]) for row in found]

    async def renew_keys(self, known: ContactKeys, keys: Keys) -> None:
        contact, old = known.contact, {f"old_{name}": value for name, value in _columns(known.keys).items()}
        given = {"phone": contact.phone, "email": contact.email}
        self._session.later(_RENEW_KEYS, contact=contact.id, **_columns(keys), **given, **old)

    async def alike(self, contact: ContactId, keys: Keys) -> Sequence[tuple[Contact, Keys]]:
        width = len(rows.CONTACT)
        found: dict[ContactId, tuple[Contact, Keys]] = {}
        for row in await self._session.rows(_ALIKE, contact=contact, phone=keys.phone, email=keys.email):
            present = await self.get(rows.contact(row[:width]).id)
            if present.id != contact:
                found.setdefault(present.id, (present, Keys(*row[width:])))
        return [found[id_] for id_ in sorted(found)]

    async def identities(self, contact: ContactId) -> Sequence[Identity]:
        return [_identity(row) for row in await self._session.rows(_OF_CONTACT, contact=contact)]

    async def topics(self, account: AccountName, chat: ChatId) -> Sequence[ChatId]:
        found = await self._session.rows(_CHATS, account=account, chat=chat)
        return [ChatId(topic) for (topic,) in found if is_topic_in(chat, ChatId(topic))]

    async def lock_known(self, account: AccountName, chat: ChatId) -> bool:
        return bool(await self._session.rows(_LOCK_KNOWN, account=account, chat=chat))

    async def set_blocked(self, account: AccountName, chat: ChatId, blocked: bool) -> None:
        self._session.later(_BLOCK, account=account, chat=chat, blocked=blocked)
        for (dialog,) in await self._session.rows(_BLOCK_DIALOG, account=account, chat=chat, blocked=blocked):
            self._work.wake(f"dialog:{dialog}", "dialogs")

    async def set_barred(self, account: AccountName, chat: ChatId, barred: bool) -> None:
        self._session.later(_BAR, account=account, chat=chat, barred=barred)
        for (dialog,) in await self._session.rows(_BAR_DIALOGS, account=account, chat=chat, barred=barred):
            self._work.wake(f"dialog:{dialog}", "dialogs")

    async def move(self, account: AccountName, chat: ChatId, to: ChatId, *, same_ids: bool) -> None:
        await move_chat(self._session, account, chat, to, self._work.clock.now(), same_ids=same_ids)
        self._work.wake("dialogs")


def _identity(row: Any) -> Identity:
    account, chat, username, blocked, barred, count, early = row[: len(_IDENTITY)]
    contact, dialog = row[len(_IDENTITY) : len(_met)], row[len(_met) :]
    open_dialog = None if dialog[0] is None else rows.dialog(dialog)
    met = rows.contact(contact)
    return Identity(account, chat, met, username, blocked, open_dialog, count, barred=barred, early=bool(early))


def _columns(keys: Keys) -> dict[str, Any]:
    values = (keys.phone, keys.email, keys.phone_proven, keys.email_proven)
    return {column.name: value for column, value in zip(_KEYS_OF, values, strict=True)}


def _pictured(contact: Contact, profile: Profile) -> Contact:
    return replace(contact, picture=profile.picture or contact.picture)


def _newly_proven(contact: Contact, keys: Keys, profile: Profile) -> bool:
    """Returns True when the channel vouches for the contact's phone or email for the first time: it was known from
    elsewhere, or from before this was recorded."""
    phone = profile.phone == contact.phone and bool(keys.phone) and not keys.phone_proven
    email = profile.email == contact.email and bool(keys.email) and not keys.email_proven
    return profile.proven and (phone or email)


def _stored(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "picture": codec.file.dump(contact.picture) if contact.picture else None,
        "folded": fold(contact.name, contact.phone, contact.email),
    }
