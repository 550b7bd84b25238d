"""Clicks that everyday work takes, in the team chats: what docs/workplace/README.md says of them.

A click is a press or a choice of a person's; one in a menu or a list counts twice, since that is opened first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain import Dialog, Status, ThreadRef
from bot.domain.access import person
from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.scenarios.hubs import TelegramHub, telegram_hub

RULES = {"reasons": ["Purchased", "Spam"], "reason_required": True}


@pytest.fixture(params=["slack", "mattermost"])
async def hub(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    database = Database(sqlite_url, "")
    async with telegram_hub(
        request.param, database, tmp_path, account={"initial": RULES}, roles={"sales": ["boris"]}
    ) as running:
        await running.operators.commands("boris", "help")
        yield running


async def card_with(hub: TelegramHub, thread: ThreadRef, label: str) -> SeenPost:
    """The card, once it offers that."""
    found: list[SeenPost] = []

    async def there() -> bool:
        found[:] = (await hub.operators.thread(thread))[:1]
        return label in found[0].buttons

    await hub.until(there)
    return found[0]


async def presses(hub: TelegramHub, thread: ThreadRef, label: str) -> None:
    card = await card_with(hub, thread, label)
    assert card.post is not None
    await hub.operators.presses("anna", thread, card.post, label)


async def accepting(hub: TelegramHub, thread: ThreadRef) -> None:
    await presses(hub, thread, "Accept")
    await hub.post_appears(thread, "accepted the dialog")


async def closing(hub: TelegramHub, thread: ThreadRef) -> None:
    await presses(hub, thread, "Spam")
    await hub.post_appears(thread, "Reason: Spam")


async def redirecting(hub: TelegramHub, thread: ThreadRef) -> None:
    card = await card_with(hub, thread, "Redirect to…")
    assert card.post is not None
    await hub.operators.picks("anna", thread, card.post, "Redirect to…", "boris")
    boris = await hub.subject("boris")

    async def his() -> bool:
        addressee = (await hub.dialog_at(thread)).addressee
        return addressee is not None and addressee.operator is not None and person(addressee.operator) == boris

    await hub.until(his)
    await hub.all_delivered()


async def redirecting_to_a_role(hub: TelegramHub, thread: ThreadRef) -> None:
    await presses(hub, thread, "sales")
    await hub.post_appears(thread, "the role “sales”")


async def undoing(hub: TelegramHub, thread: ThreadRef) -> None:
    redirected = await hub.post_appears(thread, "redirected the dialog to")
    assert redirected.post is not None
    await hub.operators.presses("anna", thread, redirected.post, "Undo")
    await hub.post_appears(thread, "took back the redirect")


async def adding(hub: TelegramHub, thread: ThreadRef) -> None:
    await hub.operators.mentions("anna", thread, "boris", "please look")
    await hub.whisper_appears("anna", "not in this dialog")
    await hub.operators.presses_in_whisper("anna", thread, "Add Boris Petrova")
    await hub.post_appears(thread, "as a co-executor")


async def linking(hub: TelegramHub, thread: ThreadRef) -> None:
    await presses(hub, thread, "Link to “Tea”")
    await hub.post_appears(thread, "linked the dialog to the deal “Tea”")


Step = Callable[[TelegramHub, ThreadRef], Awaitable[None]]
STEPS: tuple[tuple[Step, int, Callable[[Dialog], bool]], ...] = (
    (accepting, 1, lambda dialog: dialog.status is Status.IN_PROGRESS),
    (redirecting, 2, lambda dialog: dialog.status is Status.RETURNED),
    (undoing, 1, lambda dialog: dialog.status is Status.IN_PROGRESS),
    (adding, 1, lambda dialog: len(dialog.coexecutors) == 1),
    (linking, 2, lambda dialog: dialog.interest is not None),
    (redirecting_to_a_role, 2, lambda dialog: dialog.addressee is not None),
    (closing, 2, lambda dialog: dialog.reason == "Spam"),
)


@pytest.mark.shows("redirect", "close", "add", "link")
async def test_what_takes_how_many_clicks(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    for title in ("Tea", "Cups"):
        await hub.operators.mentions_hub("anna", thread, f"interest {title}")
        await hub.post_appears(thread, f"created the deal “{title}”")
    await hub.operators.mentions_hub("anna", thread, "link none")
    await hub.post_appears(thread, "unlinked the dialog")
    await hub.operators.mentions_hub("anna", thread, "redirect sales")
    await hub.post_appears(thread, "redirected the dialog to the role")
    for step, clicks, holds in STEPS:
        before = hub.operators.clicks("anna")
        await step(hub, thread)
        assert (step.__name__, hub.operators.clicks("anna") - before) == (step.__name__, clicks)
        assert holds(await hub.dialog_at(thread)), step.__name__
    assert vera.reads == []


async def one_is_refused(hub: TelegramHub) -> bool:
    """Boris, who came second or is not of the team."""
    whispers = [one.words for one in await hub.operators.whispers_to("boris")]
    return any("just been redirected" in one or "is handling this dialog" in one for one in whispers)


async def test_two_who_redirect_at_once_and_a_pick_of_an_outsider(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    card = await card_with(hub, thread, "Redirect to…")
    assert card.post is not None
    await hub.operators.picks("anna", thread, card.post, "Redirect to…", "hub")
    await hub.whisper_appears("anna", "no access to the hub")
    assert (await hub.dialog_at(thread)).status is Status.NEW
    await hub.operators.mentions_hub("anna", thread, "accept")
    await hub.post_appears(thread, "accepted the dialog")
    await hub.operators.press_at_once(["anna", "boris"], thread, card.post, "sales")
    await hub.post_appears(thread, "the role “sales”")
    await hub.until(lambda: one_is_refused(hub))
    assert len([one for one in await hub.thread_texts(thread) if "redirected the dialog" in one]) == 1
