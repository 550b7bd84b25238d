"""Refusals of 1C's [crm] table, and that every name in it is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.crm.onec.settings import FieldNames, MetadataNames, ObjectNames, OneCCrmSettings
from settings import Faults, Settings, load

ROOT = Path(__file__).parents[3]
BASE = """
[desks.local]
kind = "web"
operators = { anna = "anna-key-1234567" }

[hub]
secret = "0123456789abcdef0123456789abcdef"
"""
GOOD = '[crm]\nkind = "1c"\nurl = "https://1c.example.com/crm/"\nuser = "Хаб"\npassword = "env:ONEC_PASSWORD"\n'


def read(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "hub.toml").write_text(BASE + text)
    return load(folder / "hub.toml", {"ONEC_PASSWORD": "hush-1", **environ})


def test_it_is_read_overridden_and_hidden(tmp_path: Path) -> None:
    text = GOOD + '[crm.objects]\ntask = ""\n[crm.fields]\ninterest_stage = "Стадия_Key"\n'
    settings = read(tmp_path, text, HUB__CRM__FIELDS__TASK_DUE="Срок", HUB__CRM__CLOSED_STAGES="Выигран, Проигран")
    crm = settings.crm
    assert isinstance(crm, OneCCrmSettings)
    assert crm.service == "https://1c.example.com/crm/odata/standard.odata"
    assert crm.application == "https://1c.example.com/crm"
    assert (crm.objects.task, crm.objects.contact) == ("", "Catalog_Партнеры")
    assert (crm.fields.interest_stage, crm.fields.task_due) == ("Стадия_Key", "Срок")
    assert crm.closed_stages == ("Выигран", "Проигран")
    assert "hush-1" in settings.secrets()
    assert "hush-1" not in repr(settings)


def test_the_address_of_the_service_itself_will_do(tmp_path: Path) -> None:
    given = GOOD.replace("crm/", "crm/odata/standard.odata")
    crm = read(tmp_path, given).crm
    assert isinstance(crm, OneCCrmSettings)
    assert crm.service == "https://1c.example.com/crm/odata/standard.odata"
    assert crm.application == "https://1c.example.com/crm"


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (GOOD.replace("https:", "http:"), "crm: url must begin with https://: the password would cross the network"),
        (GOOD.replace("https:", "ftp:"), "crm.url: must begin with http:// or https://. Enter the address"),
        (GOOD.replace("//1c", "//u:p@1c"), "crm.url: must not contain the password"),
        (GOOD + 'zone = "Mars"', "crm.zone: is not a time zone. Enter the time zone"),
        (GOOD + 'region = "rus"', "crm.region: is not a country code, e.g. RU. Enter the country"),
        (GOOD + "every = 0", "crm.every: must be at least 1.0. Enter, in seconds,"),
        (GOOD + 'ca_file = "no.pem"', "crm: ca_file cannot be read"),
        (GOOD + "[crm.objects]\ncontct = 'x'", 'crm.objects.contct: there is no such key. Did you mean "contact"?'),
        (GOOD + "[crm.fields]\ninterest_titel = 'x'", "crm.fields.interest_titel: there is no such key. Did you mean"),
        (GOOD + "[crm.objects]\ninterest = ''", "crm.objects.interest: is too short"),
        (GOOD + '[crm.fields]\ntask_due = "x\' or 1"', "crm.fields.task_due: must be a 1C name"),
        (GOOD.replace('user = "Хаб"', ""), "crm.user: is missing. Enter the name of the 1C user"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, wrong: str, line: str) -> None:
    with pytest.raises(Faults) as caught:
        read(tmp_path, wrong)
    assert any(one.startswith(line) for one in caught.value.lines()), caught.value.lines()


@pytest.mark.parametrize("model", [ObjectNames, FieldNames])
def test_every_name_is_documented_with_its_default(model: type[MetadataNames]) -> None:
    text = (ROOT / "docs/crm/1c.md").read_text()
    for key, field in model.model_fields.items():
        default = f"`{field.default}`" if field.default else "none"
        assert re.search(rf"\| `{key}` \| {re.escape(default)} \|", text), f"{key} = {default}"
