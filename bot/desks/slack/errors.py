"""Translation of Slack's errors into the hub's, the only place that does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError, SlackObjectFormationError

from bot.locale import N_
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bot.runtime import http_waits, network_faults

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
ARCHIVED = N_(
    "The channel is archived: unarchive it and invite the app again (/invite @hub), or set another one in "
    "desks.….channel."
)
_THREADS = N_("Dialogs are threads: allow the app to begin threads in the channel and to answer in them.")
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
    "restricted_action_thread_only_channel": _THREADS,
    "restricted_action_non_threadable_channel": _THREADS,
    "posting_to_channel_denied": INVITE,
    "invalid_channel": INVITE,
    "two_factor_setup_required": _REINSTALL,
    "app_access_restricted": N_("The workspace's administrators have to approve the app."),
    "message_limit_exceeded": N_("The workspace's plan allows no more messages now: see Slack's usage limits."),
}
_OF_CHANNEL = frozenset(
    (
        *("channel_not_found", "not_in_channel", "is_archived", "is_inactive"),
        *("restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
        *("restricted_action_non_threadable_channel", "posting_to_channel_denied", "invalid_channel"),
    )
)
"""Codes of `_UNAVAILABLE` that are about the one channel named in the call."""
_REJECTED = {
    **dict.fromkeys(
        (
            *("invalid_blocks", "invalid_blocks_format", "block_mismatch", "invalid_attachments", "no_text"),
            *("too_many_attachments", "attachment_payload_limit_exceeded", "too_many_contact_cards"),
            *("markdown_text_conflict", "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large"),
            *("invalid_arguments", "missing_argument", "invalid_name", "bad_timestamp", "no_item_specified"),
            *("already_reacted", "no_reaction", "not_reactable", "too_many_emoji", "too_many_reactions"),
            *("invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id", "push_limit_reached"),
            *("duplicate_external_id", "hash_conflict", "not_found", "user_not_in_channel", "not_enough_users"),
            *("file_type_not_allowed", "blocked_file_type", "file_uploads_disabled", "unknown_snippet_type"),
            *("file_uploads_except_images_disabled", "slack_connect_blocked_file_type", "unknown_subtype"),
            *("slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked"),
            *("slack_connect_file_upload_sharing_blocked", "slack_connect_clip_sharing_blocked"),
            *("slack_connect_lists_sharing_blocked", "canvas_disabled_file_team", "canvas_disabled_user_team"),
            *("canvas_globally_disabled", "file_share_limit_reached", "max_file_sharing_exceeded"),
        ),
        RejectReason.INVALID,
    ),
    "msg_too_long": RejectReason.TOO_LONG,
    "msg_blocks_too_long": RejectReason.TOO_LONG,
    "view_too_large": RejectReason.TOO_LONG,
    "alt_txt_too_large": RejectReason.TOO_LONG,
    "message_not_found": RejectReason.GONE,
    "thread_not_found": RejectReason.GONE,
    "cannot_reply_to_message": RejectReason.GONE,
    "restricted_action_thread_locked": RejectReason.GONE,  # the dialog goes on in a thread of its own
    "user_not_found": RejectReason.GONE,
    "user_not_visible": RejectReason.GONE,
    "user_disabled": RejectReason.GONE,
    "users_not_found": RejectReason.GONE,
    "bot_not_found": RejectReason.GONE,
    "bots_not_found": RejectReason.GONE,
    "invalid_user_combination": RejectReason.GONE,
    "cannot_dm_bot": RejectReason.GONE,
    "messages_tab_disabled": RejectReason.GONE,  # no direct message reaches anybody
    "file_not_found": RejectReason.FILE_GONE,
    "file_deleted": RejectReason.FILE_GONE,
    "file_is_deleted": RejectReason.FILE_GONE,
    "not_visible": RejectReason.FILE_GONE,
    "template_not_visible": RejectReason.FILE_GONE,
    "file_upload_size_restricted": RejectReason.TOO_LARGE,
    "snippet_too_large": RejectReason.TOO_LARGE,
    "storage_limit_reached": RejectReason.TOO_LARGE,
    "cant_update_message": RejectReason.FORBIDDEN,
    "cant_delete_message": RejectReason.FORBIDDEN,
    "edit_window_closed": RejectReason.TOO_LATE,
    "thread_locked": RejectReason.FORBIDDEN,
    "no_access": RejectReason.FORBIDDEN,
}
"""Codes that the documentation of the methods calls a fault of the one call. Any other may be Slack's own trouble or a
setting that someone changes back: see `Unexplained`."""
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
    except SlackObjectFormationError as error:  # raised before anything is sent
        raise Rejected(RejectReason.INVALID, str(error)) from error
    except SlackClientError as error:
        raise Unexplained(f"{method}: {error}") from error
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise Transient(f"{method}: Slack cannot be reached: {network_faults.describe(error)}") from error
    except (ValueError, RecursionError) as error:
        raise doubtful(method, "an answer that is not Slack's") from error
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
    explained = f"{method}: {_explained(answer.data, code)}"
    return Rejected(_REJECTED[code], explained) if code in _REJECTED else Unexplained(explained)


def _retry_after(answer: Any) -> float:
    headers = getattr(answer, "headers", None) or {}
    wait = http_waits.seconds(next((value for name, value in headers.items() if name.lower() == "retry-after"), None))
    return 30.0 if wait is None else wait


def _explained(data: dict[str, Any], code: str) -> str:
    """Returns Slack's code with its explanation, which names fields but never contains their values."""
    messages = (data.get("response_metadata") or {}).get("messages") or ()
    return "; ".join((code, *(str(message) for message in messages)))[:500]
