"""Platforms that fail at random, and remember the effect of every fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.faults import Fault, Faults
from tests.fakes.mattermost import FakeMattermost
from tests.fakes.telegram import FakeTelegram

AMBIGUOUS = frozenset(Fault) - {Fault.TOO_MANY}
"""Faults after which a sender cannot know whether a message was shown."""
OFTEN = 3 * (Fault.SERVER_ERROR, Fault.RESET_BEFORE, Fault.RESET_AFTER) + (Fault.TOO_MANY,)
AND_NOW_AND_THEN = (*OFTEN, Fault.NOTHING, Fault.NOTHING_AFTER)
"""429 is rare: it stops a whole desk for a second."""

_text: ContextVar[str] = ContextVar("text", default="")


@dataclass
class RememberingFaults(Faults):
    """`ambiguous`: texts whose sending was left in doubt. A poll for updates never hangs: its client might give up only
    after a minute and a half, in which nothing would be tested."""

    ambiguous: set[str] = field(default_factory=set)

    def next(self, method: str) -> tuple[Fault, float] | None:
        found = super().next(method)
        if found is not None and found[0] in (Fault.NOTHING, Fault.NOTHING_AFTER) and method == "getUpdates":
            self.log[-1] = (method, Fault.SERVER_ERROR)
            return Fault.SERVER_ERROR, found[1]
        if found is not None and method == "sendMessage" and found[0] in AMBIGUOUS:
            self.ambiguous.add(_text.get())
        return found


class FlakyTelegram(FakeTelegram):
    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.doubts = RememberingFaults()
        self.faults = self.doubts

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] == "sendMessage":
            _text.set(str((await request.post()).get("text", "")))
        return await super()._serve(request)


def played(platforms: Iterable[FakeTelegram | FakeMattermost]) -> Counter[str]:
    """Number of times that each fault was played."""
    return Counter(str(fault) for one in platforms for _, fault in one.faults.log)
