"""An account's settings, rights and roles, changed from the chat, in every desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import AccountName, RoleName, Status
from bot.domain.account_rules import AccountRules
from tests.conftest import Database
from tests.scenarios.hubs import TelegramHub, readable, telegram_hub


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    """A hub that Anna administers."""
    async with telegram_hub(
        request.param, database, tmp_path, hub={"admins": ["anna"]}, roles={"sales": ["boris"]}
    ) as running:
        for who in ("anna", "boris"):
            await running.until(lambda who=who: _known(running, who))  # type: ignore[misc]
        yield running


async def _known(hub: TelegramHub, who: str) -> bool:
    """Makes them known by an action; the desk may not have been connected yet at the first one."""
    await hub.operators.commands(who, "help")
    return bool(await hub.operators.whispers_to(who))


async def rules(hub: TelegramHub) -> AccountRules:
    async with hub.app.hub.store.read() as unit:
        return (await hub.app.hub.account(unit, AccountName("shop"))).rules


async def changes(hub: TelegramHub, part: str, **values: str) -> None:
    """Opens the part's form as Anna and submits it."""
    await hub.operators.commands("anna", f"settings {part}")
    form = await hub.form_appears("anna")
    assert len(form.fields) <= 5
    await hub.operators.submits("anna", values)
    await hub.whisper_appears("anna", "Saved")


async def roles(hub: TelegramHub) -> dict[RoleName, tuple[str, ...]]:
    async with hub.app.hub.store.read() as unit:
        return dict(await unit.operators.roles())


@pytest.mark.shows("settings", "reasons")
async def test_settings_are_seen_changed_and_recorded(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await hub.operators.commands("boris", "settings")
    await hub.whisper_appears("boris", "Only the account's administrators")

    await hub.operators.mentions_hub("anna", thread, "settings")
    seen = await hub.whisper_appears("anna", "Settings of Shop bot")
    for words in ("New dialogs", "Closing reasons", "Business hours", "Keyword replies", "Rights"):
        assert words in readable(seen)
    await changes(hub, "closing", reason_required="yes", reasons="Purchased\nSpam\nNo answer")
    await changes(hub, "closing", reason_required="yes", reasons="No answer\nPurchased")
    await hub.operators.commands("anna", "close #1")
    form = await hub.form_appears("anna")
    assert form.options["reason"] == ("No answer", "Purchased")
    await hub.operators.submits("anna", {"reason": "Purchased", "comment": ""})
    await hub.post_appears(thread, "Reason: Purchased")

    await hub.operators.commands("anna", "settings")
    await hub.presses_when_whispered("anna", thread, "History of changes")
    answer = await hub.whisper_appears("anna", "Changes of Shop bot")
    assert "No longer offered: Spam" in readable(answer)


@pytest.mark.shows("settings")
async def test_what_cannot_be_read_is_said_in_the_form(hub: TelegramHub) -> None:
    await hub.operators.commands("anna", "settings hours")
    await hub.form_appears("anna")
    await hub.operators.submits("anna", {"days": "Mon-Fri 9-18; Foo 9-18", "zone": "Moscow"})

    async def refused() -> bool:
        form = await hub.operators.form("anna")
        return form is not None and "“Foo”" in form.errors.get("days", "")

    await hub.until(refused)
    await hub.operators.submits("anna", {"days": "Mon-Fri 9-13, 14-18", "zone": "Moscow"})
    answer = await hub.whisper_appears("anna", "Saved")
    assert "Mon–Fri 9:00–13:00, 14:00–18:00" in readable(answer)
    assert (await rules(hub)).hours.zone == "Europe/Moscow"


async def _is_in(hub: TelegramHub, role: str, who: str) -> bool:
    return await hub.subject(who) in (await roles(hub)).get(RoleName(role), ())


@pytest.mark.shows("leads", "default responsible", "settings")
async def test_how_new_dialogs_begin(hub: TelegramHub) -> None:
    await changes(
        hub,
        "dialogs",
        leads="no",
        unknown_are="client",
        link_interest="yes",
        responsible="role:sales",
        threads="dialog",
    )
    assert not (await rules(hub)).leads
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Assigned to the role “sales”")
    await hub.notified("boris", thread, "role “sales”")
    addressee = (await hub.dialog(1)).addressee
    assert addressee is not None
    assert addressee.role == "sales"


@pytest.mark.shows("rights", "everyone reads")
async def test_rights_are_given_from_the_chat(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await hub.operators.commands("anna", "settings rights")
    await hub.presses_when_whispered("anna", thread, "Add a person")
    await hub.form_appears("anna")
    await hub.operators.submits(
        "anna", {"who": await hub.subject("boris"), "name": "", "rights": "read", "others": "read"}
    )
    await hub.whisper_appears("anna", "reads only")

    if "keeps posts" in hub.operators.lacks:  # the web desk has no place to write then
        with pytest.raises(AssertionError, match="read_only"):
            await hub.operators.writes("boris", thread, "I may not")
    else:
        await hub.operators.writes("boris", thread, "I may not")
        await hub.whisper_appears("boris", "no permission to reply")
    await hub.operators.commands("boris", "all")  # people without the right to answer can still read
    assert "Vera" in readable(await hub.whisper_appears("boris", "Vera"))
    await hub.operators.writes("anna", thread, "I may")
    await hub.until(lambda: vera.reads == ["I may"])

    await hub.operators.commands("anna", "settings rights")
    await hub.presses_when_whispered("anna", thread, "Remove")
    await hub.until(lambda: _no_grants(hub))
    await hub.operators.commands("anna", "settings rights")
    await hub.presses_when_whispered("anna", thread, "Change")
    await hub.form_appears("anna")
    await hub.operators.submits("anna", {"others": "nothing"})
    await hub.whisper_appears("anna", "Everyone: see nothing")
    await hub.operators.commands("boris", "accept #1")
    await hub.whisper_appears("boris", "no access to")
    await hub.all_delivered()
    assert vera.reads == ["I may"]


async def _no_grants(hub: TelegramHub) -> bool:
    return not (await rules(hub)).grants


@pytest.mark.shows("roles")
async def test_roles_are_managed_from_the_chat(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await hub.operators.commands("boris", "role night create")
    await hub.whisper_appears("boris", "Only the hub's administrators")
    await hub.operators.commands("anna", "role")
    await hub.presses_when_whispered("anna", thread, "New role")
    await hub.form_appears("anna")
    await hub.operators.submits("anna", {"name": "night", "members": await hub.subject("anna")})
    await hub.until(lambda: _is_in(hub, "night", "anna"))
    await hub.operators.commands("anna", "role night add @boris")
    await hub.until(lambda: _is_in(hub, "night", "boris"))
    await hub.operators.mentions_hub("anna", thread, "redirect night")
    await hub.notified("boris", thread, "role “night”")

    await hub.operators.commands("anna", "role night delete")
    await hub.whisper_appears("anna", "1 dialog is in its queue")
    await hub.presses_when_whispered("anna", thread, "Delete")
    await hub.post_appears(thread, "back in the common queue")
    assert set(await roles(hub)) == {"sales"}
    dialog = await hub.dialog(1)
    assert (dialog.status, dialog.addressee) == (Status.NEW, None)
