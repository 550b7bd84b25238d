"""A visitor of the site's chat is blocked from each desk, and sees that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Database
from tests.contracts.rigs.bridge_webchat import Visitor, WebchatRig, webchat
from tests.scenarios.desks import DESKS
from tests.scenarios.hubs import RunningHub, running_hub


@pytest.fixture(params=DESKS)
async def site(
    request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path
) -> AsyncIterator[tuple[RunningHub, WebchatRig, Visitor]]:
    async with webchat() as rig:
        accounts = {str(rig.account): dict(rig.table())}
        opened = running_hub(request.param, Database(sqlite_url), tmp_path, accounts, hub={"admins": ["anna"]})
        async with opened as hub:
            await rig.called_at(f"{hub.url}/hooks/{rig.account}")
            yield hub, rig, await rig.customer("Nick")


async def tries(rig: WebchatRig, visitor: Visitor, text: str) -> tuple[int, Any]:
    """One request, whatever the response."""
    url, message = f"{rig.url}/chat/{rig.account}/messages", {"id": f"try-{text}", "text": text}
    headers = {"Authorization": f"Bearer {visitor.token}"}
    async with rig.http.post(url, headers=headers, json=message) as response:
        return response.status, await response.json()


async def test_one_who_misuses_the_chat_is_blocked_and_unblocked(site: tuple[RunningHub, WebchatRig, Visitor]) -> None:
    hub, rig, visitor = site
    await visitor.writes("buy my pills")
    thread = await hub.thread_of_dialog(1)
    await hub.operators.commands("anna", "block #1")
    await hub.post_appears(thread, "blocked the customer")
    assert await tries(rig, visitor, "pills") == (403, {"error": "blocked"})
    await hub.operators.commands("anna", "unblock #1")
    await hub.post_appears(thread, "unblocked the customer")
    await visitor.writes("sorry about that")
    await hub.post_appears(thread, "sorry about that")
