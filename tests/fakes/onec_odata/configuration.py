"""The objects of a 1C configuration, and its $metadata.

Types are those of the interface: a tabular part is a collection of rows; a field of several types is a text,
with a second one, `…_Type`, that names the type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

STRING, GUID, BOOLEAN, DATE, INT = "Edm.String", "Edm.Guid", "Edm.Boolean", "Edm.DateTime", "Edm.Int64"

OBJECT = {"Ref_Key": GUID, "DataVersion": STRING, "DeletionMark": BOOLEAN}
CATALOG = {**OBJECT, "Code": STRING, "Description": STRING, "Predefined": BOOLEAN, "PredefinedDataName": STRING}
DOCUMENT = {**OBJECT, "Number": STRING, "Date": DATE, "Posted": BOOLEAN}
TASK = {**OBJECT, "Number": STRING, "Date": DATE, "Description": STRING, "Executed": BOOLEAN}
ROW = {
    "LineNumber": INT,
    "Тип": STRING,
    "Вид_Key": GUID,
    "Представление": STRING,
    "ЗначенияПолей": STRING,
    "Страна": STRING,
    "Регион": STRING,
    "Город": STRING,
    "АдресЭП": STRING,
    "ДоменноеИмяСервера": STRING,
    "НомерТелефона": STRING,
    "НомерТелефонаБезКодов": STRING,
    "ВидДляСписка_Key": GUID,
    "Значение": STRING,
}
READ_ONLY = {"DataVersion", "Posted", "Executed", "Predefined", "PredefinedDataName"}
"""Operations rather than data: documents are posted, tasks executed."""
NAMESPACE = "StandardODATA"


@dataclass
class Objects:
    """An object of the configuration. `parts`: its tabular parts; `required`: fields that must be filled in;
    `presented`: fields with a presentation for people."""

    fields: dict[str, str]
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    presented: Mapping[str, str] = field(default_factory=dict)


def configuration() -> dict[str, Objects]:
    """The part of 1C:CRM that matters here."""
    return {
        "Catalog_Партнеры": Objects(
            {**CATALOG, "НаименованиеПолное": STRING, "Клиент": BOOLEAN, "ЮрФизЛицо": STRING},
            {"КонтактнаяИнформация": dict(ROW)},
            ("Description",),
        ),
        "Catalog_КонтактныеЛицаПартнеров": Objects(
            {**CATALOG, "Owner_Key": GUID}, {"КонтактнаяИнформация": dict(ROW)}, ("Description", "Owner_Key")
        ),
        "Catalog_ВидыКонтактнойИнформации": Objects(dict(CATALOG)),
        "Catalog_СтадииИнтересов": Objects(dict(CATALOG)),
        "Document_CRM_Интерес": Objects(
            {
                **DOCUMENT,
                "Тема": STRING,
                "Партнер_Key": GUID,
                "Комментарий": STRING,
                "Стадия_Key": GUID,
                "Завершен": BOOLEAN,
            },
            required=("Тема", "Партнер_Key"),
            presented={"Стадия": "Catalog_СтадииИнтересов"},
        ),
        "Task_ЗадачаИсполнителя": Objects(
            {**TASK, "Описание": STRING, "СрокИсполнения": DATE, "Предмет": STRING, "Предмет_Type": STRING},
            required=("Description",),
        ),
    }


def metadata(objects: Mapping[str, Objects]) -> str:
    """The EDMX that the interface returns at $metadata."""
    body = "".join(_types(objects))
    sets = "".join(
        f'<EntitySet Name={quoteattr(name)} EntityType="{NAMESPACE}.{name}"/>' for name, _fields in _sets(objects)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">'
        '<edmx:DataServices m:DataServiceVersion="3.0" m:MaxDataServiceVersion="3.0" '
        'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        f'<Schema Namespace="{NAMESPACE}" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">{body}'
        f'<EntityContainer Name="EnterpriseV8" m:IsDefaultEntityContainer="true">{sets}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )


def _sets(objects: Mapping[str, Objects]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Entity sets; tabular parts are sets of their own, too."""
    for name, one in objects.items():
        yield name, one.fields
        for part, row in one.parts.items():
            yield f"{name}_{part}", {"Ref_Key": GUID, **row}


def _types(objects: Mapping[str, Objects]) -> Iterator[str]:
    for name, fields in _sets(objects):
        parts = objects[name].parts if name in objects else {}
        collections = {part: f"Collection({NAMESPACE}.{name}_{part}_RowType)" for part in parts}
        keys = ["Ref_Key"] if name in objects else ["Ref_Key", "LineNumber"]
        refs = "".join(f'<PropertyRef Name="{key}"/>' for key in keys)
        properties = _properties({**fields, **collections})
        yield f"<EntityType Name={quoteattr(name)}><Key>{refs}</Key>{properties}</EntityType>"
        for part, row in parts.items():
            yield f'<ComplexType Name="{name}_{part}_RowType">{_properties(row)}</ComplexType>'


def _properties(fields: Mapping[str, str]) -> str:
    return "".join(f'<Property Name={quoteattr(name)} Type="{kind}" Nullable="true"/>' for name, kind in fields.items())
