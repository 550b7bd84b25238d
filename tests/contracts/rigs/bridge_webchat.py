"""The site's chat under the contract: visitors are widgets without a window, which repeat requests as the real one
does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.domain import AccountName, ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, DeliveryError, Tools
from bridges.webchat import KIND, WebchatSettings
from bridges.webchat.bridge import WebchatBridge
from tests.bridges.serving import app_of, file_route
from tests.contracts.bridges import RigFactory, SeenMessage
from tests.fakes.faults import Fault, Faults
from tests.serving import Server, serving
from tests.tools import folder


@dataclass
class Visitor:
    rig: WebchatRig
    name: str
    token: str = ""
    count: int = 0
    loaded: dict[str, bytes] = field(default_factory=dict)

    @property
    def chat(self) -> ChatId:
        return ChatId(self.token.rpartition(".")[0])

    async def arrives(self) -> None:
        self.token = (await self._repeat("/session"))["token"]

    async def writes(self, text: str, **more: Any) -> ForeignId:
        self.count += 1
        message = {"id": f"message-{self.count}", "text": text, "about": {"name": self.name}, **more}
        await self._repeat("/messages", json=message)
        return ForeignId(message["id"])

    async def writes_twice(self, text: str) -> None:
        for _ in range(2):
            await self.writes(text)
            self.count -= 1
        self.count += 1

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        return await self.writes(caption, files=[await self._uploads(data, name, mime)])

    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None:
        files = [await self._uploads(data, f"{number}.png", "image/png") for number, data in enumerate(pictures)]
        await self.writes(caption, files=files)

    async def gets(self, ref: ForeignId) -> None:
        await self._saw(delivered=ref)

    async def reads(self, ref: ForeignId) -> None:
        await self._saw(read=ref)

    async def _saw(self, **what: ForeignId) -> None:
        self.count += 1
        await self._repeat("/receipts", json={"id": f"receipt-{self.count}", **what})

    async def _uploads(self, data: bytes, name: str, mime: str) -> str:
        headers = {"X-File-Name": quote(name), "Content-Type": mime}
        return str((await self._repeat("/files", data=data, headers=headers))["file"])

    async def replies(self, ref: ForeignId, text: str) -> ForeignId:
        return await self.writes(text, reply_to=ref)

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        stands = await self._standing()
        while len(stands) < count:
            await asyncio.sleep(0.1)  # the hub limits a visitor's requests
            stands = await self._standing()
        return [await self._seen(event) for event in stands]

    async def reactions(self, ref: ForeignId) -> Sequence[str]:
        events = (await self._repeat("/session"))["events"]
        found = [one["emoji"] for one in events if (one["type"], one["id"]) == ("reaction", ref)]
        return found[-1:] if found and found[-1] else []

    async def _standing(self) -> list[dict[str, Any]]:
        """The conversation as the widget builds it from the events: see `thread.js`."""
        shown: dict[str, dict[str, Any]] = {}
        for event in (await self._repeat("/session"))["events"]:
            if event["from"] != "operator":
                continue
            if event["type"] == "message":
                shown[event["id"]] = event
            elif event["type"] == "edit":
                shown[event["id"]] |= {"spans": event["spans"], "attachments": event["attachments"]}
            elif event["type"] == "delete":
                shown.pop(event["id"], None)
        return list(shown.values())

    async def _seen(self, event: dict[str, Any]) -> SeenMessage:
        attachments = event["attachments"]
        return SeenMessage(
            ForeignId(event["id"]),
            "".join(span["text"] for span in event["spans"]),
            tuple([await self._load(event["id"], one) for one in attachments if "url" in one]),
            tuple(one["kind"] for one in attachments if "url" not in one),
            ForeignId(event["reply_to"]) if event["reply_to"] else None,
        )

    async def _load(self, message: str, attachment: dict[str, Any]) -> bytes:
        """Loads a file once, as a browser does: the address differs each time, the file does not."""
        name = f"{message} {attachment['name']}"
        if name not in self.loaded:
            self.loaded[name] = await self.rig.fetch(attachment["url"])
        return self.loaded[name]

    async def _repeat(self, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        url = f"{self.rig.url}/chat/{self.rig.account}{path}"
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        while True:
            async with self.rig.http.post(url, headers=sent, **options) as response:
                answer = await response.json()
                if response.status == 200:
                    return answer
                assert response.status in (429, 503), answer
                if response.status == 429:
                    await asyncio.sleep(answer["retry_after"])


class WebchatRig:
    account = AccountName("shop")
    customer_sends = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.FILE})
    secrets: Sequence[str] = ()
    faults: Faults | None = None
    sending = ""
    outcomes: Mapping[Fault, type[DeliveryError]] = {}

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http
        self.settings = WebchatSettings(kind="webchat", origins=("https://shop.example.com",))
        self.server: Server | None = None
        self.tools: Tools | None = None
        self.hub_url = ""

    @property
    def url(self) -> str:
        if self.server is not None:
            return self.server.url
        return self.hub_url

    def table(self) -> Mapping[str, object]:
        return {"kind": "webchat", "origins": ["https://shop.example.com"]}

    async def called_at(self, url: str) -> None:
        self.hub_url = url.partition("/hooks/")[0]

    def build(self, tools: Tools) -> Bridge:
        self.tools, self.secrets = tools, (tools.secret,)
        folder(tools).base = ""
        return WebchatBridge(self.account, self.settings, tools)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        assert KIND.routes is not None
        assert self.tools is not None
        routes = KIND.routes({self.account: bridge}, {self.account: accept}, self.tools)
        async with serving(app_of([*routes, file_route(folder(self.tools))])) as self.server:
            yield

    async def customer(self, name: str) -> Visitor:
        visitor = Visitor(self, name)
        await visitor.arrives()
        return visitor

    async def fetch(self, link: str) -> bytes:
        async with self.http.get(link if link.startswith("http") else self.url + link) as response:
            return await response.read()


@asynccontextmanager
async def webchat() -> AsyncIterator[WebchatRig]:
    async with aiohttp.ClientSession() as http:
        yield WebchatRig(http)


RIGS: Mapping[str, RigFactory] = {"webchat": webchat}
