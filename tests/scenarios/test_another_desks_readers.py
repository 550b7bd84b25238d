"""Readers of Mattermost's dialogs in the web desk can press nothing in Mattermost, in anyone's name.

`/mattermost/action` is open to everyone who can reach the hub, and nobody signs what comes there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain import DeskName, Status, ThreadRef
from tests.conftest import Database
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.desks.web.serving import Session
from tests.fakes.faults import Fault
from tests.scenarios.hubs import TelegramHub, telegram_hub

KEY = "a key of Clara's own, long enough"
READS = {"read": {"kind": "web", "operators": {"clara": KEY}}}
COMMANDS = (
    "help",
    "new",
    "home",
    "contact #1",
    "history #1",
    "files #1",
    "search Hello",
    "open #1",
    "tasks",
    "settings",
)


def tokens_in(json: object) -> Iterator[str]:
    """Every token of a response, however deep."""
    if isinstance(json, dict):
        yield from (one for name, one in json.items() if name in ("token", "chosen") and isinstance(one, str) and one)
        json = list(json.values())
    if isinstance(json, list):
        for one in json:
            yield from tokens_in(one)


async def all_that_clara_finds(hub: TelegramHub) -> set[str]:
    """Every token in all the responses of the web desk to her."""
    clara = Session(hub, aiohttp.CookieJar(unsafe=True))  # type: ignore[arg-type]
    assert (await clara.ask("POST", "session", json={"key": KEY}))[0] == 200
    paths = ["state", *(f"dialogs?section={one}" for one in ("new", "work", "mine", "all", "closed"))]
    paths += ["dialogs/1", "search?text=Hello", "emoji"]
    found = {token for path in paths for token in tokens_in((await clara.ask("GET", path))[1])}
    for number, words in enumerate(COMMANDS):
        for dialog in (None, 1):
            body = {"id": f"command-{number}-{dialog}", "words": words, "dialog": dialog}
            found |= set(tokens_in((await clara.ask("POST", "command", json=body))[1]))
    return found


async def replayed(hub: TelegramHub, thread: ThreadRef, posts: Sequence[str], tokens: set[str], user: str) -> list[int]:
    """Sends every token, as a button of every post and as a form, in another operator's name; returns the results."""
    answered = []
    asked = {"user_id": user, "channel_id": thread.channel, "trigger_id": "made-up"}
    async with aiohttp.ClientSession() as http:
        for token in tokens:
            bodies = [
                {**asked, "post_id": post, "context": {"desk": "main", "where": where, "token": token}}
                for post in posts
                for where in ("card", thread.thread, "")
            ]
            for body in bodies:
                async with http.post(f"{hub.url}/mattermost/action", json=body) as answer:
                    answered.append(answer.status)
            state = json.dumps(["main", user, thread.thread, token, [], "0" * 32])
            async with http.post(f"{hub.url}/mattermost/dialog", json={**asked, "state": state}) as answer:
                answered.append(answer.status)
    return answered


@pytest.mark.parametrize("desk", ["mattermost"])
async def test_nothing_that_a_reader_finds_can_be_pressed_in_a_colleague_s_name(
    database: Database, tmp_path: Path, desk: str
) -> None:
    async with telegram_hub(desk, database, tmp_path, account={"desk": "main"}, desks=READS) as hub:
        vera = hub.customer("Vera")
        vera.writes("Hello")
        thread = await hub.thread_of_dialog(1)
        people = hub.operators
        assert isinstance(people, MattermostRig)
        await hub.post_appears(thread, "Hello")
        hub.telegram.faults.add("sendMessage", Fault.RESET_AFTER, times=3)
        await people.writes("boris", thread, "Good morning")
        await hub.until(lambda: hub_has_problem(people, thread))
        before = await hub.dialog(1)
        found = await all_that_clara_finds(hub)
        assert found, "there are her own: the tabs and pages of what she asked for"
        posts = [post["id"] for post in people.mm.thread(thread.thread)]
        answered = await replayed(hub, thread, posts, found, people.actor("anna").user)
        assert set(answered) == {403}
        assert await hub.dialog(1) == before
        assert before.status is Status.IN_PROGRESS
        assert before.desk == DeskName("main")


def hub_has_problem(people: MattermostRig, thread: ThreadRef) -> bool:
    """Tells whether the thread shows buttons about the answer in doubt."""
    shown: list[Any] = people.mm.thread(thread.thread)
    return any("arrived" in json.dumps(post["props"]) for post in shown[1:])
