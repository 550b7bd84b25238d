"""Cards of threads that are not open yet, at a desk whose rate limits are short: they wait without a part in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.ports import DeskLimits, Rate
from bot.senders.desk import DeskCarrier
from tests.core.world import ANNA, DESK, NoBudgets, World

CUSTOMERS = 10
RATES = tuple(Rate(scope, 1000, 60) for scope in ("all", "channel", "update", "mark", "unmark"))


@dataclass
class Counted(NoBudgets):
    """Budgets that count what is taken, and what of it was `ever`, even if it was given back; `shut`: scopes of which
    there is nothing now."""

    taken: Counter[str] = field(default_factory=Counter)
    ever: Counter[str] = field(default_factory=Counter)
    shut: set[str] = field(default_factory=set)

    async def take(self, owner: str, rates: Sequence[Rate], wanted: Sequence[object]) -> Sequence[float]:
        return [self._take(scopes) for scopes in wanted if isinstance(scopes, Mapping)]

    def _take(self, scopes: Mapping[str, str]) -> float:
        if self.shut & set(scopes):
            return 1.0
        self.taken.update(scopes.keys())
        self.ever.update(scopes.keys())
        return 0.0

    async def give_back(self, owner: str, rates: Sequence[Rate], wanted: Sequence[object]) -> None:
        for scopes in wanted:
            assert isinstance(scopes, Mapping)
            self.taken.subtract(scopes.keys())


def paced(world: World) -> Counted:
    world.desk.limits, budgets = DeskLimits(post=4000, rates=RATES), Counted()
    world.budgets = budgets
    return budgets


async def test_cards_wait_for_their_threads_without_a_budget(world: World) -> None:
    budgets = paced(world)
    budgets.shut = {"channel"}
    for number in range(CUSTOMERS):
        await world.customer_writes("Hello", chat=f"{number}", name="Vera")
        await world.customer_writes("It is me", chat=f"{number}", name=f"Vera {number}")  # changes the card
    for _ in range(20):
        world.clock.advance(1)
        await world.deliver()
    assert budgets.ever["update"] == 0
    budgets.shut = set()
    await world.deliver_after(10)
    assert {f"Vera {number}" in card.summary for number, card in enumerate(world.desk.cards.values())} == {True}
    assert world.desk.calls.count("update") == budgets.taken["update"] == 0, "opened with what changed meanwhile"


async def test_a_card_that_another_process_opened_is_redrawn_once(world: World) -> None:
    budgets = paced(world)
    await world.customer_writes("Hello", name="Vera")
    await world.customer_writes("It is me", name="Vera P.")
    await world.customer_writes("still me", name="Vera Petrova")
    await world.deliver()
    world.desk_carrier = DeskCarrier(world.hub, DESK, world.desk)
    await world.deliver_after(10)
    assert world.desk.calls.count("update") == budgets.taken["update"] == 1


async def test_what_asks_nothing_of_the_desk_costs_nothing(world: World) -> None:
    """A mark that is shown already, a repeated redrawing of a card."""
    budgets = paced(world)
    dialog = await world.dialog((await world.customer_writes("Hello")).dialog)
    await world.deliver()
    await world.posts(ANNA, dialog, "Good morning")
    await world.deliver()
    await world.deliver_after(10)
    calls = Counter(world.desk.calls)
    assert {scope: budgets.taken[scope] for scope in ("mark", "update")} == {
        "mark": calls["mark"],
        "update": calls["update"],
    }
