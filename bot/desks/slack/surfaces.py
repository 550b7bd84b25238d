"""Places of actions, as far as an answer can replace what is there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.desks.slack.forms import CALLBACK as FORM
from bot.desks.slack.payloads import as_object
from bot.desks.slack.view_state import ViewState
from bot.domain import DeskEvent, HomeOpened, Key, Place, Pressed, Submitted
from bot.domain.value import value
from bot.views.values import Answer, Silent, Whisper


class SurfaceKind(StrEnum):
    NOWHERE = "nowhere"  # a command, a card, a post in a thread: nothing to replace
    HOME = "home"
    WINDOW = "window"  # a window with a view
    FORM = "form"
    WHISPER = "whisper"  # an ephemeral message
    DIRECT = "direct"  # a direct message


@value
class Surface:
    """Place of one action. `view`: the window's id; `post`: the message's; `at`: Slack's time of the press, "" if it
    gives none."""

    kind: SurfaceKind = SurfaceKind.NOWHERE
    view_state: ViewState = ViewState()
    view: str = ""
    hash: str = ""
    post: str = ""
    at: str = ""


def surface(body: Mapping[str, Any]) -> Surface:
    """Finds the place of an interaction, or of the event that the Home was opened."""
    view = as_object(body.get("view"))
    if body.get("type") == "event_callback":
        event = as_object(body.get("event"))
        opened = event.get("type") == "app_home_opened"
        return (
            Surface(SurfaceKind.HOME, ViewState(home=""), at=str(event.get("event_ts") or "")) if opened else Surface()
        )
    at = str(next((one.get("action_ts") for one in body.get("actions") or () if isinstance(one, dict)), None) or "")
    if view:
        kind = SurfaceKind.HOME if view.get("type") == "home" else SurfaceKind.WINDOW
        if body.get("type") == "view_submission" or view.get("callback_id") == FORM:
            kind = SurfaceKind.FORM
        view_state = ViewState.unpack(str(view.get("private_metadata") or ""))
        return Surface(kind, view_state, str(view.get("id") or ""), str(view.get("hash") or ""), at=at)
    return _message(body, at)


def _message(body: Mapping[str, Any], at: str) -> Surface:
    container = as_object(body.get("container"))
    if body.get("type") != "block_actions":
        return Surface()
    channel, post = str(container.get("channel_id") or ""), str(container.get("message_ts") or "")
    if container.get("is_ephemeral"):
        return Surface(SurfaceKind.WHISPER, post=post, at=at)
    return Surface(SurfaceKind.DIRECT, post=post, at=at) if channel.startswith("D") else Surface(at=at)


def again(event: DeskEvent, answer: Answer, done_at: Surface) -> DeskEvent | None:
    """Builds the event that makes the core redraw the Home after an action there or in a window over it. None if the
    Home is not affected, or the answer itself redraws it. A line entered there (a search) changes nothing."""
    token = done_at.view_state.home
    if token is None or isinstance(event, HomeOpened) or event.actor is None:
        return None
    at_home = done_at.kind is SurfaceKind.HOME
    if not isinstance(answer, Silent | Whisper) or (at_home and isinstance(event, Submitted)):
        return None
    if isinstance(answer, Whisper) and answer.replaces and (answer.view.again or not at_home):
        return None
    key, place = Key(f"again:{event.key}"), Place(event.place.desk)
    return Pressed(key, event.actor, place, token) if token else HomeOpened(key, event.actor, place)
