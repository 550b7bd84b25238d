"""Requirements of every CRM (`bot.ports.crm.Crm`), tested against each over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

import bot.crm
from bot.ports import DeliveryError, Rejected, Tools, Transient, Unavailable
from bot.ports.crm import ContactSaved, InterestSaved
from bot.ports.errors import LONGEST_RETRY_AFTER
from bot.runtime.claims import ClaimLost
from tests.clock import ManualClock
from tests.contracts.crms import CrmRig, Held
from tests.contracts.rigs import crm_onec, crm_webhook
from tests.contracts.unknown import Answer, coded, shapeless
from tests.crm.facts import CALL, DESK, FACTS, OLGA, key
from tests.fakes.faults import Fault
from tests.tools import ended_claim, one_connection, tools

RIGS: dict[str, Callable[[Tools, float], AbstractAsyncContextManager[CrmRig]]] = {
    "1c": crm_onec.rig,
    "webhook": crm_webhook.rig,
}
ALARM_AFTER = 30
ONE_OF_EACH = Held((OLGA.name,), ((DESK.title, DESK.comment),), (CALL.text,))
OBJECTS = ("contact.saved", "interest.saved", "task.saved")
LOST = [Fault.RESET_BEFORE, Fault.RESET_AFTER]
ODD = [
    "it's O'Neil's",
    "'; drop table --",
    '<b>&amp;</b> "quoted" \\ back\\slash',
    "👩🏽‍🔧 семья 家 שלום",
    "line one\nline two",
    "x" * 5000,
    "a' or Description ne '",
]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=RIGS)
def rig_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def rig(rig_name: str, tmp_path: Path, clock: ManualClock) -> AsyncIterator[CrmRig]:
    async with (
        one_connection() as (http, _),
        RIGS[rig_name](tools(tmp_path, http, clock=clock), ALARM_AFTER) as made,
    ):
        yield made


def test_every_kind_is_held_to_it() -> None:
    assert set(RIGS) == set(bot.crm.CRMS)


async def test_every_fact_is_taken_and_the_same_once_more_changes_nothing(rig: CrmRig) -> None:
    first = {name: await rig.crm.tell(fact, key(name)) for name, fact in FACTS.items()}
    assert rig.held() == ONE_OF_EACH
    for name in OBJECTS:
        assert first[name].ref, name
        again = await rig.crm.tell(FACTS[name], key(name))
        assert again.ref == first[name].ref
    assert rig.held() == ONE_OF_EACH


@pytest.mark.parametrize("fault", LOST, ids=str)
async def test_what_is_in_doubt_is_told_again_without_harm(rig: CrmRig, fault: Fault) -> None:
    for name in OBJECTS:
        rig.faults.add(rig.writing, fault)
        with pytest.raises(DeliveryError) as caught:
            await rig.crm.tell(FACTS[name], key(name))
        assert not isinstance(caught.value, Rejected | Unavailable)
        await rig.crm.tell(FACTS[name], key(name))
    assert rig.held() == ONE_OF_EACH


@pytest.mark.parametrize("draw", [coded, shapeless])
async def test_what_no_documentation_explains_is_no_fault_of_the_fact(
    rig: CrmRig, rig_name: str, draw: Callable[[str], Iterable[Answer]]
) -> None:
    await rig.crm.tell(FACTS["contact.saved"], key("contact.saved"))
    for answer in draw(rig_name):
        rig.faults.scripted[rig.writing] = answer
        with pytest.raises((Transient, Unavailable)) as failed:
            await rig.crm.tell(FACTS["interest.saved"], key("interest.saved"))
        wait = getattr(failed.value, "retry_after", None) or 0
        assert wait <= LONGEST_RETRY_AFTER, answer
    rig.faults.clear()
    await rig.crm.tell(FACTS["interest.saved"], key("interest.saved"))
    assert rig.held().interests == ONE_OF_EACH.interests


async def test_under_an_ended_claim_nothing_is_told(rig: CrmRig, clock: ManualClock) -> None:
    """It says nothing about the CRM either, however long this lasts."""
    for name in OBJECTS:
        with ended_claim(), pytest.raises(ClaimLost):
            await rig.crm.tell(FACTS[name], key(name))
        clock.advance(ALARM_AFTER / 2)
    assert rig.held() == Held((), (), ())
    await rig.crm.tell(FACTS["contact.saved"], key("contact.saved"))


async def test_the_same_at_once_is_one(rig: CrmRig) -> None:
    stored = await asyncio.gather(*(rig.crm.tell(FACTS["interest.saved"], key("1")) for _ in range(5)))
    assert len({one.ref for one in stored}) == 1
    assert len(rig.held().interests) == 1


async def test_the_last_word_counts(rig: CrmRig) -> None:
    known = DESK
    for title in ("one", "two", "three"):
        stored = await rig.crm.tell(InterestSaved(replace(known, title=title)), key(title))
        known = replace(known, ref=stored.ref, version=stored.version)
    assert rig.held().interests == (("three", DESK.comment),)


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:10])
async def test_words_arrive_as_they_are(rig: CrmRig, text: str) -> None:
    await rig.crm.tell(InterestSaved(replace(DESK, title="odd", comment=text)), key("odd"))
    await rig.crm.tell(ContactSaved(replace(OLGA, email=text.split()[0][:40])), key("odd contact"))
    assert rig.held().interests == (("odd", text),)


async def test_one_that_is_off_for_a_while_gets_everything_afterwards(rig: CrmRig, clock: ManualClock) -> None:
    await rig.crm.tell(FACTS["contact.saved"], key("contact.saved"))
    await rig.switch_off()
    with pytest.raises(Transient):
        await rig.crm.tell(FACTS["interest.saved"], key("interest.saved"))
    clock.advance(ALARM_AFTER)
    with pytest.raises(Unavailable) as caught:
        await rig.crm.tell(FACTS["interest.saved"], key("interest.saved"))
    assert caught.value.advice
    await rig.switch_on()
    for name in OBJECTS[1:]:
        await rig.crm.tell(FACTS[name], key(name))
    assert rig.held() == ONE_OF_EACH


async def test_a_time_that_it_names_is_passed_on(rig: CrmRig) -> None:
    rig.faults.add("*", Fault.TOO_MANY, retry_after=9)
    with pytest.raises(Transient) as caught:
        await rig.crm.tell(FACTS["contact.saved"], key("1"))
    assert caught.value.retry_after == 9


async def test_what_it_refuses_is_rejected_in_its_own_words(rig: CrmRig) -> None:
    rig.refuse("Не выбран канал\n\x07 " + "привлечения " * 100)
    with pytest.raises(Rejected) as caught:
        await rig.crm.tell(FACTS["contact.saved"], key("1"))
    said = caught.value.detail
    assert "Не выбран канал привлечения" in said
    assert said.isprintable()
    assert len(said) < 400
    rig.refuse("")
    await rig.crm.tell(FACTS["contact.saved"], key("1"))
    assert rig.held().contacts == (OLGA.name,)


async def test_one_that_lets_us_in_no_more_is_not_written_to(rig: CrmRig) -> None:
    rig.lock_out()
    with pytest.raises(Unavailable) as caught:
        await rig.crm.tell(FACTS["contact.saved"], key("1"))
    assert "[crm]" in caught.value.advice
    assert rig.held() == Held((), (), ())
    [finding] = await rig.crm.check()
    assert not finding.ok
    assert "[crm]" in finding.advice


async def test_no_secret_and_no_address_is_ever_said(rig: CrmRig, clock: ManualClock) -> None:
    said = [repr(rig.crm)]
    await rig.switch_off()
    for _ in range(2):
        with pytest.raises(DeliveryError) as caught:
            await rig.crm.tell(FACTS["contact.saved"], key("1"))
        said += [str(caught.value), repr(caught.value.__cause__), getattr(caught.value, "advice", "")]
        clock.advance(ALARM_AFTER)
    said += [f"{one.what} {one.advice}" for one in await rig.crm.check()]
    for words in said:
        assert not any(secret in words for secret in rig.secrets), words


async def test_the_log_says_where_it_was_looked_for(rig: CrmRig) -> None:
    await rig.switch_off()
    with structlog.testing.capture_logs() as logs, pytest.raises(DeliveryError):
        await rig.crm.tell(FACTS["contact.saved"], key("1"))
    [line, *_] = [one for one in logs if one["event"] == "the CRM cannot be reached"]
    *_, port = rig.secrets
    assert line["error"] == f"127.0.0.1:{port}: connection refused"


async def test_check_is_content_with_one_that_is_well(rig: CrmRig) -> None:
    assert [one.ok for one in await rig.crm.check()] == [True]
    assert rig.held() == Held((), (), ())


async def test_it_can_be_closed_twice(rig: CrmRig) -> None:
    await rig.crm.close()
    await rig.crm.close()
