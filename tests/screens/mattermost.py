"""The state of Mattermost's fake, as panels."""

from __future__ import annotations

from typing import cast

from markdown_it import MarkdownIt

from bot.desks.shared import emoji
from tests.contracts.desks import DeskRig
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.fakes.mattermost.state import Json
from tests.screens.shots import Panel, picture

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable(
    ["table", "strikethrough"]
)


def thread(rig: DeskRig, thread: str) -> list[Panel]:
    mattermost = cast(MattermostRig, rig)
    return [_message(mattermost, one) for one in mattermost.mm.thread(thread)]


def private(rig: DeskRig, who: str) -> list[Panel]:
    mattermost = cast(MattermostRig, rig)
    return [
        *(_message(mattermost, one) for one in mattermost.mm.ephemerals(who)),
        *(_message(mattermost, one) for one in mattermost.mm.direct(who)),
        *(_dialog(one.dialog) for one in mattermost.mm.dialogs(who)),
    ]


def tidy(rig: DeskRig, who: str) -> None:
    mm = cast(MattermostRig, rig).mm
    mm.ephemerals(who).clear()
    mm.dialogs(who).clear()
    for post in mm.direct(who):
        post["delete_at"] = 1


def _message(rig: MattermostRig, post: Json) -> Panel:
    state = rig.mm.state
    name = post["props"].get("override_username") or state.users[post["user_id"]]["username"]
    files = [state.files[one] for one in post["file_ids"]]
    body: Json = {
        "name": name,
        "app": bool(state.users[post["user_id"]].get("is_bot")),
        "private": post["type"] == "system_ephemeral",
        "html": _html(post["message"]),
        "attachments": [_attachment(one) for one in post["props"].get("attachments") or ()],
        "files": [{"name": one.name, "picture": picture(one.name, one.data)} for one in files],
        "reactions": [str(emoji.of_name(one["emoji_name"])) for one in state.reactions.get(post["id"], ())],
    }
    return Panel("message", body)


def _attachment(one: Json) -> Json:
    fields = [{**field, "html": _html(field["value"])} for field in one.get("fields") or ()]
    return {**one, "html": _html(one.get("text") or ""), "titled": _html(one.get("title") or ""), "fields": fields}


def _dialog(dialog: Json) -> Panel:
    return Panel("window", {**dialog, "html": _html(dialog.get("introduction_text") or "")})


def _html(words: str) -> str:
    return str(_MARKDOWN.render(words)) if words else ""
