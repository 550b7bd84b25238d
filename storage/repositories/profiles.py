"""Profiles as chats report them, and their effect on the contact. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import Contact, Profile
from bot.domain.value import replace, value


@value
class ChatProfile:
    """Values that one chat last reported; "" for none yet."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @classmethod
    def read(cls, row: Sequence[str | None], contact: Contact) -> ChatProfile:
        """Reads an identity's columns. While they are NULL, the contact's own values count as this chat's."""
        name, phone, email = row
        if name is None or phone is None or email is None:
            return cls(contact.name, contact.phone, contact.email)
        return cls(name, phone, email)

    def with_report(self, profile: Profile) -> ChatProfile:
        """Updates the values from a profile; its empty fields are ignored."""
        return ChatProfile(profile.name or self.name, profile.phone or self.phone, profile.email or self.email)


def profile_changes(contact: Contact, before: ChatProfile, now: ChatProfile) -> Contact:
    """Returns the contact after one of their chats changed its report from `before` to `now`. Repeated values change
    nothing: operators, or another chat of the same person, may have supplied better ones meanwhile. A name that did not
    come from this chat stays in any case."""
    renamed = contact.name in ("", before.name)
    return replace(
        contact,
        name=_newer(contact.name, before.name, now.name) if renamed else contact.name,
        phone=_newer(contact.phone, before.phone, now.phone),
        email=_newer(contact.email, before.email, now.email),
    )


def _newer(known: str, before: str, now: str) -> str:
    return now if now and (now != before or not known) else known
