"""Contacts from before matching existed: an upgraded hub recognizes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogs import contact_backfill
from bot.dialogs.contact_backfill import ContactBackfill
from bot.domain import ContactId
from bot.ports.storage import Keys, Unit
from tests.core.test_interests import another
from tests.core.world import World


async def old(world: World, chat: str, *, name: str, phone: str = "", email: str = "") -> ContactId:
    """A contact as stored before: with its details, without the keys."""
    contact = (await another(world, "Hi", chat, name=name, phone=phone, email=email)).contact
    await world.store.transact(lambda unit: unit.contacts.set_keys(contact, Keys()))
    return contact


async def keys(world: World, contact: ContactId) -> Keys:
    async with world.store.read() as unit:
        return await unit.contacts.keys(contact)


async def test_old_customers_are_recognized(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    vera = await old(world, "1", name="Vera", phone="+7 (999) 123-45-67")
    mute = await old(world, "2", name="Oleg")
    odd = await old(world, "3", name="Zoe", phone="call me", email=" Zoe@Example.com")
    assert not any(
        "Possible duplicate" in said
        for said in world.thread_texts(await another(world, "Hi", "4", phone="+79991234567"))
    )
    monkeypatch.setattr(contact_backfill, "PORTION", 2)
    assert await ContactBackfill(world.hub).portion()
    assert [await keys(world, one) for one in (vera, mute, odd)] == [Keys("+79991234567"), Keys(), Keys()]
    assert await ContactBackfill(world.hub).portion(), "another process goes on from there"
    assert await keys(world, odd) == Keys("", "zoe@example.com")
    assert not await ContactBackfill(world.hub).portion()
    newcomer = await another(world, "Hello", "5", name="V", phone="+79991234567")
    assert "👥 Possible duplicate of Vera: same +79991234567" in world.thread_texts(newcomer)


async def test_old_customers_whose_channel_vouches_for_them_are_merged(world: World) -> None:
    vera = await old(world, "1", name="Vera", phone="+79991234567")
    await ContactBackfill(world.hub).portion()
    phone = {"phone": "+79991234567", "proven": True}
    newcomer = await another(world, "Hello", "2", name="V", **phone)
    assert newcomer.contact != vera, "nobody has vouched for Vera's yet"
    await another(world, "Hi again", "1", name="Vera", **phone)
    assert (await world.dialog(newcomer.id)).contact == vera


async def test_what_is_known_by_now_stays(world: World) -> None:
    vera = await old(world, "1", name="Vera", phone="+79991234567")
    proven = Keys("+79997654321", "", phone_proven=True)

    async def meanwhile(unit: Unit) -> None:
        before = await unit.contacts.get(vera)
        await unit.contacts.save(replace(before, phone="+79997654321"))
        await unit.contacts.set_first_keys(before, Keys("+79991234567"))
        await unit.contacts.set_keys(vera, proven)

    await world.store.transact(meanwhile)
    while await ContactBackfill(world.hub).portion():
        pass
    assert await keys(world, vera) == proven
