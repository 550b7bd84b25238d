"""What a chat tells of its contact, and what of that is news. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import Contact, Profile


@dataclass(frozen=True, slots=True)
class Told:
    """What one chat last told; "" nothing yet."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @classmethod
    def read(cls, row: Sequence[str | None], contact: Contact) -> Told:
        """As it stands in an identity; where nothing does yet, the contact is called what this chat told."""
        name, phone, email = row
        if name is None or phone is None or email is None:
            return cls(contact.name, contact.phone, contact.email)
        return cls(name, phone, email)

    def heard(self, profile: Profile) -> Told:
        """What is empty in a profile was not told."""
        return Told(profile.name or self.name, profile.phone or self.phone, profile.email or self.email)


def news(contact: Contact, before: Told, now: Told) -> Contact:
    """The contact after one of their chats told this, which had told that before. What it only says again is no news:
    operators, or another chat of the same person, may have said better meanwhile. And a name that is not this chat's
    own stays, whatever it says."""
    renamed = contact.name in ("", before.name)
    return replace(
        contact,
        name=_newer(contact.name, before.name, now.name) if renamed else contact.name,
        phone=_newer(contact.phone, before.phone, now.phone),
        email=_newer(contact.email, before.email, now.email),
    )


def _newer(known: str, before: str, now: str) -> str:
    return now if now and (now != before or not known) else known
