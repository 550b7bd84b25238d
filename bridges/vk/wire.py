"""Parser of a community's events: VK → `Update`. Pure, and never raises: what cannot be parsed becomes
`UnreadableUpdate`.

Source: dev.vk.com/api/community-events/json-schema. Long Poll and the Callback API deliver the same events. They are
parsed as plain JSON on purpose: a typed model rejects what it does not know, and a rejected event is a lost message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime

from bot.domain import (
    AccountName,
    ChatId,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerEdited,
    CustomerEvent,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    ForeignId,
    Key,
    Profile,
    ProfileChanged,
    Receipt,
    ReceiptState,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.value import replace, value
from bridges.shared.fields import Fields, Unexpected, digest, dumped
from bridges.vk import contents
from bridges.vk.kinds import CHATS, IGNORED, JOINED, LEFT, REACTIONS, RENAMED, UNKNOWN_REACTION

WHO = ("from_id", "user_id", "peer_id", "reacted_id", "admin_author_id")
"""Keys of an event that hold ids of people."""
MANY = 200
"""People per event whose names are looked up."""


@value
class EventContext:
    """Facts known besides the event itself. `people`: by their numbers; `labels`: of pressed buttons, by press; `now`:
    for events without a time; `group`: the community's own number."""

    account: AccountName
    now: datetime
    people: Mapping[int, Profile] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    group: int = 0

    @property
    def origin(self) -> str:
        """Origin of the files."""
        return f"account:{self.account}"

    def profile(self, number: int) -> Profile:
        return self.people.get(number, Profile())

    def name_of(self, number: int) -> str:
        """Returns the person's name, or else their address on VK."""
        return self.profile(number).name or (f"id{number}" if number > 0 else f"club{-number}")


def read(raw: object, known: EventContext) -> Update | None:
    """Parses an event; None when it does not concern a customer."""
    event = Fields(raw)
    kind, body = event.text("type"), event.object("object")
    if kind in IGNORED:
        return None
    key = Key(event.text("event_id") or digest(raw))
    try:
        if kind not in READERS:
            raise Unexpected("no known kind of event")
        found = READERS[kind](body, known)
        at = moment(raw) or known.now
    except Unexpected as error:
        found, at = _unreadable(raw, error, known), known.now
    return Update(key, found, at) if found else None


def message_of(event: Fields) -> Fields:
    """Returns the message that an event is about; empty for other events. Before API 5.103 it was the event's object
    itself."""
    body = event.object("object")
    return body.object("message") if "message" in body else body


def people(raw: object) -> set[int]:
    """Collects the ids of all who appear in an event: people, communities (negative), conversations."""
    found: set[int] = set()
    left = [Fields(raw).object("object")]
    while left and len(found) < MANY:
        part = left.pop()
        found |= {number for key in WHO if (number := part.number(key)) is not None}
        left += [part.object("message"), part.object("reply_message")] if part else []
        left += part.objects("fwd_messages")
    return found - {0}


def moment(raw: object) -> datetime | None:
    """Returns when a message was written or changed; None if the event has no time."""
    message = message_of(Fields(raw))
    return message.moment("update_time") or message.moment("date")


# ------------------------------------------------------------------------------------- kinds of events


def _wrote(body: Fields, known: EventContext) -> CustomerEvent | None:
    found = _said(body, known)
    return CustomerWrote(*found) if found else _happened(message_of(Fields({"object": body.raw})), known)


def _edited(body: Fields, known: EventContext) -> CustomerEvent | None:
    found = _said(body, known)
    if found is None and (told := _told(body, known)):
        return ColleagueEdited(*told)
    return CustomerEdited(*found) if found else None


def _replied(body: Fields, known: EventContext) -> CustomerEvent | None:
    """Parses a message of the community's own that an administrator wrote on VK."""
    told = _told(body, known)
    return ColleagueWrote(*told, known.profile(_peer(body))) if told else None


def _told(body: Fields, known: EventContext) -> tuple[ChatId, ForeignId, Content] | None:
    """Parses an administrator's message, with their name; None for others. Messages of programs, such as the hub's,
    name no administrator."""
    message = message_of(Fields({"object": body.raw}))
    author, number = message.number("admin_author_id"), message.number("conversation_message_id")
    if not author or not number or author == message.number("from_id"):
        return None
    try:
        content = contents.read(message, known.origin, known.name_of)
    except Unexpected:
        content = Content(attachments=(Unshowable(),))
    if content is None:
        return None
    return _chat(_peer(message)), ForeignId(str(number)), contents.said_by(known.name_of(author), content)


