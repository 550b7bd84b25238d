"""Parser of Telegram messages: `Message` of the Bot API → `Content`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import Attachment, Content, Forwarded, Quote, Unshowable
from bot.domain.text import Text
from bot.locale import N_
from bridges.shared import phones, vcards
from bridges.shared.fields import Fields, Unexpected
from bridges.telegram import facts, links, media, places, rich
from bridges.telegram import format as formatting
from bridges.telegram.kinds import BESIDE, SERVICE
from bridges.telegram.people import author, full_name, named
from bridges.telegram.reading import Found, Reading, joined, lines, money
from bridges.telegram.spots import point

Reader = Callable[[Fields], Attachment | None]


def read(message: Fields, reading: Reading) -> Content | None:
    """Parses a message; None for a service message. Raises `Unexpected`."""
    text, attachments = _read(message, reading)
    if not text and not attachments:
        if any(key in message for key in SERVICE):
            return None
        raise Unexpected("nothing known is in the message")
    content = Content(text, attachments)
    if origin_of_forward := _forward(message):
        name, at = origin_of_forward
        content = Content(forwarded=(Forwarded(name, content, at),))
    return Content(content.text, content.attachments, quote(message, reading), content.forwarded)


def unknown(message: Fields) -> Content:
    """Names what an unreadable message holds: by a kind that the hub knows, else by Telegram's name."""
    kind = next((key for key, held in message.raw.items() if key not in BESIDE and isinstance(held, dict | list)), "")
    return Content(attachments=(_unshowable(kind),)) if kind else Content()


def _unshowable(key: str) -> Unshowable:
    return Unshowable(str(media.KINDS[key][0]) if key in media.KINDS else key)


def _read(message: Fields, reading: Reading) -> Found:
    words, attachments = _fact(message, reading)
    said = Text() if words and "rich_message" in message else _text(message)  # the same in older looks
    text = joined((words, said, _suggested(message, reading)))
    attachments = attachments or _attachments(message, reading, bool(text))
    return (joined((text, *links.beside(message, text))) if text or attachments else text), attachments


def _fact(message: Fields, reading: Reading) -> Found:
    if "rich_message" in message:
        return rich.read(message.object("rich_message"), reading.origin)
    key = next((key for key in facts.READERS if key in message), "")
    return facts.READERS[key](message, reading) if key else (Text(), ())


def _text(message: Fields) -> Text:
    for words, entities in (("text", "entities"), ("caption", "caption_entities")):
        if found := message.text(words):
            return formatting.read(found, message.objects(entities))
    return Text()


def _suggested(message: Fields, reading: Reading) -> Text:
    """Says that a direct message to a channel is a post suggested for it."""
    if "suggested_post_info" not in message:
        return Text()
    post = message.object("suggested_post_info")
    return lines(
        reading.say(N_("📝 Suggested as a post")), money(post.object("price")), reading.date(post.moment("send_date"))
    )


# -------------------------------------------------------------------------------------- attachments


def _attachments(message: Fields, reading: Reading, has_text: bool) -> tuple[Attachment, ...]:
    """Parses the first attachment kind found: Telegram repeats some under an older name (an animation is also a
    document, a venue also a location). An unreadable one never takes the words along."""
    for key in (*media.KINDS, *READERS):
        if key not in message:
            continue
        found = READERS[key](message) if key in READERS else media.read(message, key, reading.origin)
        if found is None and not has_text:
            raise Unexpected(f"{key} cannot be read")
        return (found or _unshowable(key),)
    known = any(key in message for key in ("rich_message", *facts.READERS))
    return (Unshowable("media"),) if "caption" in message and not known else ()  # a kind newer than these tables


def _location(message: Fields) -> Attachment | None:
    return point(message.object("location"))


def _venue(message: Fields) -> Attachment | None:
    venue = message.object("venue")
    return point(venue.object("location"), venue.text("title"), venue.text("address"))


def _contact(message: Fields) -> Attachment | None:
    """Parses a contact: name and number, and what else is on the card of the sender's address book."""
    contact = message.object("contact")
    card = vcards.read(contact.text("vcard"))
    numbers = map(phones.international, (contact.text("phone_number"), *card.phones))
    return replace(card, name=full_name(contact) or card.name, phones=tuple(numbers)) or None


READERS: Mapping[str, Reader] = {"venue": _venue, "location": _location, "contact": _contact}

# -------------------------------------------------------------------------------- replies, forwards


def quote(message: Fields, reading: Reading) -> Quote | None:
    """Parses the message replied to. In a forum every message "replies" to the start of its topic; that is ignored."""
    chosen = message.object("quote").text("text")
    original = message.object("reply_to_message")
    if original and "forum_topic_created" not in original:
        words = chosen or _part(message, original) or _words(original, reading)
        name = full_name(original.object("from")) or named(original.object("sender_chat"))
        return Quote(places.ref(original), words, name)
    if "external_reply" in message:
        reply = message.object("external_reply")
        return Quote(words=chosen or _words(reply, reading), author=author(reply.object("origin")))
    if "reply_to_story" in message:
        story = message.object("reply_to_story")
        return Quote(words=facts.story(story, reading).characters, author=named(story.object("chat")))
    return None


def _part(message: Fields, original: Fields) -> str:
    """Words of the task of a checklist, or of the option of a poll, that is replied to."""
    task, option = message.number("reply_to_checklist_task_id"), message.text("reply_to_poll_option_id")
    tasks, options = original.object("checklist").objects("tasks"), original.object("poll").objects("options")
    words = [one.text("text") for one in tasks if task is not None and one.number("id") == task]
    words += [one.text("text") for one in options if option and one.text("persistent_id") == option]
    return next(iter(words), "")


def _words(original: Fields, reading: Reading) -> str:
    """Words of a message replied to; of a file without a caption, none."""
    question = original.object("poll").text("question")
    return original.text("text") or original.text("caption") or question or _fact(original, reading)[0].characters


def _forward(message: Fields) -> tuple[str, datetime | None] | None:
    """Returns the author of a forwarded message and when it was written; None if the message is the sender's own."""
    if "forward_origin" in message:
        origin = message.object("forward_origin")
        return author(origin), origin.moment("date")
    if "forward_date" in message:  # before Bot API 7.0
        name = named(message.object("forward_from")) or message.text("forward_sender_name")
        return name or named(message.object("forward_from_chat")), message.moment("forward_date")
    return None
