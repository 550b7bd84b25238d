"""Parser of commands, shortcuts, button presses and submitted windows into desk events. Pure."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.desks.slack.context import Context
from bot.desks.slack.forms import CALLBACK as FORM
from bot.desks.slack.forms import answers
from bot.desks.slack.payloads import PICKER, Payload, as_object, as_objects
from bot.desks.slack.view_state import ViewState
from bot.domain import Actor, Belonging, Commanded, DeskEvent, FormChanged, Key, Place, Pressed, Submitted
from bot.views import inputs


def command(body: Payload, context: Context) -> Commanded:
    words = html.unescape(str(body.get("text") or "")).strip()
    place = context.place(str(body.get("channel_id", "")), body.get("thread_ts"))
    return Commanded(Key(f"command:{body.get('trigger_id')}"), _person(body, context), place, words)


def _shortcut(body: Payload, context: Context) -> Commanded:
    """Parses a shortcut, of a message or a global one; its callback id is the action."""
    message, channel = as_object(body.get("message")), str(as_object(body.get("channel")).get("id", ""))
    post = message.get("ts")
    place = context.place(channel, message.get("thread_ts") or post, post)
    key = Key(f"shortcut:{body.get('trigger_id') or body.get('action_ts')}")
    return Commanded(key, _person(body, context), place, str(body.get("callback_id", "")))


def _acted(body: Payload, context: Context) -> Pressed | Submitted | FormChanged | None:
    """Parses what was done in a message or a view: a press, a choice, a change of a form, a line entered at Home."""
    view = as_object(body.get("view"))
    return _changed(body, view, context) if view.get("callback_id") == FORM else _pressed(body, context)


def _changed(body: Payload, view: Payload, context: Context) -> FormChanged:
    carried = ViewState.unpack(str(view.get("private_metadata") or ""))
    key = Key(f"change:{view.get('id')}:{body.get('trigger_id') or view.get('hash')}")
    place = context.place(carried.channel, carried.thread)
    return FormChanged(key, _person(body, context), place, carried.token, answers(view))


STICKING = frozenset({"static_select", "users_select"})
"""Elements that go on showing what was chosen until their block has another id."""


def _pressed(body: Payload, context: Context) -> Pressed | Submitted | None:
    action: Payload = next(iter(as_objects(body.get("actions"))), {})
    if action.get("type") == "plain_text_input":
        return _entered(action, body, context)
    chosen, token = str(as_object(action.get("selected_option")).get("value") or ""), picker_token(action)
    if not token:
        return _chosen(body, context, action, chosen or str(action.get("value") or ""))
    picked = str(action.get("selected_user") or "")
    event = _chosen(body, context, action, token)
    return replace(event, picked=picked or chosen, person=context.actor(picked) if picked else None) if event else None


def _chosen(body: Payload, context: Context, action: Payload, token: str) -> Pressed | None:
    if not token:
        return None
    user = _person(body, context)
    key = Key(f"press:{user.user}:{action.get('action_ts')}:{action.get('action_id')}:{body.get('trigger_id')}")
    view = as_object(body.get("view"))
    if not view:
        return Pressed(key, user, _where(body, context), str(token), sticks=action.get("type") in STICKING)
    carried = ViewState.unpack(str(view.get("private_metadata") or ""))
    return Pressed(key, user, context.place(carried.channel, carried.thread), carried.restored(str(token)))


def picker_token(action: Payload) -> str:
    """Returns the token of a picker, which is in its `action_id`; "" for anything else."""
    return str(action.get("action_id") or "").partition(PICKER)[2]


def picked_user(body: Payload) -> str:
    """Returns the id of the user who was picked; "" for nobody."""
    action: Payload = next(iter(as_objects(body.get("actions"))), {})
    return str(action.get("selected_user") or "")


def _entered(action: Payload, body: Payload, context: Context) -> Submitted:
    """Parses a line and Enter: a form of one field. Its block has the field's name, its action ends with the token."""
    user, words = _person(body, context), str(action.get("value") or "")
    key = Key(f"entry:{user.user}:{action.get('action_ts')}:{body.get('trigger_id')}")
    token = str(action.get("action_id") or "").partition(":")[2]
    return Submitted(key, user, context.place("", None), token, {str(action.get("block_id") or ""): words})


def _where(body: Payload, context: Context) -> Place:
    """Returns a button's place. A direct message has no thread; an ephemeral message is not a post."""
    container, message = as_object(body.get("container")), as_object(body.get("message"))
    channel = str(container.get("channel_id") or as_object(body.get("channel")).get("id") or "")
    if channel.startswith("D"):
        return context.place(channel, None, container.get("message_ts"))
    post = None if container.get("is_ephemeral") else container.get("message_ts")
    return context.place(channel, container.get("thread_ts") or message.get("thread_ts") or post, post)


def _submitted(body: Payload, context: Context) -> Submitted:
    view = as_object(body.get("view"))
    carried = ViewState.unpack(str(view.get("private_metadata") or ""))
    key = Key(f"form:{view.get('id')}:{body.get('trigger_id') or view.get('hash')}")
    place, values = context.place(carried.channel, carried.thread), answers(view)
    chosen = tuple(_picked(user, context) for user in inputs.picked_in(values))
    return Submitted(key, _person(body, context), place, carried.token, values, chosen)


def _picked(user: str, context: Context) -> Actor:
    """Returns a user chosen from Slack's list, which offers bots too."""
    return Actor(user, context.us.name, belongs=Belonging.BOT) if user == context.us.user else context.actor(user)


def picked_in_form(body: Payload) -> list[str]:
    """Returns the ids of users chosen in a window that was sent in."""
    return inputs.picked_in(answers(as_object(body.get("view")))) if body.get("type") == "view_submission" else []


def _person(body: Payload, context: Context) -> Actor:
    """Returns the actor; if they could not be looked up, by the payload's user name."""
    user = as_object(body.get("user"))
    found = str(user.get("id") or body.get("user_id") or "")
    return context.actors.get(found) or Actor(found, str(user.get("username") or body.get("user_name") or ""))


INTERACTIONS: Mapping[str, Callable[[Payload, Context], DeskEvent | None]] = {
    "block_actions": _acted,
    "message_action": _shortcut,
    "shortcut": _shortcut,
    "view_submission": _submitted,
}
