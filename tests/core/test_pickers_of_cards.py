"""Choices on the card itself: closing with a reason, redirecting to a person or a role, and taking a redirect back."""

from __future__ import annotations

import pytest

from bot.domain import Belonging, Dialog, OperatorId, Status
from bot.domain.account_rules import AccountRules, Grant
from bot.domain.lifecycle import Refusal, check_may_undo
from bot.domain.value import replace
from bot.views.values import Ask, Button, Silent
from tests.core.helpers import accepted_dialog, card_of, posts_of, register_operators
from tests.core.test_automatic import set_rules
from tests.core.world import ANNA, BORIS, CLARA, DESK, World, form_of, member, whisper_text


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: nothing here depends on the database."""
    return sqlite_url


REASONS = AccountRules(reasons=("Purchased", "Spam"))


def on_card(world: World, dialog: Dialog, label: str) -> Button:
    card = card_of(world, dialog)
    return next(one for one in (*card.buttons, *card.menu) if one.label == label)


async def redrawn(world: World, rules: AccountRules) -> Dialog:
    """A dialog of Anna's under these rules."""
    await set_rules(world, rules)
    await register_operators(world, BORIS, CLARA)
    return await accepted_dialog(world)


def offered(world: World, dialog: Dialog) -> list[str]:
    picker = on_card(world, dialog, "Close").picker
    return [one.label for one in picker.options] if picker else []


# ------------------------------------------------------------------------------------------- closing


async def test_the_card_offers_the_accounts_reasons(world: World) -> None:
    dialog = await redrawn(world, REASONS)
    assert offered(world, dialog) == ["Purchased", "Spam", "Without a reason", "With a comment…"]
    assert await world.picks(ANNA, on_card(world, dialog, "Close"), dialog, "=Spam") == Silent()
    closed = await world.dialog(dialog.id)
    assert (closed.status, closed.reason, closed.comment) == (Status.CLOSED, "Spam", "")


async def test_the_form_is_one_of_the_choices(world: World) -> None:
    dialog = await redrawn(world, replace(REASONS, reason_required=True))
    assert offered(world, dialog) == ["Purchased", "Spam", "With a comment…"]
    form = form_of(await world.picks(ANNA, on_card(world, dialog, "Close"), dialog, "form"))
    assert await world.submits(ANNA, form, reason="Spam", comment="again") == Silent()
    assert (await world.dialog(dialog.id)).comment == "again"


async def test_an_account_without_reasons_closes_at_once(world: World) -> None:
    dialog = await redrawn(world, AccountRules())
    form = form_of(await world.presses(ANNA, on_card(world, dialog, "Close with a comment…"), dialog))
    assert {one.name for one in form.fields} == {"reason", "comment"}
    assert await world.presses(ANNA, on_card(world, dialog, "Close"), dialog) == Silent()
    assert (await world.dialog(dialog.id)).status is Status.CLOSED


async def test_what_is_no_longer_so_when_a_choice_comes_closes_nothing(world: World) -> None:
    dialog = await redrawn(world, REASONS)
    close = on_card(world, dialog, "Close")
    await set_rules(world, AccountRules(reasons=("Purchased",), reason_required=True))
    said = whisper_text(await world.picks(ANNA, close, dialog, "=Spam"))
    assert said == "The reason “Spam” is no longer on the account's list. Nothing was closed; choose again."
    assert isinstance(await world.picks(ANNA, close, dialog, "none"), Ask)  # a reason is required by now
    assert isinstance(await world.picks(ANNA, close, dialog, "nonsense"), Ask)
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS
    await world.deliver()
    assert offered(world, dialog) == ["Purchased", "With a comment…"]  # drawn anew
    await world.commands(ANNA, "close Purchased", dialog)
    assert "closed" in whisper_text(await world.picks(ANNA, close, dialog, "=Purchased"))


# -------------------------------------------------------------------------------------- redirecting


