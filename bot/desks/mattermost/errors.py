"""Translation of Mattermost's failures into the errors of `bot.ports`.

The driver raises its own errors for answers; network errors are aiohttp's. All of them are handled here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from mattermostautodriver import exceptions as driver  # type: ignore[import-untyped]

from bot.locale import N_
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bot.runtime import network_faults

ACCESS_ADVICE = N_("Set `token` to a valid access token of the hub's bot; `hub setup mattermost` creates one.")
CHANNEL_ADVICE = N_("Add the hub's bot to the team and to the channel; `hub setup mattermost` does both.")
ARCHIVED_ADVICE = N_("The channel is archived: unarchive it, or set another one in desks.….channel.")
CALLBACK_ADVICE = N_("Set public_url in [hub], or the desk's callback_url, to an address that Mattermost can reach.")
UNREAD_ADVICE = N_("Look in the Mattermost server's log: it does not show the posts of this channel.")
ADDRESS_ADVICE = N_("Check `url`: it must be the address where people open Mattermost.")

_NOTHING_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_ARCHIVED = (
    "api.post.create_post.can_not_post_to_deleted",
    "api.post.update_post.can_not_update_post_in_deleted",
    "api.post.patch_post.can_not_update_post_in_deleted",
    "api.post.delete_post.can_not_delete_post_in_deleted",
    "api.reaction.save.archived_channel",
    "api.reaction.delete.archived_channel",
)
_CLOSED = (
    "api.context.permissions.app_error",  # the bot is no member, or the channel's scheme forbids it
    "api.post.create_post.town_square_read_only",
    "app.channel.get.",
    "app.channel.get_by_name.",
    "app.channel.get_member.",
    "store.sql_channel.get",
)
"""Error ids, by their beginnings, that are about the channel and not about the post."""
_UNKNOWN_CHANNEL = ("api.context.invalid_param.app_error", "post.channel_id")
"""Error id, and what its words name, when a post is for a channel that no longer exists."""
_GONE = ("app.post.get.", "api.post.create_post.root_id", "api.post.create_post.channel_root_id", "store.sql_post.get")
_TOO_LATE = "api.post.update_post.permissions_time_limit"
_TOO_LONG = ("model.post.is_valid.msg.", "model.post.is_valid.message_length", "api.post.create_post.message_length")
_OBJECT = re.compile(
    r"(app|store)\.(sql_)?(post|user|channel|team|bot|file_info|emoji|reaction|command|group|session)\b"
)
"""Error ids of a 404 about one object."""
_VALIDATION = re.compile(r"model\.\w+\.is_valid\.")
_OF_THE_CALL = (
    *_ARCHIVED,  # of a direct message: no desk's channel is lost with it
    *("Post rejected by plugin", "interactive_message.", "api.context.permissions.", "api.context.invalid_"),
    *("api.post.update_post.", "api.post.patch_post.", "api.post.delete_post.", "api.post.do_action."),
    *("api.post.create_post.attach_files", "api.post.create_post.can_not_post_in_restricted_dm"),
    *("api.post.create_post.burn_on_read", "api.post.fill_in_post_props.", "api.post_get_post_by_id."),
    *("api.reaction.", "app.reaction.", "api.emoji.", "api.file.", "app.file_info.", "api.command."),
    *("api.channel.create_direct_channel.", "api.channel.create_channel.direct_channel."),
    *("api.user.", "app.user.", "store.sql_user.", "api.bot.", "api.team.", "app.team.", "app.channel."),
    *("api.ldap_groups.", "api.custom_groups.", "api.license", "api.config."),
)
"""Error ids, by their beginnings, that the server's source gives to a call which it will never take. Any other id may
stand for the server's own trouble, and so does an answer without one, which a proxy may have given."""


@contextmanager
def translated(*, repeatable: bool = False, channel: str = "") -> Iterator[None]:
    """Turns every failure into a `DeliveryError`. `repeatable`: the call may safely be made twice, so after an
    uncertain outcome it may simply be repeated. `channel`: the one that the call is about."""
    try:
        yield
    except DeliveryError:
        raise
    except driver.MattermostError as error:
        answer = of_answer(error.status_code, error.error_id or "", str(error), repeatable, _wait(error), channel)
        raise answer from error
    except driver.InvalidMattermostError as error:
        raise of_answer(error.status_code, "", "", repeatable) from error
    except _NOTHING_SENT as error:
        raise Transient(network_faults.describe(error)) from error
    except (httpx.InvalidURL, aiohttp.InvalidURL) as error:
        raise Unavailable(str(error), ADDRESS_ADVICE) from error
    except (ValueError, RecursionError) as error:  # a proxy answered, so the outcome is unknown
        raise _doubt("an answer that is not Mattermost's", repeatable) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _doubt(network_faults.describe(error), repeatable) from error


def of_answer(
    status: int,
    error_id: str,
    words: str,
    repeatable: bool = False,
    retry_after: float | None = None,
    channel: str = "",
) -> DeliveryError:
    """Translates an unsuccessful answer. `channel`: the one that the call is about; what is that channel's fault is no
    fault of the post."""
    detail = words or f"HTTP {status}"
    if status == 429:
        return Transient("too many requests", retry_after, scope="all")
    if status == 401:
        return Unavailable(detail, ACCESS_ADVICE)
    if status >= 500 and status != 501:
        return _doubt(detail, repeatable)
    if 300 <= status < 400:
        return Unavailable(f"HTTP {status}", ADDRESS_ADVICE)
    if channel and (advice := _of_channel(status, error_id, words)):
        return Unavailable(detail, advice, channel)
    reason = _reason(status, error_id)
    return Unexplained(detail) if reason is None else Rejected(reason, detail)


def _of_channel(status: int, error_id: str, words: str) -> str:
    """Returns advice about what is the channel's fault; "" if it is not."""
    if error_id.startswith(_ARCHIVED):
        return ARCHIVED_ADVICE
    unknown, named = _UNKNOWN_CHANNEL
    closed = status == 403 or error_id.startswith(_CLOSED) or (error_id == unknown and named in words)
    return CHANNEL_ADVICE if closed else ""


def _reason(status: int, error_id: str) -> RejectReason | None:
    """Returns the reason why the server refuses this call; None if its error id does not say that the call is at
    fault."""
    if status == 413:
        return RejectReason.TOO_LARGE
    if error_id.startswith(_GONE) or (status == 404 and _OBJECT.match(error_id)):
        return RejectReason.GONE
    if error_id.startswith(_TOO_LATE):
        return RejectReason.TOO_LATE
    if error_id.startswith(_TOO_LONG):
        return RejectReason.TOO_LONG
    if not error_id.startswith(_OF_THE_CALL) and not _VALIDATION.match(error_id):
        return None
    return {403: RejectReason.FORBIDDEN, 404: RejectReason.GONE, 501: RejectReason.UNSUPPORTED}.get(
        status, RejectReason.INVALID
    )


def _doubt(detail: str, repeatable: bool) -> DeliveryError:
    return Transient(detail) if repeatable else Unconfirmed(detail)


def _wait(error: driver.MattermostError) -> float | None:
    return error.retry_after if isinstance(error, driver.TooManyRequests) else None
