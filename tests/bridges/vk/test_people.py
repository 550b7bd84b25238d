"""Names, pictures and phones: requested once, and never waited for long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import FileRef, Profile
from bot.ports import Transient
from bridges.shared.fields import Fields
from bridges.vk.kinds import CHATS
from bridges.vk.people import Profiles
from tests.bridges.vk.conftest import Shop
from tests.clock import ManualClock
from tests.fakes.faults import Fault

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def people(shop: Shop, clock: ManualClock | None = None) -> Profiles:
    return Profiles(shop.polled._api.ask, "account:shop", clock or ManualClock(NOW))


async def test_a_person_with_everything(shop: Shop) -> None:
    shop.vk.customer(
        9, "Anna B", photo_200="https://p/200", has_photo=1, screen_name="anna", mobile_phone=" +7 999 000-11-22 "
    )
    assert await people(shop).known([9]) == {
        9: Profile("Anna B", "anna", "+7 999 000-11-22", picture=FileRef("account:shop", "https://p/200"))
    }
    assert shop.vk.calls("users.get") == [
        {"user_ids": "9", "fields": "photo_200,has_photo,screen_name,contacts,country"}
    ]


RUSSIA, BELARUS, KAZAKHSTAN, NARNIA = ({"id": number, "title": "…"} for number in (1, 3, 4, 999))


@pytest.mark.parametrize(
    ("profile", "phone"),
    [
        ({"mobile_phone": "8 (916) 123-45-67"}, "+79161234567"),
        ({"mobile_phone": "89161234567", "country": RUSSIA}, "+79161234567"),
        ({"mobile_phone": "79161234567"}, "+79161234567"),
        ({"mobile_phone": "9161234567"}, "+79161234567"),
        ({"mobile_phone": "8 701 123 45 67", "country": KAZAKHSTAN}, "+77011234567"),
        ({"mobile_phone": "8 029 123-45-67", "country": BELARUS}, "+375291234567"),
        ({"home_phone": "8 495 123-45-67"}, "+74951234567"),
        # spelled for every country already, of a country that the hub does not know, or no number of that country
        ({"mobile_phone": "+44 7911 123456"}, "+44 7911 123456"),
        ({"mobile_phone": "07911 123456", "country": NARNIA}, "07911 123456"),
        ({"mobile_phone": "123-45-67"}, "123-45-67"),
        # no number at all
        ({"mobile_phone": "ask me", "home_phone": "8 495 123-45-67"}, "+74951234567"),
        ({"mobile_phone": "ask me"}, ""),
    ],
)
def test_phones_have_their_country(profile: dict[str, Any], phone: str) -> None:
    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        raise AssertionError

    assert Profiles(ask, "account:shop", ManualClock(NOW))._user(Fields({"id": 9, **profile})).phone == phone


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


async def test_a_conversation_with_a_new_title_is_asked_for_again(shop: Shop) -> None:
    team, known = shop.vk.conversation(CHATS + 1, "Team", 7), people(shop)
    await known.known([CHATS + 1])
    team.name = "Buyers"
    known.forget([CHATS + 1, CHATS + 2])
    shop.vk.faults.add("messages.getConversationsById", Fault.SERVER_ERROR)
    assert (await known.known([CHATS + 1]))[CHATS + 1].name == "Team", "the old name is better than none"
    known.forget([CHATS + 1])
    assert (await known.known([CHATS + 1]))[CHATS + 1].name == "Buyers"


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
