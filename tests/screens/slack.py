"""The state of Slack's fake, as panels."""

from __future__ import annotations

from typing import cast

from bot.desks.shared import emoji
from tests.contracts.desks import DeskRig
from tests.contracts.rigs.desk_slack import SlackRig
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Message
from tests.screens.shots import Json, Panel, picture


def thread(rig: DeskRig, thread: str) -> list[Panel]:
    slack = cast(SlackRig, rig).slack
    return [_message(slack, one) for one in slack.thread(thread)]


def private(rig: DeskRig, who: str) -> list[Panel]:
    slack = cast(SlackRig, rig).slack
    home = slack.home(who)
    return [
        *(_message(slack, one) for one in slack.ephemerals(who)),
        *(_message(slack, one) for one in slack.direct(who)),
        *(Panel("window", {**one.view, "people": _people(slack)}) for one in slack.views(who)),
        *([Panel("home", {**home.view, "people": _people(slack)})] if home else []),
    ]


def tidy(rig: DeskRig, who: str) -> None:
    slack = cast(SlackRig, rig).slack
    user = slack.state.user_named(who).id
    slack.state.windows[user] = []
    slack.state.ephemerals[user] = []
    slack.state.direct(user).messages.clear()
    slack.state.homes.pop(user, None)


def _people(slack: FakeSlack) -> dict[str, str]:
    return {user.id: user.title for user in slack.state.users.values()}


def _message(slack: FakeSlack, message: Message) -> Panel:
    author = slack.state.users.get(message.user or "")
    named = [(one.title or one.name, one.data) for one in (*message.files, *message.album)]
    body: Json = {
        "name": message.username or (author.title if author else "hub"),
        "app": bool(message.bot_id),
        "private": message.is_ephemeral,
        "text": message.text,
        "blocks": message.blocks,
        "files": [{"name": name, "picture": picture(name, data)} for name, data in named],
        "reactions": [str(emoji.of_name(one)) for one in sorted(message.reactions)],
        "previews": [one["blocks"] for one in message.attachments if "blocks" in one],
        "people": _people(slack),
    }
    return Panel("message", body)
