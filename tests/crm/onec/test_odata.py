"""Addresses and literals: typed text can never become part of a filter."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.onec import odata
from tests.fakes.onec_odata import filters

KEY = UUID("41aa6331-954f-11e3-814b-005056c00008")
MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 3, 2, 9, 0, 5, 700_000, UTC)


@given(st.text())
def test_a_text_is_one_literal_that_says_the_same(value: str) -> None:
    written = odata.text(value)
    filters.parsed(odata.equal("Имя", written), {"Имя": "Edm.String"})  # refuses anything left over
    assert written[1:-1].replace("''", "'") == value


def test_a_filter_cannot_be_broken_out_of() -> None:
    written = odata.equal("Имя", odata.text("x' or Имя ne '"))
    assert written == "Имя eq 'x'' or Имя ne '''"
    assert filters.parsed(written, {"Имя": "Edm.String"})({"Имя": "y"}) is False


def test_addresses_are_ascii() -> None:
    assert odata.entity("Catalog_Партнеры", KEY) == (
        "Catalog_%D0%9F%D0%B0%D1%80%D1%82%D0%BD%D0%B5%D1%80%D1%8B(guid'41aa6331-954f-11e3-814b-005056c00008')"
    )
    assert odata.entity("Document_X", KEY, "Post").endswith("')/Post")
    written = odata.query(filter="Тема eq 'a+b & c'", top=5, skip="")
    assert written.isascii()
    assert "+" not in written
    assert written.startswith("$format=json;odata=nometadata&$filter=")
    assert unquote(written.partition("$filter=")[2]) == "Тема eq 'a+b & c'&$top=5"


def test_times_are_those_of_the_server() -> None:
    assert odata.moment(NOON, MOSCOW) == "datetime'2026-03-02T12:00:05'"
    assert odata.local(NOON, MOSCOW) == "2026-03-02T12:00:05"
    assert odata.parsed("2026-03-02T12:00:05", MOSCOW) == NOON.replace(microsecond=0)


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00", "", "soon", None, 7])
def test_no_time(value: object) -> None:
    assert odata.parsed(value, MOSCOW) is None


@pytest.mark.parametrize(
    ("value", "key"),
    [(str(KEY), KEY), (str(KEY).upper(), KEY), (str(odata.NOBODY), None), ("", None), ("x", None), (None, None)],
)
def test_references(value: object, key: UUID | None) -> None:
    assert odata.key_of(value) == key


def test_a_link_has_the_reference_as_1c_writes_it() -> None:
    assert odata.reference(KEY) == "814b005056c0000811e3954f41aa6331"
    link = odata.link("https://1c.example.com/crm", "Document_CRM_Интерес", KEY)
    assert unquote(link) == (
        "https://1c.example.com/crm/#e1cib/data/Документ.CRM_Интерес?ref=814b005056c0000811e3954f41aa6331"
    )
    assert odata.link("https://1c.example.com/crm", "InformationRegister_X", KEY) == ""
