"""VK: the messages of a community.

`wire` reads events, `contents` and `attachments` messages, `format` texts; `plan` says which messages an answer
becomes; `api` makes calls, `errors` says what their refusals mean, `uploads` brings files there, `people` knows who is
who; `feed` follows Long Poll; `bridge` and `receiving` put it together. There is no SDK: those that exist refuse
payloads that VK sends.
"""

from __future__ import annotations

from bot.config.plugins import BridgeKind
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.vk.settings import VkSettings


def build(account: AccountName, settings: VkSettings, tools: Tools) -> Bridge:
    from bridges.vk.receiving import CallbackVk, LongPollVk

    if settings.receive == "longpoll":
        return LongPollVk(account, settings, tools)
    return CallbackVk(account, settings, tools)


KIND = BridgeKind(settings=VkSettings, build=build)
