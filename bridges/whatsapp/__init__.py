"""WhatsApp: a number of Meta's Cloud API that customers write to.

`wire` parses webhooks, `contents` messages, `markup` texts; `plan` splits a reply into messages, `posts` builds their
bodies, `format` writes their text, `templates` handles messages after the 24 hours; `bridge`, `files` and `receiving`
talk to Meta through `graph`, and `errors` translates failures.
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
