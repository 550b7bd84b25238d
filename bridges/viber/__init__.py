"""Viber: a bot that customers subscribe to.

`wire` reads callbacks, `contents` the messages in them; `plan` says what an answer becomes and `posts` how that is
written; `files` looks at a file and gives Viber its address, `client` asks, `errors` says what a refusal means, and
`bridge` puts it together. There is no SDK: the official one is synchronous, and compares signatures with `==`.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.viber.settings import ViberSettings


def build(account: AccountName, settings: ViberSettings, tools: Tools) -> Bridge:
    from bridges.viber.bridge import ViberBridge

    return ViberBridge(account, settings, tools)


KIND = BridgeKind(settings=ViberSettings, build=build)
