"""Templates in a form: those approved by now, as far as the platform answers in time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogs import approved_templates
from bot.domain import Belonging, Dialog
from bot.ports import Approved, Transient
from storage import SqlStore
from tests.clock import ManualClock
from tests.core.helpers import accepted_dialog
from tests.core.world import ANNA, SHOP, MemoryChannel, WindowedChannel, World, form_of, whisper_text
from tests.tools import FolderFiles
from tests.waiting import FACT


@pytest.fixture
def channel() -> WindowedChannel:
    return WindowedChannel(replace(MemoryChannel().limits, others=frozenset({"template"})))


@pytest.fixture
def world(store: SqlStore, clock: ManualClock, tmp_path: Path, channel: WindowedChannel) -> World:
    return World(store, clock, FolderFiles(tmp_path), channel=channel)


async def offered(world: World, dialog: Dialog) -> list[str]:
    form = form_of(await world.commands(ANNA, "template", dialog))
    return [option.value for option in form.fields[0].options]


async def test_a_template_approved_now_is_offered_now(world: World, channel: WindowedChannel) -> None:
    dialog, known = await accepted_dialog(world), channel.approved
    channel.approved = ()
    assert "no approved templates" in whisper_text(await world.commands(ANNA, "template", dialog))
    channel.approved = (*known, Approved("news", "en", "News!"))
    world.clock.advance(60)
    assert await offered(world, dialog) == ["hello en", "news en"]
    channel.approved = ()
    assert await offered(world, dialog) == ["hello en", "news en"], "fetched a moment ago"


@pytest.mark.parametrize("fault", ["silent", "refusing"])
async def test_a_form_does_not_wait_for_a_platform(
    world: World, channel: WindowedChannel, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    dialog = await accepted_dialog(world)
    await approved_templates.renew(world.store, SHOP, channel)

    async def templates() -> Sequence[Approved]:
        if fault == "refusing":
            raise Transient("HTTP 500")
        await asyncio.sleep(FACT)
        return ()

    monkeypatch.setattr(channel, "templates", templates)
    monkeypatch.setattr(approved_templates, "PATIENCE", 0.01)
    assert await offered(world, dialog) == ["hello en"]


async def test_nobody_is_asked_for_those_who_may_not_reply_nor_for_other_actions(
    world: World, channel: WindowedChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog, asked = await accepted_dialog(world), list[bool]()

    async def templates() -> Sequence[Approved]:
        asked.append(True)
        return ()

    monkeypatch.setattr(channel, "templates", templates)
    await world.commands(replace(ANNA, user="U9", name="eve", belongs=Belonging.OUTSIDER), "template", dialog)
    await world.commands(ANNA, "help", dialog)
    assert not asked
    await world.commands(ANNA, f"template #{dialog.id}")
    assert asked
