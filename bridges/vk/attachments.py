"""Parser of VK's `attachments`: to attachments of the hub, or to a line of text with a link where there is no file.

Source: dev.vk.com/reference/objects/attachments-message. For videos and music, communities get links but no files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from mimetypes import guess_type

from bot.domain import Attachment, FileRef, Media, MediaKind, Occurrence, Poll, Unshowable
from bot.domain.labels import file_label, file_name
from bot.domain.text import Span, Text
from bridges.shared.fields import Fields
from bridges.vk.kinds import CHATS

SITE = "https://vk.com"
NO_MUSIC = "audio_api_unavailable"
"""Part of the address of tracks that bots may not download."""
OLD_SIZES = {f"photo_{width}": width for width in (75, 130, 604, 807, 1280, 2560)}


def read(attachment: Fields, origin: str) -> list[Attachment | Text]:
    """Parses an attachment: the thing itself, then what is said about it; empty for a snippet that says nothing.
    `origin`: of the files."""
    kind = attachment.text("type")
    thing = attachment.object(kind)
    found = FILES[kind](thing, origin) if kind in FILES else WORDS.get(kind, _something)(thing)
    if found is None and kind != "link":
        found = Unshowable(kind)
    return [one for one in (found, _about(kind, thing)) if one is not None]


def _about(kind: str, thing: Fields) -> Text | None:
    """Builds a line with a photo's description or a voice message's transcript."""
    mark, key = ABOUT.get(kind, ("", ""))
    words = " ".join(thing.text(key).split()) if key else ""
    return Text.plain(f"{mark} {words}") if words else None


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _words(mark: str, words: str, address: str) -> Text | None:
    """Builds a line such as "🎬 Cats" whose words are the link."""
    words = " ".join(words.split()) or address
    return Text.of((Span(f"{mark} "), Span(words, link=_web(address)))) if words else None


def _place(kind: str, thing: Fields, mark: str, words: str) -> Text | None:
    """Builds a line for an object with a page at `vk.com/KIND<owner>_<id>`."""
    owner, number = thing.number("owner_id"), thing.number("id")
    address = "" if owner is None or number is None else f"{SITE}/{kind}{owner}_{number}"
    return _words(mark, words, address)


def _largest(pictures: Iterable[Fields]) -> str:
    """Returns the address of the picture with most pixels."""
    found = [picture for picture in pictures if _web(picture.text("url"))]
    found.sort(key=lambda one: (one.size("width") or 0) * (one.size("height") or 0))
    return found[-1].text("url") if found else ""


def _picture(url: str, origin: str, kind: MediaKind = MediaKind.PHOTO, mime: str = "image/jpeg") -> Media | None:
    return Media(kind, FileRef(origin, url), mime=mime) if _web(url) else None


# ---------------------------------------------------------------------------------------- with files


def _photo(photo: Fields, origin: str) -> Attachment | None:
    sizes = photo.objects("sizes")
    if not _largest(sizes):  # before API 5.77 each size had a key of its own
        sizes = [Fields({"url": photo.text(key), "width": width, "height": 1}) for key, width in OLD_SIZES.items()]
    return _picture(_web(photo.object("orig_photo").text("url")) or _largest(sizes), origin)


def _doc(doc: Fields, origin: str) -> Attachment | None:
    name, extension = doc.text("title"), doc.text("ext")
    if extension and not name.lower().endswith(f".{extension.lower()}"):
        name = f"{name}.{extension}"
    if not _web(doc.text("url")):
        return None
    name = file_name(file_label(name))  # a title is not a path
    mime = guess_type(name)[0] or ""
    return Media(MediaKind.FILE, FileRef(origin, doc.text("url")), name, mime, doc.size("size"))


def _voice(voice: Fields, origin: str) -> Attachment | None:
    for key, mime in (("link_ogg", "audio/ogg"), ("link_mp3", "audio/mpeg")):
        if _web(voice.text(key)):
            ref = FileRef(origin, voice.text(key))
            return Media(MediaKind.VOICE, ref, mime=mime, seconds=voice.size("duration"))
    return None


def _sticker(sticker: Fields, origin: str) -> Attachment | None:
    url = _largest(sticker.objects("images")) or _largest(sticker.objects("images_with_background"))
    return _picture(url, origin, MediaKind.STICKER, "image/png")


def _graffiti(graffiti: Fields, origin: str) -> Attachment | None:
    return _picture(graffiti.text("url"), origin, mime="image/png")


def _gift(gift: Fields, origin: str) -> Attachment | None:
    urls = (gift.text(key) for key in ("thumb_512", "thumb_256", "thumb_96", "thumb_48"))
    return _picture(next(filter(_web, urls), ""), origin)


def _audio(audio: Fields, origin: str) -> Attachment | Text | None:
    title = " — ".join(filter(None, (audio.text("artist"), audio.text("title"))))
    url = _web(audio.text("url"))
    if url and NO_MUSIC not in url:
        name = f"{title or 'audio'}.mp3"
        ref = FileRef(origin, url)
        return Media(MediaKind.AUDIO, ref, name, "audio/mpeg", seconds=audio.size("duration"))
    return _place("audio", audio, "🎵", title)


# ----------------------------------------------------------------------------------------- in words


def _video(video: Fields) -> Text | None:
    return _place("video", video, "🎬", video.text("title"))


def _link(link: Fields) -> Text | None:
    return _words("🔗", link.text("title"), link.text("url")) if link.text("url") else None


def _wall(post: Fields) -> Text | None:
    """Builds a line for a post; a repost's words are those of the post inside it, too."""
    owner = next((n for key in ("owner_id", "to_id", "from_id") if (n := post.number(key)) is not None), None)
    said = [one.text("text") for one in (post, *post.objects("copy_history"))]
    words = " ↪ ".join(filter(None, said))
    return _place("wall", Fields({"owner_id": owner, "id": post.number("id")}), "📰", words)


