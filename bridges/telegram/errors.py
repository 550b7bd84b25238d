"""Translation of aiogram's and aiohttp's errors into delivery errors, the only place that does it.

Descriptions are those of the Bot API server (`fail_query_with_error` in tdlib/telegram-bot-api).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientError

from bot.domain import ChatId
from bot.locale import Translator
from bot.ports import DeliveryError, Moved, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bot.runtime import network_faults
from bridges.shared.http_calls import failure

_OF_THE_CALL = (
    *("can't parse", "expected", "must be", "must contain", "must include", "must not", "unsupported", "invalid"),
    *("is not specified", "isn't specified", "are not specified", "is empty", "there is no ", "wrong ", "too many "),
    *("unknown parameters", "unallowed characters"),
    *("not found", "can't be edited", "can't be deleted", "can't be forwarded", "is not modified", "query is too old"),
    *("can't use ", "can't upload file by url", "failed to get http url content", "type of file mismatch"),
    *("_invalid", "_empty", "_missing", "_too_much", "_too_big", "_not_modified", "image_process_failed"),
    *("topic_closed", "topic_deleted", "topic_not_modified", "user_is_bot", "strings must be encoded in utf-8"),
)
"""Words of the refusals of one call in the Bot API server's source, and the ends of Telegram's own codes for them."""
REASONS = (
    ("chat not found", RejectReason.GONE),
    ("user not found", RejectReason.GONE),
    ("peer_id_invalid", RejectReason.GONE),
    ("user is deactivated", RejectReason.GONE),
    ("chat was deleted", RejectReason.GONE),
    ("can't initiate conversation", RejectReason.FORBIDDEN),
    ("can't send messages to", RejectReason.FORBIDDEN),
    ("not enough rights", RejectReason.FORBIDDEN),
    ("not an administered", RejectReason.FORBIDDEN),
    ("have no rights", RejectReason.FORBIDDEN),
    ("_forbidden", RejectReason.FORBIDDEN),
    ("was blocked by the user", RejectReason.BLOCKED),
    ("was kicked from", RejectReason.BLOCKED),
    ("is not a member of", RejectReason.BLOCKED),
    ("is too long", RejectReason.TOO_LONG),
    ("_too_long", RejectReason.TOO_LONG),
    ("file is too big", RejectReason.TOO_LARGE),
    ("file of size", RejectReason.TOO_LARGE),
    ("reaction_invalid", RejectReason.UNSUPPORTED),
    ("reactions_too_many", RejectReason.UNSUPPORTED),
    ("file_id", RejectReason.FILE_GONE),
    ("temporarily unavailable", RejectReason.FILE_GONE),
    *((words, RejectReason.INVALID) for words in _OF_THE_CALL),
)
"""Text in a refusal → its reason; the first match counts. Any other text may be Telegram's own trouble."""

ONLY_AS_FILE = (
    "photo_invalid_dimensions",
    "image_process_failed",
    "photo_ext_invalid",
    "photo_save_file_invalid",
    "voice_messages_forbidden",
)


@contextmanager
def translated(tr: Translator, *, repeatable: bool = False) -> Iterator[None]:
    """Lets only `DeliveryError` out. `repeatable`: the call may safely be made twice, so an uncertain outcome is only
    `Transient`."""
    try:
        yield
    except TelegramAPIError as error:
        raise _refusal(error, tr, repeatable) from error
    except (ClientError, TimeoutError, OSError) as error:
        # Not the cause's own text: an aiohttp error may contain the address, and with it the token.
        words = f"Telegram cannot be reached: {network_faults.describe(error)}"
        raise failure(error, words, repeatable=repeatable) from None


def _refusal(error: TelegramAPIError, tr: Translator, repeatable: bool) -> DeliveryError:
    match error:
        case TelegramRetryAfter():
            return Transient("too many requests", retry_after=error.retry_after, scope=_budget(error))
        case TelegramMigrateToChat():
            return Moved(ChatId(str(error.migrate_to_chat_id)))
        case TelegramEntityTooLarge():  # before the network errors, of which it is a subclass
            return Rejected(RejectReason.TOO_LARGE, error.message)
        case TelegramUnauthorizedError() | TelegramNotFound():  # an invalid token gives 404
            return Unavailable(error.message, tr.gettext("Get the bot's token from @BotFather and put it in hub.toml."))
        case TelegramConflictError():
            return Transient(error.message)
        case TelegramServerError():
            return _doubt(error.message, repeatable)
        case TelegramBadRequest() | TelegramForbiddenError():
            reason = _reason(error.message)
            return Unexplained(error.message) if reason is None else Rejected(reason, error.message)
        case _:
            return Unexplained(error.message)


def _doubt(detail: str, repeatable: bool) -> DeliveryError:
    return Transient(detail) if repeatable else Unconfirmed(detail)


def _reason(description: str) -> RejectReason | None:
    words = description.lower()
    return next((reason for part, reason in REASONS if part in words), None)


def _budget(error: TelegramRetryAfter) -> str:
    """Guesses the exhausted limit, which Telegram does not name. Our own `Rate` keeps the overall one, so a call to a
    chat has most likely used up that chat's."""
    return "chat" if getattr(error.method, "chat_id", None) is not None else "all"


def goes_as_file(error: Rejected) -> bool:
    """Recognizes refusals of a photo (extreme proportions, not an image) or a voice message (forbidden by the
    recipient) that would be accepted as a plain file."""
    return any(part in error.detail.lower() for part in ONLY_AS_FILE)


def is_unchanged(error: Rejected) -> bool:
    return "message is not modified" in error.detail


def has_no_topic(error: Rejected) -> bool:
    return "message thread not found" in error.detail


def is_gone_already(error: Rejected) -> bool:
    return "message to delete not found" in error.detail


def has_no_text(error: Rejected) -> bool:
    return "there is no text in the message to edit" in error.detail
