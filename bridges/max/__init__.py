"""MAX: a bot that customers write to.

`wire` reads updates, `contents` messages, `format` texts, `vcard` people's cards; `plan` says which messages an answer
becomes; `client` asks the Bot API and `errors` says what its refusals mean; `files` brings files in and out, `people`
tells who writes; `bridge` and `receiving` put it together. No SDK: there is no official one for Python, and plain
payloads are read tolerantly.

The API is that of dev.max.ru/docs-api (2026); what its pages leave open is taken from the schema of MAX's own Go client
(max-messenger/max-bot-api-client-go, schema.yaml) and from answers that people got from the live service.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.max.settings import MaxSettings


def build(account: AccountName, settings: MaxSettings, tools: Tools) -> Bridge:
    from bridges.max.receiving import PollingMax, WebhookMax

    return (PollingMax if settings.receive == "polling" else WebhookMax)(account, settings, tools)


KIND = BridgeKind(settings=MaxSettings, build=build)
