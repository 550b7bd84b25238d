"""Parser of callbacks: REST Bot API → `Update`. Pure, and never raises: what cannot be parsed becomes
`UnreadableUpdate`.

Source: REST Bot API, "Callbacks". One body is one event. `message_token` identifies the message that the event is
about; together with the event's name it is the key, the same at each repetition.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain import (
    AccountName,
    ChatId,
    CustomerEvent,
    CustomerLeft,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Profile,
    ProfileChanged,
    Receipt,
    ReceiptState,
    UnreadableUpdate,
    Update,
)
from bot.ports import RejectReason
from bridges.shared.fields import Fields, Unexpected, digest, dumped
from bridges.viber import contents

LONGEST_ID = 128
TOKENS_END = 1 << 64
IGNORED = frozenset({"webhook", "client_status", "action"})
"""Events that concern no customer: `webhook` is Viber's test call during `set_webhook`."""


def origin(account: AccountName) -> str:
    return f"account:{account}"


def signature(body: bytes, token: str) -> str:
    """Computes the expected `X-Viber-Content-Signature`."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def read(raw: object, account: AccountName, now: datetime) -> Update | None:
    """Parses an event; None when it does not concern a customer. `now`: for events without a time."""
    event = Fields(raw)
    name, token = event.text("event"), message_token(event)
    key = Key(f"{name}:{token}") if name in READERS and token else Key(digest(raw))
    if name in IGNORED:
        return None
    try:
        if name not in READERS:
            raise Unexpected("no known event")
        found = READERS[name](event, origin(account))
    except Unexpected as error:
        found = _unreadable(raw, error, origin(account))
    return Update(key, found, _moment(event) or now) if found else None


def message_token(source: Fields) -> ForeignId | None:
    """Returns Viber's number of a message, a 64-bit integer."""
    value = source.raw.get("message_token")
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < TOKENS_END:
        return ForeignId(str(value))
    written = source.text("message_token")
    known = written.isascii() and written.isdecimal() and len(written) <= len(str(TOKENS_END))
    return ForeignId(written) if known else None


# ------------------------------------------------------------------------------------- kinds of events


def _message(event: Fields, files: str) -> CustomerEvent:
    sender = event.object("sender")
    content = contents.read(event.object("message"), files)
    return CustomerWrote(_chat(sender), _needed_token(event), content, _profile(sender, files))


def _receipt(state: ReceiptState) -> Callable[[Fields, str], CustomerEvent]:
    def read_receipt(event: Fields, _: str) -> CustomerEvent:
        return Receipt(_chat(event, "user_id"), _needed_token(event), state)

    return read_receipt


def _failed(event: Fields, _: str) -> CustomerEvent:
    """Parses a failure: the message was accepted, but the customer's app refused it. `desc` is free text."""
    chat, ref = _chat(event, "user_id"), _needed_token(event)
    return Receipt(chat, ref, ReceiptState.FAILED, reason=RejectReason.INVALID, detail=event.text("desc"))


def _subscribed(event: Fields, files: str) -> CustomerEvent:
    user = event.object("user")
    return CustomerReturned(_chat(user), _profile(user, files))


def _unsubscribed(event: Fields, _: str) -> CustomerEvent:
    return CustomerLeft(_chat(event, "user_id"))


def _opened(event: Fields, files: str) -> CustomerEvent | None:
    """Parses the opening of the conversation. It is not a subscription: strangers are ignored; for subscribers it
    updates name and picture."""
    if event.raw.get("subscribed") is not True:
        return None
    user = event.object("user")
    return ProfileChanged(_chat(user), _profile(user, files))


READERS: Mapping[str, Callable[[Fields, str], CustomerEvent | None]] = {
    "message": _message,
    "delivered": _receipt(ReceiptState.DELIVERED),
    "seen": _receipt(ReceiptState.READ),
    "failed": _failed,
    "subscribed": _subscribed,
    "unsubscribed": _unsubscribed,
    "conversation_started": _opened,
}

# ------------------------------------------------------------------------------------- parts of them


def _chat(source: Fields, key: str = "id") -> ChatId:
    found = source.text(key)
    if not found or len(found) > LONGEST_ID:
        raise Unexpected(f"{key} is no user's")
    return ChatId(found)


def _needed_token(event: Fields) -> ForeignId:
    token = message_token(event)
    if token is None:
        raise Unexpected("message_token is not a number")
    return token


def _profile(user: Fields, files: str) -> Profile:
    picture = contents.address(user, "avatar")
    return Profile(
        name=user.text("name"),
        picture=FileRef(files, picture) if picture else None,
        locale=user.text("language"),
    )


def _moment(event: Fields) -> datetime | None:
    """Parses `timestamp`: milliseconds since 1970."""
    milliseconds = event.size("timestamp")
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (OverflowError, ValueError, OSError):
        return None


def _unreadable(raw: object, error: Unexpected, files: str) -> UnreadableUpdate:
    """Keeps the whole payload, with the person if one can be found in it."""
    event = Fields(raw)
    for source, key in ((event.object("sender"), "id"), (event.object("user"), "id"), (event, "user_id")):
        found = source.text(key)
        if found and len(found) <= LONGEST_ID:
            profile = _profile(source, files) if key == "id" else Profile()
            return UnreadableUpdate(dumped(raw), str(error), ChatId(found), profile, error.content)
    return UnreadableUpdate(dumped(raw), str(error))
