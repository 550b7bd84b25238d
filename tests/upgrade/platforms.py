"""Fakes of platforms, restored to their old state."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.mattermost import FakeMattermost
from tests.fakes.mattermost.state import StoredFile
from tests.fakes.mattermost.state import Window as Dialog
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Channel, File, Message, User, Window
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.people import Seen, SentFile

Json = dict[str, Any]
LATER = 5000
"""New things get ids beyond all known ones."""


def put_back_slack(slack: FakeSlack, kept: Json) -> None:
    state = slack.state
    state._ids = itertools.count(LATER)
    state.users = {name: User(**one) for name, one in kept["users"].items()}
    state.files = {name: _slack_file(one) for name, one in kept["files"].items()}
    state.channels = {name: _channel(one) for name, one in kept["channels"].items()}
    state.ephemerals = {user: [_message(one) for one in posts] for user, posts in kept["ephemerals"].items()}
    state.windows = {user: [Window(**one) for one in windows] for user, windows in kept["windows"].items()}


def _channel(kept: Json) -> Channel:
    messages = {ts: _message(one) for ts, one in kept["messages"].items()}
    return Channel(**{**kept, "members": set(kept["members"]), "messages": messages})


def _message(kept: Json) -> Message:
    return Message(**{**kept, "files": [_slack_file(one) for one in kept["files"]]})


def _slack_file(kept: Json) -> File:
    return File(**{**kept, "data": _bytes(kept["data"])})


def put_back_mattermost(mm: FakeMattermost, kept: Json) -> None:
    state = mm.state
    state._count = itertools.count(LATER)
    for name in ("users", "tokens", "access_tokens", "teams", "channels", "posts", "by_channel", "by_root"):
        setattr(state, name, kept[name])
    for name in ("reactions", "ephemerals", "commands"):
        setattr(state, name, kept[name])
    state.members = {place: set(users) for place, users in kept["members"].items()}
    state.files = {name: StoredFile(**{**one, "data": _bytes(one["data"])}) for name, one in kept["files"].items()}
    state.windows = {user: [Dialog(**one) for one in windows] for user, windows in kept["windows"].items()}


def put_back_telegram(telegram: FakeTelegram, kept: Json) -> None:
    telegram._updates, telegram._messages = kept["updates"], kept["messages"]
    telegram.files = {name: (path, _bytes(data)) for name, (path, data) in kept["files"].items()}
    for one in kept["customers"]:
        customer = telegram.customer(one["user"]["id"], "")
        customer.user, customer.chat = one["user"], one["chat"]
        customer.messages = {int(number): message for number, message in one["messages"].items()}
        customer.shown = {int(number): _seen(seen) for number, seen in one["shown"].items()}
    for update in kept["pending"]:
        telegram.queue.put(update)


def _seen(kept: Json) -> Seen:
    file = kept["file"]
    return Seen(**{**kept, "file": SentFile(**{**file, "data": _bytes(file["data"])}) if file else None})


def _bytes(kept: Json) -> bytes:
    return bytes.fromhex(kept["hex"])
