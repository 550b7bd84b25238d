"""The HTTP channel under the contract: a client with a callback, and one that reads events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.config.plugins import Secret
from bot.domain import AccountName, ChatId, ForeignId, MediaKind
from bot.ports import Accept, Bridge, DeliveryError, Route, Tools, Transient, Unconfirmed
from bridges.api import KIND, ApiSettings
from bridges.api.bridge import ApiBridge
from tests.bridges.serving import app_of, file_route
from tests.contracts.bridges import RigFactory, SeenMessage
from tests.fakes.callback import FakeCallback
from tests.fakes.faults import Fault, Faults
from tests.serving import Server, serving
from tests.tools import folder
from tests.waiting import ANSWER

TOKEN = "the token of the clients"
GONE = ChatId("a conversation that is over")


@dataclass
class Client:
    """A program that speaks for one customer; repeats requests until the hub has taken them."""

    rig: ApiRig
    name: str
    count: int = 0
    fetched: dict[str, SeenMessage] = field(default_factory=dict)

    @property
    def chat(self) -> ChatId:
        return ChatId(f"chat of {self.name}")

    async def writes(self, text: str, **more: Any) -> ForeignId:
        self.count += 1
        body = {"id": f"m-{self.count}", "conversation": self.chat, "sender": {"name": self.name}, "text": text, **more}
        await self._repeat("POST", "messages", body)
        return ForeignId(body["id"])

    async def sends(self, kind: MediaKind, data: bytes, name: str, mime: str, caption: str = "") -> ForeignId:
        url = self.rig.shelf.put(data)
        return await self.writes(caption, attachments=[{"url": url, "name": name, "mime": mime}])

    async def replies(self, ref: ForeignId, text: str) -> ForeignId:
        return await self.writes(text, reply_to=ref)

    async def edits(self, ref: ForeignId, text: str) -> None:
        await self._repeat("PUT", f"messages/{ref}", {"conversation": self.chat, "text": text})

    async def deletes(self, ref: ForeignId) -> None:
        await self._repeat("DELETE", f"messages/{ref}?conversation={self.chat}")

    async def writes_twice(self, text: str) -> None:
        for _ in range(2):
            await self.writes(text)
            self.count -= 1
        self.count += 1

    async def sends_album(self, pictures: Sequence[bytes], caption: str = "") -> None:
        urls = [self.rig.shelf.put(data) for data in pictures]
        await self.writes(caption, attachments=[{"url": url, "name": "a.png", "mime": "image/png"} for url in urls])

    async def gets(self, ref: ForeignId) -> None:
        await self._tells(ref, "delivered")

    async def reads(self, ref: ForeignId) -> None:
        await self._tells(ref, "read")

    async def _tells(self, ref: ForeignId, state: str) -> None:
        await self._repeat("POST", "receipts", {"conversation": self.chat, "message": ref, "state": state})

    async def sees(self, count: int) -> Sequence[SeenMessage]:
        stands = standing(await self.rig.events(), self.chat)
        while len(stands) < count:
            await asyncio.sleep(0.02)
            stands = standing(await self.rig.events(), self.chat)
        return [await self._seen(event) for event in stands]

    async def reactions(self, ref: ForeignId) -> Sequence[str]:
        found = [one for one in await self.rig.events() if (one["type"], one["message"]) == ("reaction", ref)]
        return [found[-1]["emoji"]] if found and found[-1]["emoji"] else []

    async def _seen(self, event: dict[str, Any]) -> SeenMessage:
        """Fetches files once, when their event comes."""
        attachments, known = event["attachments"], self.fetched.get(event["id"])
        if known is not None:
            return known
        self.fetched[event["id"]] = SeenMessage(
            ForeignId(event["message"]),
            event["text"],
            tuple([await self.rig.fetch(one["url"]) for one in attachments if one["url"]]),
            tuple(one["kind"] for one in attachments if not one["url"]),
            ForeignId(event["reply_to"]) if event["reply_to"] else None,
        )
        return self.fetched[event["id"]]

    async def _repeat(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        status = 503
        while status == 503:
            status, answer = await self.rig.ask(method, path, body)
        assert status == 202, answer


def standing(events: Sequence[dict[str, Any]], chat: ChatId) -> list[dict[str, Any]]:
    """The messages of a conversation as they are now: edits and deletions applied, duplicates recognized by their
    ids."""
    shown: dict[str, dict[str, Any]] = {}
    for event in events:
        if event["conversation"] != chat:
            continue
        if event["type"] == "message":
            shown.setdefault(event["message"], event)
        elif event["type"] == "edit" and event["message"] in shown:
            shown[event["message"]] = {**event, "reply_to": shown[event["message"]]["reply_to"]}
        elif event["type"] == "delete":
            shown.pop(event["message"], None)
    return list(shown.values())


@dataclass
class Shelf:
    """The server for files that clients give as addresses."""

    files: list[bytes] = field(default_factory=list)
    url: str = ""

    def put(self, data: bytes) -> str:
        self.files.append(data)
        return f"{self.url}/{len(self.files) - 1}"

    async def start(self, stack: AsyncExitStack) -> None:
        async def get(request: web.Request) -> web.Response:
            return web.Response(body=self.files[int(request.match_info["n"])])

        app = web.Application()
        app.router.add_get("/{n}", get)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"


class ApiRig:
    """A client that reads events; see `CalledBackRig` for the other."""

    account = AccountName("shop")
    customer_sends = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.FILE})
    secrets: Sequence[str] = (TOKEN,)
    faults: Faults | None = None
    sending = ""
    outcomes: Mapping[Fault, type[DeliveryError]] = {}

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http, self.shelf = http, Shelf()
        self.settings = ApiSettings(kind="api", token=Secret(TOKEN), allow_private=True)
        self.server: Server | None = None
        self.tools: Tools | None = None
        self.hub_url = ""

    @property
    def url(self) -> str:
        return self.server.url if self.server is not None else self.hub_url

    def table(self) -> Mapping[str, object]:
        return {"kind": "api", "token": TOKEN, "allow_private": True}

    async def called_at(self, url: str) -> None:
        self.hub_url = url.partition("/hooks/")[0]

    def build(self, tools: Tools) -> Bridge:
        self.tools = tools
        folder(tools).base = ""
        return ApiBridge(self.account, self.settings, tools, patience=ANSWER)

    @asynccontextmanager
    async def receiving(self, bridge: Bridge, accept: Accept) -> AsyncIterator[None]:
        assert KIND.routes is not None
        assert self.tools is not None
        routes: list[Route] = [
            *KIND.routes({self.account: bridge}, {self.account: accept}, self.tools),
            file_route(folder(self.tools)),
        ]
        async with serving(app_of(routes)) as self.server:
            yield

    async def customer(self, name: str) -> Client:
        return Client(self, name)

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        url = f"{self.url}/api/v1/accounts/{self.account}/{path}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self.http.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def events(self) -> Sequence[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        cursor = 0
        while True:
            status, answer = await self.ask("GET", f"events?after={cursor}")
            assert status == 200, answer
            if not answer["events"]:
                return events
            events += answer["events"]
            cursor = answer["cursor"]

    async def fetch(self, link: str) -> bytes:
        async with self.http.get(link if link.startswith("http") else self.url + link) as response:
            return await response.read()


class CalledBackRig(ApiRig):
    sending = "callback"
    outcomes: Mapping[Fault, type[DeliveryError]] = {
        Fault.TOO_MANY: Transient,
        Fault.SERVER_ERROR: Transient,
        Fault.NOTHING: Unconfirmed,
        Fault.NOTHING_AFTER: Unconfirmed,
        Fault.RESET_BEFORE: Unconfirmed,
        Fault.RESET_AFTER: Unconfirmed,
    }

    def __init__(self, http: aiohttp.ClientSession, callback: FakeCallback) -> None:
        super().__init__(http)
        self.callback, self.faults = callback, callback.faults
        self.faults.skips = True
        self.secrets = (TOKEN, callback.secret)
        self.settings = self.settings.model_copy(
            update={"callback_url": callback.url, "callback_secret": Secret(callback.secret)}
        )
        callback.gone.add(GONE)

    async def events(self) -> Sequence[dict[str, Any]]:
        return self.callback.events

    async def revoke(self) -> None:
        self.callback.secret = "another"

    async def stop(self) -> None:
        await self.callback.__aexit__()

    def stranger(self) -> ChatId:
        return GONE


@asynccontextmanager
async def reading() -> AsyncIterator[ApiRig]:
    async with AsyncExitStack() as stack:
        rig = ApiRig(await stack.enter_async_context(aiohttp.ClientSession()))
        await rig.shelf.start(stack)
        yield rig


@asynccontextmanager
async def called_back() -> AsyncIterator[ApiRig]:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        rig = CalledBackRig(http, await stack.enter_async_context(FakeCallback()))
        await rig.shelf.start(stack)
        yield rig


RIGS: Mapping[str, RigFactory] = {"api-reading": reading, "api-callback": called_back}
