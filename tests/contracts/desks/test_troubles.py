"""Failures: each fault becomes the right error, and no forgery is accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

import pytest

from bot.domain import Key, OperatorPosted, ThreadRef
from bot.ports import Checked, Mark, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.ports.errors import LONGEST_RETRY_AFTER
from bot.runtime.claims import ClaimLost
from tests.contracts.desks import DeskRig
from tests.contracts.desks.samples import VIEW, card, customer, needs, open_thread, root_of
from tests.contracts.unknown import Answer, coded, shapeless
from tests.fakes.faults import Fault
from tests.tools import ended_claim
from tests.waiting import FACT

SOON = datetime(2020, 1, 1, tzinfo=UTC)

Call = Callable[[DeskRig, ThreadRef], Awaitable[object]]


async def _post(rig: DeskRig, thread: ThreadRef) -> object:
    return await rig.desk.post(thread, customer("x"))


async def _update(rig: DeskRig, thread: ThreadRef) -> None:
    await rig.desk.update(await root_of(rig, thread), card())


async def _mark(rig: DeskRig, thread: ThreadRef) -> None:
    await rig.desk.mark(await root_of(rig, thread), Mark.READ, True)


CALLS: dict[str, Call] = {
    "open": lambda rig, thread: rig.desk.open("", card(8), Key("card-8")),
    "post": _post,
    "update": _update,
    "mark": _mark,
    "whisper": lambda rig, thread: rig.desk.whisper(rig.actor("anna").user, thread, VIEW),
    "tell": lambda rig, thread: rig.desk.tell(rig.actor("anna").user, VIEW),
    "find": lambda rig, thread: rig.desk.find(thread.channel, thread, Key("none")),
}

REPEATABLE = ("update", "mark", "find")
"""Idempotent requests, which an HTTP client may repeat by itself."""


@pytest.mark.parametrize("what", CALLS)
async def test_too_many_requests_mean_wait_as_long_as_told(rig: DeskRig, what: str) -> None:
    thread = await open_thread(rig)
    must_reach_the_platform(rig, what)
    rig.faults.add(rig.methods[what], Fault.TOO_MANY, retry_after=7)
    with pytest.raises(Transient) as caught:
        await CALLS[what](rig, thread)
    assert caught.value.retry_after == 7
    await CALLS[what](rig, thread)


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.NOTHING])
async def test_a_doubtful_attempt_is_never_called_a_failure(rig: DeskRig, what: str, fault: Fault) -> None:
    thread = await open_thread(rig)
    must_reach_the_platform(rig, what)
    rig.faults.add(rig.methods[what], fault)
    try:
        async with asyncio.timeout(FACT):
            await CALLS[what](rig, thread)
    except Unconfirmed:
        pass
    except Transient:
        assert what in REPEATABLE or fault is Fault.SERVER_ERROR
    else:
        assert what in REPEATABLE, "nobody knows whether it arrived"
        assert rig.faults.log
    rig.faults.clear()
    await CALLS[what](rig, thread)


@pytest.mark.parametrize("what", [one for one in CALLS if one not in ("mark", "find")])
async def test_a_refused_content_is_a_rejection_of_its_own_and_the_next_one_goes(rig: DeskRig, what: str) -> None:
    thread = await open_thread(rig)
    must_reach_the_platform(rig, what)
    rig.faults.add(rig.methods[what], Fault.REFUSED)
    with pytest.raises(Rejected) as caught:
        await CALLS[what](rig, thread)
    assert caught.value.reason is RejectReason.INVALID
    assert caught.value.detail
    await CALLS[what](rig, thread)


@pytest.mark.parametrize("draw", [coded, shapeless])
@pytest.mark.parametrize("what", ["open", "post", "update", "tell"])
async def test_what_no_documentation_explains_is_no_fault_of_the_post(
    rig: DeskRig, rig_name: str, what: str, draw: Callable[[str, int], Iterable[Answer]]
) -> None:
    thread = await open_thread(rig)
    must_reach_the_platform(rig, what)
    for answer in draw(rig_name, 12 if what == "post" else 8):
        rig.faults.scripted[rig.methods[what]] = answer
        with pytest.raises((Transient, Unconfirmed, Unavailable)) as failed:
            await CALLS[what](rig, thread)
        wait = getattr(failed.value, "retry_after", None) or 0
        assert wait <= LONGEST_RETRY_AFTER, answer
    rig.faults.clear()
    await CALLS[what](rig, thread)


@pytest.mark.parametrize("what", CALLS)
async def test_under_an_ended_claim_nothing_is_sent(rig: DeskRig, what: str) -> None:
    thread = await open_thread(rig)
    must_reach_the_platform(rig, what)
    posts = len(await rig.thread(thread))
    with ended_claim(), pytest.raises(ClaimLost):
        await CALLS[what](rig, thread)
    assert len(await rig.thread(thread)) == posts


def must_reach_the_platform(rig: DeskRig, what: str) -> None:
    if what not in rig.methods:
        pytest.skip(f"nothing is asked of a platform for: {what}")


@pytest.mark.parametrize("what", CALLS)
async def test_a_refused_token_pauses_the_desk(rig: DeskRig, what: str) -> None:
    thread = await open_thread(rig)
    must_reach_the_platform(rig, what)
    async with rig.broken() as desk:
        working, rig.desk = rig.desk, desk
        try:
            with pytest.raises(Unavailable) as caught:
                await CALLS[what](rig, thread)
        finally:
            rig.desk = working
    assert caught.value.advice


async def test_a_refused_token_stops_receiving(rig: DeskRig) -> None:
    must_reach_the_platform(rig, "post")
    async with rig.broken() as desk:
        with pytest.raises(Unavailable):
            async with asyncio.timeout(FACT):
                await desk.run(rig.core, SOON)


async def test_check_says_what_is_wrong(rig: DeskRig) -> None:
    must_reach_the_platform(rig, "post")
    assert isinstance(rig.desk, Checked)
    assert all(finding.ok for finding in await rig.desk.check())
    async with rig.broken() as desk:
        assert isinstance(desk, Checked)
        findings = await desk.check()
    assert any(not finding.ok and finding.advice for finding in findings)


@needs("keeps posts")
async def test_a_vanished_post_is_a_rejection(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    ref = await rig.desk.post(thread, customer("one"))
    await rig.desk.delete(ref)
    with pytest.raises(Rejected):
        await rig.desk.update(ref, customer("two"))


@needs("keeps posts")
async def test_a_channel_that_does_not_exist_is_said_with_advice(rig: DeskRig) -> None:
    with pytest.raises((Unavailable, Rejected)) as caught:
        await rig.desk.open("no-such-channel", card(), Key("card-7"))
    assert "no-such-channel" in str(caught.value)


@needs("http")
async def test_a_forged_request_is_refused_and_nothing_of_it_stored(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    assert await rig.forge() in (401, 403)
    await rig.writes("anna", thread, "real")
    event = await rig.core.next(OperatorPosted)
    assert rig.core.events == [event]
