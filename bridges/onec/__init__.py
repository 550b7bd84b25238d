"""1C: discussions of the collaboration system ("Система взаимодействия", 1C:Enterprise 8.3.17 and newer).

Into 1C: commands to the address of an integration of type Webhook (1C:Enterprise Developer Guide, chapter
"Collaboration system", "Webhooks"). Back: such an integration sends nothing, so code in 1C calls the hub's own HTTP
API; docs/channels/onec.md contains that code.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.onec.settings import OneCChannelSettings
from bridges.shared.http_channel import routes


def build(account: AccountName, settings: OneCChannelSettings, tools: Tools) -> Bridge:
    from bridges.onec.bridge import OneCBridge

    return OneCBridge(account, settings, tools)


KIND = BridgeKind(settings=OneCChannelSettings, build=build, routes=routes)
