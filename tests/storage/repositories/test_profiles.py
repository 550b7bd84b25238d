"""What is news in what a chat tells."""

from __future__ import annotations

import pytest

from bot.domain import Contact, ContactId, Profile
from storage.repositories.profiles import Told, news


def known(name: str = "", phone: str = "") -> Contact:
    return Contact(ContactId(1), name, phone)


@pytest.mark.parametrize(
    ("contact", "before", "now", "after"),
    [
        (known(), Told(), Told("Vera", "1"), known("Vera", "1")),
        (known("Vera"), Told("Vera"), Told("Vera L"), known("Vera L")),
        (known("Vera Lee, Ltd"), Told("Vera"), Told("Vera L"), known("Vera Lee, Ltd")),
        (known("Vera", "2"), Told("Vera", "1"), Told("Vera", "1"), known("Vera", "2")),
        (known("Vera", "2"), Told("Vera", "1"), Told("Vera", "3"), known("Vera", "3")),
        (known("Vera", "2"), Told("Vera"), Told("Vera"), known("Vera", "2")),
        (known(), Told("Vera"), Told("Vera"), known("Vera")),
    ],
)
def test_what_is_news(contact: Contact, before: Told, now: Told, after: Contact) -> None:
    assert news(contact, before, now) == after


def test_what_is_not_told_stays() -> None:
    assert Told("Vera", "1").heard(Profile(email="v@example.com")) == Told("Vera", "1", "v@example.com")


def test_before_it_was_written_down_a_contact_was_called_what_its_chat_had_told() -> None:
    assert Told.read((None, None, None), known("Vera", "1")) == Told("Vera", "1")
    assert Told.read(("", "", ""), known("Vera", "1")) == Told()
