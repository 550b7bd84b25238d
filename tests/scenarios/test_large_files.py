"""Files are streamed through a hub, never held whole."""

from __future__ import annotations

import pytest

from tests.bench import streaming

MEGABYTES = 20


@pytest.mark.parametrize(("channel", "desk"), [("max-polling", "mattermost"), ("api-reading", "web")])
async def test_a_large_file_leaves_the_hub_small(channel: str, desk: str) -> None:
    """100 MB each way, through a hub in a process of its own."""
    there, back = await streaming.through(channel, desk)
    assert there.growth < MEGABYTES
    assert back.growth < MEGABYTES
