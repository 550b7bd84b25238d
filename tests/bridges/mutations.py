"""Mutilated payloads, for every channel that reads JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hypothesis import strategies as st

from bot.domain import CustomerEdited, CustomerWrote, UnreadableUpdate, Update

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=5),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"id": 7}),
    st.just([[1]]),
    st.just("x" * 70_000),
    st.just("\u202e\u0000\ud800👨‍👩‍👧"),
    st.integers(3, 60).map(lambda depth: json.loads('{"a":[' * depth + "]}" * depth)),
).map(copy.deepcopy)

ANYTHING = st.recursive(
    JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
).filter(lambda value: value != "")  # an empty text: nothing of it could be stored
BAD_BODIES = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"null"]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for key, child in inside:
        found += places(child, (*path, key))
    return found


@st.composite
def mutilated(draw: st.DrawFn, payloads: Sequence[Any]) -> Any:
    """One of the payloads, with up to three of its parts dropped, replaced or renamed."""
    raw = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(1, 3))):
        where = places(raw)
        if not where:
            break
        *path, last = draw(st.sampled_from(where))
        parent = raw
        for key in path:
            parent = parent[key]
        change = draw(st.sampled_from(["drop", "replace", "rename"]))
        if change == "replace" or isinstance(parent, list):
            parent[last] = draw(JUNK)
        elif change == "rename":
            parent[draw(st.text(max_size=4))] = parent.pop(last)
        else:
            del parent[last]
    return raw


def assert_fit_to_keep(found: Update) -> None:
    """Asserts that the parsed value can be stored, and is not empty."""
    assert found.key
    assert found.at.tzinfo is not None
    # no halves of characters: no database would take them
    json.dumps(asdict(found), default=str, ensure_ascii=False).encode()
    if isinstance(found.event, UnreadableUpdate):
        assert found.event.why
        assert found.event.raw
    if isinstance(found.event, CustomerWrote | CustomerEdited):
        assert found.event.content
