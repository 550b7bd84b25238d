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
    Quote,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Span, Style, Text
from bridges.shared.fields import Fields, Unexpected, digest, dumped
from bridges.telegram import contents
from bridges.telegram.kinds import IGNORED

AWAY = frozenset({"kicked", "left"})
MARKS = {"paid": "⭐", "custom_emoji": "❔"}
"""Emoji shown for reactions that are not emoji."""


def origin(account: AccountName) -> str:
    return f"account:{account}"


def read(raw: object, account: AccountName, now: datetime) -> Update | None:
    """Parses an update; None when it does not concern a customer. `now`: for updates without a time."""
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
        event = READERS[kind](body, origin(account))
        at = body.moment("edit_date") or body.moment("date") or now
    except Unexpected as error:
        event, at = _unreadable(raw, str(error)), now
    return Update(key, event, at) if event else None


def callback(raw: object) -> str:
    """Returns the id of a pressed button, which must be answered; "" for any other update."""
    return Fields(raw).object("callback_query").text("id")


# ------------------------------------------------------------------------------------ kinds of updates


def _message(message: Fields, files: str) -> CustomerEvent | None:
    chat = _chat(message)
    if "migrate_to_chat_id" in message:
        return ChatMoved(chat, ChatId(str(message.needed("migrate_to_chat_id"))), same_ids=False)
    content = _content(message, files)
    if content is None:
        return None
    return CustomerWrote(chat, _ref(message), content, _profile(message), message.text("media_group_id"))


def _edited(message: Fields, files: str) -> CustomerEvent | None:
    if "location" in message:  # an updated live location: one message, not one a minute
        return None
    content = _content(message, files)
    return CustomerEdited(_chat(message), _ref(message), content, _profile(message)) if content else None


def _pressed(query: Fields, _: str) -> CustomerEvent | None:
    message, data = query.object("message"), query.text("data") or query.text("game_short_name")
    sender = query.object("from")
    chat = _chat(message) if "chat" in message else ChatId(str(sender.needed("id")))
    number = message.number("message_id")
    content = Content(
        attachments=(Choice(_label(message, data), data),),
        quote=Quote(ForeignId(str(number))) if number is not None else None,
    )
    profile = _profile(Fields({"chat": message.raw.get("chat"), "from": sender.raw}))
    return CustomerWrote(chat, ForeignId(f"callback:{query.text('id')}"), content, profile)


def _label(message: Fields, data: str) -> str:
    """Returns the label of the button that carries `data`; `data` itself if the keyboard is not included."""
    rows = message.object("reply_markup").raw.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else []:
        for button in Fields({"row": row}).objects("row"):
            if button.text("callback_data") == data and button.text("text"):
                return button.text("text")
    return data


def _reacted(reaction: Fields, _: str) -> CustomerEvent | None:
    emoji = [one.text("emoji") or MARKS.get(one.text("type"), "") for one in reaction.objects("new_reaction")]
    return CustomerReacted(_chat(reaction), _ref(reaction), tuple(filter(None, emoji)))


def _membership(change: Fields, _: str) -> CustomerEvent | None:
    """Parses a change of the bot's own membership: a customer blocked or unblocked it, a group added or removed it."""
    before = change.object("old_chat_member").text("status") in AWAY
    after = change.object("new_chat_member").text("status") in AWAY
    if before == after:
        return None
    return CustomerLeft(_chat(change)) if after else CustomerReturned(_chat(change), _profile(change))


READERS: Mapping[str, Callable[[Fields, str], CustomerEvent | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
}

# ------------------------------------------------------------------------------------ parts of them


def _chat(source: Fields) -> ChatId:
    return ChatId(str(source.object("chat").needed("id")))


def _ref(source: Fields) -> ForeignId:
    return ForeignId(str(source.needed("message_id")))


def _in_private(source: Fields) -> bool:
    return source.object("chat").text("type") in ("private", "")


def _profile(source: Fields) -> Profile:
    """Parses the profile of the person; in a group, of the group, which is the contact."""
    chat, person = source.object("chat"), source.object("from")
    if not _in_private(source):
        return Profile(name=chat.text("title"), username=chat.text("username"))
    return Profile(
        name=contents.full_name(person) or contents.full_name(chat),
        username=person.text("username") or chat.text("username"),
        phone=_own_phone(source, person),
        locale=person.text("language_code"),
        proven=bool(_own_phone(source, person)),
    )


def _own_phone(message: Fields, person: Fields) -> str:
    """Returns the phone if the sender has shared their own contact card: Telegram says whose it is."""
    contact = message.object("contact")
    number = contact.text("phone_number").lstrip("+")
    whose = contact.number("user_id")
    return f"+{number}" if number and whose is not None and whose == person.number("id") else ""


def _content(message: Fields, files: str) -> Content | None:
    """Parses the content; in a group, adds the author."""
    content = contents.read(message, files)
    if content is None or _in_private(message):
        return content
    speaker = message.object("sender_chat").label("title") or contents.full_name(message.object("from"))
    if not speaker:
        return content
    text = Text.of((Span(f"{speaker}:", Style.BOLD), Span(" "), *content.text.spans))
    return Content(text, content.attachments, content.quote, content.forwarded)


def _unreadable(raw: object, why: str) -> UnreadableUpdate:
    """Keeps the whole payload, with the chat if one can be found in it."""
    profile, chat = Profile(), None
    for value in Fields(raw).raw.values():
        source = Fields(value)
        number = source.object("chat").number("id")
        number = number if number is not None else source.object("message").object("chat").number("id")
        if number is not None:
            chat, profile = ChatId(str(number)), _profile(source)
            break
    return UnreadableUpdate(dumped(raw), why, chat, profile)
