"""Parser of webhooks: Cloud API → `Update`. Pure, and never raises: what cannot be parsed becomes `UnreadableUpdate`.

One body holds `entry[] × changes[]`, each change any number of `messages[]` and `statuses[]`; all are returned in
order. Sources: Meta's "Webhooks", "Messages webhook reference" and "Business-scoped user IDs".

A customer's chat id is their business-scoped user id (BSUID, `US.1349…`) if given, else their phone number. People with
a user name may have no number; the BSUID stays the same when they change that name. When both are given, the
conversation known by the number first moves to the BSUID.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from bot.domain import (
    AccountName,
    ChatId,
    ChatMoved,
    CustomerDeleted,
    CustomerEdited,
    CustomerEvent,
    CustomerReacted,
    CustomerWrote,
    ForeignId,
    Key,
    Profile,
    Receipt,
    ReceiptState,
    UnreadableUpdate,
    Update,
)
from bot.domain.value import value
from bridges.shared.fields import Fields, Unexpected, digest, dumped
from bridges.whatsapp import contents, errors
from bridges.whatsapp.kinds import BSUID, IGNORED, PHONE, QUIET

STATES = {
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.READ,
    "played": ReceiptState.READ,  # a voice message was listened to
    "failed": ReceiptState.FAILED,
}
SAID_ALREADY = frozenset({"sent", "deleted", "warning"})
"""Statuses without news: that the message was sent is known from the answer to our request."""
CHANGED = re.compile(r"changed from (\S+) to (\S+)")
"""End of a system message's text: the ids before and after."""


def origin(account: AccountName) -> str:
    return f"account:{account}"


def read(raw: object, phone_id: str, account: AccountName, now: datetime) -> list[Update]:
    """Parses everything that concerns customers of the number `phone_id`. `now`: for items without a time."""
    entries = Fields(raw).objects("entry")
    changes = [change for entry in entries for change in entry.objects("changes")]
    if not changes:
        return [_unreadable(raw, "no change is in it", now)]
    return [update for change in changes for update in _Change(change, phone_id, origin(account), now).updates()]


@value
class _Person:
    """The customer that something is about. `phone`: digits only."""

    user_id: str = ""
    phone: str = ""
    profile: Profile = Profile()

    @property
    def chat(self) -> ChatId:
        """Returns the chat's id. Raises `Unexpected` if there is neither id nor phone."""
        if not (self.user_id or self.phone):
            raise Unexpected("nobody is named")
        return ChatId(self.user_id or self.phone)


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
        parts = {key: value.objects(key) for key in ("messages", "statuses", "user_id_update")}
        if not any(parts.values()):
            yield _unreadable(self._change.raw, f"nothing known is in the change of {field[:40]!r}", self._now)
        for message in parts["messages"]:
            yield from self._message(message)
        for status in parts["statuses"]:
            yield from self._status(status)
        for renamed in parts["user_id_update"]:
            yield from self._renamed(renamed)

    # ------------------------------------------------------------------------------------ messages

    def _message(self, message: Fields) -> Iterator[Update]:
        kind, person = message.text("type"), _Person()
        if kind in QUIET:
            return
        try:
            person = self._sender(message)
            if "group_id" in message:
                raise Unexpected("it was written in a group")
            reader = EVENTS.get(kind, _wrote)
            event = reader(message, person, self._files)
            key = Key(_needed(message, "id"))
        except Unexpected as error:
            yield self._kept(message, str(error), person)
            return
        at = _moment(message) or self._now
        if person.user_id and person.phone and kind != "system":
            alias = ChatMoved(ChatId(person.phone), ChatId(person.user_id))
            yield Update(Key(f"alias:{person.phone}:{person.user_id}"), alias, at)
        if event is not None:
            yield Update(key, event, at)

    def _sender(self, message: Fields) -> _Person:
        """Parses the sender. `from` may be missing or be the BSUID; the contact's number may differ from it."""
        sender, user_id = message.text("from"), message.text("from_user_id")
        if BSUID.fullmatch(sender):
            sender, user_id = "", user_id or sender
        contact = self._contact(sender, user_id)
        user_id = user_id or contact.text("user_id")
        phone = sender if PHONE.fullmatch(sender) else contact.text("wa_id")
        phone = phone if PHONE.fullmatch(phone) else ""
        details = contact.object("profile")
        name, username = details.text("name"), details.text("username").lstrip("@")
        profile = Profile(name, username, f"+{phone}", proven=True) if phone else Profile(name, username)
        return _Person(user_id if BSUID.fullmatch(user_id) else "", phone, profile)

    def _contact(self, *ids: str) -> Fields:
        """Returns the contact with one of these ids; if there is only one contact, returns it whatever its ids."""
        contacts = self._value.objects("contacts")
        for contact in contacts:
            if {contact.text("wa_id"), contact.text("user_id")} & set(filter(None, ids)):
                return contact
        return contacts[0] if len(contacts) == 1 else Fields(None)

    # -------------------------------------------------------------------------- statuses and new ids

    def _status(self, status: Fields) -> Iterator[Update]:
        word = status.text("status")
        if word in SAID_ALREADY:
            return
        try:
            if word not in STATES:
                raise Unexpected(f"no known status: {word[:40]!r}")
            ref = ForeignId(_needed(status, "id"))
            chat = self._receiver(status).chat
        except Unexpected as error:
            yield self._kept(status, str(error))
            return
        reason, detail = errors.late(status.objects("errors")) if word == "failed" else ("", "")
        receipt = Receipt(chat, ref, STATES[word], reason=reason, detail=detail)
        yield Update(Key(f"{ref}:{word}"), receipt, _moment(status) or self._now)

    def _receiver(self, status: Fields) -> _Person:
        phone, user_id = status.text("recipient_id"), status.text("recipient_user_id")
        if BSUID.fullmatch(phone):
            phone, user_id = "", user_id or phone
        user_id = user_id or self._contact(phone).text("user_id")
        return _Person(user_id if BSUID.fullmatch(user_id) else "", phone if PHONE.fullmatch(phone) else "")

    def _renamed(self, renamed: Fields) -> Iterator[Update]:
        """Parses the field `user_id_update`: a customer's BSUID has changed."""
        ids = renamed.object("user_id")
        before, after = ids.text("previous"), ids.text("current")
        if not (BSUID.fullmatch(before) and BSUID.fullmatch(after)):
            yield self._kept(renamed, "no user ids are in the update")
            return
        yield Update(_moving(before, after), ChatMoved(ChatId(before), ChatId(after)), _moment(renamed) or self._now)

    def _kept(self, part: Fields, why: str, person: _Person | None = None) -> Update:
        """Keeps an item as `UnreadableUpdate`, with everything else in its change."""
        around = {key: value for key, value in self._value.raw.items() if key not in ("messages", "statuses")}
        chat = person.chat if person and (person.user_id or person.phone) else None
        return _unreadable({**around, "part": part.raw}, why, self._now, chat, person.profile if person else Profile())


