"""VK: the messages of a community.

`wire` parses events, `contents` and `attachments` messages, `format` texts; `plan` splits a reply into messages; `api`
makes calls, `errors` translates refusals, `uploads` uploads files, `people` looks up names and pictures; `feed` follows
Long Poll; `bridge` and `receiving` put it together. No SDK is used: the existing ones reject payloads that VK sends.
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
