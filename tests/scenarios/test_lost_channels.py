"""A whole hub whose app is put out of one of its two channels: the other goes on, administrators hear of it once and
once again, and what waited is shown when the app is back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.delivery import circuit, roads
from tests.conftest import Database
from tests.contracts.desks import DeskRig
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.contracts.rigs.desk_slack import SlackRig
from tests.fakes.telegram import FakeTelegram
from tests.scenarios.desks import DESKS, Table
from tests.scenarios.hubs import RunningHub, running_hub

MEANWHILE = 10


def set_presence(operators: DeskRig, there: bool) -> None:
    """Puts the hub's bot into the channel `sales`, or out of it."""
    if isinstance(operators, SlackRig):
        state = operators.slack.state
        members, bot = state.channel_named("sales").members, state.bot
    else:
        assert isinstance(operators, MattermostRig)
        members = operators.mm.state.members[operators.mm.state.channel_called("sales")["id"]]
        bot = operators.mm.state.id_of("hub")
    (members.add if there else members.discard)(bot)


async def connections_are_renewed(operators: DeskRig) -> None:
    """Ends the hub's connections as each platform does every few hours: Slack says so before."""
    if isinstance(operators, SlackRig):
        await operators.slack.delivery.announce("refresh_requested")
    else:
        assert isinstance(operators, MattermostRig)
        await operators.mm.sockets.drop()


@pytest.fixture
def with_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives Mattermost a second channel, as Slack's fake has one."""
    plain = DESKS["mattermost"]

    @asynccontextmanager
    async def mattermost(folder: Path, url: str) -> AsyncIterator[tuple[DeskRig, Table]]:
        async with plain(folder, url) as (operators, table):
            assert isinstance(operators, MattermostRig)
            operators.mm.add_channel("sales")
            yield operators, table

    monkeypatch.setitem(DESKS, "mattermost", mattermost)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost channels are probed several times a second."""
    monkeypatch.setattr(circuit, "PROBE_FIRST", 0.3)
    monkeypatch.setattr(roads, "PROBED_EVERY", 0.3)


@pytest.mark.parametrize("desk", ["slack", "mattermost"])
async def test_a_lost_channel_disturbs_no_other(
    desk: str, database: Database, tmp_path: Path, with_sales: None, soon: None
) -> None:
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(FakeTelegram("1:shop"))
        sale = await stack.enter_async_context(FakeTelegram("1:sale"))
        accounts = {
            "shop": {"kind": "telegram", "token": shop.token, "api_url": shop.url},
            "sale": {"kind": "telegram", "token": sale.token, "api_url": sale.url, "channel": "sales"},
        }
        opened = running_hub(desk, database, tmp_path, accounts, hub={"admins": ["anna"]})
        hub = await stack.enter_async_context(opened)
        nick, vera = sale.customer(1, "Nick"), shop.customer(2, "Vera")
        nick.writes("What does it cost?")
        lost = await hub.thread_of_dialog(1)
        vera.writes("Do you deliver?")
        here = await hub.thread_of_dialog(2)

        set_presence(hub.operators, False)
        await connections_are_renewed(hub.operators)
        nick.writes("And tomorrow?")
        await hub.direct_message_appears("anna", "The channel “sales”")
        for number in range(MEANWHILE):
            vera.writes(f"question {number}")
            await hub.post_appears(here, f"question {number}")
            await hub.operators.commands("boris", f"rename #2 tea {number}")
            await hub.until(lambda number=number: titled(hub, f"tea {number}"))  # type: ignore[misc]
            await hub.operators.writes("boris", here, f"answer {number}")
            await hub.until(lambda number=number: f"answer {number}" in vera.reads)  # type: ignore[misc]
        assert not any("And tomorrow?" in words for words in await hub.thread_texts(lost))

        if isinstance(hub.operators, SlackRig):
            assert not hub.operators.slack.failures, "each command was acknowledged"

        set_presence(hub.operators, True)
        await hub.post_appears(lost, "And tomorrow?")
        await hub.direct_message_appears("anna", "works again")
        told = [seen.words for seen in await hub.operators.direct_messages("anna")]
        assert sum("“sales”" in words and "works again" not in words for words in told) == 1
        assert sum("works again" in words for words in told) == 1


async def titled(hub: RunningHub, title: str) -> bool:
    return (await hub.dialog(2)).title == title
