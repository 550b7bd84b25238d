"""Right-to-left names: isolated in whatever operators see, never in what leaves, is compared or searched."""

from __future__ import annotations

import pytest

from bot.locale.bidi import ISOLATE as FSI
from bot.locale.bidi import POP as PDI
from tests.core.test_search import open_dialog, rows_of, view_of
from tests.core.world import ANNA, CLARA, World

NAME, SAID = "משה כהן", "שלום, יש לכם iPhone?"
ALONE = f"{FSI}{NAME}{PDI}"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_right_to_left_name_stands_apart_and_goes_nowhere(world: World) -> None:
    dialog = await open_dialog(world, SAID, name=NAME)
    (card,) = world.desk.cards.values()
    assert card.heading.endswith(f" · {ALONE}")
    assert ALONE in card.summary
    await world.commands(ANNA, f"rename {ALONE}", dialog)
    await world.commands(ANNA, "accept", dialog)
    await world.posts(ANNA, dialog, f"Hello {ALONE}!")
    await world.deliver()
    said = world.thread_texts(dialog)
    assert SAID in said
    assert any(f"“{ALONE}”" in words for words in said)
    assert world.customer_sees() == [f"Hello {NAME}!"]
    assert (await world.dialog(dialog.id)).title == NAME
    listed = rows_of(await world.commands(CLARA, "work"))[0]
    assert listed.count(ALONE) == 2
    assert listed.endswith(f"Hello {NAME}!")
    found = view_of(await world.commands(CLARA, f"search {ALONE}"))
    assert any(NAME in row.text.characters for row in found.rows)
    assert found.title == f"Search: “{ALONE}”"
