"""Parser of WhatsApp messages: an item of `messages` → `Content`.

Source: Meta's "Messages webhook reference", one page per type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain import (
    Attachment,
    Choice,
    Content,
    FileRef,
    ForeignId,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Quote,
    SharedContact,
    Unshowable,
)
from bot.domain.text import Text
from bridges.shared.fields import Fields, Unexpected
from bridges.shared.markup import bounded
from bridges.whatsapp import markup
from bridges.whatsapp.kinds import MEDIA

Said = tuple[Text, tuple[Attachment, ...]]
"""Text and attachments."""


def read(message: Fields, origin: str) -> Content:
    """Parses a message. `origin`: of the files in it. Raises `Unexpected`."""
    kind = message.text("type")
    reader = READERS.get(kind)
    if reader is None:
        raise Unexpected(f"no known type of message: {kind[:40]!r}")
    text, attachments = reader(message, origin)
    if not text and not attachments:
        raise Unexpected(f"nothing is in the {kind}")
    quote, context = _quote(message), message.object("context")
    if any(context.raw.get(key) is True for key in ("forwarded", "frequently_forwarded")):
        return Content(quote=quote, forwarded=(Forwarded("", Content(text, attachments)),))  # by an author not given
    return Content(text, attachments, quote)


def _quote(message: Fields) -> Quote | None:
    """Parses the reference: to a message of the conversation, an advertisement, or a product of the catalogue."""
    context, advertisement = message.object("context"), message.object("referral")
    product = context.object("referred_product").text("product_retailer_id")
    if found := context.text("id"):
        return Quote(ForeignId(found), product)
    lines = [advertisement.text(key) for key in ("headline", "body", "source_url")]
    words = "\n".join(filter(None, lines)) or product
    return Quote(words=words) if words else None


# ------------------------------------------------------------------------------- kinds of messages


def _text(message: Fields, _: str) -> Said:
    return bounded(markup.read(message.object("text").text("body"))), ()


def _media(message: Fields, origin: str) -> Said:
    name = message.text("type")
    file, kind = message.object(name), MEDIA[name]
    if not file.text("id"):
        raise Unexpected(f"the {name} has no id")
    if kind is MediaKind.AUDIO and file.raw.get("voice") is True:
        kind = MediaKind.VOICE
    mime = file.text("mime_type").partition(";")[0].strip()
    media = Media(kind, FileRef(origin, file.text("id")), file.file_name("filename"), mime, file.size("file_size"))
    return bounded(markup.read(file.text("caption"))), (media,)


def _location(message: Fields, _: str) -> Said:
    place = message.object("location")
    latitude, longitude = place.decimal("latitude"), place.decimal("longitude")
    if latitude is None or longitude is None:
        raise Unexpected("the location has no coordinates")
    return Text(), (Location(latitude, longitude, place.text("name"), place.text("address")),)


def _contacts(message: Fields, _: str) -> Said:
    cards = tuple(_card(contact) for contact in message.objects("contacts"))
    return Text(), tuple(card for card in cards if card.name or card.phones or card.emails)


def _card(contact: Fields) -> SharedContact:
    name = contact.object("name")
    full = " ".join(filter(None, (name.text("first_name"), name.text("last_name"))))
    phones = [phone.text("phone") or phone.text("wa_id") for phone in contact.objects("phones")]
    emails = [email.text("email") for email in contact.objects("emails")]
    return SharedContact(name.text("formatted_name") or full, tuple(filter(None, phones)), tuple(filter(None, emails)))


def _button(message: Fields, _: str) -> Said:
    """Parses a quick reply of a template."""
    button = message.object("button")
    return Text(), _choice(button.text("text"), button.text("payload"))


def _interactive(message: Fields, _: str) -> Said:
    """Parses a pressed button, a chosen list entry, or a completed form."""
    answer = message.object("interactive")
    for key in ("button_reply", "list_reply"):
        if key in answer:
            chosen = answer.object(key)
            return Text(), _choice(chosen.text("title"), chosen.text("id"))
    form = answer.object("nfm_reply")
    return Text(), _choice(form.text("body") or form.text("name"), form.text("response_json"))


def _choice(title: str, payload: str) -> tuple[Attachment, ...]:
    return (Choice(title or payload, payload),) if title or payload else ()


def _order(message: Fields, _: str) -> Said:
    """Lists a catalogue order's items; only the catalogue's item numbers are known."""
    order = message.object("order")
    lines = [_item(item) for item in order.objects("product_items")]
    words = "\n".join(filter(None, (order.text("text"), *lines)))
    return Text.plain(words), (Unshowable("order"),)


def _item(item: Fields) -> str:
    amount, price = item.decimal("quantity") or 1, item.decimal("item_price")
    words = f"{amount:g} × {item.text('product_retailer_id')}"
    return words if price is None else f"{words}: {price:g} {item.text('currency')}".rstrip()


def _unsupported(message: Fields, _: str) -> Said:
    """Marks a message that WhatsApp does not pass on: a poll, an event, a view-once message."""
    return Text(), (Unshowable(message.object("unsupported").text("type") or message.text("type")),)


READERS: Mapping[str, Callable[[Fields, str], Said]] = {
    "text": _text,
    **dict.fromkeys(MEDIA, _media),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    **dict.fromkeys(("unsupported", "unknown", "ephemeral"), _unsupported),
}
