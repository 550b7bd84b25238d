"""Parser of updates: Bot API → `Update`. Pure, and never raises: what cannot be parsed becomes `UnreadableUpdate`.

Source: dev.max.ru, "Update". A conversation is the dialog's `chat_id`, to which replies are sent; a group is one
conversation too. Times are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain import (
    AccountName,
    ChatId,
    Choice,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerEvent,
    CustomerLeft,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Profile,
    ProfileChanged,
    Quote,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Span, Style, Text
from bridges.max import contents
from bridges.max.kinds import IGNORED
from bridges.shared.fields import Fields, Unexpected, digest, dumped


def origin(account: AccountName) -> str:
    return f"account:{account}"


def unpacked(raw: object) -> list[object]:
    """Returns the updates in a webhook's body: one or several, in order."""
    batch = raw.get("updates") if isinstance(raw, dict) and "update_type" not in raw else raw
    return batch if isinstance(batch, list) and batch else [raw]


def read(raw: object, account: AccountName, now: datetime) -> Update | None:
    """Parses an update; None when it does not concern a customer. `now`: for updates without a time."""
    update = Fields(raw)
    kind = update.text("update_type")
    if kind in IGNORED:
        return None
    try:
        if kind not in READERS:
            raise Unexpected("no known kind of update")
        event = READERS[kind](update, origin(account))
    except Unexpected as error:
        event = _unreadable(raw, error, origin(account))
    at = _written_at(update, kind) or now
    return Update(_key(raw), event, at) if event else None


def callback(raw: object) -> str:
    """Returns the id of a pressed button, which must be answered; "" for any other update."""
    return Fields(raw).object("callback").text("callback_id")


def homeless_presser(raw: object) -> int | None:
    """Returns the number of the person who pressed a button of a deleted message, if the update tells no chat."""
    update = Fields(raw)
    if update.text("update_type") != "message_callback" or "message" in update or "chat_id" in update:
        return None
    return update.object("callback").object("user").number("user_id")


def private_chat(raw: object) -> tuple[int, int] | None:
    """Returns the person and the chat of an update from a private conversation."""
    update = Fields(raw)
    message = update.object("message")
    about = message.object("recipient") if message else update
    if about.text("chat_type") not in ("", "dialog") or update.raw.get("is_channel") is True:
        return None
    person = update.object("callback").object("user") or update.object("user") or message.object("sender")
    user, chat = person.number("user_id"), about.number("chat_id")
    private = message or update.text("update_type") in ("bot_started", "bot_stopped")
    return (user, chat) if private and user is not None and chat is not None else None


def is_message(ref: ForeignId) -> bool:
    """Tells messages from events without an id at MAX, e.g. a pressed button."""
    return ":" not in ref


# ------------------------------------------------------------------------------------ kinds of updates


def _created(update: Fields, files: str) -> CustomerEvent | None:
    message = update.object("message")
    if _is_not_from_a_customer(message):
        return None
    # A body "could be null if message contains only forwarded message": then it has no id either.
    ref = _mid(message) if "body" in message else ForeignId(f"unnamed:{update.number('timestamp') or 0}")
    return CustomerWrote(_chat(message), ref, _content(message, files), _profile(update, files))


def _edited(update: Fields, files: str) -> CustomerEvent | None:
    message = update.object("message")
    if _is_not_from_a_customer(message):
        return None
    return CustomerEdited(_chat(message), _mid(message), _content(message, files), _profile(update, files))


def _removed(update: Fields, _: str) -> CustomerEvent | None:
    mid = update.text("message_id")
    if not mid:
        raise Unexpected("message_id is missing")
    return CustomerDeleted(_dialog(update), ForeignId(mid))


def _pressed(update: Fields, files: str) -> CustomerEvent | None:
    """Parses a pressed button. Its `callback_id` alone is no key: MAX takes it from the keyboard, and a button can be
    pressed twice. `message` is null when the message with the button "had been deleted by the moment a bot got this
    update"; then `MaxBridge` has added the chat."""
    pressed, message = update.object("callback"), update.object("message")
    data, mid = pressed.text("payload"), message.object("body").text("mid")
    if not pressed.text("callback_id"):
        raise Unexpected("callback_id is missing")
    ref = f"callback:{pressed.text('callback_id')}:{pressed.number('timestamp') or 0}"
    content = Content(
        attachments=(Choice(_label(message, data) or "…", data),), quote=Quote(ForeignId(mid)) if mid else None
    )
    chat = _chat(message) if message else _dialog(update)
    return CustomerWrote(chat, ForeignId(ref), content, _profile(update, files))


def _started(update: Fields, files: str) -> CustomerEvent | None:
    """Parses the start of a dialog. The parameter of a link (max.ru/BOT?start=…) counts as the customer's message."""
    chat, profile, payload = _dialog(update), _profile(update, files), update.text("payload")
    if not payload:
        return CustomerReturned(chat, profile)
    ref = ForeignId(f"started:{update.number('timestamp') or 0}")
    return CustomerWrote(chat, ref, Content(attachments=(Choice(payload, payload),)), profile)


