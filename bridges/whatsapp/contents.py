"""Parser of WhatsApp messages: an item of `messages` → `Content`.

Source: Meta's "Messages webhook reference", one page per type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.domain import (
    Content,
    FileRef,
    ForeignId,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Quote,
    Reference,
    SharedContact,
    Unshowable,
)
from bot.domain.text import Span, Text
from bridges.shared import phones, vcards
from bridges.shared.fields import Fields, Unexpected
from bridges.shared.markup import bounded
from bridges.whatsapp import forms, markup
from bridges.whatsapp.forms import Said
from bridges.whatsapp.kinds import AROUND, PHONE, RECEIVED, REQUESTED, UNAVAILABLE, UNSUPPORTED, WORDLESS, WORDY


def read(message: Fields, origin: str) -> Content:
    """Parses a message. `origin`: of the files in it. Raises `Unexpected`; `salvaged` then finds its words."""
    kind = message.text("type")
    reader = READERS.get(kind)
    if reader is None:
        raise Unexpected(f"no known type of message: {kind[:40]!r}")
    text, attachments = reader(message, origin)
    about = _about(message)
    if not text and not attachments and not about:
        raise Unexpected(f"nothing is in the {kind}")
    if reader is not _unsupported and (told := _told(message)):
        attachments = (*attachments, Unshowable(UNSUPPORTED.get(kind, kind), told))
    quoted = message.object("context").text("id")
    quote = Quote(ForeignId(quoted)) if quoted else None
    if any(message.object("context").raw.get(key) is True for key in ("forwarded", "frequently_forwarded")):
        inner = Content(text, attachments)
        return Content(attachments=about, quote=quote, forwarded=(Forwarded("", inner),))  # by an author not given
    return Content(text, (*attachments, *about), quote)


def salvaged(message: Fields, errors: Sequence[Fields] = ()) -> Content:
    """Builds the content of a message that `read` could not parse: its words, wherever they are, and its kind.
    `errors`: those beside the message."""
    kind = message.text("type")
    told = _told(message) or _told(Fields({"errors": [error.raw for error in errors]}))
    sign = Unshowable(UNSUPPORTED.get(kind, kind), told)
    return Content(bounded(markup.read("\n".join(_loose(message)))), (*_about(message), sign))


def _about(message: Fields) -> tuple[Reference, ...]:
    """Parses the things that a message is about: a product of the catalogue, the advertisement it came from."""
    product = message.object("context").object("referred_product").text("product_retailer_id")
    found = [Reference("🛒", product)] if product else []
    ad = message.object("referral")
    address, greeting = ad.text("source_url"), ad.object("welcome_message").text("text")
    if not address.startswith(("https://", "http://")):
        address = ""
    words = "\n".join(filter(None, (ad.text("body"), greeting)))
    if ad.text("headline") or words or address:
        found.append(Reference("📣", ad.text("headline"), words, address))
    return tuple(found)


def _told(message: Fields) -> str:
    """Returns what Meta says about errors of a message. That a kind is not supported says nothing new."""
    errors = [error for error in message.objects("errors") if error.number("code") not in WORDLESS]
    lines = (
        error.object("error_data").text("details") or error.text("details") or error.text("title") for error in errors
    )
    return "; ".join(filter(None, lines))


def _loose(part: Fields, deepest: int = 4) -> Iterator[str]:
    """Yields the words of a message of whatever kind."""
    for key, value in part.raw.items():
        if key in WORDY and isinstance(value, str) and value.strip():
            yield part.text(key)
        elif deepest and key not in AROUND:
            inner = value if isinstance(value, list) else [value]
            for one in inner:
                yield from _loose(Fields(one), deepest - 1)


# ------------------------------------------------------------------------------- kinds of messages


def _text(message: Fields, _: str) -> Said:
    return bounded(markup.read(message.object("text").text("body"))), ()


def _media(message: Fields, origin: str) -> Said:
    name = message.text("type")
    file, kind = message.object(name), RECEIVED[name]
    if not file.text("id"):
        raise Unexpected(f"the {name} has no id")
    if kind is MediaKind.AUDIO and file.raw.get("voice") is True:
        kind = MediaKind.VOICE
    mime = file.text("mime_type").partition(";")[0].strip()
    media = Media(kind, FileRef(origin, file.text("id")), file.file_name("filename"), mime, file.size("file_size"))
    return bounded(markup.read(file.text("caption"))), (media,)


def _location(message: Fields, _: str) -> Said:
    """Parses a place; a business's has an address on the web, and one without coordinates is what it is called."""
    place = message.object("location")
    latitude, longitude = place.loose_decimal("latitude"), place.loose_decimal("longitude")
    named, url = _joined(place, ", ", "name", "address"), place.text("url")
    page = Text.of((Span(url, link=url),)) if url.startswith(("https://", "http://")) else Text()
    if latitude is not None and longitude is not None:
        return page, (Location(latitude, longitude, place.text("name"), place.text("address")),)
    if not named:
        raise Unexpected("the location has no coordinates")
    return Text.plain(f"📍 {named}" + ("\n" if page else "")) + page, ()


