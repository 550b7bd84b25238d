"""Parser of single items of a webhook: a customer's message, a colleague's, a call → event. Pure.

Sources: Meta's "Messages webhook reference", "smb_message_echoes webhook reference", "Calling API webhooks".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain import (
    ChatId,
    ChatMoved,
    ColleagueDeleted,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerEvent,
    CustomerReacted,
    CustomerWrote,
    ForeignId,
    Line,
    Occurrence,
    Profile,
    ServiceNotice,
)
from bot.domain.value import value
from bridges.shared.fields import Fields, Unexpected
from bridges.whatsapp import contents
from bridges.whatsapp.kinds import BSUID, PHONE

CHANGED = re.compile(r"changed from (\S+) to (\S+)")
"""End of a system message's text: the ids before and after."""
MOVES = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})
"""System messages about a changed id."""


@value
class Person:
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


def _wrote(message: Fields, person: Person, files: str) -> CustomerEvent:
    ref = ForeignId(needed(message, "id"))
    return CustomerWrote(person.chat, ref, contents.read(message, files), person.profile)


def _edited(message: Fields, person: Person, files: str) -> CustomerEvent:
    edit = message.object("edit")
    ref = ForeignId(needed(edit, "original_message_id"))
    return CustomerEdited(person.chat, ref, contents.read(edit.object("message"), files), person.profile)


def _revoked(message: Fields, person: Person, _: str) -> CustomerEvent:
    return CustomerDeleted(person.chat, ForeignId(needed(message.object("revoke"), "original_message_id")))


def _reacted(message: Fields, person: Person, _: str) -> CustomerEvent:
    """Parses a reaction: a person has one per message, and an empty emoji means that it was removed."""
    reaction = message.object("reaction")
    emoji = reaction.text("emoji")
    return CustomerReacted(person.chat, ForeignId(needed(reaction, "message_id")), (emoji,) if emoji else ())


def _system(message: Fields, person: Person, _: str) -> CustomerEvent | None:
    """Parses a change of number, which also changes the BSUID (`user_changed_user_id`, where only the text names the
    former one). Of other system messages the words are shown."""
    system = message.object("system")
    if system.text("type") not in MOVES:
        return told(person.chat, message)
    named = CHANGED.search(system.text("body"))
    before, after = named.groups() if named else ("", "")
    new = system.text("user_id") or (after if BSUID.fullmatch(after) else "")
    new = new or system.text("wa_id") or system.text("new_wa_id") or after
    previous = next(filter(BSUID.fullmatch, (before, system.text("previous_user_id"))), "")
    old = previous or person.user_id or system.text("customer") or person.phone or before
    if not all(BSUID.fullmatch(one) or PHONE.fullmatch(one) for one in (old, new)):
        raise Unexpected("the change of number does not say from what to what")
    return ChatMoved(ChatId(old), ChatId(new)) if old != new else None


def told(chat: ChatId, message: Fields) -> ServiceNotice | None:
    """Returns the words of a system message, for the open dialog."""
    words = message.object("system").text("body").strip()
    return ServiceNotice(chat, Line("told", {"words": words})) if words else None


EVENTS: Mapping[str, Callable[[Fields, Person, str], CustomerEvent | None]] = {
    "edit": _edited,
    "revoke": _revoked,
    "reaction": _reacted,
    "system": _system,
}
"""Readers by type; a message of any other type is something that the customer wrote."""


def read(message: Fields, person: Person, files: str) -> CustomerEvent | None:
    return EVENTS.get(message.text("type"), _wrote)(message, person, files)


# ------------------------------------------------------------------------------ what colleagues wrote


def echo(message: Fields, person: Person, files: str) -> CustomerEvent | None:
    """Parses a message that a colleague sent in the WhatsApp Business app. Raises `Unexpected`."""
    kind = message.text("type")
    if kind == "reaction":
        return None
    if kind == "revoke":
        return ColleagueDeleted(person.chat, ForeignId(needed(message.object("revoke"), "original_message_id")))
    if kind == "edit":
        edit = message.object("edit")
        ref = ForeignId(needed(edit, "original_message_id"))
        return ColleagueEdited(person.chat, ref, _readable(edit.object("message"), files))
    return ColleagueWrote(person.chat, ForeignId(needed(message, "id")), _readable(message, files), person.profile)


def _readable(message: Fields, files: str) -> Content:
    try:
        return contents.read(message, files)
    except Unexpected:
        return contents.salvaged(message)


# --------------------------------------------------------------------------------------------- calls


def call(ended: Fields, person: Person) -> CustomerEvent:
    """Parses the end of a customer's call: a missed one is something they wait for an answer to."""
    seconds = ended.size("duration") or 0
    if seconds:
        length = f"{seconds // 60}:{seconds % 60:02}"
        return ServiceNotice(person.chat, Line("called", {"length": length}))
    content = Content(attachments=(Occurrence("call_missed"),))
    return CustomerWrote(person.chat, ForeignId(needed(ended, "id")), content, person.profile)


# --------------------------------------------------------------------------------------- parts of them


def needed(part: Fields, key: str) -> str:
    value = part.text(key)
    if not value:
        raise Unexpected(f"there is no {key}")
    return value


def moment(part: Fields) -> datetime | None:
    """Parses seconds since 1970, usually a string, sometimes a number."""
    seconds = part.text("timestamp")
    if seconds.isascii() and seconds.isdecimal() and len(seconds) < 19:
        return Fields({"seconds": int(seconds)}).moment("seconds")
    return part.moment("timestamp")
