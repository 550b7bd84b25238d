"""Telegram: a bot that customers write to.

`wire` reads updates, `contents` messages, `format` texts; `plan` and `calls` say what a message to a
customer becomes; `bridge` and `receiving` do the talking through `client`, `errors` says what went
wrong. The SDK (aiogram) takes seconds to import, so only `build` does it.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.telegram.settings import TelegramSettings


def build(account: AccountName, settings: TelegramSettings, tools: Tools) -> Bridge:
    from bridges.telegram.receiving import PollingTelegram, WebhookTelegram

    if settings.receive == "polling":
        return PollingTelegram(account, settings, tools)
    return WebhookTelegram(account, settings, tools)


KIND = BridgeKind(settings=TelegramSettings, build=build)
