"""Parser of updates: Bot API → `Update`. Pure, and never raises: what cannot be parsed becomes `UnreadableUpdate`.

Source: core.telegram.org/bots/api, "Update". Updates are parsed as plain JSON on purpose: a typed model rejects what it
does not know, and a rejected update is a lost message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain import (
    AccountName,
    ChatId,
    ChatMoved,
    Choice,
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
    Line,
    Profile,
    Quote,
    ServiceNotice,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Span, Style, Text
from bot.locale import N_
from bridges.shared.fields import Fields, Unexpected, digest, dumped
from bridges.telegram import contents, notices, places
from bridges.telegram.kinds import IGNORED
from bridges.telegram.people import full_name, speaker
from bridges.telegram.reading import Reading

AWAY = frozenset({"kicked", "left"})
SECRET = N_("seen by the bot alone")
"""Sign of a message in a group that its other members do not see."""
MARKS = {"paid": "⭐", "custom_emoji": "❔"}
"""Emoji shown for reactions that are not emoji."""


def origin(account: AccountName) -> str:
    return f"account:{account}"


def read(raw: object, account: AccountName, now: datetime, locale: str = "en") -> Update | None:
    """Parses an update; None when it does not concern a customer. `now`: for updates without a time. `locale`: of the
    words that the hub adds."""
    update = Fields(raw)
    number = update.number("update_id")
    key = Key(str(number)) if number is not None else Key(digest(raw))
    kind = next((key for key in READERS if key in update), "")
    if not kind and number is not None and any(key in IGNORED for key in update.raw):
        return None
    try:
        if not kind:
            raise Unexpected("no known kind of update")
        body = update.object(kind)
        event = READERS[kind](body, Reading(origin(account), locale))
        at = body.moment("edit_date") or body.moment("date") or now
    except Unexpected as error:
        event, at = _unreadable(raw, str(error)), now
    return Update(key, event, at) if event else None


def callback(raw: object) -> str:
    """Returns the id of a pressed button, which must be answered; "" for any other update."""
    return Fields(raw).object("callback_query").text("id")


# ------------------------------------------------------------------------------------ kinds of updates


def _message(message: Fields, reading: Reading) -> CustomerEvent | None:
    place = places.read(message)
    if "migrate_to_chat_id" in message:
        return ChatMoved(place.id, ChatId(str(message.needed("migrate_to_chat_id"))), same_ids=False)
    content = _content(message, reading)
    if content is None:
        words = notices.write(message, reading)
        return ServiceNotice(place.id, Line("told", {"words": words})) if words else None
    if places.is_by_colleague(message):
        return ColleagueWrote(place.id, places.needed_ref(message), content, _profile(message))
    return CustomerWrote(
        place.id, places.needed_ref(message), content, _profile(message), message.text("media_group_id")
    )


def _edited(message: Fields, reading: Reading) -> CustomerEvent | None:
    if "location" in message:  # an updated live location: one message, not one a minute
        return None
    content, place = _content(message, reading), places.read(message)
    if content is None:
        return None
    if places.is_by_colleague(message):
        return ColleagueEdited(place.id, places.needed_ref(message), content)
    return CustomerEdited(place.id, places.needed_ref(message), content, _profile(message))


def _pressed(query: Fields, _: Reading) -> CustomerEvent | None:
    message, data = query.object("message"), query.text("data") or query.text("game_short_name")
    sender = query.object("from")
    chat = message.raw.get("chat") or {"id": sender.needed("id"), "type": "private"}
    # The bot wrote the message; the customer pressed.
    pressed = Fields({**message.raw, "chat": chat, "from": sender.raw, "sender_chat": None})
    ref = places.ref(message)
    content = Content(
        attachments=(Choice(_label(message, data), data),),
        quote=Quote(ref) if ref is not None else None,
    )
    return CustomerWrote(places.read(pressed).id, ForeignId(f"callback:{query.text('id')}"), content, _profile(pressed))


def _label(message: Fields, data: str) -> str:
    """Returns the label of the button that carries `data`; `data` itself if the keyboard is not included."""
    rows = message.object("reply_markup").raw.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in Fields({"row": row}).objects("row"):
            if button.text("callback_data") == data and button.text("text"):
                return button.text("text")
    return data


def _reacted(reaction: Fields, _: Reading) -> CustomerEvent | None:
    emoji = [one.text("emoji") or MARKS.get(one.text("type"), "") for one in reaction.objects("new_reaction")]
    if places.is_direct(reaction) and "actor_chat" in reaction:  # the channel's own
        return None
    return CustomerReacted(places.read(reaction).id, places.needed_ref(reaction), tuple(filter(None, emoji)))


def _membership(change: Fields, _: Reading) -> CustomerEvent | None:
    """Parses a change of the bot's own membership: a customer blocked or unblocked it, a group added or removed it. A
    channel, and the chat of its direct messages, is no customer."""
    before = change.object("old_chat_member").text("status") in AWAY
    after = change.object("new_chat_member").text("status") in AWAY
    if before == after or places.is_direct(change) or change.object("chat").text("type") == "channel":
        return None
    chat = places.read(change).id
    return CustomerLeft(chat) if after else CustomerReturned(chat, _profile(change))


READERS: Mapping[str, Callable[[Fields, Reading], CustomerEvent | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}

# ------------------------------------------------------------------------------------ parts of them


def _profile(source: Fields) -> Profile:
    """Parses the profile of the person; in a group, of the group, which is the contact."""
    chat, place = source.object("chat"), places.read(source)
    home = place.home if place.thread is not None else None
    if place.person is None:
        title, username = chat.text("title"), chat.text("username")
        return Profile(name=title, username=username, automatic=_is_automatic(source), home=home)
    person = _customer(source, place.person)
    phone = _own_phone(source, person)
    return Profile(
        name=full_name(person),
        username=person.text("username"),
        phone=phone,
        locale=person.text("language_code"),
        proven=bool(phone),
        automatic=_is_automatic(source),
        home=home,
    )


def _customer(source: Fields, number: int) -> Fields:
    """Returns the customer with this number: the writer, or the one to whom the bot itself or a colleague wrote."""
    chat, writer = source.object("chat"), source.object("from")
    if writer.number("id") in (number, None):
        return Fields({**({} if places.is_direct(source) else chat.raw), **writer.raw})
    return source.object("direct_messages_topic").object("user") or chat


def _is_automatic(source: Fields) -> bool:
    """Tells whether a program wrote: another bot, an away message, a channel's post forwarded into its group. Who
    writes in the name of a chat has a bot for a sender, too."""
    by_bot = source.object("from").raw.get("is_bot") is True and "sender_chat" not in source
    return by_bot or any(source.raw.get(key) is True for key in ("is_from_offline", "is_automatic_forward"))


def _own_phone(message: Fields, person: Fields) -> str:
    """Returns the phone if the sender has shared their own contact card: Telegram says whose it is."""
    contact = message.object("contact")
    number = contact.text("phone_number").lstrip("+")
    whose = contact.number("user_id")
    return f"+{number}" if number and whose is not None and whose == person.number("id") else ""


def _content(message: Fields, reading: Reading) -> Content | None:
    """Parses the content; where several people write, adds the author."""
    content = contents.read(message, reading)
    if content is None or places.is_private(message):
        return content
    if places.is_direct(message) and not places.is_by_colleague(message):
        return content
    name = message.text("author_signature") or speaker(message) if places.is_direct(message) else speaker(message)
    if "ephemeral_message_id" in message:
        name = f"{name} ({reading.say(SECRET)})"
    if not name:
        return content
    text = Text.of((Span(f"{name}:", Style.BOLD), Span(" "), *content.text.spans))
    return Content(text, content.attachments, content.quote, content.forwarded)


def _unreadable(raw: object, why: str) -> UnreadableUpdate:
    """Keeps the whole payload, with the chat if one can be found in it."""
    for kind, value in Fields(raw).raw.items():
        source = Fields(value)
        content = contents.unknown(source) if kind in ("message", "edited_message") else Content()
        for holder in (source, Fields({**source.object("message").raw, "from": source.raw.get("from")})):
            try:
                chat, profile = places.read(holder).id, _profile(holder)
                return UnreadableUpdate(dumped(raw), why, chat, profile, content)
            except Unexpected:
                continue
    return UnreadableUpdate(dumped(raw), why)
