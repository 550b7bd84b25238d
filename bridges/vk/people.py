"""Names, pictures and phones of people. Events carry only their numbers.

Each person is looked up once a day. A message waits only briefly for it, and goes without a name if VK does not answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain import FileRef, Profile
from bot.ports import Clock, DeliveryError
from bridges.shared import phones
from bridges.shared.fields import Fields
from bridges.vk.api import ApiCall
from bridges.vk.kinds import CHATS

REMEMBERED = 10_000
FRESH = timedelta(days=1)
AGAIN = timedelta(minutes=1)
"""Pause after a failed lookup."""
PATIENCE = 3.0  # seconds: messages wait for it
USER_FIELDS = ["photo_200", "has_photo", "screen_name", "contacts", "country"]
HOME = "RU"
SHORTEST = 5
"""Digits of a phone number; people also write words in its place."""
COUNTRIES: Mapping[int, str] = dict(
    enumerate("RU UA BY KZ AZ AM GE IL US CA KG LV LT EE MD TJ TM UZ".split(), start=1)  # noqa: SIM905
) | {65: "DE"}
"""Numbers of `database.getCountries` → ISO 3166: where most people of VK are."""
PICTURES = ("photo_200", "photo_100", "photo_50")


class Profiles:
    """Looks up and remembers people. `origin`: of the pictures."""

    def __init__(self, ask: ApiCall, origin: str, clock: Clock) -> None:
        self._ask, self._origin, self._clock = ask, origin, clock
        self._known: dict[int, tuple[Profile, datetime]] = {}

    async def known(self, numbers: Iterable[int]) -> Mapping[int, Profile]:
        """Returns the profiles of those who are known, after looking up new ones. Never raises."""
        wanted, now = sorted(set(numbers)), self._clock.now()
        new = [number for number in wanted if number not in self._known or self._known[number][1] <= now]
        if new:
            await self._learn(new, now)
        found = {number: self._known[number][0] for number in wanted if number in self._known}
        while len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return found

    def forget(self, numbers: Iterable[int]) -> None:
        """Has the names of those who have changed them looked up again; until then the old ones stay."""
        for number in numbers:
            if number in self._known:
                self._known[number] = (self._known[number][0], self._clock.now())

    async def _learn(self, numbers: list[int], now: datetime) -> None:
        kinds = (
            (self._users, [number for number in numbers if 0 < number < CHATS]),
            (self._communities, [number for number in numbers if number < 0]),
            (self._conversations, [number for number in numbers if number >= CHATS]),
        )
        asked = [(learn, some) for learn, some in kinds if some]
        answers = await asyncio.gather(*(learn(some) for learn, some in asked), return_exceptions=True)
        for (_, some), found in zip(asked, answers, strict=True):
            if isinstance(found, BaseException) and not isinstance(found, DeliveryError):
                raise found
            profiles = {} if isinstance(found, BaseException) else found
            for number in some:
                self._remember(number, profiles.get(number), now)

    def _remember(self, number: int, profile: Profile | None, now: datetime) -> None:
        """Stores a profile; keeps the old one if the lookup failed."""
        known = self._known.pop(number, (Profile(), now))[0]
        self._known[number] = (profile or known, now + (FRESH if profile else AGAIN))

    async def _users(self, numbers: list[int]) -> Mapping[int, Profile]:
        found = await self._ask("users.get", patience=PATIENCE, user_ids=numbers, fields=USER_FIELDS)
        return {user.needed("id"): self._user(user) for user in _numbered(found)}

    def _user(self, user: Fields) -> Profile:
        has_picture = user.number("has_photo") != 0
        typed = (user.text(key).strip() for key in ("mobile_phone", "home_phone"))
        phone = next((one for one in typed if sum(map(str.isdecimal, one)) >= SHORTEST), "")
        country = user.object("country").number("id")
        return Profile(
            name=" ".join(filter(None, (user.text("first_name").strip(), user.text("last_name").strip()))),
            username=user.text("screen_name"),
            phone=phones.of_region(phone, COUNTRIES.get(country, "") if country else HOME),
            picture=self._picture(user) if has_picture else None,
        )

    async def _communities(self, numbers: list[int]) -> Mapping[int, Profile]:
        ids = [-number for number in numbers]
        found = await self._ask("groups.getById", patience=PATIENCE, group_ids=ids)
        groups = found if isinstance(found, list) else Fields(found).raw.get("groups")
        return {
            -group.needed("id"): Profile(group.text("name"), group.text("screen_name"), picture=self._picture(group))
            for group in _numbered(groups)
        }

    async def _conversations(self, numbers: list[int]) -> Mapping[int, Profile]:
        found = Fields(await self._ask("messages.getConversationsById", patience=PATIENCE, peer_ids=numbers))
        return {
            peer: Profile(about.text("title"), picture=self._picture(about.object("photo")))
            for conversation in found.objects("items")
            if (peer := conversation.object("peer").number("id")) is not None
            and (about := conversation.object("chat_settings"))
        }

    def _picture(self, source: Fields) -> FileRef | None:
        url = next(filter(None, map(source.text, PICTURES)), "")
        return FileRef(self._origin, url) if url.startswith(("https://", "http://")) else None


def _numbered(found: object) -> list[Fields]:
    return [one for one in Fields({"found": found}).objects("found") if one.number("id") is not None]
