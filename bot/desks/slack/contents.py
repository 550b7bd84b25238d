"""Content of a Slack message: its text, its files, and the messages shared in it. Pure.

Link previews, which Slack adds by itself, are ignored. A picture that was picked in the composer (a GIF) stands
elsewhere: it is fetched from there like a file. A picture of an attachment, which others have made, becomes a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.desks.slack import block_words, pictures
from bot.desks.slack.payloads import as_object, as_objects
from bot.domain import (
    Attachment,
    Content,
    DeskName,
    DeskNames,
    FileRef,
    Forwarded,
    Media,
    MediaKind,
    PostId,
    Unshowable,
)
from bot.domain.labels import file_label, label
from bot.domain.text import Text, line, link
from bot.domain.value import value

Described = Mapping[str, Any]

_KINDS = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
_MODES = {
    "tombstone": "deleted",
    "hidden_by_limit": "hidden",
    "quip": "canvas",
    "canvas": "canvas",
    "list": "list",
    "email": "email",
    "post": "document",
    "space": "document",
    "docs": "document",
}
_ACCESS = {"access_denied": "closed", "check_file_info": "closed", "file_not_found": "deleted"}
_SPOKEN = frozenset({"rich_text", "section", "header", "context", "markdown"})
_SILENT = frozenset({"divider", "actions", "context_actions", "input", "image"})
_PRIVATE = re.compile(r"(.+\.)?slack(-files|-redir)?\.com")
_FILE_IN_ADDRESS = re.compile(r"/files-(?:pri|tmb)/[^/]*-(F[A-Z0-9]+)/")
_DEEPEST = 5
"""Depth to which nested shares are read."""


@value
class NamedText:
    text: Text
    names: DeskNames = DeskNames()


@dataclass
class Contents:
    """Reads one message. `words`: parses the text of a message or of a part of one; `files`: answers of `files.info`,
    by id, for files that the message does not describe. `inside`: names found in what was read."""

    desk: DeskName
    words: Callable[[Described], NamedText]
    files: Mapping[str, Described] = field(default_factory=dict)
    inside: list[DeskNames] = field(default_factory=list)

    def names_beside(self, names: DeskNames) -> DeskNames:
        """Adds the names found in shared messages to those of the message itself."""
        others = frozenset().union(names.others, *(one.others for one in self.inside))
        shared = tuple(dict.fromkeys(post for one in self.inside for post in one.shared))
        marked = names.marked or any(one.marked for one in self.inside)
        return replace(names, others=others, marked=marked, shared=shared)

    def read(self, message: Described, text: Text | None = None, depth: int = 0) -> Content:
        """Parses a message. `text`: its text, if already parsed."""
        lines = [self._said(message) if text is None else text]
        attachments: list[Attachment] = []
        for thing in self._things(message):
            if isinstance(thing, Text):
                lines.append(thing)
            else:
                attachments.append(thing)
        forwarded = []
        for one in as_objects(message.get("attachments")):
            if _is_share(one, lines[0]):
                forwarded.append(self._shared(one, depth))
            elif not _is_preview(one, lines[0]):
                lines.append(self._card(one))
        return Content(block_words.lines(lines), tuple(attachments), forwarded=tuple(forwarded))

    def _said(self, message: Described) -> Text:
        """Returns the words that Slack shows: rich text and the blocks that only apps create, or else `text`, which
        stands in for them in notifications."""
        blocks = as_objects(message.get("blocks"))
        drawn = self._words({"text": "\n".join(_spoken(blocks))})
        if drawn and not any(block.get("type") == "rich_text" for block in blocks):
            return drawn
        return block_words.lines([self._words(message), drawn])

    def _things(self, message: Described) -> Iterator[Attachment | Text]:
        """Yields files and pictures."""
        for file in as_objects(message.get("files")):
            if file.get("id"):
                yield self._file(file)
        for block in as_objects(message.get("blocks")):
            kind = str(block.get("type"))
            if kind == "image":
                yield self._picture(block)
            elif kind not in _SPOKEN | _SILENT:
                yield block_words.words(block, self._words) or Unshowable(kind)

    def _words(self, described: Described) -> Text:
        found = self.words(described)
        self.inside.append(found.names)
        return found.text

    # ---------------------------------------------------------------------------------------- files

    def _file(self, described: Described) -> Attachment | Text:
        """Parses a file. One stored elsewhere (e.g. Google Drive) becomes its title with its link."""
        found = self.files.get(str(described["id"]))
        described_fully = {**described, "file_access": "visible", **found} if found is not None else described
        name = str(described_fully.get("name") or file_label(str(described_fully.get("title") or "")))
        if (lost := _out_of_reach(described_fully)) is not None:
            return Unshowable(lost, str(described_fully.get("title") or name))
        if described_fully.get("mode") == "external" or described_fully.get("is_external"):
            title = label(str(described_fully.get("title") or "")) or name or "file"
            addresses = (str(described_fully.get(key) or "") for key in ("external_url", "url_private", "permalink"))
            address = next(filter(_is_public, addresses), "")
            return line(link(title, address)) if address else Unshowable("closed", title)
        return _media(described_fully, name, self.desk)

    def _picture(self, block: Described) -> Attachment | Text:
        """Parses an image block or element: a file in Slack, or any address."""
        title = _plain(block.get("title")) or label(str(block.get("alt_text") or ""))
        address = str(block.get("image_url") or as_object(block.get("slack_file")).get("url") or "")
        if file := _file_of(block):
            return self._file({"mimetype": "image/*", "title": title, **file})
        if not _is_public(address):
            return Unshowable("picture", title)
        return pictures.elsewhere(self.desk, address, title, block.get("image_bytes"))

    # ----------------------------------------------------------------------- attachments of messages

    def _shared(self, share: Described, depth: int) -> Forwarded:
        """Parses a message shared in this one."""
        channel, ts = str(share.get("channel_id") or ""), str(share.get("ts") or "")
        self.inside.append(DeskNames(shared=((channel, PostId(ts)),)))
        inner = [as_object(one.get("message")) for one in as_objects(share.get("message_blocks"))] or [as_object(None)]
        blocks = [block for one in inner for block in as_objects(one.get("blocks"))] or share.get("blocks")
        whole = {
            "text": share.get("text"),
            "blocks": blocks,
            "files": [file for one in (share, *inner) for file in as_objects(one.get("files"))],
            "attachments": [each for one in (share, *inner) for each in as_objects(one.get("attachments"))],
        }
        content = self.read(whole, None, depth + 1) if depth < _DEEPEST else Content()
        author = str(share.get("author_name") or share.get("author_subname") or "")
        if not content:
            return Forwarded(author, Content(attachments=(Unshowable("message", author),)))
        return Forwarded(author, content, _moment(share.get("ts")))

    def _card(self, attachment: Described) -> Text:
        """Parses an attachment created by an app or a person: its title, text and picture."""
        title, address = str(attachment.get("title") or ""), str(attachment.get("title_link") or "")
        lines = [self.words({"text": str(attachment.get("pretext") or "")}).text]
        if title:
            lines.append(line(link(title, address if _is_public(address) else "")))
        lines.append(self._said(attachment))
        lines += [found for found in self._things({"blocks": attachment.get("blocks")}) if isinstance(found, Text)]
        fields = (f"{one.get('title') or ''}: {one.get('value') or ''}" for one in as_objects(attachment.get("fields")))
        lines.extend(self.words({"text": field.strip(": ")}).text for field in fields)
        picture = str(attachment.get("image_url") or attachment.get("thumb_url") or "")
        if _is_public(picture):
            lines.append(line("🖼 ", link(title or picture, picture)))
        found = block_words.lines(lines)
        return found or self.words({"text": str(attachment.get("fallback") or "")}).text


def unknown_files(message: object) -> set[str]:
    """Returns ids of files that a message refers to without describing them: stubs, and pictures in blocks."""
    found: set[str] = set()
    left = [message]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            left += one.values()
            found |= {str(file["id"]) for file in as_objects(one.get("files")) if file.get("id") and _is_stub(file)}
            if file := _file_of(one):
                found.add(str(file["id"]))
    return found


def _is_stub(file: Described) -> bool:
    if file.get("file_access") == "check_file_info":
        return True
    return _out_of_reach(file) is None and not file.get("is_external") and "size" not in file


def _file_of(block: Described) -> Described | None:
    """Returns the file in Slack that an image block shows."""
    if block.get("type") != "image":
        return None
    file_object = as_object(block.get("slack_file"))
    address = str(file_object.get("url") or block.get("image_url") or "")
    found = _FILE_IN_ADDRESS.search(address)
    file = str(file_object.get("id") or (found[1] if found and _host(address) == "files.slack.com" else ""))
    return {"id": file} if file else None


def _out_of_reach(file: Described) -> str | None:
    """Returns why the file cannot be given to customers; None if it can."""
    found = _ACCESS.get(str(file.get("file_access"))) or _MODES.get(str(file.get("mode")))
    return found or ("document" if str(file.get("mimetype")).startswith("application/vnd.slack") else None)


def _is_share(attachment: Described, words: Text) -> bool:
    """Tells a shared message from the preview of one whose link the author wrote."""
    if attachment.get("is_share"):
        return True
    return bool(attachment.get("is_msg_unfurl")) and not _names(words, str(attachment.get("from_url") or ""))


def _is_preview(attachment: Described, words: Text) -> bool:
    """Tells whether Slack, or an app, created the attachment from a link in the text."""
    if attachment.get("is_app_unfurl") or attachment.get("is_msg_unfurl"):
        return True
    of = str(attachment.get("from_url") or attachment.get("original_url") or "")
    return bool(of) and ("http" in words.characters or any(span.link for span in words.spans))


def _names(words: Text, address: str) -> bool:
    return address in words.characters or any(address == span.link for span in words.spans) if address else False


def _media(described: Described, name: str, desk: DeskName) -> Media:
    mime = str(described.get("mimetype") or "")
    size, milliseconds = described.get("size"), described.get("duration_ms")
    return Media(
        kind=_kind(mime, described),
        file=FileRef(f"desk:{desk}", str(described["id"])),
        name=name,
        mime=mime,
        size=size if isinstance(size, int) else None,
        seconds=milliseconds // 1000 if isinstance(milliseconds, int) else None,
    )


def _kind(mime: str, described: Described) -> MediaKind:
    """Maps a file to a kind. Audio recorded in Slack is a voice message; an SVG is a file, as no channel shows it as a
    photo."""
    if described.get("subtype") == "slack_audio":
        return MediaKind.VOICE
    return MediaKind.FILE if "svg" in mime else _KINDS.get(mime.partition("/")[0], MediaKind.FILE)


def _spoken(blocks: object) -> Iterator[str]:
    for block in as_objects(blocks):
        if block.get("type") not in _SPOKEN:
            continue
        own = block.get("text")
        yield from filter(None, [own if isinstance(own, str) else str(as_object(own).get("text") or "")])
        for part in (*as_objects(block.get("fields")), *as_objects(block.get("elements"))):
            if isinstance(part.get("text"), str):
                yield part["text"]


def _plain(text: object) -> str:
    return label(str(as_object(text).get("text") or ""))


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def _is_public(address: str) -> bool:
    """Tells whether customers can open the address: Slack's own require a member's login."""
    host = _host(address)
    return bool(host) and _PRIVATE.fullmatch(host) is None


def _moment(ts: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
