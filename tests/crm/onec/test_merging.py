"""Changes from both sides, merged field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.onec import merging

OURS = ("Тема", "Комментарий")


def at(version: str, **fields: Any) -> dict[str, Any]:
    return {"DataVersion": version, "Тема": "a", "Комментарий": "", **fields}


def seen(current: dict[str, Any]) -> str:
    return merging.seen(current, OURS)


BASE = seen(at("1"))


@pytest.mark.parametrize(
    ("current", "wanted", "changes"),
    [
        (at("1"), {"Тема": "a", "Комментарий": ""}, {}),
        (at("1"), {"Тема": "b", "Комментарий": ""}, {"Тема": "b"}),
        (at("2", Ответственный="x"), {"Тема": "b", "Комментарий": ""}, {"Тема": "b"}),
        (at("2", Тема="theirs"), {"Тема": "a", "Комментарий": "ours"}, {"Комментарий": "ours"}),
        (at("2", Тема="b"), {"Тема": "b", "Комментарий": ""}, {}),
        (at("2", Тема=" a\r\n", Комментарий=None), {"Тема": "a", "Комментарий": ""}, {}),
    ],
)
def test_theirs_and_ours_are_both_kept(
    current: dict[str, Any], wanted: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert merging.changes(wanted, current, BASE) == changes


def test_the_same_field_changed_by_both_is_a_clash() -> None:
    with pytest.raises(merging.Clash) as caught:
        merging.changes({"Тема": "ours", "Комментарий": "x"}, at("2", Тема="theirs"), BASE)
    assert caught.value.fields == ("Тема",)


def test_where_nothing_is_remembered_the_hubs_words_count() -> None:
    assert merging.changes({"Тема": "ours"}, at("2", Тема="theirs"), "") == {"Тема": "ours"}


TEXTS = st.sampled_from(["a", "b", "c"])


@given(base=st.tuples(TEXTS, TEXTS), theirs=st.tuples(TEXTS, TEXTS), ours=st.tuples(TEXTS, TEXTS))
def test_nothing_that_one_side_changed_alone_is_lost(
    base: tuple[str, str], theirs: tuple[str, str], ours: tuple[str, str]
) -> None:
    fields = [dict(zip(OURS, side, strict=True)) for side in (base, theirs, ours)]
    before, there, here = fields
    remembered = seen({"DataVersion": "1", **before})
    clash = any(before[f] != there[f] and before[f] != here[f] and there[f] != here[f] for f in OURS)
    try:
        after = {**there, **merging.changes(here, {"DataVersion": "2", **there}, remembered)}
    except merging.Clash:
        assert clash
        return
    assert not clash
    for field in OURS:
        assert after[field] == (there[field] if here[field] == before[field] else here[field])