def _said(body: Fields, known: EventContext) -> tuple[ChatId, ForeignId, Content, Profile] | None:
    """Parses a message; None for the community's own and for service messages."""
    message = message_of(Fields({"object": body.raw}))
    peer = _peer(message)
    author = message.number("from_id") or message.number("user_id") or peer
    if message.number("out") == 1 or (author < 0 and author != peer):
        return None
    content = contents.read(message, known.origin, known.name_of)
    if content is None:
        return None
    if peer >= CHATS:
        content = contents.said_by(known.name_of(author), content)
    profile = replace(known.profile(peer), automatic=True) if author < 0 else known.profile(peer)  # a community
    try:
        ref = _ref(message, "conversation_message_id")
    except Unexpected as error:
        raise Unexpected(str(error), content) from None
    return _chat(peer), ref, content, profile


def _happened(message: Fields, known: EventContext) -> CustomerEvent | None:
    """Parses a service message of a group conversation: its title, or the community's coming and going."""
    action, peer = message.object("action"), _peer(message)
    kind, title, ours = action.text("type"), action.text("text"), action.number("member_id") == -known.group
    if peer < CHATS:
        return None
    if kind in RENAMED and title:
        return ProfileChanged(_chat(peer), Profile(name=title))
    if kind in JOINED and ours:
        return CustomerReturned(_chat(peer), known.profile(peer))
    return CustomerLeft(_chat(peer)) if kind in LEFT and ours else None


def renamed(raw: object) -> int | None:
    """Returns the group conversation that got a new title; None for any other event."""
    message = message_of(Fields(raw))
    return message.number("peer_id") if message.object("action").text("type") in RENAMED else None


def _pressed(body: Fields, known: EventContext) -> CustomerEvent | None:
    press = body.text("event_id")
    if not press:
        raise Unexpected("event_id is missing")
    content, peer = contents.pressed(body, known.labels.get(press, "")), _peer(body)
    return CustomerWrote(_chat(peer), ForeignId(f"event:{press}"), content, known.profile(peer))


def _allowed(body: Fields, known: EventContext) -> CustomerEvent | None:
    user = body.needed("user_id")
    return CustomerReturned(_chat(user), known.profile(user))


def _denied(body: Fields, _: EventContext) -> CustomerEvent | None:
    return CustomerLeft(_chat(body.needed("user_id")))


def _has_read(body: Fields, _: EventContext) -> CustomerEvent | None:
    """Parses a read receipt up to `conversation_message_id`. Events of early API versions lack it and are skipped: a
    later receipt covers them."""
    if (body.number("from_id") or 1) < 0 or "conversation_message_id" not in body:
        return None
    ref = _ref(body, "conversation_message_id")
    return Receipt(_chat(_peer(body)), ref, ReceiptState.READ, through=True)


def _reacted(body: Fields, _: EventContext) -> CustomerEvent | None:
    """Parses a reaction; without `reaction_id` it was removed."""
    if (body.number("reacted_id") or 1) < 0:
        return None
    reaction = body.number("reaction_id")
    emoji = (REACTIONS.get(reaction, UNKNOWN_REACTION),) if reaction else ()
    return CustomerReacted(_chat(_peer(body)), _ref(body, "cmid"), emoji)


READERS: Mapping[str, Callable[[Fields, EventContext], CustomerEvent | None]] = {
    "message_new": _wrote,
    "message_reply": _replied,
    "message_edit": _edited,
    "message_event": _pressed,
    "message_allow": _allowed,
    "message_deny": _denied,
    "message_read": _has_read,
    "message_reaction_event": _reacted,
}

# ------------------------------------------------------------------------------------ parts of them


def _peer(source: Fields) -> int:
    """Returns the conversation's id: a person's own number, or `CHATS` and above for a group."""
    peer = source.number("peer_id")
    return peer if peer else source.needed("user_id") if "user_id" in source else source.needed("from_id")


def _chat(peer: int) -> ChatId:
    return ChatId(str(peer))


def _ref(source: Fields, key: str) -> ForeignId:
    """Returns the message's number in its conversation, which identifies it."""
    number = source.needed(key)
    if number <= 0:
        raise Unexpected(f"{key} is no number of a message")
    return ForeignId(str(number))


def _unreadable(raw: object, error: Unexpected, known: EventContext) -> UnreadableUpdate:
    """Keeps the whole payload, with its words and the conversation if they can be found in it."""
    event, peer = Fields(raw), None
    for source in (message_of(event), event.object("object")):
        peer = peer or next((n for key in ("peer_id", "user_id", "from_id") if (n := source.number(key))), None)
    if peer is None:
        return UnreadableUpdate(dumped(raw), str(error))
    return UnreadableUpdate(dumped(raw), str(error), _chat(peer), known.profile(peer), error.content)
