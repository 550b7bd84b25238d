"""Requirements of every bridge for messages from customers.

A test is skipped for a platform or a bridge that lacks what it needs, with the reason.
"""

from __future__ import annotations

import pytest

from bot.domain import (
    CustomerDeleted,
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    FileRef,
    Location,
    Media,
    MediaKind,
    SharedContact,
    UnreadableUpdate,
)
from bot.ports import Accept, Forged, Hook, Hooked, HookReply, Rejected, RejectReason
from tests.contracts.bridges import (
    Accepts,
    CanBabble,
    CanBlock,
    CanDelete,
    CanEdit,
    CanForge,
    CanReact,
    CanRepeat,
    CanReply,
    CanSendOthers,
)
from tests.contracts.bridges.world import KINDS, TEXTS, World, words, words_of
from tests.samples import SAMPLES


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_what_a_customer_writes_is_taken_exactly(world: World, text: str) -> None:
    customer = await world.rig.customer("Nick")
    ref = await customer.writes(text)
    [wrote] = await world.accepts.events(CustomerWrote)
    assert words(wrote.content) == text
    assert (wrote.chat, wrote.ref, wrote.profile.name) == (customer.chat, ref, "Nick")


async def test_customers_are_told_apart_and_each_keeps_the_order(world: World) -> None:
    customers = [await world.rig.customer(f"customer {n}") for n in range(3)]
    for n in range(5):
        for customer in customers:
            await customer.writes(f"{n}")
    wrote = await world.accepts.events(CustomerWrote, 15)
    for customer in customers:
        assert [words(one.content) for one in wrote if one.chat == customer.chat] == list("01234")
    assert len({update.key for update in world.accepts.taken}) == len(world.accepts.taken)


DECEIVING, SHOWN = "Ada\u202e\u2028By\u0085ron\ufeff علی\u200cرضا", "Ada By ron علی\u200cرضا"
"""A name with a right-to-left override and a line break, and the name that people read."""


async def test_what_customers_call_themselves_deceives_nobody(world: World) -> None:
    customer = await world.rig.customer(DECEIVING)
    await customer.writes("hi")
    [wrote] = await world.accepts.events(CustomerWrote)
    assert wrote.profile.name == SHOWN


async def test_what_customers_call_their_files_deceives_nobody(world: World) -> None:
    customer = await world.rig.customer("Nick")
    await customer.sends(MediaKind.FILE, b"%PDF", "../bill\u202efdp.exe", "application/pdf")
    [wrote] = await world.accepts.events(CustomerWrote)
    [media] = wrote.content.attachments
    assert isinstance(media, Media)
    assert not set(media.name) & set("/\\\u202e")
    assert media.name.removesuffix("billfdp.exe") in ("", "_")


async def test_what_customers_call_people_and_places_deceives_nobody(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanSendOthers):
        pytest.skip("customers cannot send that here")
    await customer.sends_contact(DECEIVING, "+4911")
    await customer.sends_location(1.5, 2.5, DECEIVING)
    card, place = await world.accepts.events(CustomerWrote, 2)
    assert [one.name for one in card.content.attachments if isinstance(one, SharedContact)] in ([SHOWN], [])
    assert [one.title for one in place.content.attachments if isinstance(one, Location)] in ([SHOWN], [""])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_customers_file_can_be_downloaded(world: World, kind: MediaKind) -> None:
    if kind not in world.rig.customer_sends:
        pytest.skip("customers cannot send that here")
    customer = await world.rig.customer("Nick")
    data, name, mime = SAMPLES[kind]
    await customer.sends(kind, data, name, mime)
    [wrote] = await world.accepts.events(CustomerWrote)
    [media] = wrote.content.attachments
    assert isinstance(media, Media)
    assert media.kind is kind
    assert media.size in (None, len(data))
    if media.file.origin == "hub":
        opened = world.tools.files.open(media.file)
    else:
        assert media.file.origin == f"account:{world.rig.account}"
        opened = world.bridge.download(media.file)
    async with opened as download:
        assert b"".join([chunk async for chunk in download.chunks]) == data


async def test_a_file_that_never_was_is_gone(world: World) -> None:
    with pytest.raises(Rejected) as refused:
        async with world.bridge.download(FileRef(f"account:{world.rig.account}", "no-such-file")):
            pass
    assert refused.value.reason is RejectReason.FILE_GONE


async def test_what_could_not_be_committed_comes_again(world: World) -> None:
    customer = await world.rig.customer("Nick")
    world.accepts.fail_next(2)
    await customer.writes("first")
    await customer.writes("second")
    wrote = await world.accepts.events(CustomerWrote, 2)
    assert [words(one.content) for one in wrote] == ["first", "second"]
    first = [update.key for update in world.accepts.tried if update.event == wrote[0]]
    assert len(first) >= 3
    assert len(set(first)) == 1


