"""Attachments as text: for sides without such a kind of message, and for lists and quotes."""

from __future__ import annotations

from bot.domain import (
    Attachment,
    Choice,
    Content,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Occurrence,
    Poll,
    Reference,
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


EDIT_QUOTED = 1000
"""Characters of the words before and after an edit. Both are in the line: its post may be gone, or far above."""
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

UNSUPPORTED: dict[str, str] = {
    **dict.fromkeys(("photo", "image"), N_("photo")),
    **dict.fromkeys(("video", "video_message"), N_("video")),
    **dict.fromkeys(("audio_message", "voice"), N_("voice message")),
    "audio": N_("audio"),
    **dict.fromkeys(("doc", "file"), N_("file")),
    **dict.fromkeys(("sticker", "ugc_sticker"), N_("sticker")),
    "graffiti": N_("drawing"),
    "gift": N_("gift"),
    "poll": N_("poll"),
    "contact": N_("contact"),
    "location": N_("location"),
    "share": N_("link preview"),
    **dict.fromkeys(("story", "narrative"), N_("story")),
    **dict.fromkeys(("wall", "post"), N_("post")),
    "wall_reply": N_("comment"),
    **dict.fromkeys(("market", "market_album"), N_("product")),
    **dict.fromkeys(("forward", "fwd_messages", "forwarded_message"), N_("forwarded message")),
    **dict.fromkeys(("podcast", "podcasts"), N_("podcast")),
    **dict.fromkeys(("audio_playlist", "video_playlist"), N_("playlist")),
    "album": N_("album"),
    **dict.fromkeys(("app", "mini_app", "app_action"), N_("app")),
    "event": N_("event"),
    "vote": N_("vote in a poll"),
    "animation": N_("GIF"),
    "invitation": N_("invitation to a group"),
    "business": N_("message of another business"),
    "form": N_("form or button"),
    "order": N_("order"),
    "reaction": N_("reaction"),
    "pin": N_("pinned message"),
    "kept": N_("kept message"),
    "cropped": N_("the rest of a message that the messenger has cut off"),
    "once": N_("message that can be viewed once"),
    "paid media": N_("photo or video that must be paid for"),
    "passport": N_("identity documents"),
    "media": N_("attachment"),
    "unavailable": N_("the messenger keeps it back; it may be readable in its own app"),
}
"""Kinds of customers' content that a messenger does not pass on, or the hub does not know: key → words. Platforms name
the same kind differently."""

OCCURRENCES: dict[str, tuple[str, str]] = {
    "call": ("📞", N_("call")),
    "call_missed": ("📞", N_("missed call")),
    "call_declined": ("📞", N_("declined call")),
    "call_of_group": ("📞", N_("group call")),
    "video_call": ("📹", N_("video call")),
    "video_call_missed": ("📹", N_("missed video call")),
    "video_call_declined": ("📹", N_("declined video call")),
    "calls_allowed": ("📞", N_("allowed calls")),
    "calls_allowed_until": ("📞", N_("allowed calls until {detail}")),
    "calls_refused": ("📞", N_("does not allow calls")),
    "money_transfer": ("💸", N_("money transfer")),
    "money_request": ("💸", N_("money request")),
}
"""Deeds of customers without words of their own: key → sign and words. A detail goes into `{detail}`, or follows."""


def describe(attachment: Attachment, tr: Translator) -> Text:
    """One attachment as a line of text, with everything it says."""
    match attachment:
        case Media():
            return Text.plain(_media(attachment, tr))
        case Location():
            return _location(attachment, tr)
        case SharedContact():
            return Text.plain(_contact(attachment, tr))
        case Poll():
            options = "".join(f"\n• {option}" for option in attachment.options)
            return Text.plain(f"📊 {attachment.question}{options}")
        case Choice():
            about = f" ({attachment.about})" if attachment.about else ""
            return Text.plain("👉 " + str.format(tr.gettext("chose “{title}”"), title=attachment.title) + about)
        case Reference():
            return _reference(attachment)
        case Occurrence():
            return Text.plain(_occurrence(attachment, tr))
        case Template():
            return Text.plain(attachment.words)
        case Unshowable():
            return Text.plain(_unshowable(attachment, tr))


def _media(media: Media, tr: Translator) -> str:
    sign, kind = KINDS[media.kind]
    sign = media.emoji or sign
    return f"{sign} {media.name}" if media.name else f"{sign} {tr.gettext(kind)}"


def _contact(card: SharedContact, tr: Translator) -> str:
    person = ", ".join(filter(None, (card.name, card.title, card.company)))
    reached = ", ".join((*card.phones, *card.emails, *card.sites, *card.addresses))
    return "👤 " + (": ".join(filter(None, (person, reached))) or tr.gettext("contact"))


def _unshowable(thing: Unshowable, tr: Translator) -> str:
    if thing.what in OUT_OF_REACH:
        kind = tr.gettext(OUT_OF_REACH[thing.what])
        return f"🚫 {thing.name} ({kind})" if thing.name else f"🚫 {kind}"
    kind, words = unsupported_kind(thing, tr), tr.gettext("an unsupported message")
    return f"❔ {words}" + (f" ({kind})" if kind else "") + (f": {thing.name}" if thing.name else "")


def unsupported_kind(thing: Unshowable, tr: Translator) -> str:
    """Kind of something that cannot be shown, in the reader's language where the hub knows it."""
    return tr.gettext(UNSUPPORTED[thing.what]) if thing.what in UNSUPPORTED else thing.what


def _reference(thing: Reference) -> Text:
    title = line(f"{thing.sign} ", link(thing.title or thing.url, thing.url))
    return title + Text.plain(f"\n{thing.words}") if thing.words.strip() else title


def _occurrence(thing: Occurrence, tr: Translator) -> str:
    sign, words = OCCURRENCES.get(thing.what, ("❔", thing.what))
    rest = f" · {thing.detail}" if thing.detail and "{detail}" not in words else ""
    return f"{sign} {str.format(tr.gettext(words), detail=thing.detail)}{rest}"


def _location(place: Location, tr: Translator) -> Text:
    where = f"{place.latitude:.6f}, {place.longitude:.6f}"
    url = f"https://www.openstreetmap.org/?mlat={place.latitude:.6f}&mlon={place.longitude:.6f}"
    title = "" if f"{place.address},".startswith(f"{place.title},") else place.title  # maps repeat it there
    named = ", ".join(filter(None, (title, place.address))) or tr.gettext("location")
    return line(f"📍 {named}: ", link(where, url))


def in_quotes(words: str, tr: Translator) -> str:
    """Puts words between the reader's quotation marks."""
    return tr.gettext("“{words}”").format(words=words)


def summary(content: Content, tr: Translator) -> str:
    """Message as plain text: for last words, quotes and notifications."""
    parts = [content.text.characters.strip()]
    parts += [describe(attachment, tr).characters for attachment in content.attachments]
    for forwarded in content.forwarded:
        parts.append(f"{from_whom(forwarded, tr)} {summary(forwarded.content, tr)}")
    return " ".join(part for part in parts if part)


def from_whom(forwarded: Forwarded, tr: Translator) -> str:
    """Heading of a forwarded message: its author, or that it was forwarded where the platform names none."""
    return f"↪ {forwarded.author or tr.gettext('Forwarded')}:"


def holds_all(content: Content, tr: Translator) -> bool:
    """Tells whether the technical line about an edit holds all of the new content."""
    beyond = content.attachments or content.forwarded or any(span.link for span in content.text.spans)
    return not beyond and len(summary(content, tr)) <= EDIT_QUOTED


def spelled_out(content: Content, tr: Translator) -> Content:
    """Content for sides that have only text and files: everything else becomes part of the text."""
    said = [content.text] if content.text else []
    said += [describe(one, tr) for one in content.attachments if not isinstance(one, Media)]
    media = tuple(one for one in content.attachments if isinstance(one, Media))
    for forwarded in content.forwarded:
        inner = spelled_out(forwarded.content, tr)
        said.append(line(from_whom(forwarded, tr), *(("\n", inner.text) if inner.text else ())))
        media += tuple(one for one in inner.attachments if isinstance(one, Media))
    text = Text()
    for one in said:
        text = text + Text.plain("\n") + one if text else one
    return Content(text, media, content.quote)
