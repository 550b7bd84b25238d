"""Links to the conversation in the messenger."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import ChatId, Contact, ContactId
from bot.ports.storage import Identity
from bot.queries.contacts import address_of
from tests.core.world import SHOP, MemoryChannel, World


class LinkingChannel(MemoryChannel):
    def address(self, chat: ChatId, username: str, phone: str) -> str:
        return f"{username}|{phone}"


async def test_a_link_by_phone_has_the_number_as_it_is_dialled(world: World) -> None:
    """However it was typed; what is no number goes as it is."""
    hub = replace(world.hub, bridges={SHOP: LinkingChannel()}, country="RU")
    links = {
        "8 (916) 123-45-67": "vera|+79161234567",
        "+8 495 123-45-67": "vera|+74951234567",
        "+5491123456789": "vera|+5491123456789",
        "call me": "vera|call me",
        "": "vera|",
    }
    for phone, link in links.items():
        known = Identity(SHOP, ChatId("1"), Contact(ContactId(1), phone=phone), "@vera", blocked=False, open=None)
        assert address_of(hub, known) == link
