"""A report, in every desk: its text, picture and tables come by direct message."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database
from tests.scenarios.hubs import telegram_hub


@pytest.mark.parametrize("desk", ["slack", "mattermost", "web"])
@pytest.mark.shows("report")
async def test_a_report(desk: str, database: Database, tmp_path: Path) -> None:
    async with telegram_hub(desk, database, tmp_path) as hub:
        vera = hub.customer("Vera")
        vera.writes("Hello")
        thread = await hub.thread_of_dialog(1)
        await hub.operators.writes("anna", thread, "Good morning")
        await hub.until(lambda: vera.reads == ["Good morning"])
        await hub.operators.commands("anna", "close #1 done")
        await hub.post_appears(thread, "closed the dialog")
        await hub.all_delivered()

        await hub.operators.commands("anna", "report today")
        await hub.direct_message_appears("anna", "1 opened · 1 closed")
        files: dict[str, bytes] = {}

        async def complete() -> bool:
            files.update(file for seen in await hub.operators.direct_messages("anna") for file in seen.files)
            return sorted(name.rsplit(".", 1)[-1] for name in files) == ["csv", "csv", "png"]

        await hub.until(complete)
        assert all(data.startswith(b"\x89PNG") for name, data in files.items() if name.endswith("png"))
        assert any(b"Vera" in data for name, data in files.items() if name.startswith("dialogs"))
        assert not await hub.operators.direct_messages("boris")
