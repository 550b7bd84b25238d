"""Facts as JSON, as docs/crm/webhook.md promises."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.crm.webhook import wire
from bot.domain import Key
from bot.ports.crm import CrmFact, CrmRef, Stored
from tests.crm.facts import FACTS
from tests.fakes.webhook import schema

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 9, 30, 5, 120_000, UTC)


@pytest.mark.parametrize("name", FACTS)
def test_each_fact_is_as_documented(name: str) -> None:
    event, data = wire.fact(FACTS[name])
    assert event == name
    schema.event(json.loads(wire.letter(event, Key("1"), data, "s", NOW).body))


def test_no_fact_is_forgotten() -> None:
    assert set(wire.NAMES) == set(get_args(CrmFact)) == {type(fact) for fact in FACTS.values()}


def test_times_are_utc() -> None:
    _, data = wire.fact(FACTS["dialog.closed"])
    assert data["dialog"]["opened_at"] == "2026-03-02T09:30:05.120Z"
    assert data["closed_at"] == "2026-03-02T10:00:00.000Z"


def test_a_letter_is_signed_and_named() -> None:
    letter = wire.letter("ping", Key("k1"), {"name": "Ольга"}, "secret", NOW)
    assert "Ольга".encode() in letter.body
    digest = hmac.new(b"secret", letter.body, hashlib.sha256).hexdigest()
    assert letter.headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert letter.headers["X-Hub-Event"] == "ping"
    assert letter.headers["X-Hub-Event-Id"] == "k1"
    assert letter.headers["X-Hub-Timestamp"] == str(int(NOW.timestamp()))


def test_what_is_said_of_one_fact_never_changes() -> None:
    """Everything except the time of sending, at each repetition."""
    bodies = [json.loads(wire.letter("ping", Key("k1"), {}, "s", at).body) for at in (NOW, NOW.replace(hour=11))]
    assert bodies[0].pop("sent_at") != bodies[1].pop("sent_at")
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("answer", "stored"),
    [
        ({"ref": "C-17", "version": "3"}, Stored(CrmRef("C-17"), "3")),
        ({"ref": 17}, Stored(CrmRef("17"))),
        ({"ref": True, "version": None}, Stored()),
        ({"ref": "x" * 201}, Stored()),
        ({"ref": "a\nb"}, Stored()),
        ({}, Stored()),
        (None, Stored()),
        (["ref"], Stored()),
    ],
)
def test_what_the_receiver_calls_it(answer: object, stored: Stored) -> None:
    assert wire.stored(answer) == stored


def test_the_documentation_names_every_event_and_its_example_is_one() -> None:
    text = (ROOT / "docs/crm/webhook.md").read_text()
    for name in schema.EVENTS:
        assert f"| `{name}` |" in text
    [example] = re.findall(r"```json\n(.*?)```", text, flags=re.DOTALL)
    schema.event(json.loads(example))
