"""News in a chat's details."""

from __future__ import annotations

import pytest

from bot.domain import Contact, ContactId, Profile
from storage.repositories.profiles import ChatProfile, profile_changes


def known(name: str = "", phone: str = "") -> Contact:
    return Contact(ContactId(1), name, phone)


@pytest.mark.parametrize(
    ("contact", "before", "now", "after"),
    [
        (known(), ChatProfile(), ChatProfile("Vera", "1"), known("Vera", "1")),
        (known("Vera"), ChatProfile("Vera"), ChatProfile("Vera L"), known("Vera L")),
        (known("Vera Lee, Ltd"), ChatProfile("Vera"), ChatProfile("Vera L"), known("Vera Lee, Ltd")),
        (known("Vera", "2"), ChatProfile("Vera", "1"), ChatProfile("Vera", "1"), known("Vera", "2")),
        (known("Vera", "2"), ChatProfile("Vera", "1"), ChatProfile("Vera", "3"), known("Vera", "3")),
        (known("Vera", "2"), ChatProfile("Vera"), ChatProfile("Vera"), known("Vera", "2")),
        (known(), ChatProfile("Vera"), ChatProfile("Vera"), known("Vera")),
    ],
)
def test_what_is_news(contact: Contact, before: ChatProfile, now: ChatProfile, after: Contact) -> None:
    assert profile_changes(contact, before, now) == after


def test_what_is_not_told_stays() -> None:
    assert ChatProfile("Vera", "1").with_report(Profile(email="v@example.com")) == ChatProfile(
        "Vera", "1", "v@example.com"
    )


def test_before_it_was_written_down_a_contact_was_called_what_its_chat_had_told() -> None:
    assert ChatProfile.read((None, None, None), known("Vera", "1")) == ChatProfile("Vera", "1")
    assert ChatProfile.read(("", "", ""), known("Vera", "1")) == ChatProfile()
