"""Sending rates of each platform, in one table. The courier applies them before it sends.

Figures are those the platform documents. Where it allows bursts ("short bursts are allowed"), the rate is averaged over
a few seconds, so that a conversation is not slowed down.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Rate

RATES: Mapping[str, tuple[Rate, ...]] = {
    # "Avoid sending more than one message per second" to a chat; "short bursts" are allowed: Bots FAQ.
    "telegram": (Rate("all", 30), Rate("chat", 5, 5)),
    # 80 messages a second per number; to one user 1 every 6 s, up to 45 in a burst that is paid back: Cloud API,
    # "Throughput" and "Pair rate limits".
    "whatsapp": (Rate("all", 80), Rate("chat", 45, 270)),
    # 20 calls a second per community token: VK API, "Limits".
    "vk": (Rate("all", 20),),
    # 100 messages an hour to a user who does not reply: REST Bot API. The hub does not see who has replied here, so it
    # relies on the platform's refusal (status 12).
    "viber": (Rate("all", 500, 10),),
    # 30 requests a second; 2 messages a second to one chat: dev.max.ru.
    "max": (Rate("all", 30), Rate("chat", 2)),
    # The hub's own channels have no platform limits.
    "webchat": (),
    "api": (),
    "onec": (Rate("all", 20),),
}