def _stopped(update: Fields, _: str) -> CustomerEvent | None:
    return CustomerLeft(_dialog(update))


def _joined(update: Fields, _: str) -> CustomerEvent | None:
    """Parses the bot's addition to a group; None for a channel."""
    return None if _is_channel(update) else CustomerReturned(_dialog(update))


def _expelled(update: Fields, _: str) -> CustomerEvent | None:
    return None if _is_channel(update) else CustomerLeft(_dialog(update))


def _renamed(update: Fields, _: str) -> CustomerEvent | None:
    title = update.text("title")
    return ProfileChanged(_dialog(update), Profile(name=title)) if title else None


READERS: Mapping[str, Callable[[Fields, str], CustomerEvent | None]] = {
    "message_created": _created,
    "message_edited": _edited,
    "message_removed": _removed,
    "message_callback": _pressed,
    "bot_started": _started,
    "bot_stopped": _stopped,
    "bot_added": _joined,
    "bot_removed": _expelled,
    "chat_title_changed": _renamed,
}

# ------------------------------------------------------------------------------------ parts of them


def _key(raw: object) -> Key:
    """Builds a key from type, subject and time, since MAX does not number updates."""
    update = Fields(raw)
    kind, time = update.text("update_type"), update.number("timestamp")
    about = (
        update.object("callback").text("callback_id")
        or update.object("message").object("body").text("mid")
        or update.text("message_id")
        or _number(update, "chat_id")
    )
    if not kind or time is None or not about:
        return Key(digest(raw))
    pressed = _number(update.object("callback"), "timestamp")
    return Key(":".join(filter(None, (kind, about, str(time), pressed))))


def _number(source: Fields, key: str) -> str:
    number = source.number(key)
    return "" if number is None else str(number)


def _written_at(update: Fields, kind: str) -> datetime | None:
    message = update.object("message")
    written = _moment(message, "timestamp") if kind == "message_created" else None
    return written or _moment(update, "timestamp")


def _moment(source: Fields, key: str) -> datetime | None:
    milliseconds = source.size(key)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (OverflowError, ValueError, OSError):
        return None


def _chat(message: Fields) -> ChatId:
    return _dialog(message.object("recipient"))


def _dialog(source: Fields) -> ChatId:
    return ChatId(str(source.needed("chat_id")))


def _mid(message: Fields) -> ForeignId:
    mid = message.object("body").text("mid")
    if not mid:
        raise Unexpected("mid is missing")
    return ForeignId(mid)


def _is_not_from_a_customer(message: Fields) -> bool:
    """Recognizes our own messages, those of other bots in a group, and channel posts."""
    in_channel = message.object("recipient").text("chat_type") == "channel"
    return in_channel or message.object("sender").raw.get("is_bot") is True


def _is_channel(update: Fields) -> bool:
    return update.raw.get("is_channel") is True


def _in_group(update: Fields) -> bool:
    return update.object("message").object("recipient").text("chat_type") == "chat"


def _content(message: Fields, files: str) -> Content:
    """Parses the content; in a group, adds the author."""
    content = contents.read(message, files)
    speaker = contents.full_name(message.object("sender"))
    if not speaker or message.object("recipient").text("chat_type") != "chat":
        return content
    text = Text.of((Span(f"{speaker}:", Style.BOLD), Span(" "), *content.text.spans))
    return Content(text, content.attachments, content.quote, content.forwarded)


def _profile(update: Fields, files: str) -> Profile:
    """Parses the profile of the person. For a group the conversation is the group, whose name `people` looks up."""
    if _in_group(update):
        return Profile()
    person = update.object("callback").object("user") or update.object("user")
    person = person or update.object("message").object("sender")
    return Profile(
        name=contents.full_name(person),
        username=person.text("username"),
        phone=contents.own_phone(update.object("message")),
        picture=picture(person, files),
        locale=update.text("user_locale"),
    )


def picture(person: Fields, files: str) -> FileRef | None:
    url = person.text("avatar_url") or person.text("full_avatar_url")
    return FileRef(files, url) if url.lower().startswith(("http://", "https://")) else None


def _label(message: Fields, data: str) -> str:
    """Returns the label of the button that carries `data`; `data` itself if the keyboard is not included."""
    for attachment in message.object("body").objects("attachments"):
        rows = attachment.object("payload").raw.get("buttons")
        for row in rows if isinstance(rows, list) else []:
            for button in Fields({"row": row}).objects("row"):
                if button.text("payload") == data and button.text("text"):
                    return button.text("text")
    return data


def _unreadable(raw: object, error: Unexpected, files: str) -> UnreadableUpdate:
    """Keeps the whole payload, with the chat if one can be found in it."""
    update = Fields(raw)
    message = update.object("message")
    number = message.object("recipient").number("chat_id")
    number = number if number is not None else update.number("chat_id")
    chat = ChatId(str(number)) if number is not None else None
    return UnreadableUpdate(dumped(raw), str(error), chat, _profile(update, files), error.content)
