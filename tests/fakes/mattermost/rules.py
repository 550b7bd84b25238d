"""Mattermost's refusals, and the users that a post notifies."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from bot.desks.shared import emoji
from tests.fakes.mattermost.state import Json, State
from tests.waiting import BUSY

MESSAGE_RUNES = 16383
PROPS_RUNES = 8000
FILES = 10
TRIGGER_SECONDS = 3.0 * BUSY

_STYLES = ("default", "primary", "success", "good", "warning", "danger")


class Refusal(Exception):
    """A response in the shape of Mattermost's errors."""

    def __init__(self, status: int, error_id: str, message: str = "") -> None:
        super().__init__(error_id)
        self.status, self.error_id, self.message = status, error_id, message or error_id

    @property
    def body(self) -> Json:
        body = {"id": self.error_id, "message": self.message, "detailed_error": "", "request_id": "request"}
        return {**body, "status_code": self.status}


ARCHIVED = Refusal(400, "api.post.create_post.can_not_post_to_deleted.error", "Can not post to deleted channel.")
ARCHIVED_PATCH = Refusal(400, "api.post.patch_post.can_not_update_post_in_deleted.error")
ARCHIVED_DELETE = Refusal(400, "api.post.delete_post.can_not_delete_post_in_deleted.error")
ARCHIVED_REACTION = Refusal(403, "api.reaction.save.archived_channel.app_error")
ARCHIVED_UNREACTION = Refusal(403, "api.reaction.delete.archived_channel.app_error")


def no_permission() -> Refusal:
    return Refusal(403, "api.context.permissions.app_error", "You do not have the appropriate permissions.")


def check_message(message: object) -> str:
    if not isinstance(message, str):
        raise Refusal(400, "api.context.invalid_body_param.app_error")
    if len(message) > MESSAGE_RUNES:
        raise Refusal(400, "model.post.is_valid.msg.app_error", "Invalid message.")
    return message


def check_props(props: object) -> Json:
    if not isinstance(props, dict):
        raise Refusal(400, "api.context.invalid_body_param.app_error")
    written = json.dumps(props, ensure_ascii=False, separators=(",", ":"))
    if len(written) + 5 * sum(written.count(sign) for sign in "<>&") > PROPS_RUNES:  # Go writes them as \\u003c
        raise Refusal(400, "model.post.is_valid.props.app_error", "Invalid props.")
    for attachment in props.get("attachments") or ():
        for action in attachment.get("actions") or ():
            _check_action(action)
    return props


def _check_action(action: Json) -> None:
    def need(holds: object, what: str) -> None:
        if not holds:
            raise Refusal(400, "model.post.is_valid.attachments.app_error", f"action: {what}")

    need(action.get("name"), "must have a name")
    style = str(action.get("style", ""))
    need(not style or style in _STYLES or re.fullmatch(r"#[0-9a-fA-F]{6}", style), f"style {style}")
    integration = action.get("integration")
    if integration is not None:  # a client that patches a post it has read sends none
        url = urlsplit(str(integration.get("url", "")))
        need(url.scheme in ("http", "https") and url.hostname, "must have a valid integration URL")
    if action.get("type") == "button":
        need(not action.get("options"), "a button has no options")
        need(not action.get("data_source"), "a button has no data source")
    elif action.get("type") == "select" and action.get("data_source"):
        need(action["data_source"] in ("users", "channels"), "invalid data_source")
        need(not action.get("options"), "a select has either a data source or options")
    elif action.get("type") == "select":
        options = action.get("options") or ()
        need(options and all(one.get("text") and one.get("value") for one in options), "options")
    else:
        need(False, f"type {action.get('type')}")


def check_priority(state: State, root: str, priority: Json | None) -> Json | None:
    """Refuses a priority that the settings or the licence do not have, or that of a reply."""
    prefix = "api.post.post_priority.priority_post_"
    if priority is None:
        return None
    if not state.priorities:
        raise Refusal(403, f"{prefix}not_allowed_for_user.request_error")
    if root:
        raise Refusal(400, f"{prefix}only_allowed_for_root_post.request_error")
    if priority.get("requested_ack") and not state.licensed:
        raise Refusal(501, "license_error.feature_unavailable")
    if priority.get("priority") not in ("", "important", "urgent"):
        raise Refusal(400, "model.post.is_valid.priority.app_error")
    return priority


_IDENTITY = ("from_webhook", "from_bot", "from_oauth_app", "from_plugin")
_DISPLAY = ("override_username", "override_icon_url", "override_icon_emoji", "webhook_display_name")


def identified(state: State, user: str, props: Json, before: Json | None = None) -> Json:
    """Settles who a post is from. From 12 on, what a client says of it is dropped in silence: new posts get `from_bot`
    alone, changed ones keep what they have (`before`). Earlier servers believe the client."""
    if state.since(12):
        dropped = (*_IDENTITY, *_DISPLAY)
        kept = {name: value for name, value in (before or {}).items() if name in dropped}
        props = {name: value for name, value in props.items() if name not in dropped} | kept
    elif before is not None:
        props = {**props, **{name: before[name] for name in ("from_bot",) if name in before}}
    return {**props, "from_bot": "true"} if before is None and state.users[user].get("is_bot") else props


