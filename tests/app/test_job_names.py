"""Administrators read of destinations and jobs in words, never by their inner names."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app import job_names
from bot.delivery.outage_names import section
from bot.domain import Account, AccountName, DeskName
from bot.hub.context import Hub
from bot.locale import translator

NAMED = re.compile(r"BackgroundJob\(\s*f?\"([a-z ]+?)(?: \{|\")")


def test_every_job_has_a_name_in_words() -> None:
    """One without is told as the destination that its name begins with."""
    source = Path("bot/app/background.py").read_text()
    found = set(NAMED.findall(source))
    assert {"counts", "send", "staff"} <= found
    assert found <= {*job_names.OF_HUB, *job_names.OF_DESTINATION}
    for words in (*job_names.OF_HUB.values(), *job_names.OF_DESTINATION.values()):
        assert translator("ru").gettext(words) != words


@pytest.mark.parametrize(
    ("job", "title"),
    [
        ("send crm:main", "The CRM (sending)"),
        ("receive crm:main", "The CRM (receiving)"),
        ("send account:shop", "The account “Shop bot” (sending)"),
        ("send bot:shop", "The first-line bot of “Shop bot” (sending)"),
        ("desk:main", "The team chat “main”"),
        ("counts", "Counting of what waits"),
    ],
)
def test_a_job_in_words(job: str, title: str) -> None:
    shop = Account(AccountName("shop"), "", "Shop bot", DeskName("main"), "")
    hub = SimpleNamespace(tr=translator("en"), accounts={shop.name: shop}, desks=SimpleNamespace(by_name={}))
    assert job_names.title(cast("Hub", hub), job) == title


def test_a_destination_is_known_by_its_section() -> None:
    known = {"crm:main": "crm", "desk:main": "desks.main", "account:shop": "accounts.shop", "bot:shop": "accounts.shop"}
    assert {name: section(name) for name in known} == known
