"""$metadata: its contents, refusals, and errors about unknown names."""

from __future__ import annotations

import pytest

from bot.crm.onec import edmx, schema
from bot.crm.onec.settings import FieldNames, ObjectNames
from bot.locale import translator
from tests.crm.onec.conftest import settings
from tests.fakes.onec_odata import FakeOneC
from tests.fakes.onec_odata.configuration import configuration, metadata

WHOLE = metadata(configuration()).encode()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + b"<edmx:Edmx xmlns:edmx='e'>&b;</edmx:Edmx>"
OUTSIDE = b"<!DOCTYPE x SYSTEM 'http://127.0.0.1/x.dtd'><edmx:Edmx xmlns:edmx='e'/>"


def read(body: bytes, size: int = 1 << 16) -> edmx.Schema:
    return edmx.read(body[start : start + size] for start in range(0, len(body), size))


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_it_is_read_in_pieces(size: int) -> None:
    known = read(WHOLE, size)
    assert known.properties("Catalog_Партнеры")["Клиент"] == "Edm.Boolean"
    assert known.properties("Document_CRM_Интерес")["Партнер_Key"] == "Edm.Guid"
    assert "НомерТелефона" in known.rows("Catalog_Партнеры", "КонтактнаяИнформация")
    assert "Catalog_Партнеры_КонтактнаяИнформация" in known.sets
    assert known.properties("Catalog_Нет") == {}
    assert known.rows("Catalog_Партнеры", "Нет") == {}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (b"<html><body>Not found</body></html>", "Edmx"),
        (b"", "no XML"),
        (WHOLE[:-20], "no XML"),
        (b"<edmx:Edmx xmlns:edmx='e'/>", "names no objects"),
        (b"<edmx:Edmx xmlns:edmx='e'>" + b"<a>" * 100, "too deep"),
    ],
)
def test_what_is_none_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(edmx.InvalidMetadata, match=why):
        read(body)


def lacking(**given: object) -> list[str]:
    tr = translator("en")
    return [one.words(tr) for one in schema.missing(settings(FakeOneC(), **given), read(WHOLE))]


def test_nothing_is_missing() -> None:
    assert lacking() == []
    assert lacking(objects=ObjectNames(person="", task="", info_kind="")) == []


def test_an_object_is_named_with_the_nearest_one() -> None:
    assert lacking(objects=ObjectNames(interest="Document_Интерес")) == [
        "crm.objects.interest: the object Document_Интерес is not published in 1C; the closest name is "
        "Document_CRM_Интерес"
    ]
    assert lacking(objects=ObjectNames(task="Zzz")) == ["crm.objects.task: the object Zzz is not published in 1C"]


def test_a_field_is_named_with_the_nearest_one() -> None:
    assert lacking(fields=FieldNames(interest_title="ТемаИнтереса", task_due="срокисполнения", info_email="Почта")) == [
        "crm.fields.interest_title: Document_CRM_Интерес has no field ТемаИнтереса; the closest name is Тема",
        "crm.fields.task_due: Task_ЗадачаИсполнителя has no field срокисполнения; the closest name is СрокИсполнения",
        "crm.fields.info_email: Catalog_Партнеры_КонтактнаяИнформация has no field Почта",
        "crm.fields.info_email: Catalog_КонтактныеЛицаПартнеров_КонтактнаяИнформация has no field Почта",
    ]


def test_a_field_that_holds_no_rows_is_no_tabular_part() -> None:
    assert lacking(fields=FieldNames(info="Description"), objects=ObjectNames(person="")) == [
        "crm.fields.info: Description of Catalog_Партнеры is not a tabular section"
    ]


def test_every_field_of_hub_toml_is_looked_for() -> None:
    looked_for = {name for fields in schema.OF_OBJECTS.values() for name in fields} | set(schema.OF_ROWS)
    assert looked_for == set(FieldNames.model_fields)
    assert set(schema.OF_OBJECTS) == set(ObjectNames.model_fields)
