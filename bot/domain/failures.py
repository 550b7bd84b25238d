"""Reasons for which a delivery fails for good."""

from __future__ import annotations

from enum import StrEnum


class RejectReason(StrEnum):
    """Why something will never be delivered; each has plain words in both languages."""

    BLOCKED = "blocked"  # the customer blocked us
    GONE = "gone"  # the conversation or the person is no more
    TOO_LARGE = "too_large"  # a file
    TOO_LONG = "too_long"
    UNSUPPORTED = "unsupported"  # the channel has no such kind of message
    WINDOW_CLOSED = "window_closed"  # the platform allows no free text any more
    FORBIDDEN = "forbidden"  # our account may not do this
    FILE_GONE = "file_gone"  # the file cannot be had from where it was
    INVALID = "invalid"  # the platform refuses it; `detail` has its words
    TRIES = "tries"  # given up after the last try
