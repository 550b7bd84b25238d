"""Names, pictures and phones: requested once, and never waited for long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import FileRef, Profile
from bot.ports import Transient
from bridges.vk.kinds import CHATS
from bridges.vk.people import Profiles
from tests.bridges.vk.conftest import Shop
from tests.clock import ManualClock
from tests.fakes.faults import Fault

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def people(shop: Shop, clock: ManualClock | None = None) -> Profiles:
    return Profiles(shop.polled._api.ask, "account:shop", clock or ManualClock(NOW))


async def test_a_person_with_everything(shop: Shop) -> None:
    shop.vk.customer(9, "Anna B", photo_200="https://p/200", has_photo=1, screen_name="anna", mobile_phone=" +7999 ")
    assert await people(shop).known([9]) == {
        9: Profile("Anna B", "anna", "+7999", picture=FileRef("account:shop", "https://p/200"))
    }
    assert shop.vk.calls("users.get") == [{"user_ids": "9", "fields": "photo_200,has_photo,screen_name,contacts"}]


async def test_the_picture_that_vk_draws_for_those_who_have_none_is_none(shop: Shop) -> None:
    shop.vk.customer(9, "Anna", photo_200="https://vk.com/images/camera_200.png", has_photo=0)
    assert (await people(shop).known([9]))[9].picture is None


async def test_communities_and_conversations_have_names_too(shop: Shop) -> None:
    shop.vk.conversation(CHATS + 1, "Team", 7)
    known = await people(shop).known([7, -shop.vk.group, CHATS + 1, 404])
    assert {number: profile.name for number, profile in known.items()} == {
        7: "Nick Smith",
        -shop.vk.group: "Acme",
        CHATS + 1: "Team",
        404: "",
    }


async def test_nobody_is_asked_for_twice_a_day(shop: Shop) -> None:
    clock = ManualClock(NOW)
    known = people(shop, clock)
    for _ in range(3):
        await known.known([7])
    assert len(shop.vk.calls("users.get")) == 1
    shop.nick.name = "Nick Jones"
    clock.advance(86_401)
    assert (await known.known([7]))[7].name == "Nick Jones"


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.RESET_BEFORE])
async def test_what_vk_does_not_tell_is_asked_for_again_after_a_while(shop: Shop, fault: Fault) -> None:
    clock = ManualClock(NOW)
    known = people(shop, clock)
    shop.vk.faults.add("users.get", fault)
    assert await known.known([7]) == {7: Profile()}
    assert await known.known([7]) == {7: Profile()}
    clock.advance(61)
    assert (await known.known([7]))[7].name == "Nick Smith"
    clock.advance(86_401)
    shop.vk.faults.add("users.get", fault)
    assert (await known.known([7]))[7].name == "Nick Smith", "what was known once is better than nothing"


@pytest.mark.parametrize("answer", [None, 5, {}, [], [5, {"id": "x"}, {}], {"items": [{}]}, {"groups": 7}])
async def test_strange_answers_tell_nothing(answer: Any) -> None:
    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        return answer

    known = await Profiles(ask, "account:shop", ManualClock(NOW)).known([7, -5, CHATS + 1])
    assert known == {7: Profile(), -5: Profile(), CHATS + 1: Profile()}


async def test_no_more_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridges.vk.people.REMEMBERED", 10)

    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        raise Transient("away")

    known = Profiles(ask, "account:shop", ManualClock(NOW))
    for number in range(1, 50):
        await known.known([number])
    assert len(known._known) == 10
