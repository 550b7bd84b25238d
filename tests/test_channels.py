"""The documentation's table of channels is that of the bridges."""

from __future__ import annotations

import bridges
from bridges.shared.rates import RATES
from tests import channels


async def test_the_table_of_channels_is_up_to_date() -> None:
    assert channels.PAGE.read_text() == channels.page(await channels.bridges()), "run: python -m tests.channels"


async def test_no_channel_is_left_out_and_all_ask_the_one_table_of_rates() -> None:
    found = await channels.bridges()
    assert set(found) == set(bridges.BRIDGES) == set(RATES) == set(channels.TITLES)
    assert {kind: bridge.limits.rates for kind, bridge in found.items()} == dict(RATES)
