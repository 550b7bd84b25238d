"""Parser of VK's `attachments`: to attachments of the hub, or to a line of text with a link where there is no file.

Source: dev.vk.com/reference/objects/attachments-message. For videos and music, communities get links but no files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from mimetypes import guess_type

from bot.domain import Attachment, FileRef, Media, MediaKind, Poll, Unshowable
from bot.domain.labels import file_label, file_name
from bot.domain.text import Span, Text
from bridges.shared.fields import Fields

SITE = "https://vk.com"
NO_MUSIC = "audio_api_unavailable"
"""Part of the address of tracks that bots may not download."""
OLD_SIZES = {f"photo_{width}": width for width in (75, 130, 604, 807, 1280, 2560)}


def read(attachment: Fields, origin: str) -> Attachment | Text | None:
    """Parses an attachment; None for a snippet without an address. `origin`: of the files."""
    kind = attachment.text("type")
    thing = attachment.object(kind)
    found = FILES[kind](thing, origin) if kind in FILES else WORDS.get(kind, _something)(thing)
    if found is None and kind != "link":
        return Unshowable(kind)
    return found


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
    owner = next((n for key in ("owner_id", "to_id", "from_id") if (n := post.number(key)) is not None), None)
    return _place("wall", Fields({"owner_id": owner, "id": post.number("id")}), "📰", post.text("text"))


def _comment(comment: Fields) -> Text | None:
    owner, post, number = (comment.number(key) for key in ("owner_id", "post_id", "id"))
    address = "" if None in (owner, post, number) else f"{SITE}/wall{owner}_{post}?reply={number}"
    return _words("💬", comment.text("text"), address)


def _product(product: Fields) -> Text | None:
    words = ", ".join(filter(None, (product.text("title"), product.object("price").text("text"))))
    return _place("product", product, "🛒", words)


def _story(story: Fields) -> Text | None:
    return _place("story", story, "📖", "")


def _poll(poll: Fields) -> Attachment | None:
    answers = tuple(filter(None, (answer.text("text") for answer in poll.objects("answers"))))
    return Poll(poll.text("question"), answers) if poll.text("question") or answers else None


def _something(thing: Fields) -> Text | None:
    """Builds a line for kinds that VK adds every year (articles, podcasts, mini apps): a title, and the address if
    there is one."""
    address = next((url for key in ("view_url", "url", "link_mp4") if (url := _web(thing.text(key)))), "")
    words = thing.text("title") or thing.text("text")
    return _words("🔗", words, address) if words or address else None


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
    "poll": _poll,
}
"""Parsers by type; None: nothing usable is in the attachment."""
