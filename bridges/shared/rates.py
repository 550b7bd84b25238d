"""How fast each platform may be sent to: one table, asked before anything is sent.

What a platform documents is here as it says it. Where it names a burst ("short bursts are allowed"), the rate is
written over a few seconds, so that a conversation is not slowed down by it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Rate

RATES: Mapping[str, tuple[Rate, ...]] = {
    # "Avoid sending more than one message per second" to a chat; "short bursts" are allowed: Bots FAQ.
    "telegram": (Rate("all", 30), Rate("chat", 5, 5)),
    # 80 messages a second and number; to one user 1 every 6 s, up to 45 in a burst that is paid back: Cloud API,
    # "Throughput" and "Pair rate limits".
    "whatsapp": (Rate("all", 80), Rate("chat", 45, 270)),
    # 20 calls a second with a community's token: VK API, "Limits".
    "vk": (Rate("all", 20),),
    # 100 messages an hour to a user who does not answer: REST Bot API. Their answers are not seen from here: the
    # platform's own refusal (status 12) is obeyed when it comes.
    "viber": (Rate("all", 500, 10),),
    # 30 requests a second; 2 messages a second to one chat: dev.max.ru.
    "max": (Rate("all", 30), Rate("chat", 2)),
    # What the hub itself carries has no platform to spare.
    "webchat": (),
    "api": (),
    "onec": (Rate("all", 20),),
}
