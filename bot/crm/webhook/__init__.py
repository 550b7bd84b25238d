"""Any CRM: signed JSON events to one address of yours. docs/crm/webhook.md documents every event."""

from __future__ import annotations

from bot.config.plugins import CrmKind
from bot.crm.webhook.settings import WebhookSettings
from bot.ports import Tools
from bot.ports.crm import Crm


def build(settings: WebhookSettings, tools: Tools) -> Crm:
    from bot.crm.webhook.crm import WebhookCrm

    return WebhookCrm(settings, tools)


KIND = CrmKind(settings=WebhookSettings, build=build)