def check_edit_limit(state: State, post: Json, patch: Json) -> None:
    """Refuses a late change: of the message, and from 11.7 on any change that is not empty."""
    changed = [name for name, value in patch.items() if value is not None]
    refused = changed if state.since(11, 7) else "message" in changed
    if refused and state.edit_limit >= 0 and state.now() > post["create_at"] + state.edit_limit * 1000:
        words = f"Post edit is only allowed for {state.edit_limit} seconds."
        raise Refusal(400, "api.post.update_post.permissions_time_limit.app_error", words)


def check_emoji(name: str) -> None:
    if emoji.of_name(name) is None:
        raise Refusal(404, "app.emoji.get_by_name.no_result")


# ---------------------------------------------------------------------------------------- notifications


def notified_by(state: State, post: Json) -> list[tuple[str, str]]:
    """(user, word) for everyone whom a post's text notifies, attachments included. A backslash, a link or the props do
    not prevent it: the server splits the text into words first."""
    members = state.members[post["channel_id"]]
    named = {f"@{state.users[user]['username']}": {user} for user in members}
    named |= dict.fromkeys(("@all", "@channel", "@here"), members)
    found: list[tuple[str, str]] = []
    for text in _texts(post):
        for word in _words(text):
            found += [(user, word) for user in named.get(word.lower(), ()) if user != post["user_id"]]
    return found


def _texts(post: Json) -> list[str]:
    texts = [post["message"]]
    for attachment in post["props"].get("attachments") or ():
        texts += [str(attachment.get(name) or "") for name in ("pretext", "text")]
        texts += [str(one.get("value") or "") for one in attachment.get("fields") or ()]
    return texts


def _words(text: str) -> set[str]:
    """Splits a text as the server's parser does: code and link addresses are no text."""
    text = re.sub(r"```.*?(```|$)|(`+)[^`].*?\2(?!`)", " ", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "] ", text)
    words: set[str] = set()
    for word in re.split(r"[^:.\-_@\w]+", text):
        word = word.lstrip(":.-_")
        words |= {word, word.rstrip(".-:_"), *re.split(r"[.\-:]", word)}
    return {word for word in words if word.startswith("@")}


_MARKUP = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|```.*?(?:```|$)|(?P<ticks>`+)[^`].*?(?P=ticks)(?!`)"
    r"|(?P<picture>!)?\[(?:\\.|[^\[\]\\])*\]\((?P<to>[^()\s]*)\)",
    re.DOTALL,
)
_AUTOLINK = re.compile(
    r"(?<![A-Za-z0-9])(?:https?|ftp)://(?=[^<>\s])(?P<url>\S+)|(?:(?<=[\s*_~)<(>])|^)(?-i:www)\d{0,3}\.(?P<www>\S+)",
    re.IGNORECASE | re.MULTILINE,
)


def fetched(message: str) -> list[str]:
    """Addresses that the server requests as soon as the post is there, and whose pictures clients show: of bare ones
    the first, and those of pictures. It does not follow a link with words, `[words](address)`."""

    def bare(found: re.Match[str]) -> str:
        return found["escaped"] if (found["escaped"] or " ") in "*_~)(<>" else "\0"

    pictures = [found["to"] for found in _MARKUP.finditer(message) if found["picture"]]
    links = [found[0] for found in _AUTOLINK.finditer(_MARKUP.sub(bare, message)) if _is_host(found)]
    return links[:1] + pictures


def _is_host(found: re.Match[str]) -> bool:
    rest = (found["url"] or found["www"]).rstrip("?!.,:*_~'\"\0")
    return bool(rest) and rest[0] != "\0" and not unicodedata.category(rest[0]).startswith("P")


def action_of(post: Json, action_id: str) -> Json:
    """The action to press. Its id is part of an address: letters and digits alone."""
    if not re.fullmatch(r"[A-Za-z0-9]+", action_id):
        raise Refusal(404, "api.context.404.app_error")
    for attachment in post["props"].get("attachments") or ():
        for action in attachment.get("actions") or ():
            if action.get("id") == action_id:
                if not action.get("integration"):
                    break
                return dict(action)
    raise Refusal(404, "api.post.do_action.action_id.app_error")


def labelled(post: Json) -> list[tuple[str, Json, str | None]]:
    """Everything that can be chosen on a post: label, action, and for menus the option's value."""
    found: list[tuple[str, Json, Any]] = []
    for attachment in post["props"].get("attachments") or ():
        for action in attachment.get("actions") or ():
            if action.get("data_source"):
                found.append((action["name"], action, None))
            elif action["type"] == "select":
                found += [(one["text"], action, one["value"]) for one in action["options"]]
            else:
                found.append((action["name"], action, None))
    return found
