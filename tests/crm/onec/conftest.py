"""The hub's side of a fake infobase."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.config.plugins import Secret
from bot.crm.onec.crm import OneCCrm
from bot.crm.onec.settings import FieldNames, OneCCrmSettings
from bot.ports import Tools
from tests.fakes.onec_odata import FakeOneC, Infobase
from tests.waiting import ANSWER


def settings(onec: FakeOneC, **given: Any) -> OneCCrmSettings:
    known: dict[str, Any] = {
        "kind": "1c",
        "url": onec.url,
        "user": onec.user,
        "password": Secret(onec.password),
        "timeout": ANSWER,
        "alarm_after": 30,
        "closed_stages": ("Выигран",),
        "fields": FieldNames(interest_stage="Стадия_Key", interest_closed="Завершен"),
    }
    return OneCCrmSettings(**{**known, **given})


@pytest.fixture
async def onec() -> AsyncIterator[FakeOneC]:
    async with FakeOneC() as fake:
        fake.faults.skips = True
        yield fake


@pytest.fixture
def base(onec: FakeOneC) -> Infobase:
    return onec.infobase


@pytest.fixture
def crm(onec: FakeOneC, tools: Tools) -> OneCCrm:
    return OneCCrm(settings(onec), tools)
