"""Rate budgets that a desk's parcels use."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import Key
from bot.hub.parcels import ParcelKind
from bot.ports.storage import Parcel
from bot.senders.desk_budgets import DeskBudgets
from tests.clock import ManualClock


def parcel(kind: ParcelKind, **payload: Any) -> Parcel:
    return Parcel(1, Key("k"), kind, payload, ManualClock().now(), 0, doubtful=False)


@pytest.mark.parametrize(
    ("parcels", "scopes"),
    [
        ([parcel(ParcelKind.CARD)], {"all", "update"}),
        ([parcel(ParcelKind.CARD, unopened=True), parcel(ParcelKind.CARD)], set()),
        ([parcel(ParcelKind.CARD, unhurried=True)], {"all", "update", "redraw"}),
        ([parcel(ParcelKind.CARD, unhurried=True), parcel(ParcelKind.CARD)], {"all", "update"}),
        ([parcel(ParcelKind.MARK)], {"all", "mark"}),
        ([parcel(ParcelKind.MARK), parcel(ParcelKind.MARK, replaces=True)], {"all", "mark", "unmark"}),
        ([parcel(ParcelKind.TELL)], {"all"}),
    ],
)
def test_each_kind_uses_what_its_request_is_counted_over(parcels: list[Parcel], scopes: set[str]) -> None:
    assert set(DeskBudgets().scopes(parcels)) == scopes


def test_a_channel_s_name_and_id_are_one_budget() -> None:
    budgets = DeskBudgets()
    opening, post = parcel(ParcelKind.OPEN, channel="support"), parcel(ParcelKind.POST, channel="C1")
    budgets.learn(opening, "C1")
    assert budgets.scopes([opening]) == budgets.scopes([post]) == {"all": "all", "channel": "channel:C1"}
