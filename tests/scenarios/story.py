"""A customer of any channel and operators at any desk, with a whole hub between them: their actions and screens.

Everything awaited has a name, so that a failing story says what did not happen and what is there instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.domain import AccountName, ForeignId, PostRef, ThreadRef
from bot.ports import Bridge, Capability, Limits
from tests.contracts.bridges import BridgeRig, Customer, SeenMessage
from tests.contracts.desks import SeenPost
from tests.scenarios.hubs import RunningHub, readable
from tests.waiting import FACT

ACCOUNT = AccountName("shop")


@dataclass
class Story:
    """`kinds_shown`: kinds of content that have appeared; `first`: the customer's first message and its post."""

    hub: RunningHub
    rig: BridgeRig
    customer: Customer
    kinds_shown: set[Capability] = field(default_factory=set)
    first: tuple[ForeignId, SeenPost] | None = None
    _thread: ThreadRef | None = None

    @property
    def bridge(self) -> Bridge:
        return self.hub.app.bridges[ACCOUNT]

    @property
    def limits(self) -> Limits:
        return self.bridge.limits

    @property
    def thread(self) -> ThreadRef:
        assert self._thread is not None, "the dialog has no thread yet"
        return self._thread

    async def thread_opens(self) -> None:
        self._thread = await self.hub.thread_of_dialog(1)

    # ------------------------------------------------------------------------------ what operators see

    async def posts(self) -> Sequence[SeenPost]:
        """The thread below its card."""
        return (await self.hub.operators.thread(self.thread))[1:]

    async def card(self) -> SeenPost:
        return (await self.hub.operators.thread(self.thread))[0]

    async def post_appears(self, *words: str, files: Sequence[bytes] = (), mark: str = "") -> SeenPost:
        """The latest post with all of these words, files and this mark, once it exists."""
        found: list[SeenPost] = []

        async def there() -> bool:
            found[:] = [one for one in await self.posts() if _fits(one, words, files, mark)]
            return bool(found)

        async def instead() -> str:
            shown = [
                (readable(one), [len(data) for _, data in one.files], set(one.marks)) for one in await self.posts()
            ]
            return "\n".join(map(str, shown))

        await until(there, f"the thread shows {words} {mark} {[len(data) for data in files]}", instead)
        return found[-1]

    async def whisper_appears(self, who: str, words: str) -> SeenPost:
        found: list[SeenPost] = []

        async def there() -> bool:
            found[:] = [one for one in await self.hub.operators.whispers_to(who) if words in readable(one)]
            return bool(found)

        async def instead() -> str:
            return str([readable(one) for one in await self.hub.operators.whispers_to(who)])

        await until(there, f"{who} is whispered {words!r}", instead)
        return found[-1]

    def links_to(self, seen: SeenPost, post: SeenPost) -> bool:
        """Tells whether `seen` has a link to `post`."""
        assert post.post is not None
        desk = self.hub.app.desks[self.thread.desk]
        address = desk.link(self.thread, PostRef(self.thread.desk, self.thread.channel, post.post))
        return any(span.link == address for span in seen.text.spans)

    # ------------------------------------------------------------------------------ what the customer sees

    async def customer_chat(self) -> Sequence[SeenMessage]:
        """The messages now in their chat."""
        return await self.customer.sees(0)

    async def until_customer_sees(
        self, what: str, holds: Callable[[Sequence[SeenMessage]], object]
    ) -> Sequence[SeenMessage]:
        seen: list[SeenMessage] = []

        async def there() -> bool:
            seen[:] = await self.customer_chat()
            return bool(holds(seen))

        async def instead() -> str:
            shown = ((one.text, [len(data) for data in one.files], one.others, one.reply_to) for one in seen)
            return (
                "\n".join(map(str, shown)) + "\nand the thread:\n" + str([readable(one) for one in await self.posts()])
            )

        await until(there, f"the customer sees {what}", instead)
        return seen

    async def customer_receives(self, text: str, files: Sequence[bytes] = (), *, after: int) -> Sequence[SeenMessage]:
        """Messages after the first `after`: exactly these words and these bytes, in as many messages as the channel
        needs."""

        def whole(seen: Sequence[SeenMessage]) -> bool:
            new = seen[after:]
            return [data for one in new for data in one.files] == list(files) and _words(new) == text

        return (await self.until_customer_sees(f"{text!r} and {[len(data) for data in files]}", whole))[after:]


def _drawn(posts: Sequence[SeenPost]) -> str:
    return "\n".join(f"{readable(one)!r} {[len(data) for _, data in one.files]} {set(one.marks)}" for one in posts)


def _words(seen: Sequence[SeenMessage]) -> str:
    return "\n".join(one.text for one in seen if one.text)


def _fits(seen: SeenPost, words: Sequence[str], files: Sequence[bytes], mark: str) -> bool:
    """Tells whether a post can be answered: the web desk shows messages a moment before their posts exist."""
    there, text = [data for _, data in seen.files], readable(seen)
    said = all(one in text for one in words) and all(one in there for one in files)
    return bool(seen.post) and said and (not mark or mark in seen.marks)


async def until(
    holds: Callable[[], Awaitable[object]], what: str, instead: Callable[[], Awaitable[str]] | None = None
) -> None:
    """Waits until it holds, checking ever more rarely: some channels limit requests."""
    pause = 0.02
    try:
        async with asyncio.timeout(FACT):
            while not await holds():
                await asyncio.sleep(pause)
                pause = min(pause * 1.3, 0.3)
    except TimeoutError:
        instead_of_it = f"; instead:\n{await instead()}" if instead else ""
        raise AssertionError(f"it never came that {what}{instead_of_it}") from None
