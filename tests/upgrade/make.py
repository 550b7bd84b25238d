"""Makes what stands in `hub_4ee444d`: a hub of that commit in the middle of a working day, as if it was killed there.

It runs with the code of 4ee444d, not with today's, in a worktree of that commit:

    git worktree add /tmp/at-4ee444d 4ee444d
    cd /tmp/at-4ee444d
    PYTHONPATH=. python …/tests/upgrade/make.py …/tests/upgrade/hub_4ee444d

and was run once. The databases of a hub that has shipped are facts: they are never made again, and a later hub gets a
folder and a script of its own. All people are made up; the day is 2 November 2026.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from bot.model import AccountName, FileRef
from bot.rules import AccountRules, Grant
from fastapi import FastAPI

from bot.app import App, running
from bot.desks.slack import desk as slack_desk
from settings import load
from storage import migrate
from tests import servers
from tests.contracts.desks import FakeOffice
from tests.contracts.rigs.bridge_webchat import Visitor, WebchatRig
from tests.contracts.rigs.desk_mattermost import MattermostRig
from tests.contracts.rigs.desk_slack import SlackRig
from tests.contracts.rigs.desk_web import WebRig
from tests.desks.web.serving import KEYS
from tests.desks.web.telling import idle_desk
from tests.fakes.faults import Fault
from tests.fakes.mattermost import BOT_TOKEN as MATTERMOST_TOKEN
from tests.fakes.mattermost import COMMAND_TOKEN, FakeMattermost
from tests.fakes.slack import APP_TOKEN, FakeSlack
from tests.fakes.slack import BOT_TOKEN as SLACK_TOKEN
from tests.fakes.telegram import FakeTelegram
from tests.scenarios import stage
from tests.scenarios.stage import Hall, toml
from tests.tools import tools

DAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
TOKENS = {
    "shop": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "market": "220301543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
}
PHONE = "+7 999 123-45-67"
PORTS = {"hub": 18080, "slack": 18081, "mattermost": 18082, "shop": 18083, "market": 18084}
ASKED = (
    "new",
    "work",
    "mine",
    "all",
    "closed",
    "important",
    "tasks mine",
    "search green tea",
    "search чай",
    "search Vera",
)

_began, _real = time.time(), time.time


def _fixed_time() -> float:
    return DAY.timestamp() + _real() - _began


class DayClock:
    """The day's time, which goes on as the real one does."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(_fixed_time(), UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class House:
    """One hub, three desks, three accounts."""

    app: App
    slack: Hall
    office: Hall
    web: Hall
    fake_slack: FakeSlack
    mm: FakeMattermost
    shop: FakeTelegram
    market: FakeTelegram
    site: WebchatRig
    url: str


def configuration(house_url: str, urls: Mapping[str, str], database: str, files: Path) -> str:
    telegram = {"kind": "telegram"}
    return toml(
        {
            "hub": {
                "public_url": house_url,
                "listen": house_url.removeprefix("http://"),
                "database_url": database,
                "files": str(files),
                "secret": "the secret of a hub that is upgraded",
                "admins": ["olga", "anna"],
            },
            "desks": {
                "main": {
                    "kind": "slack",
                    "bot_token": SLACK_TOKEN,
                    "app_token": APP_TOKEN,
                    "channel": "support",
                    "api_url": f"{urls['slack']}/api/",
                },
                "office": {
                    "kind": "mattermost",
                    "url": urls["mattermost"],
                    "token": MATTERMOST_TOKEN,
                    "team": "acme",
                    "channel": "support",
                    "command_token": COMMAND_TOKEN,
                },
                "web": {"kind": "web", "operators": {name: KEYS[name] for name in ("anna", "boris", "clara")}},
            },
            "accounts": {
                "shop": {
                    **telegram,
                    "title": "Shop bot",
                    "desk": "main",
                    "token": TOKENS["shop"],
                    "api_url": urls["shop"],
                    "initial": {"rights": {"anna": {"administer": True}, "boris": {}, "olga": {}}},
                },
                "market": {
                    **telegram,
                    "title": "Market bot",
                    "desk": "office",
                    "token": TOKENS["market"],
                    "api_url": urls["market"],
                },
                "site": {"kind": "webchat", "title": "Our site", "desk": "web", "origins": ["https://www.example.com"]},
            },
            "roles": {"sales": ["boris"], "leads": ["anna"], "trainees": ["vlad"]},
        }
    )


