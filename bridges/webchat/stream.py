"""New events for one visitor: as a stream of server-sent events, or as a list.

Each event carries its letter's sequence number. A client that reconnects states the last one it has seen: it misses
nothing and gets nothing twice. Comments between events keep proxies from closing the connection.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.domain import AccountName, ChatId
from bot.ports import Tools
from bridges.webchat import wire

log = structlog.get_logger(__name__)
HEARTBEAT = 15.0  # seconds
LONGEST = timedelta(minutes=10)
"""Longest duration of a stream. The widget then reconnects, so streams do not outlive a deployment for long."""
PAGE = 200
REMEMBERED = 500
"""Events of a conversation that a reloaded page gets."""


async def history(tools: Tools, account: AccountName, chat: ChatId) -> tuple[list[dict[str, Any]], int, bool]:
    """Returns the latest events, the cursor to continue from, and whether there are earlier ones. The mailbox is read
    forwards, so this reads the visitor's whole conversation, once per page load."""
    kept: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
    cursor, read = 0, 0
    while page := await news(tools, account, chat, cursor):
        kept.extend(page)
        cursor, read = page[-1]["cursor"], read + len(page)
    return list(kept), cursor, read > len(kept)


async def news(tools: Tools, account: AccountName, chat: ChatId, after: int) -> Sequence[dict[str, Any]]:
    letters = await tools.mailbox.read(account, after, PAGE, chat)
    return [wire.shown(letter, tools.files.link) for letter in letters]


async def live(tools: Tools, account: AccountName, chat: ChatId, after: int) -> AsyncIterator[str]:
    """Yields server-sent events from `after` on."""
    listening = tools.wake.listen(f"mailbox:{account}:{chat}")  # first, so that no event in between is missed
    until = tools.clock.now() + LONGEST
    try:
        yield "retry: 2000\n: open\n\n"
        while tools.clock.now() < until:
            events = await news(tools, account, chat, after)
            for event in events:
                yield f"id: {event['cursor']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
                after = event["cursor"]
            if not events and not await listening.wait(HEARTBEAT):
                yield ": still here\n\n"
    except Exception:  # the widget reconnects from its cursor
        log.exception("a visitor's event stream failed", account=account)
    finally:
        listening.close()
