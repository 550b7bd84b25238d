"""Bodies of requests, read within limits and only after the sender is authenticated."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Message, Receive

from bot.desks.web.auth import refuse
from bot.desks.web.desk import LONGEST_POST, MOST_FILES
from bot.domain import FileRef, Media, MediaKind
from bot.domain.labels import file_name, media_type
from bot.ports import Files, NoSpace, Rejected, RejectReason
from bot.ports.requests import unmarked

LARGEST_JSON = 256 * 1024
LARGEST_SIGN_IN = 8 * 1024
"""Bytes: this body is read before anything is authenticated."""
_CHUNK = 256 * 1024
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
"""An action's id, created by the page, so that a retry does nothing twice."""

Number = Annotated[int, Field(ge=0, le=2**53)]
"""An id or a revision, within the integers of every database and browser."""

Limit = Annotated[int, Field(ge=1, le=100)]
"""Rows of a page."""

Words = Annotated[str, StringConstraints(max_length=LONGEST_POST)]


class RequestBody(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignIn(RequestBody):
    key: str = Field(min_length=1, max_length=1000)
    name: str = Field("", max_length=64)
    desk: str = Field("", max_length=64)


class Draft(RequestBody):
    """An operator's message. `note`: for colleagues only; `reply_to`: the post it replies to."""

    id: Id
    text: Words = ""
    note: bool = False
    reply_to: str | None = None


class TypedBody(RequestBody):
    """An unfinished message, to be classified."""

    text: Words
    note: bool = False


class EditBody(RequestBody):
    id: Id
    text: Words


class PressBody(RequestBody):
    id: Id
    token: str
    picked: str = Field(default="", max_length=200)
    dialog: Number | None = None


class SubmitBody(RequestBody):
    id: Id
    token: str
    values: dict[str, str]
    dialog: Number | None = None


class CommandBody(RequestBody):
    id: Id
    words: str = Field(max_length=LONGEST_POST)
    dialog: Number | None = None


class ReactionBody(RequestBody):
    id: Id
    emoji: str = Field(min_length=1, max_length=32)
    on: bool


B = TypeVar("B", bound=BaseModel)


async def read(request: Request, shape: type[B], limit: int = LARGEST_JSON) -> B:
    """Reads a JSON body as `shape`. 413 when it is too large, 422 when it is invalid."""
    limited = Request(request.scope, bounded(request.receive, limit))
    try:
        return shape.model_validate_json(unmarked(await limited.body()))
    except ValidationError as error:
        refuse(422, "unreadable", _faults(error))


async def read_draft(request: Request, file_bytes: int) -> tuple[Draft, FormData | None]:
    """Reads a message with or without files. The caller must close the form, whose files are on disk until then."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read(request, Draft), None
    limited = Request(request.scope, bounded(request.receive, file_bytes * MOST_FILES + LARGEST_JSON))
    try:
        form = await MultiPartParser(
            request.headers, limited.stream(), max_files=MOST_FILES, max_fields=10, max_part_size=LARGEST_JSON
        ).parse()
    except MultiPartException as error:
        refuse(422, "unreadable", error.message)
    try:
        draft = Draft.model_validate({name: value for name, value in form.items() if isinstance(value, str)})
    except ValidationError as error:
        await form.close()
        refuse(422, "unreadable", _faults(error))
    return draft, form


def bounded(receive: Receive, limit: int) -> Receive:
    """Limits a body to `limit` bytes, whatever its header states."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            refuse(413, "too_large", f"more than {limit} bytes")
        return message

    return counting


async def save_files(form: FormData, files: Files, limit: int) -> tuple[Media, ...]:
    """Stores a message's files. 413 for one over `limit` bytes."""
    uploads = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
    try:
        return tuple([await _save(one, files, limit) for one in uploads])
    except NoSpace:
        refuse(507, "no_space", "the hub's disk is nearly full")
    except Rejected as error:
        if error.reason is not RejectReason.TOO_LARGE:
            raise
        refuse(413, "too_large", f"a file is over {limit} bytes")


async def _save(upload: UploadFile, files: Files, limit: int) -> Media:
    name = file_name(_CONTROLS.sub("_", upload.filename or "")) or "file"
    mime = media_type(upload.content_type or "") or "application/octet-stream"
    ref, size = await files.save(_chunks(upload), name, mime, limit)
    return media(ref, name, mime, size)


async def _chunks(upload: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await upload.read(_CHUNK):
        yield chunk


def media(ref: FileRef, name: str, mime: str, size: int) -> Media:
    """Decides a file's kind. Only plain image formats are pictures: an SVG may contain a script."""
    group = mime.split("/")[0]
    kind = MediaKind.FILE
    if mime in _PICTURES:
        kind = MediaKind.PHOTO
    elif group in ("video", "audio"):
        kind = MediaKind(group)
    return Media(kind, ref, name, mime, size)


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
