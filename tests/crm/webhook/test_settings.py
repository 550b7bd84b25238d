"""Refusals of a receiver's [crm] table."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.crm.webhook.settings import WebhookSettings
from settings import Faults, Settings, load

BASE = """
[desks.local]
kind = "web"
operators = { anna = "anna-key-1234567" }

[hub]
secret = "0123456789abcdef0123456789abcdef"
"""
GOOD = '[crm]\nkind = "webhook"\nurl = "https://crm.example.com/hub?key=k1"\nsecret = "env:CRM_SECRET"\n'
ENVIRON = {"CRM_SECRET": "c" * 32}


def read(folder: Path, text: str, environ: dict[str, str]) -> Settings:
    (folder / "hub.toml").write_text(BASE + text)
    return load(folder / "hub.toml", environ)


def test_without_the_table_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, "", {}).crm is None


def test_it_is_read_overridden_and_hidden(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD, {**ENVIRON, "HUB__CRM__TIMEOUT": "3", "HUB__CRM__ALARM_AFTER": "0"})
    assert isinstance(settings.crm, WebhookSettings)
    assert (settings.crm.timeout, settings.crm.alarm_after) == (3, 0)
    assert {"c" * 32, "https://crm.example.com/hub?key=k1"} <= set(settings.secrets())
    assert "k1" not in repr(settings)
    assert "ccc" not in repr(settings)


def test_it_can_be_made_of_variables_alone(tmp_path: Path) -> None:
    given = {"HUB__CRM__KIND": "webhook", "HUB__CRM__URL": "http://crm/hub", "HUB__CRM__SECRET": "c" * 16}
    assert isinstance(read(tmp_path, "", given).crm, WebhookSettings)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("[crm]", "crm.kind: is missing. Use one of: "),
        ('[crm]\nkind = "fax"', "crm.kind: there is no such kind. Use one of: "),
        (GOOD.replace("url =", "ulr ="), 'crm.ulr: there is no such key. Did you mean "url"?'),
        (GOOD.replace("https:", "ftp:"), "crm.url: must begin with http:// or https://. Enter the address for"),
        (GOOD.replace("env:CRM_SECRET", "short"), "crm.secret: is too short: at least 16. Enter at least 16"),
        (GOOD.replace("CRM_SECRET", "GONE"), "crm.secret: the variable GONE is not set."),
        (GOOD + "alarm_after = -1", "crm.alarm_after: must be at least 0.0. Enter, in seconds,"),
        (GOOD + "timeout = 0", "crm.timeout: must be more than 0.0. Enter the receiver's timeout"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, wrong: str, line: str) -> None:
    with pytest.raises(Faults) as caught:
        read(tmp_path, wrong, ENVIRON)
    assert any(one.startswith(line) for one in caught.value.lines()), caught.value.lines()
    assert all("k1" not in one for one in caught.value.lines())


def test_a_section_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('crm = "webhook"\n' + BASE)
    with pytest.raises(Faults) as caught:
        load(tmp_path / "hub.toml", {})
    assert caught.value.lines() == ["crm: must be a table. Start the section with a line [crm]."]
