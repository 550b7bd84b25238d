"""A receiver of events: its contents are those of the last event about each object."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.config.plugins import Secret
from bot.crm.webhook import KIND
from bot.crm.webhook.crm import WebhookCrm
from bot.crm.webhook.settings import WebhookSettings
from bot.ports import Tools
from tests.contracts.crms import CrmRig, Held
from tests.fakes.webhook import FakeReceiver
from tests.waiting import ANSWER

EVERYTHING = ("contact.saved", "interest.saved", "task.saved")


class WebhookRig:
    writing = "event"

    def __init__(self, crm: WebhookCrm, fake: FakeReceiver) -> None:
        self.crm, self.fake, self.faults = crm, fake, fake.faults
        self.secrets: tuple[str, ...] = (fake.secret, str(fake.port))

    def held(self) -> Held:
        contacts, interests, tasks = (self._latest(what) for what in ("contact", "interest", "task"))
        return Held(
            tuple(one["name"] for one in contacts),
            tuple((one["title"], one["comment"]) for one in interests),
            tuple(one["text"] for one in tasks),
        )

    def refuse(self, words: str) -> None:
        self.fake.refusing = dict.fromkeys(EVERYTHING, (422, {"error": words})) if words else {}

    def lock_out(self) -> None:
        self.fake.secret = "another secret by now"

    async def switch_off(self) -> None:
        await self.fake.switch_off()

    async def switch_on(self) -> None:
        await self.fake.switch_on()

    def _latest(self, what: str) -> list[dict[str, Any]]:
        return list({one[what]["id"]: one[what] for one in self.fake.told(f"{what}.saved")}.values())


@asynccontextmanager
async def rig(tools: Tools, alarm_after: float) -> AsyncIterator[CrmRig]:
    async with FakeReceiver() as fake:
        settings = WebhookSettings(
            kind="webhook", url=Secret(fake.url), secret=Secret(fake.secret), timeout=ANSWER, alarm_after=alarm_after
        )
        crm = KIND.build(settings, tools)
        assert isinstance(crm, WebhookCrm)
        yield WebhookRig(crm, fake)
        assert fake.wrong == []