async def test_a_repeated_update_has_the_same_key(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanRepeat):
        pytest.skip("nothing is delivered twice here")
    await customer.writes_twice("once")
    await customer.writes("then")
    taken = await world.accepts.wait(
        lambda updates: any(
            isinstance(one.event, CustomerWrote) and words(one.event.content) == "then" for one in updates
        )
    )
    assert [one.event == taken[0].event for one in taken] == [True, True, False]
    assert taken[0].key == taken[1].key != taken[2].key


async def test_webhooks_that_are_replayed_in_any_order_tell_the_same_facts(world: World) -> None:
    """The hub recognizes updates by their keys: repeated or late ones add nothing."""
    bridge = world.bridge
    if not isinstance(bridge, Hooked):
        pytest.skip("no platform calls us here")
    hooks, receive = list[Hook](), bridge.receive

    async def recording(hook: Hook, accept: Accept) -> HookReply:
        hooks.append(hook)
        return await receive(hook, accept)

    bridge.receive = recording  # type: ignore[method-assign]
    customer = await world.rig.customer("Nick")
    for n in range(3):
        await customer.writes(f"{n}")
    await world.accepts.events(CustomerWrote, 3)
    again = Accepts()
    for hook in [*reversed(hooks), *hooks]:
        await receive(hook, again)
    facts = {update.key: words_of(update) for update in world.accepts.taken}
    assert {update.key: words_of(update) for update in again.taken} == facts
    assert len(again.taken) >= 2 * len(facts)


async def test_an_unreadable_payload_is_kept_and_the_next_is_read(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanBabble):
        pytest.skip("nothing unexpected can come here")
    await customer.babbles()
    await customer.writes("and now?")
    await world.accepts.events(CustomerWrote)
    [unreadable] = await world.accepts.events(UnreadableUpdate)
    assert unreadable.raw
    assert unreadable.chat == customer.chat


async def test_forgeries_are_refused_before_anything_is_stored(world: World) -> None:
    if not isinstance(world.rig, CanForge) or not isinstance(world.bridge, Hooked):
        pytest.skip("no platform calls us here")
    forgeries = world.rig.forgeries()
    assert forgeries
    for hook in forgeries:
        with pytest.raises(Forged):
            await world.bridge.receive(hook, world.accepts)
    assert not world.accepts.tried


async def test_a_customer_edits(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanEdit):
        pytest.skip("customers do not edit here")
    ref = await customer.writes("helo")
    await customer.edits(ref, "hello <b>")
    [edited] = await world.accepts.events(CustomerEdited)
    assert (edited.chat, edited.ref, words(edited.content)) == (customer.chat, ref, "hello <b>")


async def test_a_customer_deletes(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanDelete):
        pytest.skip("we are not told of deletions here")
    ref = await customer.writes("oops")
    await customer.deletes(ref)
    [deleted] = await world.accepts.events(CustomerDeleted)
    assert deleted == CustomerDeleted(customer.chat, ref)


async def test_a_customer_reacts_and_takes_it_back(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanReact):
        pytest.skip("customers do not react here")
    ref = (await world.send(customer, "done")).refs[0]
    await customer.reacts(ref, "👍")
    await customer.reacts(ref, None)
    assert await world.accepts.events(CustomerReacted, 2) == [
        CustomerReacted(customer.chat, ref, ("👍",)),
        CustomerReacted(customer.chat, ref, ()),
    ]


async def test_a_customer_replies(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanReply):
        pytest.skip("customers do not reply here")
    ref = (await world.send(customer, "which one?")).refs[0]
    await customer.replies(ref, "that one")
    [wrote] = await world.accepts.events(CustomerWrote)
    assert words(wrote.content) == "that one"
    assert wrote.content.quote is not None
    assert wrote.content.quote.ref == ref


async def test_a_customer_leaves_and_returns(world: World) -> None:
    customer = await world.rig.customer("Nick")
    if not isinstance(customer, CanBlock):
        pytest.skip("customers cannot block us here")
    await customer.blocks()
    assert (await world.accepts.events(CustomerLeft))[0].chat == customer.chat
    with pytest.raises(Rejected) as refused:
        await world.send(customer, "hello?")
    assert refused.value.reason is RejectReason.BLOCKED
    await customer.unblocks()
    assert (await world.accepts.events(CustomerReturned))[0].chat == customer.chat
    await world.send(customer, "welcome back")
    assert [seen.text for seen in await customer.sees(1)] == ["welcome back"]