# ---------------------------------------------------------------------------------- kinds of messages


def _wrote(message: Fields, person: _Person, files: str) -> CustomerEvent:
    ref = ForeignId(_needed(message, "id"))
    return CustomerWrote(person.chat, ref, contents.read(message, files), person.profile)


def _edited(message: Fields, person: _Person, files: str) -> CustomerEvent:
    edit = message.object("edit")
    ref = ForeignId(_needed(edit, "original_message_id"))
    return CustomerEdited(person.chat, ref, contents.read(edit.object("message"), files), person.profile)


def _revoked(message: Fields, person: _Person, _: str) -> CustomerEvent:
    return CustomerDeleted(person.chat, ForeignId(_needed(message.object("revoke"), "original_message_id")))


def _reacted(message: Fields, person: _Person, _: str) -> CustomerEvent:
    """Parses a reaction: a person has one per message, and an empty emoji means that it was removed."""
    reaction = message.object("reaction")
    emoji = reaction.text("emoji")
    return CustomerReacted(person.chat, ForeignId(_needed(reaction, "message_id")), (emoji,) if emoji else ())


def _system(message: Fields, person: _Person, _: str) -> CustomerEvent | None:
    """Parses a change of number, which also changes the BSUID (`user_changed_user_id`, where only the text names the
    former one). Other system messages are ignored."""
    system = message.object("system")
    if system.text("type") not in ("user_changed_number", "customer_changed_number", "user_changed_user_id"):
        return None
    named = CHANGED.search(system.text("body"))
    before, after = named.groups() if named else ("", "")
    new = system.text("user_id") or (after if BSUID.fullmatch(after) else "")
    new = new or system.text("wa_id") or system.text("new_wa_id") or after
    old = before if BSUID.fullmatch(before) else person.user_id or system.text("customer") or person.phone or before
    if not all(BSUID.fullmatch(one) or PHONE.fullmatch(one) for one in (old, new)):
        raise Unexpected("the change of number does not say from what to what")
    return ChatMoved(ChatId(old), ChatId(new)) if old != new else None


EVENTS: Mapping[str, Callable[[Fields, _Person, str], CustomerEvent | None]] = {
    "edit": _edited,
    "revoke": _revoked,
    "reaction": _reacted,
    "system": _system,
}

# --------------------------------------------------------------------------------------- parts of them


def _needed(part: Fields, key: str) -> str:
    value = part.text(key)
    if not value:
        raise Unexpected(f"there is no {key}")
    return value


def _moment(part: Fields) -> datetime | None:
    """Parses seconds since 1970, usually a string, sometimes a number."""
    seconds = part.text("timestamp")
    if seconds.isascii() and seconds.isdecimal() and len(seconds) < 19:
        return Fields({"seconds": int(seconds)}).moment("seconds")
    return part.moment("timestamp")


def _moving(before: str, after: str) -> Key:
    return Key(f"moved:{before}:{after}")


def _unreadable(
    raw: object, why: str, now: datetime, chat: ChatId | None = None, profile: Profile | None = None
) -> Update:
    return Update(Key(digest(raw)), UnreadableUpdate(dumped(raw), why, chat, profile or Profile()), now)
