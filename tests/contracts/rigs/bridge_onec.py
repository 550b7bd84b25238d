"""1C under the contract: people write in discussions, 1C's code sends it to the hub, the hub answers by the webhook."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from bot.config.plugins import Secret
from bot.domain import AccountName, ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, DeliveryError, Route, Tools, Transient, Unconfirmed
from bridges.onec import KIND
from bridges.onec.bridge import OneCBridge
from bridges.onec.settings import OneCChannelSettings
from tests.bridges.serving import app_of, file_route
from tests.contracts.bridges import RigFactory, SeenMessage
from tests.contracts.rigs.bridge_api import Shelf
from tests.fakes.faults import Fault, Faults
from tests.fakes.onec import FakeOneC, FakePerson
from tests.serving import serving
from tests.tools import folder
from tests.waiting import ANSWER

TOKEN = "the token of the code in 1C"
FILE = re.compile(r"(?:.*: )?((?:https?://\S+)?/files/\S+)")
"""A line of a message that represents a file."""


@dataclass
class Customer:
    rig: OneCRig
    person: FakePerson
    opened: dict[str, bytes] = field(default_factory=dict)

    @property
    def chat(self) -> ChatId:
        return ChatId(self.person.discussion)

    async def writes(self, text: str) -> ForeignId:
        return ForeignId(await self.person.writes(text))

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        attachment = {"url": self.rig.shelf.put(data), "name": name, "mime": mime}
        return ForeignId(await self.person.writes(caption, attachments=[attachment]))

    async def edits(self, ref: ForeignId, text: str) -> None:
        await self.person.edits(ref, text)

    async def deletes(self, ref: ForeignId) -> None:
        await self.person.deletes(ref)

    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None:
        urls = [self.rig.shelf.put(data) for data in pictures]
        attachments = [{"url": url, "name": "a.png", "mime": "image/png"} for url in urls]
        await self.person.writes(caption, attachments=attachments)

    async def writes_twice(self, text: str) -> None:
        await self.person.tells_again(await self.person.writes(text), text)

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        await self.person.onec.until(lambda: len(self.person.reads.messages) >= count)
        return [await self._seen(ref, text) for ref, text in tuple(self.person.reads.messages.items())]

    async def _seen(self, ref: str, text: str) -> SeenMessage:
        """Files are links in the last lines; people open them."""
        lines, links = text.split("\n"), list[str]()
        while lines and (found := FILE.fullmatch(lines[-1])):
            lines.pop()
            links.insert(0, found[1])
        for link in links:
            if link not in self.opened:
                self.opened[link] = await self.rig.fetch(link)
        return SeenMessage(ForeignId(ref), "\n".join(lines), tuple(self.opened[link] for link in links))


class OneCRig:
    account = AccountName("shop")
    customer_sends = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.FILE})
    sending = "createMessage"
    outcomes: Mapping[Fault, type[DeliveryError]] = {
        Fault.TOO_MANY: Transient,
        Fault.SERVER_ERROR: Transient,
        Fault.NOTHING: Unconfirmed,
        Fault.NOTHING_AFTER: Unconfirmed,
        Fault.RESET_BEFORE: Unconfirmed,
        Fault.RESET_AFTER: Unconfirmed,
    }

    def __init__(self, onec: FakeOneC, http: aiohttp.ClientSession) -> None:
        self.onec, self.http, self.shelf = onec, http, Shelf()
        self.faults: Faults | None = onec.faults
        onec.faults.skips = True
        self.secrets: Sequence[str] = (TOKEN, onec.path)
        self.tools: Tools | None = None
        self.people: list[FakePerson] = []
        self.hub_url = ""

    def table(self) -> Mapping[str, object]:
        return {"kind": "onec", "endpoint_url": self.onec.endpoint_url, "token": TOKEN, "allow_private": True}

    async def called_at(self, url: str) -> None:
        self._hub_is_at(url.partition("/hooks/")[0])

    def build(self, tools: Tools) -> Bridge:
        self.tools = tools
        folder(tools).base = ""
        settings = OneCChannelSettings(
            kind="onec", endpoint_url=Secret(self.onec.endpoint_url), token=Secret(TOKEN), allow_private=True
        )
        return OneCBridge(self.account, settings, tools, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        assert KIND.routes is not None
        assert self.tools is not None
        routes: list[Route] = [
            *KIND.routes({self.account: bridge}, {self.account: accept}, self.tools),
            file_route(folder(self.tools)),
        ]
        async with serving(app_of(routes)) as server:
            self._hub_is_at(server.url)
            yield

    async def customer(self, name: str) -> Customer:
        person = FakePerson(self.onec, self.http, name, self.onec.discussion(f"A question of {name}"), TOKEN)
        self.people.append(person)
        self._hub_is_at(self.hub_url)
        return Customer(self, person)

    async def fetch(self, link: str) -> bytes:
        async with self.http.get(link if link.startswith("http") else self.hub_url + link) as response:
            assert response.status == 200, link
            return await response.read()

    async def revoke(self) -> None:
        """Recreates the integration: it has another address."""
        self.onec.path += "0"

    async def stop(self) -> None:
        await self.onec.__aexit__()

    def _hub_is_at(self, url: str) -> None:
        self.hub_url = url
        for person in self.people:
            person.hub = f"{url}/api/v1/accounts/{self.account}/messages"


@asynccontextmanager
async def onec() -> AsyncIterator[OneCRig]:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        rig = OneCRig(await stack.enter_async_context(FakeOneC()), http)
        await rig.shelf.start(stack)
        yield rig


RIGS: Mapping[str, RigFactory] = {"onec": onec}
