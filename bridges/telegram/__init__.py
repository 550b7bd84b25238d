"""Telegram: a bot that customers write to.

`wire` parses updates, `contents` messages, `format` texts; `plan` splits a reply into messages and `calls` builds the
requests; `bridge` and `receiving` talk to Telegram through `client`, and `errors` translates failures. Only `build`
imports the SDK (aiogram), by `sdk`.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.telegram.sdk import import_aiogram
from bridges.telegram.settings import TelegramSettings


def build(account: AccountName, settings: TelegramSettings, tools: Tools) -> Bridge:
    import_aiogram()
    from bridges.telegram.receiving import PollingTelegram, WebhookTelegram

    if settings.receive == "polling":
        return PollingTelegram(account, settings, tools)
    return WebhookTelegram(account, settings, tools)


KIND = BridgeKind(settings=TelegramSettings, build=build)
