"""Contacts from before matching existed: an upgraded hub recognizes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogs import contact_backfill
from bot.dialogs.contact_backfill import ContactBackfill
from bot.domain import ContactId
from bot.ports.storage import ContactKeys, Keys, Unit
from tests.core.test_interests import another
from tests.core.world import SHOP, World


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
        await unit.contacts.renew_keys(ContactKeys(before, Keys(), SHOP), Keys("+79991234567"))
        await unit.contacts.set_keys(vera, proven)

    await world.store.transact(meanwhile)
    while await ContactBackfill(world.hub).portion():
        pass
    assert await keys(world, vera) == proven


async def test_keys_of_an_earlier_rule_are_renewed(world: World) -> None:
    mistaken = {"+8 495 123-45-67": "+84951234567", "+5215512345678": "", "+7 999 123-45-67": "+79991234567"}
    ids = [await old(world, str(number), name="Vera", phone=phone) for number, phone in enumerate(mistaken)]
    before = [Keys(key, phone_proven=bool(key)) for key in mistaken.values()]
    mail = await old(world, "9", name="Zoe", email="zoe@xn--e1afmkfd.xn--p1ai")

    async def as_before(unit: Unit) -> None:
        for contact, known in zip(ids, before, strict=True):
            await unit.contacts.set_keys(contact, known)
        await unit.contacts.set_keys(mail, Keys("", "zoe@xn--e1afmkfd.xn--p1ai", email_proven=True))

    await world.store.transact(as_before)
    russian = replace(world.hub, country="RU")
    while await ContactBackfill(russian).portion():
        pass
    assert [await keys(world, one) for one in ids] == [
        Keys("+74951234567", phone_proven=True),
        Keys("+525512345678"),
        Keys("+79991234567", phone_proven=True),
    ]
    assert await keys(world, mail) == Keys("", "zoe@пример.рф", email_proven=True)


async def test_a_number_without_a_country_code_keeps_the_country_it_was_read_for(world: World) -> None:
    vera = await old(world, "1", name="Vera", phone="8 999 123-45-67")
    await world.store.transact(lambda unit: unit.contacts.set_keys(vera, Keys("+79991234567")))
    while await ContactBackfill(world.hub).portion():
        pass
    assert await keys(world, vera) == Keys("+79991234567")