async def test_a_person_or_a_role_is_picked_on_the_card(world: World) -> None:
    await world.store.transact(lambda unit: unit.operators.add_roles({"sales": ["boris"]}))  # type: ignore[dict-item]
    dialog = await redrawn(world, AccountRules())
    people, roles = (on_card(world, dialog, label) for label in ("Redirect to…", "Redirect to a role…"))
    assert people.picker
    assert people.picker.people
    assert roles.picker
    assert [one.label for one in roles.picker.options] == ["sales"]
    assert await world.picks(ANNA, people, dialog, BORIS) == Silent()
    after = await world.dialog(dialog.id)
    assert (after.status, after.responsible) == (Status.RETURNED, None)
    await world.deliver()
    assert await world.picks(ANNA, on_card(world, dialog, roles.label), dialog, "role:sales") == Silent()
    whom = (await world.dialog(dialog.id)).addressee
    assert whom is not None
    assert whom.role == "sales"
    assert isinstance(await world.presses(ANNA, people, dialog), Ask)  # a client that shows it as a button


async def test_a_pick_of_nobody_who_could_take_it_changes_nothing_and_says_so(world: World) -> None:
    dialog = await redrawn(world, AccountRules(grants=(Grant("anna"), Grant("boris", send=False))))
    people = on_card(world, dialog, "Redirect to…")
    stranger = member("U8", "eve", "Eve")
    bot, unknown = replace(stranger, belongs=Belonging.BOT), replace(stranger, belongs=Belonging.UNKNOWN)
    outsider = replace(stranger, belongs=Belonging.OUTSIDER)
    assert "Boris has no permission to reply" in whisper_text(await world.picks(ANNA, people, dialog, BORIS))
    for nobody in (bot, unknown, outsider, replace(unknown, user="", name="", title="")):
        assert "no access" in whisper_text(await world.picks(ANNA, people, dialog, nobody))
    assert "There is no operator or role" in whisper_text(await world.picks(ANNA, people, dialog, "role:kings"))
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS
    async with world.store.read() as unit:
        assert await unit.operators.of_user(dialog.desk, "") is None


async def test_a_pick_by_somebody_outside_the_team_changes_nothing(world: World) -> None:
    dialog = await redrawn(world, AccountRules())
    people = on_card(world, dialog, "Redirect to…")
    assert "Anna is handling this dialog" in whisper_text(await world.picks(BORIS, people, dialog, CLARA))
    assert (await world.dialog(dialog.id)).status is Status.IN_PROGRESS


async def test_of_two_picks_on_one_card_the_first_counts(world: World) -> None:
    dialog = await redrawn(world, AccountRules())
    await world.commands(ANNA, "add @clara", dialog)
    await world.deliver()
    people = on_card(world, dialog, "Redirect to…")
    assert await world.picks(ANNA, people, dialog, BORIS) == Silent()
    refused = whisper_text(await world.picks(CLARA, people, dialog, ANNA))
    assert refused == "The dialog has just been redirected to Boris. Look at the card and pick again."
    await world.deliver()
    assert await world.picks(CLARA, on_card(world, dialog, "Redirect to…"), dialog, ANNA) == Silent()
    await world.commands(ANNA, "accept", dialog)
    await world.deliver()
    assert len([one for one in world.thread_texts(dialog) if "redirected the dialog" in one]) == 2


# --------------------------------------------------------------------------------------------- undo


def undo_of(world: World, dialog: Dialog) -> list[Button]:
    return [one for post in posts_of(world, dialog) for one in post.buttons if one.label == "Undo"]


async def redirected(world: World) -> tuple[Dialog, Button]:
    """A dialog that Anna, its owner beside Clara, has redirected to Boris, and the button that undoes it."""
    dialog = await redrawn(world, AccountRules())
    await world.commands(ANNA, "add @clara", dialog)
    await world.commands(ANNA, "redirect @boris", dialog)
    await world.deliver()
    [undo] = undo_of(world, dialog)
    return await world.dialog(dialog.id), undo


