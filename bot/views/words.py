"""Attachments as text: for sides without such a kind of message, and for lists and quotes."""

from __future__ import annotations

from bot.domain import (
    Attachment,
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    Poll,
    SharedContact,
    Template,
    Unshowable,
)
from bot.domain.text import Text, line, link
from bot.locale import N_, Translator

KINDS: dict[MediaKind, tuple[str, str]] = {
    MediaKind.PHOTO: ("🖼", N_("photo")),
    MediaKind.VIDEO: ("🎬", N_("video")),
    MediaKind.VOICE: ("🎤", N_("voice message")),
    MediaKind.AUDIO: ("🎵", N_("audio")),
    MediaKind.FILE: ("📎", N_("file")),
    MediaKind.STICKER: ("🏷", N_("sticker")),
}


OUT_OF_REACH: dict[str, str] = {
    "canvas": N_("canvas"),
    "list": N_("list"),
    "email": N_("e-mail"),
    "document": N_("team chat document"),
    "deleted": N_("deleted file"),
    "hidden": N_("file hidden by the team chat's plan"),
    "closed": N_("file the hub has no access to"),
    "message": N_("message the hub has no access to"),
    "picture": N_("image without a public address"),
}
"""Content of team chats that cannot be passed on to anybody outside."""


def describe(attachment: Attachment, tr: Translator) -> Text:
    """One attachment as a line of text, with everything it says."""
    match attachment:
        case Media():
            return Text.plain(_media(attachment, tr))
        case Location():
            return _location(attachment, tr)
        case SharedContact():
            reached = ", ".join((*attachment.phones, *attachment.emails))
            return Text.plain(f"👤 {attachment.name}" + (f": {reached}" if reached else ""))
        case Poll():
            options = "".join(f"\n• {option}" for option in attachment.options)
            return Text.plain(f"📊 {attachment.question}{options}")
        case Choice():
            return Text.plain("👉 " + tr.gettext("chose “{title}”").format(title=attachment.title))
        case Template():
            return Text.plain(attachment.words)
        case Unshowable():
            return Text.plain(_unshowable(attachment, tr))


def _media(media: Media, tr: Translator) -> str:
    sign, kind = KINDS[media.kind]
    sign = media.emoji or sign
    return f"{sign} {media.name}" if media.name else f"{sign} {tr.gettext(kind)}"


def _unshowable(thing: Unshowable, tr: Translator) -> str:
    if thing.what in OUT_OF_REACH:
        kind = tr.gettext(OUT_OF_REACH[thing.what])
        return f"🚫 {thing.name} ({kind})" if thing.name else f"🚫 {kind}"
    words = tr.gettext("an unsupported message")
    return f"❔ {words}" + (f" ({thing.what})" if thing.what else "")


def _location(place: Location, tr: Translator) -> Text:
    where = f"{place.latitude:.6f}, {place.longitude:.6f}"
    url = f"https://www.openstreetmap.org/?mlat={place.latitude:.6f}&mlon={place.longitude:.6f}"
    named = ", ".join(word for word in (place.title, place.address) if word) or tr.gettext("location")
    return line(f"📍 {named}: ", link(where, url))


def summary(content: Content, tr: Translator) -> str:
    """Message as plain text: for last words, quotes and notifications."""
    parts = [content.text.characters.strip()]
    parts += [describe(attachment, tr).characters for attachment in content.attachments]
    for forwarded in content.forwarded:
        whose = f"{forwarded.author}: " if forwarded.author else ""
        parts.append(f"↪ {whose}{summary(forwarded.content, tr)}")
    return " ".join(part for part in parts if part)


def spelled_out(content: Content, tr: Translator) -> Content:
    """Content for sides that have only text and files: everything else becomes part of the text."""
    said = [content.text] if content.text else []
    said += [describe(one, tr) for one in content.attachments if not isinstance(one, Media)]
    media = tuple(one for one in content.attachments if isinstance(one, Media))
    for forwarded in content.forwarded:
        inner = spelled_out(forwarded.content, tr)
        said.append(line(f"↪ {forwarded.author}:\n" if forwarded.author else "↪ ", inner.text))
        media += tuple(one for one in inner.attachments if isinstance(one, Media))
    text = Text()
    for one in said:
        text = text + Text.plain("\n") + one if text else one
    return Content(text, media, content.quote)
