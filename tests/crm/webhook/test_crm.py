"""Events to a receiver that is strict, slow, broken or away."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.config.plugins import Secret
from bot.crm.webhook.crm import WebhookCrm
from bot.crm.webhook.settings import WebhookSettings
from bot.ports import DeliveryError, Rejected, RejectReason, Tools, Transient, Unavailable
from bot.ports.crm import CrmRef, Knowing, Stored
from tests.clock import ManualClock
from tests.crm.facts import FACTS, key
from tests.fakes.faults import Fault
from tests.fakes.webhook import FakeReceiver
from tests.waiting import ANSWER

SAVED = FACTS["contact.saved"]


@pytest.fixture
async def receiver() -> AsyncIterator[FakeReceiver]:
    async with FakeReceiver() as fake:
        fake.faults.skips = True
        yield fake


def made(receiver: FakeReceiver, tools: Tools, secret: str = "") -> WebhookCrm:
    given = WebhookSettings(
        kind="webhook",
        url=Secret(receiver.url),
        secret=Secret(secret or receiver.secret),
        timeout=ANSWER,
        alarm_after=30,
    )
    return WebhookCrm(given, tools)


@pytest.fixture
def crm(receiver: FakeReceiver, tools: Tools) -> WebhookCrm:
    return made(receiver, tools)


async def test_every_fact_is_taken(crm: WebhookCrm, receiver: FakeReceiver) -> None:
    for name, fact in FACTS.items():
        await crm.tell(fact, key(name))
    assert [one["event"] for one in receiver.events] == list(FACTS)
    assert receiver.wrong == []


async def test_the_receiver_says_what_it_calls_them(crm: WebhookCrm) -> None:
    assert await crm.tell(SAVED, key("1")) == Stored(CrmRef("contact-12"))
    assert await crm.tell(FACTS["dialog.opened"], key("2")) == Stored()


async def test_it_cannot_be_asked(crm: WebhookCrm) -> None:
    assert not isinstance(crm, Knowing)


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.NOTHING, Fault.NOTHING_AFTER])
async def test_a_doubt_is_cleared_by_telling_again(
    crm: WebhookCrm, tools: Tools, receiver: FakeReceiver, fault: Fault
) -> None:
    receiver.faults.add("event", fault)
    with pytest.raises(Transient):
        await made(receiver, tools).tell(SAVED, key("1"))
    await crm.tell(SAVED, key("1"))
    assert len(receiver.events) == 1
    assert len(receiver.repeated) == (fault in (Fault.RESET_AFTER, Fault.NOTHING_AFTER))


async def test_retry_after_is_obeyed(crm: WebhookCrm, receiver: FakeReceiver) -> None:
    receiver.faults.add("event", Fault.TOO_MANY, retry_after=7)
    with pytest.raises(Transient) as caught:
        await crm.tell(SAVED, key("1"))
    assert (caught.value.retry_after, caught.value.scope) == (7, "all")


REFUSALS = [
    (400, {"error": "no account"}, Rejected(RejectReason.INVALID, "HTTP 400: no account")),
    (409, {"error": "changed"}, Rejected(RejectReason.INVALID, "HTTP 409: changed")),
    (410, {}, Rejected(RejectReason.GONE, "HTTP 410")),
    (413, {"message": "too much"}, Rejected(RejectReason.TOO_LONG, "HTTP 413: too much")),
    (422, {"detail": "name\nis  \x07needed"}, Rejected(RejectReason.INVALID, "HTTP 422: name is needed")),
    (422, {"error": "я" * 1000}, Rejected(RejectReason.INVALID, f"HTTP 422: {'я' * 299}…")),
    (422, {"error": "<html>a page</html>"}, Rejected(RejectReason.INVALID, "HTTP 422")),
    (404, {"error": "Not Found"}, Unavailable("HTTP 404: Not Found")),
    (403, {"error": "go away"}, Unavailable("HTTP 403: go away")),
    (301, {}, Unavailable("HTTP 301")),
    (408, {}, Transient("HTTP 408")),
    (503, {"error": "soon"}, Transient("HTTP 503: soon")),
]


@pytest.mark.parametrize(("status", "said", "error"), REFUSALS, ids=lambda value: str(value)[:40])
async def test_what_an_answer_means(
    crm: WebhookCrm, receiver: FakeReceiver, status: int, said: object, error: DeliveryError
) -> None:
    receiver.refusing["contact.saved"] = (status, said)
    with pytest.raises(type(error)) as caught:
        await crm.tell(SAVED, key("1"))
    assert str(caught.value) == str(error)
    if isinstance(caught.value, Unavailable):
        assert "[crm]" in caught.value.advice


async def test_a_wrong_secret_is_said_with_what_to_do(receiver: FakeReceiver, tools: Tools) -> None:
    with pytest.raises(Unavailable) as caught:
        await made(receiver, tools, "another secret of ours").tell(SAVED, key("1"))
    assert caught.value.detail == "HTTP 401: the signature is not right"
    assert "secret" in caught.value.advice
    assert receiver.events == []


async def test_a_receiver_that_is_restarted_alarms_nobody(
    crm: WebhookCrm, receiver: FakeReceiver, clock: ManualClock
) -> None:
    await receiver.switch_off()
    with pytest.raises(Transient):
        await crm.tell(SAVED, key("1"))
    clock.advance(29)
    with pytest.raises(Transient):
        await crm.tell(SAVED, key("1"))
    await receiver.switch_on()
    await crm.tell(SAVED, key("1"))
    await receiver.switch_off()
    clock.advance(29)
    with pytest.raises(Transient):
        await crm.tell(SAVED, key("2"))


async def test_one_that_stays_away_does(crm: WebhookCrm, receiver: FakeReceiver, clock: ManualClock) -> None:
    receiver.fixed = (502, b"")
    for _ in range(2):
        with pytest.raises(Transient):
            await crm.tell(SAVED, key("1"))
        clock.advance(15)
    with pytest.raises(Unavailable) as caught:
        await crm.tell(SAVED, key("1"))
    assert (caught.value.detail, caught.value.advice[:29]) == ("HTTP 502", "Check that the CRM is running")


async def test_two_short_outages_are_not_a_long_one(
    crm: WebhookCrm, receiver: FakeReceiver, clock: ManualClock
) -> None:
    receiver.faults.add("event", Fault.SERVER_ERROR, times=2)
    for _ in range(2):
        with pytest.raises(Transient):
            await crm.tell(SAVED, key("1"))
        clock.advance(3600)


async def test_an_answer_is_read_within_bounds(crm: WebhookCrm, receiver: FakeReceiver) -> None:
    receiver.fixed = (200, b" " * (5 * 1024 * 1024))
    with pytest.raises(Transient, match="longer than"):
        await crm.tell(SAVED, key("1"))


async def test_check_sends_a_ping(crm: WebhookCrm, receiver: FakeReceiver) -> None:
    [finding] = await crm.check()
    assert (finding.ok, receiver.pings, receiver.events) == (True, 1, [])


async def test_check_says_what_is_wrong(receiver: FakeReceiver, tools: Tools) -> None:
    [finding] = await made(receiver, tools, "another secret of ours").check()
    assert not finding.ok
    assert "HTTP 401" in finding.what
    assert "secret" in finding.advice
    await receiver.switch_off()
    [finding] = await made(receiver, tools).check()
    assert not finding.ok
    assert "ping" in finding.advice
    assert str(receiver.port) not in finding.what