async def test_undo_gives_the_dialog_back_once(world: World) -> None:
    dialog, undo = await redirected(world)
    assert dialog.status is Status.RETURNED
    assert await world.presses(ANNA, undo, dialog) == Silent()
    after = await world.dialog(dialog.id)
    assert (after.status, after.addressee) == (Status.IN_PROGRESS, None)
    assert after.responsible is not None
    assert len(after.coexecutors) == 1
    assert "already been undone" in whisper_text(await world.presses(ANNA, undo, dialog))
    await world.deliver()
    assert undo_of(world, dialog) == []
    assert world.thread_texts(dialog)[-1] == "↩️ Anna took back the redirect to Boris"
    assert any(
        user == BORIS.user and "took back" in view.rows[0].text.characters for user, view in world.desk.direct_messages
    )


async def test_only_whoever_redirected_undoes_it(world: World) -> None:
    dialog, undo = await redirected(world)
    assert whisper_text(await world.presses(BORIS, undo, dialog)) == "Only Anna can undo this redirect."
    await world.deliver()
    assert undo_of(world, dialog)


async def test_a_page_offers_it_to_whoever_redirected(world: World) -> None:
    dialog, _ = await redirected(world)
    for actor, offers in ((ANNA, 1), (BORIS, 0)):
        page = await world.web_desk.page(DESK, actor, dialog.id)
        assert page is not None
        assert len([one for shown in page.shown for one in shown.buttons if one.label == "Undo"]) == offers


async def test_undo_stands_for_a_minute(world: World) -> None:
    dialog, undo = await redirected(world)
    await world.deliver_after(59)
    assert undo_of(world, dialog)
    await world.deliver_after(2)
    assert undo_of(world, dialog) == []
    assert "one minute" in whisper_text(await world.presses(ANNA, undo, dialog))
    assert (await world.dialog(dialog.id)).status is Status.RETURNED


async def test_a_thread_that_goes_on_does_not_wait_for_the_minute(world: World) -> None:
    dialog, _ = await redirected(world)
    await world.customer_writes("Hello?")
    await world.deliver()
    assert world.thread_texts(dialog)[-1] == "Hello?"
    assert undo_of(world, dialog)
    await world.deliver_after(61)
    assert undo_of(world, dialog) == []


async def test_nothing_is_undone_once_something_else_has_happened(world: World) -> None:
    dialog, undo = await redirected(world)
    await world.presses(BORIS, on_card(world, dialog, "Accept"), dialog)
    assert "Something has happened" in whisper_text(await world.presses(ANNA, undo, dialog))
    after = await world.dialog(dialog.id)
    assert after.status is Status.IN_PROGRESS
    await world.commands(BORIS, "redirect @clara", dialog)
    await world.commands(CLARA, "redirect @boris", dialog)  # it looks as it did after Anna's redirect
    assert "Something has happened" in whisper_text(await world.presses(ANNA, undo, dialog))
    await world.commands(CLARA, "close", dialog)
    assert (await world.dialog(dialog.id)).status is Status.RETURNED


async def test_a_redirect_is_undone_by_a_hub_that_started_since(world: World) -> None:
    dialog, undo = await redirected(world)
    world.clock.advance(30)
    again = World(world.store, world.clock, world.hub.files)  # type: ignore[arg-type]
    again.names_pinned = True
    await again.presses(ANNA, undo, dialog)
    assert (await again.dialog(dialog.id)).status is Status.IN_PROGRESS


async def test_a_line_of_an_older_hub_has_no_undo(world: World) -> None:
    dialog, _undo = await redirected(world)
    async with world.store.read() as unit:
        lines = [one for one in await unit.messages.latest(dialog.id) if one.line and one.line.code == "redirected"]
    line = lines[0].line
    assert line is not None
    older = replace(lines[0], line=replace(line, values={k: v for k, v in line.values.items() if k != "before"}))
    with pytest.raises(Refusal, match="undo_late"):
        check_may_undo(older, [older], OperatorId(int(line.values["by"])), older.at)