@asynccontextmanager
async def house(database: str, folder: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        url = f"http://127.0.0.1:{PORTS['hub']}"
        slack = await stack.enter_async_context(_at(FakeSlack(), PORTS["slack"]))
        mm = await stack.enter_async_context(_at(FakeMattermost(("anna", "boris", "dora")), PORTS["mattermost"]))
        mm.serve_commands(f"{url}/mattermost/command")
        shop = await stack.enter_async_context(FakeTelegram(TOKENS["shop"], PORTS["shop"]))
        market = await stack.enter_async_context(FakeTelegram(TOKENS["market"], PORTS["market"]))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        (folder / "rig").mkdir()
        given = tools(folder / "rig", http)
        slack_rig = SlackRig(slack, given, socket=True)
        for who in ("anna", "boris", "olga"):
            slack_rig.person(who)
        mm_rig = MattermostRig(mm, FastAPI(), given, frozenset({"shortcuts", "home"}))
        web_rig = WebRig(idle_desk(given), FakeOffice(), url)
        site = WebchatRig(http)
        site.account, site.hub_url = AccountName("site"), url
        urls = {"slack": slack.url, "mattermost": mm.url, "shop": shop.url, "market": market.url}
        path = folder / "hub.toml"
        path.write_text(configuration(url, urls, database, folder / "files"))
        app = await stack.enter_async_context(running(load(path, {}), clock=DayClock()))
        halls = (Hall(app, rig, url) for rig in (slack_rig, mm_rig, web_rig))
        yield House(app, *halls, slack, mm, shop, market, site, url)


@asynccontextmanager
async def _at(fake: Any, port: int) -> AsyncIterator[Any]:
    """These two take any port: here they are given one."""
    from aiohttp import web

    original = web.TCPSite.__init__

    def init(self: web.TCPSite, runner: Any, host: Any = None, given: Any = None, **more: Any) -> None:
        original(self, runner, host, port, **more)

    web.TCPSite.__init__ = init  # type: ignore[method-assign]
    try:
        await fake.__aenter__()
    finally:
        web.TCPSite.__init__ = original  # type: ignore[method-assign]
    try:
        yield fake
    finally:
        await fake.__aexit__(None, None, None)


# ------------------------------------------------------------------------------------------ the story


async def story(given: House) -> dict[str, Any]:
    """What happened in the hub. Gives what stands outside of it: tokens that browsers and people have."""
    await _people_are_known(given)
    await _at_slack(given)
    await _at_mattermost(given)
    kept = await _at_the_web_desk(given)
    await _rules(given)
    await given.slack.quiet()
    kept["shown"] = await _shown(given)
    await _things_under_way(given)
    return kept


async def _people_are_known(given: House) -> None:
    for hall, names in (
        (given.slack, ("anna", "boris", "olga")),
        (given.office, ("anna", "boris")),
        (given.web, ("anna", "boris")),
    ):
        for who in names:
            while not await hall.people.whispered(who):
                await hall.people.commands(who, "help")
                with suppress(TimeoutError):
                    async with asyncio.timeout(2):
                        await hall.whispers(who, "dialog")
    await given.mm.person("dora").commands("/dialog help")
    await given.office.until(lambda: bool(given.mm.ephemerals("dora")))


async def _rules(given: House) -> None:
    """Grants, members and the default responsible are names, as this hub knew them."""
    grants = (
        Grant("anna", administer=True),  # three people are called so
        Grant("olga"),  # one, in Slack
        Grant("sales"),  # a role
        Grant("trainees", send=False),  # another
        Grant("zoe", send=False),  # nobody
    )

    async def work(unit: Any) -> None:
        rules = AccountRules(responsible="boris", grants=grants, everyone_sends=True, reasons=("Bought", "Spam"))
        await unit.accounts.set_rules(AccountName("shop"), rules)
        market = AccountRules(responsible="dora", grants=(Grant("dora", administer=True),), everyone_sends=True)
        await unit.accounts.set_rules(AccountName("market"), market)
        site = AccountRules(grants=(Grant("clara", send=False),), everyone_sends=True)
        await unit.accounts.set_rules(AccountName("site"), site)

    await given.app.hub.store.transact(work)
    for words in ("role night create", "role night add @anna", "role night add @olga"):
        await given.slack.people.commands("olga", words)
    await given.slack.whispers("olga", "night: @anna, @olga")


async def _at_slack(given: House) -> None:
    hub, people = given.slack, given.slack.people
    vera, wim, xenia = (given.shop.customer(1000 + n, name) for n, name in enumerate(("Vera Lee", "Wim", "Xenia")))
    vera.writes("Good morning, have you got green tea? Зелёный чай?")
    thread = await hub.thread(1)
    asked = await hub.shows(thread, "green tea")
    await people.asks_hub("anna", thread, "accept")
    await hub.shows(thread, "accepted the dialog")
    await people.writes("anna", thread, "We have, fresh from Monday")
    await hub.until(lambda: "We have, fresh from Monday" in vera.reads)
    await people.writes("anna", thread, "// the margin is 40%")
    vera.sends_photo(PNG, "This one?")
    await hub.shows(thread, "This one?")
    await people.writes("anna", thread, "All prices", files=[("prices.txt", b"green tea 7, black tea 6")])
    await hub.until(lambda: any(seen.file for seen in vera.sees))
    assert asked.post is not None
    await people.reacts("anna", thread, asked.post, "⭐")
    await people.reacts("anna", thread, asked.post, "🔖")
    await people.asks_hub("anna", thread, "task call Vera back in 3 hours")
    await hub.shows(thread, "has a task")
    await people.asks_hub("anna", thread, "assign @boris send the samples tomorrow 10:00")
    await hub.shows(thread, "“send the samples”")
    await people.asks_hub("anna", thread, "forward @boris you know these")
    await hub.shows(thread, "to read: #2")
    await hub.thread(2)
    await people.commands("anna", "interest #1")
    await hub.asked("anna")
    await people.submits("anna", {"title": "Green tea", "name": "Vera Lee", "phone": PHONE, "email": "", "comment": ""})
    await hub.shows(thread, "created the Interest “Green tea”")
    await people.writes("boris", thread, "Shall I send samples?")
    await hub.whispers("boris", "Nothing was sent yet")
    wim.writes("Where is my order?")
    second = await hub.thread(3)
    await hub.shows(second, "my order")
    await people.asks_hub("anna", second, "redirect sales")
    await hub.shows(second, "role “sales”")
    xenia.writes("Thanks, the cups arrived")
    third = await hub.thread(4)
    await hub.shows(third, "the cups")
    await people.asks_hub("anna", third, "accept")
    await hub.shows(third, "accepted the dialog")
    await people.writes("anna", third, "We are glad")
    await hub.until(lambda: xenia.reads == ["We are glad"])
    await people.commands("anna", "close #4 Bought")
    await hub.until(lambda: _is(hub, 4, "closed"))
    await people.commands("anna", "redirect #1")  # a form that stays open
    await hub.asked("anna")
    await hub.quiet()


async def _is(hub: Hall, number: int, status: str) -> bool:
    return str((await hub.dialog(number)).status) == status


async def _at_mattermost(given: House) -> None:
    hub, people = given.office, given.office.people
    yana, same = given.market.customer(2001, "Yana"), given.market.customer(2002, "V. Lee")
    yana.writes("Do you deliver to Omsk?")
    thread = await hub.thread(5)
    await hub.shows(thread, "Omsk")
    await people.asks_hub("anna", thread, "accept")
    await hub.shows(thread, "accepted the dialog")
    await people.writes("anna", thread, "We do, in four days")
    await hub.until(lambda: yana.reads == ["We do, in four days"])
    await people.writes("anna", thread, "the lorry is late, @boris")
    given.market.faults.add("sendMessage", Fault.RESET_AFTER)
    await people.writes("anna", thread, "It costs 300 roubles")
    await hub.until(lambda: _offers(hub, thread, "Send again"))
    await people.asks_hub("anna", thread, "assign @boris ask the driver tomorrow 10:00")
    await hub.tells("boris", "ask the driver")
    await people.writes("boris", thread, "I call him now")
    await hub.whispers("boris", "Nothing was sent yet")
    same.writes("Hello, it is Vera of the green tea")
    other = await hub.thread(6)
    await hub.shows(other, "it is Vera")
    await people.commands("anna", "interest #6")
    await hub.asked("anna")
    await people.submits("anna", {"title": "Cups", "name": "V. Lee", "phone": PHONE, "email": "", "comment": ""})
    line = await hub.shows(other, "Perhaps this is Vera")
    assert line.post is not None
    await people.presses("anna", other, line.post, "It is the same person")
    await hub.shows(other, "are the same person")
    await people.commands("anna", "redirect #5")  # a form that stays open
    await hub.asked("anna")
    await hub.quiet()


async def _offers(hub: Hall, thread: Any, label: str) -> bool:
    return any(label in seen.buttons for seen in await hub.people.thread(thread))


async def _at_the_web_desk(given: House) -> dict[str, Any]:
    hub, people = given.web, given.web.people
    assert isinstance(people, WebRig)
    visitor = Visitor(given.site, "Zina")
    await visitor.arrives()
    await visitor.writes("Are you open on Sunday?")
    thread = await hub.thread(7)
    await hub.shows(thread, "on Sunday")
    await people.asks_hub("anna", thread, "accept")
    await hub.shows(thread, "accepted the dialog")
    await people.writes("anna", thread, "From ten to six")
    await people.writes("anna", thread, "Our catalogue", files=[("catalogue.txt", b"cups, kettles, tea")])
    await visitor.sees(2)
    await people.writes("anna", thread, "// she asked last week too")
    await people.commands("boris", "assign #7 @anna tell her of Monday tomorrow 10:00")
    await people.commands("boris", "redirect #7")
    await hub.asked("boris")
    second = Visitor(given.site, "Yuri")
    await second.arrives()
    uploaded = await second._uploads(b"a photo that is not sent yet", "photo.txt", "text/plain")
    await second.writes("Is anybody there?")
    await hub.thread(8)
    await people.commands("anna", "help")
    files = given.app.hub.files
    async with given.app.hub.store.read() as unit:
        messages = await unit.messages.latest((await hub.dialog(7)).id)
    media = next(one for message in messages for one in message.content.attachments)
    assert isinstance(media.file, FileRef)  # type: ignore[union-attr]
    (cookie,) = [one.value for one in people._jars["anna"] if one.key == "hub_desk"]
    page = await people._page(thread)
    return {
        "visitors": {"Zina": visitor.token, "Yuri": second.token},
        "upload": uploaded,
        "file_link": files.link(media.file, "catalogue.txt", "text/plain"),  # type: ignore[union-attr]
        "session": cookie,
        "forms": {"boris": people._forms["boris"]},
        "card": {one["label"]: one["token"] for one in (*page["card"]["buttons"], *page["card"]["menu"])},
    }


async def _shown(given: House) -> dict[str, Any]:
    """Numbers of dialogs in each section and search, as the web desk's Anna is told them."""
    shown: dict[str, Any] = {}
    for words in ASKED:
        people = given.web.people
        before = len(await people.whispered("anna"))
        await people.commands("anna", words)
        whispered = await people.whispered("anna")
        assert len(whispered) > before, words
        shown[words] = sorted({int(number) for number in re.findall(r"#(\d+)", whispered[-1].words)})
    return shown


async def _things_under_way(given: House) -> None:
    """Then everything stops: what waits, what is in doubt, what was given up, what is under way."""
    vera, yana = given.shop.customer(1000), given.market.customer(2001)
    given.fake_slack.faults.add("chat.postMessage", Fault.TOO_MANY, times=10_000, retry_after=20)
    vera.writes("One more thing: two boxes, please")
    await given.slack.until(lambda: bool(given.fake_slack.faults.log))
    thread = (await given.office.dialog(5)).ref
    assert thread is not None
    given.market.faults.add("sendMessage", Fault.NOTHING_AFTER, times=1)
    await given.office.people.writes("anna", thread, "Shall we send it?")
    await given.office.until(lambda: Fault.NOTHING_AFTER in [fault for _, fault in given.market.faults.log])
    await given.office.people.writes("anna", thread, "Or do you fetch it?")
    await given.office.until(lambda: _has(given, 5, "Or do you fetch it?"))
    assert "Or do you fetch it?" not in yana.reads
    await asyncio.sleep(1)


async def _has(given: House, number: int, words: str) -> bool:
    return any(one.content.text.characters == words for one in await given.office.messages(number))


# ------------------------------------------------------------------------------------------- keeping


def plain(value: Any) -> Any:
    """As JSON: dataclasses by their fields, bytes in hexadecimal digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if not one.name.startswith("_")}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    if isinstance(value, list | tuple | deque):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    return value


def platforms(given: House) -> dict[str, Any]:
    state = given.fake_slack.state
    slack = {name: plain(getattr(state, name)) for name in ("users", "channels", "files", "ephemerals", "windows")}
    mm = plain(given.mm.state)
    for name in ("triggers", "pending", "starting", "notified"):
        del mm[name]
    telegrams = {
        name: {
            "updates": one._updates,
            "messages": one._messages,
            "files": plain(one.files),
            "customers": [
                {"user": who.user, "chat": who.chat, "messages": plain(who.messages), "shown": plain(who.shown)}
                for who in one.chats.values()
            ],
            "pending": plain(one.queue.pending),
        }
        for name, one in (("shop", given.shop), ("market", given.market))
    }
    return {"slack": slack, "mattermost": mm, **telegrams}


def _sqlite(path: Path) -> str:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def _postgres(address: str) -> str:
    program = servers._postgres_binaries() / "pg_dump"
    command = [str(program), "--inserts", "--no-owner", "--no-privileges", f"postgresql:{address}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    foreign = re.compile(r"^(\\|SET transaction_timeout|-- Dumped)")
    return "\n".join(line for line in text.splitlines() if line and not foreign.match(line)) + "\n"


async def keep(name: str, database: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        if name == "sqlite":
            database = f"sqlite+aiosqlite:///{folder / 'hub.db'}"
        await migrate(database)
        async with house(database, folder) as given:
            kept = await story(given)
            dump = _sqlite(folder / "hub.db") if name == "sqlite" else _postgres(database.partition(":")[2])
            kept["at"] = DayClock().now().isoformat()
            kept["platforms"] = platforms(given)
            kept["files"] = {
                str(path.relative_to(folder / "files")): plain(path.read_bytes())
                for path in sorted((folder / "files").rglob("*"))
                if path.is_file()
            }
            text = (folder / "hub.toml").read_text()
        text = text.replace(database, "DATABASE").replace(str(folder / "files"), "FILES")
        (target / "hub.toml").write_text(text + "\n")
        (target / f"{name}.sql").write_text(dump)
        (target / f"{name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def main(target: Path) -> None:
    time.time, socket.gethostname = _fixed_time, lambda: "hub"
    stage.PATIENCE = 40
    slack_desk.SlackDesk.limits = replace(slack_desk.SlackDesk.limits, rates=())
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(keep("sqlite", "", target))
    with servers.postgres() as address:
        asyncio.run(keep("postgres", f"postgresql+asyncpg:{address}", target))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
