"""Request and response models behind the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MAX_TEXT = 50_000
MAX_SEQUENCE = 2**63 - 1

Id = Annotated[str, Field(min_length=1, max_length=128, pattern="^[^\\x00-\\x1F\\x7F]*$")]
"""An id of the client's own choice: any printable characters."""
Words = Annotated[str, Field(max_length=200, pattern="^[^\\x00-\\x1F\\x7F]*$")]
Prose = Annotated[str, Field(max_length=MAX_TEXT, pattern="^[^\\x00]*$")]


class StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SenderIn(StrictModel):
    """The sender. Fields left out stay unchanged."""

    name: Words = ""
    phone: Words = ""
    email: Words = ""


class AttachmentIn(StrictModel):
    """A file at a public internet address; at most 100 MB."""

    url: str = Field(max_length=2000, pattern="^https?://[A-Za-z0-9\\-._~%!$&'()*+,;=:@/?\\[\\]#]+$")
    name: Words = Field("", description="file name; taken from the address when empty")
    mime: str = Field("", max_length=100, pattern="^([\\w.+\\-]+/[\\w.+\\-]+)?$", description="media type")


_SAYS_SOMETHING = {
    "anyOf": [
        {"required": ["text"], "properties": {"text": {"minLength": 1}}},
        {"required": ["attachments"], "properties": {"attachments": {"minItems": 1}}},
    ]
}


class Says(StrictModel):
    """Content of a message: text, attachments or both."""

    model_config = ConfigDict(json_schema_extra=dict[str, Any](_SAYS_SOMETHING))

    conversation: Id = Field(description="which conversation of yours; the first message in it begins a dialog")
    text: Prose = ""
    attachments: list[AttachmentIn] = Field(default_factory=list, max_length=20)

    @model_validator(mode="after")
    def _not_empty(self) -> Says:
        if not self.text and not self.attachments:
            raise ValueError("give text, attachments or both")
        return self


class MessageIn(Says):
    """A customer's message."""

    id: Id = Field(description="yours, unique within the conversation; repeating it is safe")
    sender: SenderIn = SenderIn()
    reply_to: Id | None = Field(None, description="id of the message that this one answers to, yours or ours")
    sent_at: Annotated[AwareDatetime, Field(strict=True)] | None = Field(
        None, description="when the customer wrote, with a time zone; now, when left out"
    )


class EditIn(Says):
    """The complete new content of a customer's message."""


class ReceiptIn(StrictModel):
    """Delivery state of an event on the customer's side."""

    conversation: Id
    message: Id = Field(description="the `id` of the event of type `message`")
    state: Literal["delivered", "read", "failed"]
    detail: Annotated[str, Field(max_length=500, pattern="^[^\\x00]*$")] = Field("", description="why it failed")


class AcceptedOut(BaseModel):
    """Accepted and stored. Both fields are null when the message belongs to no dialog."""

    dialog: int | None = Field(description="the dialog's number")
    message: int | None = Field(description="the hub's number of the message")


class AttachmentOut(BaseModel):
    """A file (`photo video voice audio file sticker`, with `url`), a `location` or a `contact`. `url` is signed and
    expires: download the file when the event arrives."""

    kind: Literal["photo", "video", "voice", "audio", "file", "sticker", "location", "contact"]
    url: str | None = None
    name: str = ""
    mime: str = ""
    size: int | None = Field(None, description="bytes")
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    phones: list[str] = []
    emails: list[str] = []
    company: str = ""
    title: str = Field("", description="a contact's position in the company")
    sites: list[str] = []
    addresses: list[str] = Field([], description="a contact's postal addresses")


class EventOut(BaseModel):
    """Something that an operator did. An event may be delivered more than once: recognize it by its `id`."""

    id: str
    conversation: str
    type: Literal["message", "edit", "delete", "reaction"]
    message: str = Field(
        description="which message: this one; for edit and delete the `id` of an earlier event; for a reaction your id"
    )
    text: str = Field("", description="the words alone")
    formatted: str = Field("", description="the same with formatting, as safe HTML")
    attachments: list[AttachmentOut] = []
    author: str = Field("", description="the operator's name")
    reply_to: str | None = Field(None, description="id of the message it answers to, yours or ours")
    emoji: str | None = Field(None, description="of a reaction; null takes it back")
    sent_at: datetime


class EventsOut(BaseModel):
    events: list[EventOut]
    cursor: int = Field(description="give it as `after` next time")


class EventsQuery(BaseModel):
    """Events to read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int = Field(0, ge=0, le=MAX_SEQUENCE, description="the `cursor` of the last answer; 0 from the beginning")
    limit: int = Field(100, ge=1, le=500)
    wait: int = Field(0, ge=0, le=30, description="seconds to wait when there is nothing yet")


class DeletionQuery(BaseModel):
    """Location of the message."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation: Id


class PathId(BaseModel):
    id: Id


class FieldProblem(BaseModel):
    field: str = Field(description="path of the field, as in `attachments.0.url`; empty: the body as a whole")
    problem: str


class ProblemOut(BaseModel):
    """Reason why a request was refused. Nothing was stored."""

    error: Literal["unauthorized", "not_json", "invalid", "too_large", "unavailable"]
    message: str = Field(description="what to do, in words")
    fields: list[FieldProblem] = []
