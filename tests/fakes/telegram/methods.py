"""The methods of the fake Bot API: each checks what Telegram checks, and refuses in Telegram's words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridges.telegram.kinds import REACTIONS
from tests.fakes.telegram import topics
from tests.fakes.telegram.markup import Entity, parse_html, settle, units_of
from tests.fakes.telegram.parameters import Parameters
from tests.fakes.telegram.people import FakeCustomer, Seen, SentFile
from tests.fakes.telegram.refusals import Refused, bad, forbidden

if TYPE_CHECKING:
    from tests.fakes.telegram.server import FakeTelegram

Handler = Callable[["FakeTelegram", Parameters], Awaitable[Any]]
TEXT, CAPTION, DOWNLOAD, PHOTO = 4096, 1024, 20 << 20, 10 << 20
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
TOPICS = frozenset({"message_thread_id", "direct_messages_topic_id"})
SENDING = TOPICS | {"chat_id", "reply_parameters", "disable_notification"}
CAPTIONED = SENDING | {"caption", "parse_mode"}


@dataclass(frozen=True)
class Method:
    handler: Handler
    parameters: frozenset[str]


METHODS: dict[str, Method] = {}


def method(name: str, *parameters: str, more: frozenset[str] = frozenset()) -> Callable[[Handler], Handler]:
    def add(handler: Handler) -> Handler:
        METHODS[name.lower()] = Method(handler, frozenset(parameters) | more)
        return handler

    return add


# --------------------------------------------------------------------------------- the bot and updates


@method("getMe")
async def get_me(telegram: FakeTelegram, given: Parameters) -> Any:
    return {**telegram.bot, "can_join_groups": True, "can_read_all_group_messages": False}


@method("getUpdates", "offset", "limit", "timeout", "allowed_updates")
async def get_updates(telegram: FakeTelegram, given: Parameters) -> Any:
    if telegram.webhook:
        words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise Refused(409, f"Conflict: {words}")
    asked = given.structure("allowed_updates", list)
    if asked is not None:
        telegram.queue.allowed = asked
        telegram.changed()
    limit = min(max(given.number("limit", 100), 1), 100)
    updates = await telegram.queue.poll(given.number("offset", 0), limit, min(given.number("timeout", 0), 50))
    telegram.changed()
    return updates


@method("setWebhook", "url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates")
async def set_webhook(telegram: FakeTelegram, given: Parameters) -> Any:
    url, secret = given.text("url"), given.text("secret_token")
    if url and not re.match(r"https://|http://127\.0\.0\.1[:/]", url):  # a self-hosted Bot API server accepts http
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[\w-]{0,256}", secret, re.ASCII):
        raise bad("secret token contains unallowed characters")
    asked = given.structure("allowed_updates", list)
    if asked is not None:
        telegram.queue.allowed = asked
    await telegram.use_webhook(url, secret)
    return True


@method("deleteWebhook", "drop_pending_updates")
async def delete_webhook(telegram: FakeTelegram, given: Parameters) -> Any:
    await telegram.use_webhook("", "")
    return True


@method("getWebhookInfo")
async def get_webhook_info(telegram: FakeTelegram, given: Parameters) -> Any:
    webhook = telegram.webhook
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": telegram.unconfirmed,
    }
    if webhook and webhook.last_error:
        info |= {"last_error_date": telegram.now(), "last_error_message": webhook.last_error}
    return info


@method("answerCallbackQuery", "callback_query_id", "text", "show_alert")
async def answer_callback_query(telegram: FakeTelegram, given: Parameters) -> Any:
    query = given.text("callback_query_id")
    if query not in telegram.queries:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    telegram.queries.remove(query)
    telegram.changed()
    return True


# ------------------------------------------------------------------------------------------- sending


@method("sendMessage", "text", "parse_mode", "link_preview_options", more=SENDING)
async def send_message(telegram: FakeTelegram, given: Parameters) -> Any:
    customer = _customer(telegram, given)
    text, entities = _words(given.values, "text", TEXT, "message is too long")
    if not text:
        raise bad("message text is empty")
    return _show(telegram, customer, given, Seen(telegram.next_message_id(), "text", text, entities))


def _sends(name: str, kind: str, *parameters: str) -> None:
    """Defines `sendPhoto` and its like, which send one file each."""

    @method(name, kind, *parameters, more=SENDING if kind == "sticker" else CAPTIONED)
    async def send(telegram: FakeTelegram, given: Parameters) -> Any:
        customer = _customer(telegram, given)
        text, entities = _words(given.values, "caption", CAPTION, "message caption is too long")
        file = _checked(kind, given.file(given.values.get(kind, "")))
        return _show(telegram, customer, given, Seen(telegram.next_message_id(), kind, text, entities, file))


for _name, _kind in (
    ("sendPhoto", "photo"),
    ("sendVideo", "video"),
    ("sendVoice", "voice"),
    ("sendAudio", "audio"),
    ("sendDocument", "document"),
    ("sendSticker", "sticker"),
):
    _sends(_name, _kind, "duration", "supports_streaming")


@method("sendMediaGroup", "media", more=SENDING)
async def send_media_group(telegram: FakeTelegram, given: Parameters) -> Any:
    customer = _customer(telegram, given)
    media = given.structure("media", list) or []
    kinds = {one.get("type") for one in media}
    if not 2 <= len(media) <= 10:
        raise bad("media group must include 2-10 items")
    if not (kinds <= {"photo", "video"} or kinds in ({"document"}, {"audio"})):
        raise bad("Can't use the media of the specified type in the album")
    group = f"{telegram.next_message_id()}"
    shown = []
    for one in media:
        text, entities = _words(one, "caption", CAPTION, "message caption is too long")
        file = _checked(one["type"], given.file(one.get("media", "")))
        shown.append(Seen(telegram.next_message_id(), one["type"], text, entities, file, group))
    return [_show(telegram, customer, given, seen) for seen in shown]


@method("sendLocation", "latitude", "longitude", more=SENDING)
async def send_location(telegram: FakeTelegram, given: Parameters) -> Any:
    customer = _customer(telegram, given)
    return _show(telegram, customer, given, Seen(telegram.next_message_id(), "location", fields=_point(given)))


@method("sendVenue", "latitude", "longitude", "title", "address", more=SENDING)
async def send_venue(telegram: FakeTelegram, given: Parameters) -> Any:
    customer, fields = _customer(telegram, given), _point(given)
    for name in ("title", "address"):
        if not given.text(name):
            raise bad(f"venue {name} is empty")
        fields[name] = given.text(name)
    return _show(telegram, customer, given, Seen(telegram.next_message_id(), "venue", fields=fields))


@method("sendContact", "phone_number", "first_name", "last_name", "vcard", more=SENDING)
async def send_contact(telegram: FakeTelegram, given: Parameters) -> Any:
    customer, fields = _customer(telegram, given), {}
    for name in ("phone_number", "first_name"):
        if not given.text(name):
            raise bad(f"{name.replace('_', ' ')} is empty")
        fields[name] = given.text(name)
    if card := given.text("vcard"):
        if len(card.encode()) > 2048:
            raise bad("vcard is too long")
        fields["vcard"] = card
    return _show(telegram, customer, given, Seen(telegram.next_message_id(), "contact", fields=fields))


# -------------------------------------------------------------------------------- changing and reading


@method("editMessageText", "chat_id", "message_id", "text", "parse_mode", "link_preview_options")
async def edit_message_text(telegram: FakeTelegram, given: Parameters) -> Any:
    customer = _customer(telegram, given, message=True)
    seen = _own(customer, given)
    if seen.kind != "text":
        raise bad("there is no text in the message to edit")
    text, entities = _words(given.values, "text", TEXT, "MESSAGE_TOO_LONG")
    if not text:
        raise bad("message text is empty")
    return _change(telegram, customer, seen, text, entities)


@method("editMessageCaption", "chat_id", "message_id", "caption", "parse_mode")
async def edit_message_caption(telegram: FakeTelegram, given: Parameters) -> Any:
    customer = _customer(telegram, given, message=True)
    seen = _own(customer, given)
    if seen.file is None or seen.kind == "sticker":
        raise bad("there is no caption in the message to edit")
    text, entities = _words(given.values, "caption", CAPTION, "message caption is too long")
    return _change(telegram, customer, seen, text, entities)


@method("deleteMessage", "chat_id", "message_id")
async def delete_message(telegram: FakeTelegram, given: Parameters) -> Any:
    customer, number = _customer(telegram, given, message=True), given.number("message_id")
    if customer.shown.pop(number, None) is None and customer.messages.pop(number, None) is None:
        raise bad("message to delete not found")
    telegram.changed()
    return True


@method("setMessageReaction", "chat_id", "message_id", "reaction", "is_big")
async def set_message_reaction(telegram: FakeTelegram, given: Parameters) -> Any:
    customer, number = _customer(telegram, given, message=True), given.number("message_id")
    if number not in customer.messages and number not in customer.shown:
        raise bad("message to react not found")
    reaction = given.structure("reaction", list) or []
    emoji = [one.get("emoji", "") for one in reaction if one.get("type") == "emoji"]
    if len(emoji) != len(reaction) or any(one not in REACTIONS for one in emoji):
        raise bad("REACTION_INVALID")
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    customer.reactions[number] = emoji
    telegram.changed()
    return True


@method("getFile", "file_id")
async def get_file(telegram: FakeTelegram, given: Parameters) -> Any:
    file_id = given.text("file_id")
    if file_id not in telegram.files:
        raise bad("invalid file_id")
    path, data = telegram.files[file_id]
    if len(data) > DOWNLOAD:
        raise bad("file is too big")
    return {"file_id": file_id, "file_unique_id": file_id[-8:], "file_size": len(data), "file_path": path}


@method("getUserProfilePhotos", "user_id", "offset", "limit")
async def get_user_profile_photos(telegram: FakeTelegram, given: Parameters) -> Any:
    customer = telegram.chats.get(given.number("user_id"))
    if customer is None:
        raise bad("user not found")
    sizes = customer.picture_sizes
    return {"total_count": len(sizes[:1]), "photos": [sizes] if sizes else []}


# ------------------------------------------------------------------------------------------- helpers


def _customer(telegram: FakeTelegram, given: Parameters, *, message: bool = False) -> FakeCustomer:
    """Returns the chat to write to, or the one that has the message. A bot may write only where it was written to, or
    added, before."""
    try:
        chat_id = int(given.values.get("chat_id", ""))
        writers = telegram.direct.get(chat_id)
        customer = telegram.chats[chat_id] if writers is None else topics.writer(writers, given, message=message)
    except (KeyError, TypeError, ValueError):
        raise bad("chat not found") from None
    if customer.moved_to is not None:
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refused(400, words, migrate_to_chat_id=customer.moved_to)
    if customer.deactivated:
        raise forbidden("user is deactivated")
    if customer.blocked:
        group = customer.chat["type"] != "private"
        raise forbidden("bot was kicked from the supergroup chat" if group else "bot was blocked by the user")
    return customer


def _words(values: dict[str, Any], name: str, limit: int, too_long: str) -> tuple[str, list[Entity]]:
    raw, mode = values.get(name, ""), values.get("parse_mode", "")
    if not isinstance(raw, str):
        raise bad(f"{name} must be a string")
    if mode not in ("", "HTML"):
        raise bad("unsupported parse_mode")
    text, entities = settle(*parse_html(raw)) if mode else settle(raw, [])
    if units_of(text) > limit:
        raise bad(too_long)
    return text, entities


def _checked(kind: str, file: SentFile) -> SentFile:
    if not file.data:
        raise bad("file must be non-empty")
    if kind == "photo":
        if len(file.data) > PHOTO:
            raise Refused(413, "Request Entity Too Large")
        if not file.data.startswith(PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
    return SentFile(kind, file.name, file.data)


def _point(given: Parameters) -> dict[str, Any]:
    latitude, longitude = given.decimal("latitude"), given.decimal("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude")
    return {"latitude": latitude, "longitude": longitude}


def _own(customer: FakeCustomer, given: Parameters) -> Seen:
    number = given.number("message_id")
    if number in customer.messages:
        raise bad("message can't be edited")
    if number not in customer.shown:
        raise bad("message to edit not found")
    return customer.shown[number]


def _show(telegram: FakeTelegram, customer: FakeCustomer, given: Parameters, seen: Seen) -> dict[str, Any]:
    reply = given.structure("reply_parameters", dict)
    if reply:
        number = reply.get("message_id")
        if number in customer.messages or number in customer.shown:
            seen.reply_to = number
        elif not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
    seen.thread = topics.thread(customer, given)
    customer.shown[seen.message_id] = seen
    telegram.sent += 1
    telegram.changed()
    return telegram.message(customer, seen.message_id)


def _change(telegram: FakeTelegram, customer: FakeCustomer, seen: Seen, text: str, entities: list[Entity]) -> Any:
    if (seen.text, seen.entities) == (text, entities):
        words = "message is not modified: specified new message content and reply markup are exactly the same"
        raise bad(f"{words} as a current content and reply markup of the message")
    seen.text, seen.entities, seen.edited = text, entities, True
    telegram.changed()
    return telegram.message(customer, seen.message_id)
