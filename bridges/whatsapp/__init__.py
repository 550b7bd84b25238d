"""WhatsApp: a number of Meta's Cloud API that customers write to.

`wire` reads webhooks, `contents` messages, `markup` texts; `plan` and `posts` say what a message to a customer becomes,
`format` writes its text, `templates` what is sent after the 24 hours; `bridge`, `files` and `receiving` do the talking
through `graph`, `errors` says what went wrong.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.whatsapp.settings import WhatsAppSettings


def build(account: AccountName, settings: WhatsAppSettings, tools: Tools) -> Bridge:
    from bridges.whatsapp.receiving import kind_of

    return kind_of(settings.waba_id)(account, settings, tools)


KIND = BridgeKind(settings=WhatsAppSettings, build=build)
