"""Requests of pages."""

from __future__ import annotations

import pytest

from tests.desks.web.serving import Served


async def test_lists_go_on_below(hub: Served) -> None:
    for number in range(1, 26):
        hub.backend.add(number, f"Customer {number}")
        await hub.backend.customer_writes(number, "hi")
    anna = await hub.sign_in()
    first = (await anna.ask("GET", "dialogs?section=new"))[1]["rows"]
    last = first[-1]["dialog"]["id"]
    rest = (await anna.ask("GET", f"dialogs?section=new&before={last}"))[1]["rows"]
    assert len({row["dialog"]["id"] for row in (*first, *rest)}) == 25
    assert len((await anna.ask("GET", "dialogs?section=new&limit=100"))[1]["rows"]) == 25
    assert (await anna.ask("GET", "dialogs?section=new&text=customer 7"))[1]["rows"][0]["dialog"]["id"] == 7


@pytest.mark.parametrize(
    "path", ["dialogs?section=nonsense", "dialogs/x", f"dialogs/{2**63}", "dialogs?before=-1", "dialogs?limit=101"]
)
async def test_nonsense_is_refused(hub: Served, path: str) -> None:
    assert (await (await hub.sign_in()).ask("GET", path))[0] == 422


async def test_a_dialog_comes_with_all_that_a_page_shows(hub: Served, talk: int) -> None:
    status, body = await (await hub.sign_in()).ask("GET", "dialogs/7")
    assert status == 200
    assert body["messages"][0]["text"] == [{"text": "Hello?"}]
    assert [button["word"] for button in body["card"]["buttons"]] == ["accept", "redirect", "close"]
    assert (await (await hub.sign_in()).ask("GET", "dialogs/8"))[0] == 404
