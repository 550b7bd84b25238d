"""References to contacts. Contacts' numbers can be guessed, so a page names a contact by a reference that the hub has
signed for its operator."""

from __future__ import annotations

import hashlib
import hmac
import json

from bot.desks.web.auth import Member, refuse
from bot.domain import ContactId


class References:
    """Creates and opens references to contacts. The first secret signs, the others only open."""

    def __init__(self, *secrets: str) -> None:
        self._keys = [hashlib.sha256(b"hub web desk contacts\0" + one.encode()).digest() for one in secrets]

    def __repr__(self) -> str:
        return "References(…)"

    def seal(self, reader: Member, contact: ContactId) -> str:
        return f"{contact}-{_signature(self._keys[0], reader, str(contact))}"

    def open(self, reader: Member, reference: str) -> ContactId:
        """Returns the contact; 404 for a reference not signed for this operator."""
        contact, _, signature = reference.partition("-")
        given = signature.encode("utf-8", "replace")
        if not any(hmac.compare_digest(_signature(key, reader, contact).encode(), given) for key in self._keys):
            refuse(404, "no_such_contact")
        return ContactId(int(contact))


def _signature(key: bytes, reader: Member, contact: str) -> str:
    said = json.dumps([reader.desk.name, reader.actor.user, contact]).encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:32]
