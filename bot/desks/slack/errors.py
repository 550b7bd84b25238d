"""Translation of Slack's errors into the hub's, the only place that does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.locale import N_
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.runtime import network_faults

PATIENCE = 20.0
"""Seconds to wait for an answer."""

_SHOWN = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal", "views.open", "views.push"}
)
"""Methods with a visible effect, which a repetition would show twice. All others may be repeated."""

_SCOPES = {
    "chat.postMessage": "channel",
    "chat.update": "update",
    "reactions.add": "mark",
    "reactions.remove": "unmark",
}
"""Limit (`Rate.scope`) that a 429 of a method holds up; other methods hold up only their own lane."""

_REINSTALL = N_("Reinstall the app in the workspace and set bot_token to the new bot token.")
ADD_SCOPES = N_("Add them on the app's page (hub manifest slack prints all scopes) and reinstall the app.")
SOCKET_MODE = N_("Turn on Socket Mode on the app's page: compare it with hub manifest slack.")
TOO_MANY_SOCKETS = N_("Slack allows ten connections for one app: use this app token in one hub only.")
HOME = N_("Turn on the Home tab on the app's page → App Home: compare it with hub manifest slack.")
INVITE = N_("Check desks.….channel and invite the app to it: /invite @hub")
ARCHIVED = N_("The channel is archived: unarchive it, or set another one in desks.….channel.")
_UNAVAILABLE = {
    "invalid_auth": _REINSTALL,
    "not_authed": _REINSTALL,
    "account_inactive": _REINSTALL,
    "token_revoked": _REINSTALL,
    "token_expired": _REINSTALL,
    "user_removed_from_team": _REINSTALL,
    "not_allowed_token_type": N_("bot_token begins with xoxb-, app_token with xapp-: check that they are not swapped."),
    "missing_scope": ADD_SCOPES,
    "no_permission": N_("The app lacks a permission: compare its page with hub manifest slack, and reinstall it."),
    "team_access_not_granted": _REINSTALL,
    "access_denied": N_("The workspace's administrators have to approve the app."),
    "not_enabled": HOME,
    "app_missing_action_url": N_("Turn on interactivity on the app's page: compare it with hub manifest slack."),
    "org_login_required": N_("The workspace is being moved: wait until its administrators have finished."),
    "team_added_to_org": N_("The workspace is being moved: wait until its administrators have finished."),
    "enterprise_is_restricted": N_("The workspace's administrators have to approve the app."),
    "ekm_access_denied": N_("The workspace's administrators have suspended access."),
    "channel_not_found": INVITE,
    "not_in_channel": INVITE,
    "is_archived": ARCHIVED,
    "is_inactive": ARCHIVED,
    "restricted_action": N_("Only some members may post in the channel: allow the app to post too."),
    "restricted_action_read_only_channel": N_("The channel is read-only: allow the app to post."),
}
_OF_CHANNEL = frozenset(
    (
        *("channel_not_found", "not_in_channel", "is_archived", "is_inactive"),
        *("restricted_action", "restricted_action_read_only_channel"),
    )
)
"""Codes of `_UNAVAILABLE` that are about the one channel named in the call."""
_REJECTED = {
    "msg_too_long": RejectReason.TOO_LONG,
    "msg_blocks_too_long": RejectReason.TOO_LONG,
    "message_not_found": RejectReason.GONE,
    "thread_not_found": RejectReason.GONE,
    "cannot_reply_to_message": RejectReason.GONE,
    "user_not_found": RejectReason.GONE,
    "user_disabled": RejectReason.GONE,
    "users_not_found": RejectReason.GONE,
    "cannot_dm_bot": RejectReason.GONE,
    "file_not_found": RejectReason.FILE_GONE,
    "file_deleted": RejectReason.FILE_GONE,
    "file_upload_size_restricted": RejectReason.TOO_LARGE,
    "storage_limit_reached": RejectReason.TOO_LARGE,
    "cant_update_message": RejectReason.FORBIDDEN,
    "cant_delete_message": RejectReason.FORBIDDEN,
    "edit_window_closed": RejectReason.TOO_LATE,
}
_OVERLOADED = frozenset({"ratelimited", "rate_limited"})
_BROKEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


@asynccontextmanager
async def translated(method: str, patience: float = PATIENCE, channel: str = "") -> AsyncIterator[None]:
    """Wraps one call of `method`: any failure leaves as a `DeliveryError`. `channel`: the one that it is about."""
    try:
        async with asyncio.timeout(patience):
            yield
    except SlackApiError as error:
        raise _refused(method, error, channel) from error
    except SlackClientError as error:
        raise Rejected(RejectReason.INVALID, str(error)) from error
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise Transient(f"{method}: Slack cannot be reached: {network_faults.describe(error)}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise doubtful(method, network_faults.describe(error)) from error


def doubtful(method: str, detail: str) -> DeliveryError:
    """Builds the error for an unclear answer: a call without visible effect is simply retried."""
    return (Unconfirmed if method in _SHOWN else Transient)(f"{method}: {detail}")


def code_of(error: BaseException | None) -> str:
    """Returns Slack's code of a translated error; "" if it did not come from Slack."""
    cause = error.__cause__ if isinstance(error, DeliveryError) else error
    answer = getattr(cause, "response", None)
    data = getattr(answer, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _refused(method: str, error: SlackApiError, channel: str) -> DeliveryError:
    answer: Any = error.response
    status = int(getattr(answer, "status_code", None) or getattr(answer, "status", None) or 0)
    code = code_of(error)
    if status == 429 or code in _OVERLOADED:
        return Transient(f"{method}: {code or status}", _retry_after(answer), _SCOPES.get(method, ""))
    if status >= 500 or code in _BROKEN or not code:
        return doubtful(method, code or f"HTTP {status}")
    if code in _UNAVAILABLE:
        needed = f" ({answer.data['needed']})" if answer.data.get("needed") else ""
        where = channel if code in _OF_CHANNEL else ""
        return Unavailable(f"{method}: {code}{needed}", _UNAVAILABLE[code], where)
    return Rejected(_REJECTED.get(code, RejectReason.INVALID), f"{method}: {_explained(answer.data, code)}")


def _retry_after(answer: Any) -> float:
    headers = getattr(answer, "headers", None) or {}
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return float(found)
    except ValueError:
        return 30.0


def _explained(data: dict[str, Any], code: str) -> str:
    """Returns Slack's code with its explanation, which names fields but never contains their values."""
    messages = (data.get("response_metadata") or {}).get("messages") or ()
    return "; ".join((code, *(str(message) for message in messages)))[:500]
