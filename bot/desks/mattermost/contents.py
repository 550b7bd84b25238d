"""Content of a post: its text, its files, the posts shared in it. Pure.

Mattermost shares a post by its address: alone, or in the last lines below a comment. An address at the very beginning,
followed by text, means a reply to that post; one inside the text is part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.desks.mattermost.format import read
from bot.domain import Attachment, Content, DeskName, FileRef, Media, MediaKind, PostId, Unshowable
from bot.domain.text import Text, line, link
from bot.domain.value import value

Json = Mapping[str, Any]


@value
class PostContents:
    """Parsed post. `shared`: ids of the posts shared in it; `quoted`: the post it replies to."""

    content: Content
    quoted: PostId | None = None
    shared: tuple[str, ...] = ()


def said(desk: DeskName, url: str, post: Json, *, cards: bool = True) -> PostContents:
    """Parses a post. `url`: the server's address; `cards`: include message attachments."""
    address = rf"<?{re.escape(url)}/[^/\s]+/pl/([a-z0-9]{{26}})>?"
    message, quoted, shared = str(post.get("message") or ""), None, tuple[str, ...]()
    things = tuple(_files(desk, post))
    alone = re.fullmatch(rf"(?:\s*{address})+\s*", message) is not None and not things
    below = re.search(rf"(?:\n[ \t]*{address}[ \t]*)+\s*$", message)
    if alone or (below is not None and message[: below.start()].strip()):
        start = 0 if alone or below is None else below.start()
        shared = tuple(dict.fromkeys(re.findall(address, message[start:])))
        message = message[:start]
    if found := re.match(rf"\s*{address}(?:\s+|$)", message):
        message, quoted = message[found.end() :], PostId(found[1])
    text = read(message)
    for one in _cards(post) if cards else ():
        text = text + Text.plain("\n" if text else "") + one
    return PostContents(Content(text, things), quoted, shared)


def file(desk: DeskName, id_: str, about: Json) -> Attachment:
    """Builds an attachment from `FileInfo`; `archived`: the server's plan hides the file."""
    name, mime, size = str(about.get("name") or ""), str(about.get("mime_type") or ""), about.get("size")
    if about.get("archived"):
        return Unshowable("hidden", name)
    if about.get("delete_at"):
        return Unshowable("deleted", name)
    return Media(_kind(mime), FileRef(f"desk:{desk}", id_), name, mime, int(size) if size is not None else None)


def is_described(one: Attachment) -> bool:
    """Returns False for a file of which the post has only the id."""
    return not isinstance(one, Media) or bool(one.name) or one.size is not None


def _files(desk: DeskName, post: Json) -> Iterator[Attachment]:
    known: Sequence[Json] = (post.get("metadata") or {}).get("files") or ()
    described = {str(about["id"]): about for about in known}
    for one in post.get("file_ids") or described:
        yield file(desk, str(one), described.get(one, {}))


def _cards(post: Json) -> Iterator[Text]:
    """Yields the message attachments in the props as lines of text. A picture becomes its link."""
    given = (post.get("props") or {}).get("attachments")
    for card in given if isinstance(given, list) else ():
        if not isinstance(card, dict):
            continue
        title, address = str(card.get("title") or ""), _web(card.get("title_link"))
        lines = [read(str(card.get("pretext") or "")), line(link(title, address)), read(str(card.get("text") or ""))]
        given_fields = card.get("fields")
        fields = [one for one in given_fields if isinstance(one, dict)] if isinstance(given_fields, list) else []
        lines += [read(f"{one.get('title') or ''}: {one.get('value') or ''}".strip(": ")) for one in fields]
        if picture := _web(card.get("image_url")):
            lines.append(line("🖼 ", link(title or picture, picture)))
        yield from filter(None, lines) if any(lines) else [read(str(card.get("fallback") or ""))]


def _web(address: object) -> str:
    return address if isinstance(address, str) and address.startswith(("https://", "http://")) else ""


def _kind(mime: str) -> MediaKind:
    """Maps a MIME type to a kind. A drawing (SVG) is a file: no channel shows it as a photo."""
    if "svg" in mime:
        return MediaKind.FILE
    kinds = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
    return kinds.get(mime.partition("/")[0], MediaKind.FILE)
