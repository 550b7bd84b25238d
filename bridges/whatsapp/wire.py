"""Parser of webhooks: Cloud API → `Update`. Pure, and never raises: what cannot be parsed becomes `UnreadableUpdate`.

One body holds `entry[] × changes[]`, each change any number of `messages[]` and `statuses[]`; all are returned in
order. What a single item says is in `events`. Sources: Meta's "Webhooks" and "Business-scoped user IDs".

A customer's chat id is their business-scoped user id (BSUID, `US.1349…`) if given, else their phone number. People with
a user name may have no number; the BSUID stays the same when they change that name. When both are given, the
conversation known by the number first moves to the BSUID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.domain import (
    AccountName,
    ChatId,
    ChatMoved,
    Content,
    CustomerEvent,
    ForeignId,
    Key,
    Profile,
    Receipt,
    ReceiptState,
    UnreadableUpdate,
    Update,
)
from bridges.shared.fields import Fields, Unexpected, digest, dumped
from bridges.whatsapp import contents, errors, events
from bridges.whatsapp.events import Person, moment, needed
from bridges.whatsapp.kinds import BSUID, CALLBACK, IGNORED, PHONE, QUIET

STATES = {
    "sent": ReceiptState.SENT,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.READ,
    "played": ReceiptState.READ,  # a voice message was listened to
    "failed": ReceiptState.FAILED,
}
SAID_ALREADY = frozenset({"deleted", "warning"})
"""Statuses without news."""


def origin(account: AccountName) -> str:
    return f"account:{account}"


def read(raw: object, phone_id: str, account: AccountName, now: datetime) -> list[Update]:
    """Parses everything that concerns customers of the number `phone_id`. `now`: for items without a time."""
    entries = Fields(raw).objects("entry")
    changes = [change for entry in entries for change in entry.objects("changes")]
    if not changes:
        return [_unreadable(raw, "no change is in it", now)]
    return [update for change in changes for update in _Change(change, phone_id, origin(account), now).updates()]


class _Change:
    """Parses one change of one number."""

    def __init__(self, change: Fields, phone_id: str, files: str, now: datetime) -> None:
        self._change, self._value = change, change.object("value")
        self._phone_id, self._files, self._now = phone_id, files, now

    def updates(self) -> Iterator[Update]:
        field, value = self._change.text("field"), self._value
        phone_id = value.object("metadata").text("phone_number_id")
        if field in IGNORED:
            return
        if phone_id and phone_id != self._phone_id:
            yield _unreadable(self._change.raw, "it is for another number of the same app", self._now)
            return
        parts = [(take, value.objects(key)) for key, take in self._takers().items()]
        if not any(items for _, items in parts):
            yield _unreadable(self._change.raw, f"nothing known is in the change of {field[:40]!r}", self._now)
        for take, items in parts:
            for item in items:
                yield from take(item)

    def _takers(self) -> dict[str, Callable[[Fields], Iterator[Update]]]:
        """Returns the lists that a change may hold, in the order in which they are read."""
        return {
            "messages": self._message,
            "message_echoes": self._echo,
            "calls": self._call,
            "statuses": self._status,
            "user_id_update": self._renamed,
        }

    # ------------------------------------------------------------------------------------ messages

    def _message(self, message: Fields) -> Iterator[Update]:
        kind, person = message.text("type"), Person()
        if kind in QUIET:
            return
        if "group_id" in message:  # groups are other programs': an answer would go to everyone in it
            yield self._kept(message, "it was written in a group")
            return
        try:
            person = self._sender(message)
            event = events.read(message, person, self._files)
            key = Key(needed(message, "id"))
        except Unexpected as error:
            content = contents.salvaged(message, self._value.objects("errors"))
            yield self._kept(message, str(error), person, content)
            return
        yield from self._about(key, event, person, moment(message), alias=kind != "system")
        if isinstance(event, ChatMoved) and (told := events.told(event.to, message)):
            yield Update(Key(f"told:{key}"), told, moment(message) or self._now)

    def _echo(self, message: Fields) -> Iterator[Update]:
        """Parses a message of a colleague, sent from the WhatsApp Business app of the same number."""
        if "group_id" in message or message.text("type") in QUIET:
            return
        try:
            person = self._person(message.text("to"), message.text("to_user_id"))
            event = events.echo(message, person, self._files)
            key = Key(f"echo:{needed(message, 'id')}")
        except Unexpected as error:
            yield self._kept(message, str(error))
            return
        yield from self._about(key, event, person, moment(message))

    def _call(self, call: Fields) -> Iterator[Update]:
        """Parses an event of a call; the end of a customer's own tells whether it was missed."""
        ours = self._value.object("metadata").text("display_phone_number")
        ends = [end for end in ("from", "to") if call.text(end) and _digits(call.text(end)) != _digits(ours)]
        by_customer = call.text("direction") == "USER_INITIATED" or ("direction" not in call and ends[:1] == ["from"])
        if call.text("event") != "terminate" or not by_customer:
            return
        sender = ends[0] if ends else "from"
        try:
            person = self._person(call.text(sender), call.text(f"{sender}_user_id"))
            event, key = events.call(call, person), Key(f"call:{needed(call, 'id')}")
        except Unexpected as error:
            yield self._kept(call, str(error))
            return
        yield from self._about(key, event, person, moment(call))

    def _about(
        self, key: Key, event: CustomerEvent | None, person: Person, at: datetime | None, *, alias: bool = True
    ) -> Iterator[Update]:
        """Yields the event, after the move of a conversation that was known by the number."""
        if alias and person.user_id and person.phone:
            moved = ChatMoved(ChatId(person.phone), ChatId(person.user_id))
            yield Update(Key(f"alias:{person.phone}:{person.user_id}"), moved, at or self._now)
        if event is not None:
            yield Update(key, event, at or self._now)

    def _sender(self, message: Fields) -> Person:
        parent, shared = message.text("from_parent_user_id"), contents.shared_phone(message)
        return self._person(message.text("from"), message.text("from_user_id"), parent, shared)

    def _person(self, sender: str, user_id: str, parent: str = "", shared: str = "") -> Person:
        """Parses a customer. `sender` may be missing or be the BSUID; the contact's number may differ from it.
        `parent`: their id for all portfolios of the business; `shared`: the number that they have just given."""
        if BSUID.fullmatch(sender):
            sender, user_id = "", user_id or sender
        contact = self._contact(sender, user_id)
        user_id = user_id or contact.text("user_id")
        phone = next(filter(PHONE.fullmatch, (sender, contact.text("wa_id"), shared)), "")
        user_id = user_id or ("" if phone else parent)
        details = contact.object("profile")
        name, username = details.text("name"), details.text("username").lstrip("@")
        profile = Profile(name, username, f"+{phone}", proven=True) if phone else Profile(name, username)
        return Person(user_id if BSUID.fullmatch(user_id) else "", phone, profile)

    def _contact(self, *ids: str) -> Fields:
        """Returns the contact with one of these ids; if there is only one contact, returns it whatever its ids."""
        contacts = self._value.objects("contacts")
        for contact in contacts:
            if {contact.text("wa_id"), contact.text("user_id")} & set(filter(None, ids)):
                return contact
        return contacts[0] if len(contacts) == 1 else Fields(None)

    # -------------------------------------------------------------------------- statuses and new ids

    def _status(self, status: Fields) -> Iterator[Update]:
        word, key = status.text("status"), status.text(CALLBACK)
        another = status.text("recipient_type") == "group" or status.text("type") == "call"
        if another or word in SAID_ALREADY or (word == "sent" and not key):
            return
        try:
            if word not in STATES:
                raise Unexpected(f"no known status: {word[:40]!r}")
            ref = ForeignId(needed(status, "id"))
            chat = self._receiver(status).chat
        except Unexpected as error:
            yield self._kept(status, str(error))
            return
        reason, detail = errors.late(status.objects("errors")) if word == "failed" else ("", "")
        receipt = Receipt(chat, ref, STATES[word], reason=reason, detail=detail, key=key)
        yield Update(Key(f"{ref}:{word}"), receipt, moment(status) or self._now)

    def _receiver(self, status: Fields) -> Person:
        phone, user_id = status.text("recipient_id"), status.text("recipient_user_id")
        if BSUID.fullmatch(phone):
            phone, user_id = "", user_id or phone
        user_id = user_id or self._contact(phone).text("user_id")
        return Person(user_id if BSUID.fullmatch(user_id) else "", phone if PHONE.fullmatch(phone) else "")

    def _renamed(self, renamed: Fields) -> Iterator[Update]:
        """Parses the field `user_id_update`: a customer's BSUID has changed."""
        ids = renamed.object("user_id")
        before, after = ids.text("previous"), ids.text("current")
        if not (BSUID.fullmatch(before) and BSUID.fullmatch(after)):
            yield self._kept(renamed, "no user ids are in the update")
            return
        yield Update(_moving(before, after), ChatMoved(ChatId(before), ChatId(after)), moment(renamed) or self._now)

    def _kept(self, part: Fields, why: str, person: Person | None = None, content: Content | None = None) -> Update:
        """Keeps an item as `UnreadableUpdate`, with everything else in its change."""
        around = {key: value for key, value in self._value.raw.items() if key not in self._takers()}
        person = person or Person()
        chat = person.chat if person.user_id or person.phone else None
        return _unreadable({**around, "part": part.raw}, why, self._now, chat, person.profile, content)


# --------------------------------------------------------------------------------------- parts of them


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def _moving(before: str, after: str) -> Key:
    return Key(f"moved:{before}:{after}")


def _unreadable(
    raw: object,
    why: str,
    now: datetime,
    chat: ChatId | None = None,
    profile: Profile | None = None,
    content: Content | None = None,
) -> Update:
    event = UnreadableUpdate(dumped(raw), why, chat, profile or Profile(), content or Content())
    return Update(Key(digest(raw)), event, now)