def _contacts(message: Fields, _: str) -> Said:
    return Text(), tuple(filter(None, (_card(contact) for contact in message.objects("contacts"))))


def _card(contact: Fields) -> SharedContact:
    """Parses a contact; one that people give on request is a vCard with few fields beside it."""
    name, org, card = contact.object("name"), contact.object("org"), vcards.read(contact.text("vcard"))
    full = _joined(name, " ", "prefix", "first_name", "middle_name", "last_name", "suffix")
    return SharedContact(
        name.text("formatted_name") or full or card.name,
        tuple(phones.international(one) for one in (*_numbers(contact), *card.phones)),
        (*(email.text("email") for email in contact.objects("emails")), *card.emails),
        company=_joined(org, ", ", "company", "department") or card.company,
        title=org.text("title") or card.title,
        sites=(*(site.text("url") for site in contact.objects("urls")), *card.sites),
        addresses=tuple(
            _joined(address, ", ", "street", "city", "state", "zip", "country")
            for address in contact.objects("addresses")
        )
        or card.addresses,
    )


def _numbers(contact: Fields) -> Iterator[str]:
    return (one.text("phone") or one.text("wa_id") for one in contact.objects("phones"))


def shared_phone(message: Fields) -> str:
    """Returns the digits of the number that a customer gave when asked for it with WhatsApp's own button; "" for cards
    of anyone else."""
    for card in message.objects("contacts"):
        if REQUESTED not in (message.text("origin"), card.text("origin")):
            continue
        for phone in card.objects("phones"):
            typed = phone.text("phone")
            digits = phone.text("wa_id") or ("".join(re.findall("[0-9]", typed)) if typed.startswith("+") else "")
            if PHONE.fullmatch(digits):
                return digits
    return ""


def _joined(part: Fields, separator: str, *keys: str) -> str:
    return separator.join(filter(None, map(part.text, keys)))


def _button(message: Fields, _: str) -> Said:
    """Parses a quick reply of a template."""
    button = message.object("button")
    return Text(), forms.choice(button.text("text"), button.text("payload"))


def _interactive(message: Fields, origin: str) -> Said:
    return forms.read(message.object("interactive"), origin)


def _order(message: Fields, _: str) -> Said:
    """Lists a catalogue order's items; only the catalogue's item numbers are known."""
    order = message.object("order")
    lines = [_item(item) for item in order.objects("product_items")]
    words = "\n".join(filter(None, (order.text("text"), *lines)))
    return Text.plain(words), () if words else (Unshowable("order"),)


def _item(item: Fields) -> str:
    price = _amount(item, "item_price")
    words = f"{_amount(item, 'quantity') or 1} × {item.text('product_retailer_id')}"
    return f"{words}: {price} {item.text('currency')}".rstrip() if price else words


def _amount(item: Fields, key: str) -> str:
    """Returns a number in words; some clients write it as text."""
    number = item.decimal(key)
    return item.text(key).strip() if number is None else f"{number:g}"


def _unsupported(message: Fields, _: str) -> Said:
    """Marks a message that WhatsApp does not pass on: a poll, an event, a view-once message. Words that come with it
    are kept."""
    kind = message.object("unsupported").text("type")
    if any(error.number("code") == UNAVAILABLE for error in message.objects("errors")):
        kind = "media_placeholder"
    words = bounded(markup.read("\n".join(_loose(message))))
    return words, (Unshowable(UNSUPPORTED.get(kind, kind), _told(message)),)


READERS: Mapping[str, Callable[[Fields, str], Said]] = {
    "text": _text,
    **dict.fromkeys(RECEIVED, _media),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    **dict.fromkeys(("unsupported", "unknown", "ephemeral"), _unsupported),
}
