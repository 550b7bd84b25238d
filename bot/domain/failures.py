"""Reasons for a permanent delivery failure."""

from __future__ import annotations

from enum import StrEnum


class RejectReason(StrEnum):
    """Reason why something can never be delivered; each has plain words in both languages."""

    BLOCKED = "blocked"  # the customer blocked us
    GONE = "gone"  # the conversation or the person no longer exists
    TOO_LARGE = "too_large"  # a file
    TOO_LONG = "too_long"
    UNSUPPORTED = "unsupported"  # the channel does not support this kind of message
    WINDOW_CLOSED = "window_closed"  # the platform no longer allows free text
    TOO_LATE = "too_late"  # a change of something that is too old to be changed
    FORBIDDEN = "forbidden"  # our account may not do this
    FILE_GONE = "file_gone"  # the file is no longer at its source
    FILE_EMPTY = "file_empty"  # the file has no bytes
    INVALID = "invalid"  # the platform refuses it; `detail` has its words
    TRIES = "tries"  # given up after the last attempt
