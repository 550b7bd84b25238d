"""MAX: a bot that customers write to.

`wire` parses updates, `contents` messages, `format` texts, `vcard` contact cards; `plan` splits a reply into messages;
`client` calls the Bot API and `errors` translates its refusals; `files` uploads and downloads, `people` looks up who
writes; `bridge` and `receiving` put it together. There is no official SDK for Python; payloads are parsed as plain
JSON, tolerantly.

Sources: dev.max.ru/docs-api (2026). Where it is silent: the schema of MAX's own Go client
(max-messenger/max-bot-api-client-go, schema.yaml) and answers of the live service that developers have published.
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
