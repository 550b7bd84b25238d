"""An infobase of 1C."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config.plugins import Secret
from bot.crm.onec import KIND
from bot.crm.onec.crm import OneCCrm
from bot.crm.onec.settings import OneCCrmSettings
from bot.ports import Tools
from tests.contracts.crms import CrmRig, Held
from tests.fakes.onec_odata import FakeOneC
from tests.waiting import ANSWER


class OneCRig:
    writing = "POST"

    def __init__(self, crm: OneCCrm, fake: FakeOneC) -> None:
        self.crm, self.fake, self.faults = crm, fake, fake.faults
        self.secrets: tuple[str, ...] = (fake.password, str(fake.port))

    def held(self) -> Held:
        base = self.fake.infobase
        return Held(
            tuple(one["Description"] for one in base.all("Catalog_Партнеры")),
            tuple((one["Тема"], one["Комментарий"]) for one in base.all("Document_CRM_Интерес")),
            tuple(one["Description"] for one in base.all("Task_ЗадачаИсполнителя")),
        )

    def refuse(self, words: str) -> None:
        self.fake.infobase.objection = words

    def lock_out(self) -> None:
        self.fake.password = "другой пароль"

    async def switch_off(self) -> None:
        await self.fake.switch_off()

    async def switch_on(self) -> None:
        await self.fake.switch_on()


@asynccontextmanager
async def rig(tools: Tools, alarm_after: float) -> AsyncIterator[CrmRig]:
    async with FakeOneC() as fake:
        settings = OneCCrmSettings(
            kind="1c",
            url=fake.url,
            user=fake.user,
            password=Secret(fake.password),
            timeout=ANSWER,
            alarm_after=alarm_after,
        )
        crm = KIND.build(settings, tools)
        assert isinstance(crm, OneCCrm)
        yield OneCRig(crm, fake)
