"""Viber: a bot that customers subscribe to.

`wire` parses callbacks, `contents` the messages in them; `plan` splits a reply into messages and `posts` builds their
bodies; `files` inspects a file and gives Viber its address, `client` calls the API, `errors` translates refusals, and
`bridge` puts it together. The official SDK is not used: it is synchronous and compares signatures with `==`.
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
