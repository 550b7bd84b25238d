"""The web desk under the desks' contract: people use its HTTP addresses, as its page does.

The desk stores nothing itself, so a board in memory keeps what the core would (cards, whispers).
"""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from uuid import uuid4

import aiohttp

from bot.desks.web import KIND
from bot.desks.web.auth import HEADER, ZONE
from bot.domain import Actor, Belonging, FileRef, PostId, ThreadRef
from bot.domain.text import Text
from bot.ports import Desk
from tests.contracts.desks import DeskRig, FakeCore, Rig, SeenForm, SeenPost, Unread
from tests.desks.web import drawn
from tests.desks.web.serving import DESK, KEYS, application
from tests.desks.web.telling import TellingDesk, idle_desk
from tests.fakes.faults import Faults
from tests.serving import serving
from tests.tools import folder, tools

ZONES = {"anna": "Europe/Moscow", "boris": "Asia/Yekaterinburg"}
"""Time zones that their browsers report."""


class WebRig:
    name = DESK
    lacks = frozenset(
        {
            "refreshing",
            "keeps posts",
            "reconnecting",
            "trigger",
            "shortcuts",
            "home",
            "mentions",
            "people of a platform",
            "lists of people",
        }
    )
    methods: Mapping[str, str] = {}

    def __init__(self, desk: TellingDesk, office: FakeCore, url: str) -> None:
        self.desk: Desk = desk
        self.core, self.faults = office, Faults()
        self._web, self._url = desk, url
        self._jars: dict[str, aiohttp.CookieJar] = {}
        self._forms: dict[str, dict[str, Any]] = {}
        self._errors: dict[str, dict[str, str]] = {}
        self._clicks: dict[str, int] = {}
        self._shown: dict[str, list[drawn.ShownView]] = {}
        self._pressed: dict[str, drawn.ShownView | None] = {}
        self._last: tuple[str, str, str, dict[str, Any]] | None = None

    def actor(self, who: str) -> Actor:
        return self._web.actor(who, ZONES[who])

    def becomes(self, who: str, belonging: Belonging) -> None:
        raise AssertionError("whoever has a key is a member")

    def people_unknown(self) -> None:
        raise AssertionError("hub.toml says who there is")

    def file(self, data: bytes, name: str, mime: str) -> FileRef:
        return folder(self._web.tools).add(data, name, mime)

    # ------------------------------------------------------------------------------ what people do

    async def writes(
        self, who: str, thread: ThreadRef, text: str, *, files: Sequence[tuple[str, bytes]] = ()
    ) -> PostId:
        return await self._post(who, thread, {"text": text}, files)

    async def replies(self, who: str, thread: ThreadRef, post: PostId, text: str) -> PostId:
        return await self._post(who, thread, {"text": text, "reply_to": post})

    async def writes_formatted(self, who: str, thread: ThreadRef) -> PostId:
        return await self.writes(who, thread, "**bold** and plain")

    async def mentions_hub(self, who: str, thread: ThreadRef, words: str) -> PostId:
        return await self.writes(who, thread, f"@hub {words}")

    async def mentions(self, who: str, thread: ThreadRef, colleague: str, text: str) -> PostId:
        return await self.writes(who, thread, f"{text} @{colleague}")

    async def edits(self, who: str, thread: ThreadRef, post: PostId, text: str) -> None:
        await self._do(who, "PATCH", await self._path(who, thread, post), {"text": text})

    async def deletes(self, who: str, thread: ThreadRef, post: PostId) -> None:
        await self._do(who, "DELETE", await self._path(who, thread, post), {})

    async def reacts(self, who: str, thread: ThreadRef, post: PostId, emoji: str, on: bool = True) -> None:
        await self._do(who, "POST", f"dialogs/{thread.thread}/posts/{post}/reactions", {"emoji": emoji, "on": on})

    async def presses(self, who: str, thread: ThreadRef, post: PostId, label: str) -> None:
        await self._press(who, await self._buttons(who, thread, post), label, thread)

    async def picks(self, who: str, thread: ThreadRef, post: PostId, label: str, person: str) -> None:
        raise AssertionError("the page has no list of people: a form asks")

    def clicks(self, who: str) -> int:
        return self._clicks.get(who, 0)

    async def press_at_once(self, people: Sequence[str], thread: ThreadRef, post: PostId, label: str) -> None:
        seen = {who: await self._buttons(who, thread, post) for who in people}
        await asyncio.gather(*(self._press(who, buttons, label, thread) for who, buttons in seen.items()))

    async def _buttons(self, who: str, thread: ThreadRef, post: PostId) -> Sequence[drawn.Json]:
        page = await self._page(thread, who)
        card, messages = page["card"], [one for one in page["messages"] if one["post"] == post]
        if str(post) != str(thread.thread):
            return list(messages[0]["buttons"])
        return [*drawn.unfolded(card["buttons"]), *({**one, "clicks": 2} for one in card["menu"])]

    async def presses_in_whisper(self, who: str, thread: ThreadRef, label: str) -> None:
        await self._press_shown(who, await self._views(who), label, {"dialog": int(thread.thread)})

    async def presses_in_direct_message(self, who: str, label: str) -> None:
        await self._press_shown(who, [one for one in await self._views(who) if one.told], label, {})

    async def opens_home(self, who: str) -> None:
        raise AssertionError("the whole page is the workplace")

    async def enters_at_home(self, who: str, words: str) -> None:
        raise AssertionError("the whole page is the workplace")

    async def presses_home(self, who: str, label: str) -> None:
        raise AssertionError("the whole page is the workplace")

    def follows(self, who: str, thread: ThreadRef) -> bool:
        return False

    def unread(self, who: str, thread: ThreadRef) -> Sequence[Unread]:
        return ()

    def reads(self, who: str, thread: ThreadRef) -> None:
        pass

    async def home(self, who: str) -> SeenPost | None:
        return None

    async def commands(self, who: str, words: str, thread: ThreadRef | None = None) -> None:
        where = {"dialog": int(thread.thread)} if thread else {}
        await self._do(who, "POST", "command", {"words": words, **where})

    async def uses_shortcut(self, who: str, thread: ThreadRef, post: PostId, word: str) -> None:
        raise AssertionError("there are no shortcuts: the page has buttons")

    async def changes(self, who: str, values: Mapping[str, str]) -> None:
        raise AssertionError("the page asks for a form once")

    async def submits(self, who: str, values: Mapping[str, str]) -> None:
        form, pressed = self._forms.pop(who), self._pressed.get(who)
        self._clicks[who] = self.clicks(who) + 1
        filled = {field["name"]: field["value"] for field in form["fields"]} | dict(values)
        answer = await self._do(who, "POST", "submit", {"token": form["token"], "values": filled}, place=pressed)
        if answer["answer"]["kind"] == "invalid":
            self._forms[who], self._errors[who], self._pressed[who] = form, answer["answer"]["errors"], pressed

    # ----------------------------------------------------------------------------- what people see

    async def thread(self, thread: ThreadRef) -> Sequence[SeenPost]:
        page = await self._page(thread)
        card = page["card"]
        facts = [f"{fact['label']} {drawn.text(fact['value']).characters}" for fact in card["facts"]]
        words = Text.plain("\n".join([card["heading"], card["status"], *facts]))
        labels = tuple(button["label"] for button in (*drawn.unfolded(card["buttons"]), *card["menu"]))
        messages = [drawn.message(one, await self._files(one)) for one in page["messages"]]
        return [SeenPost(words, buttons=labels, post=PostId(thread.thread)), *messages]

    async def whispers_to(self, who: str) -> Sequence[SeenPost]:
        return [await self._seen(one.view) for one in await self._views(who) if not one.told]

    async def direct_messages(self, who: str) -> Sequence[SeenPost]:
        return [await self._seen(one.view) for one in await self._views(who) if one.told]

    async def form(self, who: str) -> SeenForm | None:
        form = self._forms.get(who)
        if form is None:
            return None
        fields = form["fields"]
        return SeenForm(
            form["title"],
            tuple(field["name"] for field in fields),
            {one["name"]: tuple(option["label"] for option in one["options"]) for one in fields if one["options"]},
            {field["name"]: field["value"] for field in fields},
            self._errors.get(who, {}),
            form["submit"],
        )

    # ------------------------------------------------------------------------------------ bad days

    async def repeat(self) -> None:
        assert self._last is not None
        await self._ask(*self._last)

    def offline(self) -> AbstractAsyncContextManager[None]:
        raise AssertionError("the desk is in the hub: there is no connection to lose")

    async def forge(self) -> int:
        async with aiohttp.ClientSession(headers={HEADER: "1", "Cookie": "hub_desk=W10.forged"}) as http:
            body = {"id": "forged-by-nobody", "text": "hello"}
            async with http.post(f"{self._url}/desk/api/dialogs/7/posts", json=body) as response:
                return response.status

    def broken(self) -> AbstractAsyncContextManager[Desk]:
        raise AssertionError("the desk is in the hub: there is no token to refuse")

    async def forget(self) -> None:
        """Does nothing: it remembers nothing."""

    # ------------------------------------------------------------------------------------ together

    async def _press(self, who: str, buttons: Sequence[drawn.Json], label: str, thread: ThreadRef) -> None:
        button = next(one for one in buttons if one["label"] == label)
        self._clicks[who] = self.clicks(who) + int(button.get("clicks", 1))
        picked = {"picked": button["picked"]} if "picked" in button else {}
        await self._do(who, "POST", "press", {"token": button["token"], "dialog": int(thread.thread), **picked})

    async def _press_shown(self, who: str, views: Sequence[drawn.ShownView], label: str, where: dict[str, Any]) -> None:
        """Presses the button in the latest view that has one."""
        pressed = next(one for one in reversed(views) if label in drawn.labels(one.view))
        token = next(one["token"] for one in drawn.buttons(pressed.view) if one["label"] == label)
        self._clicks[who] = self.clicks(who) + 1
        await self._do(who, "POST", "press", {"token": token, **where}, place=pressed)

    async def _views(self, who: str) -> Sequence[drawn.ShownView]:
        """All views shown to this person alone, the latest last: those that came unasked before those they asked
        for."""
        shown = self._shown.setdefault(who, [])
        known = {one.notice for one in shown}
        notices: list[dict[str, Any]] = (await self._ask(who, "GET", "state", {}))[1]["notices"]
        fresh = [
            drawn.ShownView(one["view"], one["id"], one["dialog"] is None) for one in notices if one["id"] not in known
        ]
        place = sum(1 for one in shown if one.notice)
        shown[place:place] = fresh
        return shown

    async def _seen(self, view: drawn.Json) -> SeenPost:
        return drawn.view(view, await self._files({"attachments": view["files"]}))

    async def _post(
        self, who: str, thread: ThreadRef, draft: dict[str, Any], files: Sequence[tuple[str, bytes]] = ()
    ) -> PostId:
        answer = await self._do(who, "POST", f"dialogs/{thread.thread}/posts", draft, files)
        return PostId(answer["post"])

    async def _path(self, who: str, thread: ThreadRef, post: PostId) -> str:
        """The path of a message that this person wrote."""
        found = next(one for one in (await self._page(thread, who))["messages"] if one["post"] == post)
        assert found["mine"], "people edit and delete their own messages"
        return f"dialogs/{thread.thread}/posts/{quote(post, safe='')}?message={found['id']}"

    async def _files(self, message: drawn.Json) -> Sequence[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        for one in drawn.media(message):
            async with aiohttp.ClientSession() as http, http.get(urljoin(self._url, one["url"])) as response:
                assert response.status == 200, one
                found.append((one["name"], await response.read()))
        return found

    async def _page(self, thread: ThreadRef, who: str = "anna") -> dict[str, Any]:
        return (await self._ask(who, "GET", f"dialogs/{thread.thread}", {}))[1]

    async def _do(
        self,
        who: str,
        method: str,
        path: str,
        body: dict[str, Any],
        files: Sequence[tuple[str, bytes]] = (),
        place: drawn.ShownView | None = None,
    ) -> dict[str, Any]:
        """Sends a command as the page does: once more under the same id when the hub could not take it. `place`: the
        view with the pressed button."""
        born = {"id": f"born-in-a-page-{uuid4().hex}"} if method != "DELETE" else {}
        self._last = (who, method, path, {**born, **body})
        status, reply = await self._ask(*self._last, files)
        if status >= 500:
            status, reply = await self._ask(*self._last, files)
        assert status == 200, reply
        answer = reply["answer"]
        if answer["kind"] == "ask":
            self._forms[who], self._pressed[who] = answer["form"], place
        if answer["kind"] == "whisper" and answer["replaces"] and place is not None:
            place.view = answer["view"]
        elif answer["kind"] == "whisper":
            self._shown.setdefault(who, []).append(drawn.ShownView(answer["view"]))
        return reply

    async def _ask(
        self, who: str, method: str, path: str, body: dict[str, Any], files: Sequence[tuple[str, bytes]] = ()
    ) -> tuple[int, dict[str, Any]]:
        if who not in self._jars:
            self._jars[who] = aiohttp.CookieJar(unsafe=True)
            await self._ask(who, "POST", "session", {"key": KEYS[who]})
        async with (
            aiohttp.ClientSession(cookie_jar=self._jars[who], headers={HEADER: "1", ZONE: ZONES[who]}) as http,
            http.request(method, f"{self._url}/desk/api/{path}", **_sent(body, files)) as response,
        ):
            return response.status, await response.json() if response.content_type == "application/json" else {}


def _sent(body: dict[str, Any], files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    if not files:
        return {"json": body} if body else {}
    form = aiohttp.FormData(body, quote_fields=False)  # as browsers do
    for name, data in files:
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        form.add_field("files", BytesIO(data), filename=name, content_type=mime)
    return {"data": form}


@asynccontextmanager
async def web_rig(path: Path) -> AsyncIterator[DeskRig]:
    async with aiohttp.ClientSession() as http:
        given = tools(path, http)
        folder(given).base = ""
        desk, office = idle_desk(given), FakeCore()
        assert KIND.routes is not None
        app = application([*KIND.routes({DESK: desk}, {DESK: office})], folder(given))
        async with serving(app) as server:
            yield WebRig(desk, office, server.url)
            await desk.close()


RIGS: dict[str, Rig] = {"web": web_rig}