def _comment(comment: Fields) -> Text | None:
    owner, post, number = (comment.number(key) for key in ("owner_id", "post_id", "id"))
    address = "" if None in (owner, post, number) else f"{SITE}/wall{owner}_{post}?reply={number}"
    return _words("💬", comment.text("text"), address)


def _product(product: Fields) -> Text | None:
    words = ", ".join(filter(None, (product.text("title"), product.object("price").text("text"))))
    return _place("product", product, "🛒", words)


def _page(kind: str, mark: str) -> Callable[[Fields], Text | None]:
    """Makes the parser of things with a title and a page at `vk.com/KIND<owner>_<id>`."""
    return lambda thing: _place(kind, thing, mark, thing.text("title"))


def _collection(album: Fields) -> Text | None:
    """Builds a line for a collection of a community's products."""
    owner, number = album.number("owner_id"), album.number("id")
    address = "" if owner is None or number is None else f"{SITE}/market{owner}?section=album_{number}"
    return _words("🛒", album.text("title"), address)


def _call(call: Fields) -> Occurrence:
    """Parses a call that is over. `reached`: it was answered; `canceled_by_initiator`: nobody answered in time."""
    what = CALLS.get(call.text("state"), "call")
    what = f"video_{what}" if call.raw.get("video") is True else what
    if (call.number("receiver_id") or 0) >= CHATS:
        what = "call_of_group"
    seconds = call.size("duration")
    return Occurrence(what, f"{seconds // 60}:{seconds % 60:02}" if seconds else "")


def _started_call(call: Fields) -> Occurrence:
    return Occurrence("call_of_group", _web(call.text("join_link")))


def _money(what: str) -> Callable[[Fields], Occurrence]:
    """Makes the parser of money sent or asked for. An amount without words is in hundredths."""

    def read_money(money: Fields) -> Occurrence:
        amount = money.object("amount")
        hundredths, currency = amount.text("amount"), amount.object("currency").text("name")
        words = amount.text("text")
        if not words and hundredths.isascii() and hundredths.isdecimal():
            words = f"{Decimal(hundredths) / 100} {currency}".strip()
        return Occurrence(what, " · ".join(filter(None, (words, money.text("comment")))))

    return read_money


def _story(story: Fields) -> Text | None:
    return _place("story", story, "📖", "")


def _event(event: Fields) -> Text | None:
    """Builds a line for a meeting: what it is called, its day and its place."""
    number, when = event.number("id"), event.moment("time")
    day = when.date().isoformat() if when else ""
    words = ", ".join(filter(None, (event.text("text"), day, event.text("address"))))
    return _words("📅", words, f"{SITE}/event{number}" if number else "")


def _podcast(podcast: Fields) -> Text | None:
    title = " — ".join(filter(None, (podcast.text("artist"), podcast.text("title"))))
    return _place("podcast", podcast, "🎙", title)


def _poll(poll: Fields) -> Attachment | None:
    answers = tuple(filter(None, (answer.text("text") for answer in poll.objects("answers"))))
    return Poll(poll.text("question"), answers) if poll.text("question") or answers else None


def _something(thing: Fields) -> Text | None:
    """Builds a line for kinds that VK adds every year (articles, podcasts, mini apps): a title, and the address if
    there is one."""
    sources = (thing, thing.object("action"), thing.object("app"))
    address = next((url for source in sources for key in ADDRESSES if (url := _web(source.text(key)))), "")
    words = next((found for source in sources for key in TITLES if (found := source.text(key))), "")
    return _words("🔗", words, address) if words or address else None


ABOUT: Mapping[str, tuple[str, str]] = {"photo": ("🖼", "text"), "audio_message": ("🎤", "transcript")}
"""Mark and key of the words about a thing, by type."""
ADDRESSES = ("view_url", "url", "link_mp4", "share_url", "webview_url", "join_link")
TITLES = ("title", "name", "text", "caption", "description")
CALLS: Mapping[str, str] = {
    "reached": "call",
    "canceled_by_initiator": "call_missed",
    "canceled_by_receiver": "call_declined",
}
FILES: Mapping[str, Callable[[Fields, str], Attachment | Text | None]] = {
    "photo": _photo,
    "doc": _doc,
    "audio_message": _voice,
    "sticker": _sticker,
    "ugc_sticker": _sticker,
    "graffiti": _graffiti,
    "gift": _gift,
    "audio": _audio,
}
WORDS: Mapping[str, Callable[[Fields], Attachment | Text | None]] = {
    "video": _video,
    "link": _link,
    "wall": _wall,
    "wall_reply": _comment,
    "market": _product,
    "story": _story,
    "event": _event,
    "podcast": _podcast,
    "poll": _poll,
    "call": _call,
    "group_call_in_progress": _started_call,
    "money_transfer": _money("money_transfer"),
    "money_request": _money("money_request"),
    "album": _page("album", "🖼"),
    "narrative": _page("narrative", "📖"),
    "audio_playlist": _page("audio_playlist", "🎵"),
    "video_playlist": _page("video/playlist/", "🎬"),
    **dict.fromkeys(("market_album", "market_market_album"), _collection),
}
"""Parsers by type; None: nothing usable is in the attachment."""
