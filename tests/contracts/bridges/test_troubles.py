"""Failures, for every bridge: each fault becomes the right error, and no secret is shown."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable

import pytest

from bot.domain import ChatId, Content, Key
from bot.domain.text import Text
from bot.ports import Checked, Outgoing, Rejected, RejectReason, Transient, Unavailable, Unconfirmed
from bot.ports.errors import LONGEST_RETRY_AFTER
from bot.runtime.claims import ClaimLost
from tests.contracts.bridges import CanForget, CanRevoke, CanStop
from tests.contracts.bridges.world import World
from tests.contracts.unknown import Answer, coded, shapeless
from tests.fakes.faults import Fault
from tests.tools import ended_claim

FAULTS = [fault for fault in Fault if fault is not Fault.REFUSED]
"""Platforms refuse in words of their own: see `tests/bridges/*/test_errors.py`."""


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_becomes_the_right_error(world: World, fault: Fault) -> None:
    if world.rig.faults is None:
        pytest.skip("there is no platform between us and the customer")
    customer = await world.rig.customer("Nick")
    world.rig.faults.add(world.rig.sending, fault, retry_after=7)
    with pytest.raises(world.rig.outcomes[fault]) as failed:
        await world.send(customer, "hello")
    if fault is Fault.TOO_MANY:
        assert isinstance(failed.value, Transient)
        assert failed.value.retry_after == 7
    assert [played for _, played in world.rig.faults.log] == [fault], "the bridge must not retry by itself"
    await world.send(customer, "again")
    arrived = 2 if fault in (Fault.RESET_AFTER, Fault.NOTHING_AFTER) else 1
    assert [seen.text for seen in await customer.sees(arrived)] == ["hello", "again"][-arrived:]


@pytest.mark.parametrize("draw", [coded, shapeless])
async def test_what_no_documentation_explains_is_no_fault_of_the_message(
    world: World, draw: Callable[[str], Iterable[Answer]]
) -> None:
    if world.rig.faults is None:
        pytest.skip("there is no platform between us and the customer")
    customer, kind = await world.rig.customer("Nick"), world.name.split("-")[0]
    for answer in draw(kind):
        world.rig.faults.scripted[world.rig.sending] = answer
        with pytest.raises((Transient, Unconfirmed, Unavailable)) as failed:
            await world.send(customer, "hello")
        if draw is coded:
            assert isinstance(failed.value, Transient), (answer, failed.value)
        wait = getattr(failed.value, "retry_after", None) or 0
        assert wait <= LONGEST_RETRY_AFTER, answer
    world.rig.faults.clear()
    await world.send(customer, "again")
    assert [seen.text for seen in await customer.sees(1)] == ["again"]


async def test_an_unreachable_platform_is_transient(world: World) -> None:
    if not isinstance(world.rig, CanStop):
        pytest.skip("there is no platform between us and the customer")
    customer = await world.rig.customer("Nick")
    await world.rig.stop()
    with pytest.raises(Transient) as failed:
        await world.send(customer, "hello")
    shown = "".join(traceback.format_exception(failed.value))
    for secret in world.rig.secrets:
        assert secret not in shown


async def test_a_refused_token_makes_the_account_unavailable(world: World) -> None:
    if not isinstance(world.rig, CanRevoke):
        pytest.skip("there is no token here")
    customer = await world.rig.customer("Nick")
    await world.rig.revoke()
    with pytest.raises(Unavailable) as failed:
        await world.send(customer, "hello")
    assert failed.value.advice
    shown = "".join(traceback.format_exception(failed.value)) + failed.value.advice
    for secret in world.rig.secrets:
        assert secret not in shown


async def test_a_conversation_that_does_not_exist_is_gone(world: World) -> None:
    if not isinstance(world.rig, CanForget):
        pytest.skip("every conversation may exist here")
    chat: ChatId = world.rig.stranger()
    with pytest.raises(Rejected) as refused:
        await world.bridge.send(chat, Outgoing(Content(Text.plain("hello"))), Key("k"))
    assert refused.value.reason is RejectReason.GONE


async def test_under_an_ended_claim_nothing_is_sent(world: World) -> None:
    customer = await world.rig.customer("Nick")
    with ended_claim():
        try:
            await world.send(customer, "too late")
        except ClaimLost:
            pass
        else:
            pytest.skip("its customers fetch their messages from the hub")
    await world.send(customer, "in time")
    assert [seen.text for seen in await customer.sees(1)] == ["in time"]


async def test_check_finds_a_good_account_good(world: World) -> None:
    if not isinstance(world.bridge, Checked):
        pytest.skip("nothing to check")
    findings = await world.bridge.check()
    assert findings
    assert [finding for finding in findings if not finding.ok] == []


async def test_check_says_what_is_wrong_and_never_raises(world: World) -> None:
    if not isinstance(world.bridge, Checked) or not isinstance(world.rig, CanRevoke):
        pytest.skip("nothing to check")
    await world.rig.revoke()
    faults = [finding for finding in await world.bridge.check() if not finding.ok]
    assert faults
    assert all(finding.advice for finding in faults)
    if isinstance(world.rig, CanStop):
        await world.rig.stop()
        assert [finding for finding in await world.bridge.check() if not finding.ok]


async def test_secrets_are_shown_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    customer = await world.rig.customer("Nick")
    shown = f"{world.bridge!r} {vars(world.rig).get('settings')!r}"
    if world.rig.faults is not None:
        for fault in (Fault.SERVER_ERROR, Fault.RESET_BEFORE):
            world.rig.faults.add(world.rig.sending, fault)
            with pytest.raises(world.rig.outcomes[fault]) as failed:
                await world.send(customer, "hello")
            shown += "".join(traceback.format_exception(failed.value))
    assert world.rig.secrets or world.rig.faults is None
    for secret in world.rig.secrets:
        assert secret not in shown + caplog.text


async def test_closing_twice_is_no_error(world: World) -> None:
    """Fails when a call raises."""
    await world.bridge.close()
    await world.bridge.close()
