"""Links to dialogs get a preview in Slack, for whoever may read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import DialogId
from tests.contracts.desks import eventually
from tests.contracts.rigs.desk_slack import SlackRig, socket_rig
from tests.fakes.slack.state import Message

HUB = "https://hub.example.com"
ONE, TWO, OTHER = f"{HUB}/desk#/dialog/1", f"{HUB}/desk/#/dialog/2", f"{HUB}/desk#/section/new"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[SlackRig]:
    async with socket_rig(tmp_path) as built:
        built.core.readable = {DialogId(1)}
        yield built


async def shares(rig: SlackRig, text: str, *, source: str) -> Message:
    """Anna writes links; Slack tells of those with the app's domain."""
    message = await rig.person("anna").posts(None, text, channel="general")
    rig.slack.api.unfurlable["u1"] = message
    event = {
        "type": "link_shared",
        "channel": "COMPOSER" if source == "composer" else message.channel,
        "user": message.user,
        "message_ts": message.ts,
        "links": [{"domain": "hub.example.com", "url": url} for url in text.split()],
        **({"source": source, "unfurl_id": "u1"} if source else {}),
        "event_ts": rig.slack.state.stamps.next(),
    }
    rig.slack.api.emit(event)
    return message


@pytest.mark.parametrize("source", ["composer", "conversations_history", ""])
async def test_a_link_to_a_dialog_has_a_preview_for_whoever_may_read_it(rig: SlackRig, source: str) -> None:
    message = await shares(rig, f"{ONE} {TWO} {OTHER}", source=source)
    await eventually(lambda: message.attachments)
    (shown,) = message.attachments
    assert shown["from_url"] == ONE
    assert "preview of #1" in str(shown["blocks"])
    assert rig.core.events == []


async def test_an_app_without_the_scope_leaves_the_link_alone(rig: SlackRig) -> None:
    rig.slack.api.scopes.discard("links:write")
    message = await shares(rig, ONE, source="composer")
    await eventually(lambda: rig.slack.api.calls.get("chat.unfurl"))
    assert message.attachments == []
    thread_works = await rig.person("anna").posts(None, "on", channel="general")
    assert thread_works.text == "on"
