"""A hub of 4ee444d, killed in the middle of a day, goes on as today's hub: nothing is missing, and nothing comes
twice."""

from __future__ import annotations

import re
from collections import Counter

import aiohttp

from bot.desks.web.auth import HEADER
from bot.domain import Delivery, PostId, ThreadRef
from bot.domain.account_rules import Deadlines
from storage.engine import codec
from tests.contracts.rigs.desk_web import WebRig
from tests.scenarios.hubs import RunningHub
from tests.upgrade.old import Old, Upgraded

TABLES = (
    *("contacts", "identities", "merges", "merged_chats", "interests", "dialogs", "messages", "posts", "foreign_refs"),
    *("operators", "roles", "accounts", "tasks", "assignees", "notices", "letters", "dead_parcels"),
)
YANA, VERA = 2001, 1000


async def settled(hub: Upgraded) -> None:
    await hub.office.until(lambda: "Or do you fetch it?" in hub.market.customer(YANA).reads)
    await hub.slack.post_appears((await hub.slack.dialog(1)).ref, "two boxes")  # type: ignore[arg-type]
    await hub.slack.all_delivered()


def posts(hub: Upgraded) -> Counter[str]:
    """Posts in both team chats, by their text: cards change, so they are counted by their number."""
    slack = [one.words for channel in hub.fake_slack.state.channels.values() for one in channel.messages.values()]
    office = [post["message"] or str(post["props"].get("attachments")) for post in hub.mm.state.posts.values()]
    return Counter(slack + office)


async def test_nothing_is_lost(old: Old) -> None:
    before = {table: (await old.query(f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES}
    assert all(before.values())
    deadlines = await deadlines_of(old)
    async with old.upgraded() as hub:
        await settled(hub)
    assert await deadlines_of(old) == deadlines
    after = {table: (await old.query(f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES}
    assert all(after[table] >= before[table] for table in TABLES), (before, after)


async def deadlines_of(old: Old) -> dict[str, Deadlines]:
    """Reply deadlines of every account."""
    stored = await old.query("SELECT name, rules FROM accounts")
    return {name: codec.rules.load(rules).deadlines for name, rules in stored}


async def test_what_waited_is_delivered_once_and_nothing_comes_again(old: Old) -> None:
    async with old.upgraded() as hub:
        customers = {one.chat_id: list(one.reads) for fake in (hub.shop, hub.market) for one in fake.chats.values()}
        said = posts(hub)
        await settled(hub)
        now = {one.chat_id: list(one.reads) for fake in (hub.shop, hub.market) for one in fake.chats.values()}
        assert now == {**customers, YANA: [*customers[YANA], "Or do you fetch it?"]}
        fresh = {words: count for words, count in (posts(hub) - said).items() if words in said or count > 1}
        assert not fresh, "these stood there before"
        assert sum("two boxes" in words and "#" not in words for words in posts(hub).elements()) == 1, "but on cards"
        doubtful = [one for one in await hub.office.messages(5) if one.content.text.characters == "Shall we send it?"]
        assert [one.delivery for one in doubtful] == [Delivery.UNCONFIRMED]


async def test_sections_and_search_show_what_they_showed(old: Old) -> None:
    async with old.upgraded() as hub:
        await settled(hub)
        shown = {words: await asked(hub, words) for words in hub.kept["shown"]}
        assert shown == hub.kept["shown"]
        assert shown["search green tea"]
        assert shown["search чай"]


async def asked(hub: Upgraded, words: str) -> list[int]:
    people = hub.web.operators
    before = len(await people.whispers_to("anna"))
    await people.commands("anna", words)
    whispered = await people.whispers_to("anna")
    assert len(whispered) > before, words
    return sorted({int(number) for number in re.findall(r"#(\d+)", whispered[-1].words)})


async def test_old_buttons_of_mattermost_work(old: Old) -> None:
    async with old.upgraded() as hub:
        await settled(hub)
        people, thread = hub.office.operators, (await hub.office.dialog(5)).ref
        assert thread is not None
        opened, card = len(hub.mm.dialogs("anna")), (await people.thread(thread))[0]
        assert card.post is not None
        await presses_in_mattermost(hub, thread, card.post, "Close", "Close with a comment…")
        assert len(hub.mm.dialogs("anna")) == opened + 1
        await hub.mm.person("anna").cancels()
        await people.submits("anna", {"who": await option(old, "office", "boris"), "comment": "your town"})
        await hub.office.post_appears(thread, "your town")


async def test_old_buttons_of_a_doubtful_answer_work(old: Old) -> None:
    async with old.upgraded() as hub:
        await settled(hub)
        people, thread = hub.office.operators, (await hub.office.dialog(5)).ref
        assert thread is not None
        doubtful = next(seen for seen in await people.thread(thread) if "It arrived" in seen.buttons)
        assert doubtful.post is not None
        await presses_in_mattermost(hub, thread, doubtful.post, "It arrived", "Mark as delivered")
        await hub.office.until(lambda: delivered(hub.office, 5, "It costs 300 roubles"))


async def presses_in_mattermost(hub: Upgraded, thread: ThreadRef, post: PostId, label: str, now: str = "") -> None:
    """Presses a button as Anna; where it is reported as too old, she presses the new one that appears, on the same post
    or on another with the same text. `now`: the button's label in this version, where texts have changed."""
    people, before = hub.office.operators, len(hub.mm.ephemerals("anna"))
    words = next(seen.words for seen in await people.thread(thread) if seen.post == post)
    await people.presses("anna", thread, post, label)
    if any("one of the new buttons" in one["message"] for one in hub.mm.ephemerals("anna")[before:]):
        await hub.office.until(lambda: new_button(hub, thread, post, words, now or label))
        redrawn = await new_button(hub, thread, post, words, now or label)
        await people.presses("anna", thread, redrawn or post, now or label)


async def new_button(hub: Upgraded, thread: ThreadRef, post: PostId, words: str, label: str) -> PostId | None:
    """Finds the button on the same post drawn anew, or on another post with the same text or about the same message."""
    known = hub.kept["platforms"]["mattermost"]["posts"]
    for seen in await hub.office.operators.thread(thread):
        old = str(known.get(seen.post, {}).get("props"))
        about = "“" in words and quoted(seen.words) == quoted(words)
        same = seen.post == post or seen.words == words or about
        if same and label in seen.buttons and old != str(hub.mm.state.posts[str(seen.post)]["props"]):
            return seen.post
    return None


def quoted(words: str) -> str:
    """Returns the message that a report of a problem quotes."""
    return words.partition("“")[2].partition("”")[0]


async def test_cards_of_open_dialogs_are_drawn_anew(old: Old) -> None:
    """No event in the dialog is needed."""
    async with old.upgraded() as hub:
        for one in (hub.slack, hub.office):
            async with one.app.hub.store.read() as unit:
                threads = await unit.dialogs.open_threads(one.operators.name, 100)
            assert threads
            for thread in threads:
                await one.until(lambda thread=thread: drawn_anew(hub, thread))  # type: ignore[misc]


def drawn_anew(hub: Upgraded, thread: ThreadRef) -> bool:
    """The card has no old button left."""
    platforms = hub.kept["platforms"]
    if thread.channel in hub.mm.state.channels:
        before, now = platforms["mattermost"]["posts"][thread.thread], hub.mm.state.posts[str(thread.thread)]
        return not tokens(before["props"]) & tokens(now["props"])
    kept = platforms["slack"]["channels"][thread.channel]["messages"][thread.thread]
    shown = hub.fake_slack.state.channels[thread.channel].messages[str(thread.thread)]
    return not tokens(kept["blocks"]) & tokens(shown.blocks)


def tokens(drawn: object) -> set[str]:
    """Tokens of buttons and menus: a body and a signature."""
    return set(re.findall(r"[\w-]{20,}\.[\w-]{20,}", str(drawn)))


async def test_old_buttons_of_slack_work(old: Old) -> None:
    async with old.upgraded() as hub:
        await settled(hub)
        people, thread, third = hub.slack.operators, (await hub.slack.dialog(1)).ref, (await hub.slack.dialog(3)).ref
        assert thread is not None
        assert third is not None
        await people.presses_in_whisper("boris", thread, "Keep it internal")
        await hub.slack.until(lambda: delivered(hub.slack, 1, "Shall I send samples?", Delivery.INTERNAL))
        card = (await people.thread(third))[0]
        assert card.post is not None
        await people.presses("boris", third, card.post, "Accept")
        await hub.slack.post_appears(third, "accepted the dialog")
        await people.presses_in_direct_message("boris", "Done")
        await hub.slack.post_appears(thread, "completed:")


async def test_whoever_a_name_may_mean_has_no_right(old: Old) -> None:
    """Three people are called anna, and a grant in the database contains nothing but the name."""
    async with old.upgraded() as hub:
        await settled(hub)
        said = posts(hub)
        await hub.slack.operators.submits(
            "anna", {"who": await option(old, "main", "boris"), "comment": "he knows tea"}
        )
        await hub.slack.whisper_appears("anna", "no permission to reply")
        assert posts(hub) == said


async def delivered(hub: RunningHub, number: int, words: str, how: Delivery = Delivery.SENT) -> bool:
    found = [one.delivery for one in await hub.messages(number) if one.content.text.characters == words]
    return bool(found) and (found[0] is how or (how is Delivery.SENT and found[0] is Delivery.DELIVERED))


async def option(old: Old, desk: str, who: str) -> str:
    [[number]] = await old.query(f"SELECT id FROM operators WHERE desk = '{desk}' AND name = '{who}'")
    return f"operator:{number}"


async def test_what_browsers_kept_works(old: Old) -> None:
    """A visitor's token, a link to a file, and the tokens on the web desk's page."""
    async with old.upgraded() as hub:
        await settled(hub)
        kept, bearer = hub.kept, {"Authorization": f"Bearer {hub.kept['visitors']['Zina']}"}
        async with hub.http.post(f"{hub.url}/chat/site/session", headers=bearer) as answer:
            assert answer.status == 200
            events = (await answer.json())["events"]
        said = ["".join(span["text"] for span in one["spans"]) for one in events if one["type"] == "message"]
        assert said == ["Are you open on Sunday?", "From ten to six", "Our catalogue"]
        bearer = {"Authorization": f"Bearer {kept['visitors']['Yuri']}"}
        message = {"id": "after-the-upgrade", "text": "My photo", "files": [kept["upload"]]}
        async with hub.http.post(f"{hub.url}/chat/site/messages", headers=bearer, json=message) as answer:
            assert (answer.status, (await answer.json())["error"]) == (422, "unknown_file"), "the widget sends it again"
        async with hub.http.post(
            f"{hub.url}/chat/site/messages", headers=bearer, json={**message, "files": []}
        ) as answer:
            assert answer.status == 200, await answer.text()
        thread = (await hub.web.dialog(8)).ref
        assert thread is not None
        await hub.web.post_appears(thread, "My photo")
        async with hub.http.get(kept["file_link"]) as answer:
            assert (answer.status, await answer.text()) == (200, "cups, kettles, tea")
        people = hub.web.operators
        assert isinstance(people, WebRig)
        _, state = await people._ask("anna", "GET", "state", {})
        assert state["notices"]
        press = {"id": "pressed-after-the-upgrade", "token": kept["card"]["Close"], "dialog": 7}
        status, reply = await people._ask("anna", "POST", "press", press)
        assert (status, reply["answer"]["kind"]) == (200, "ask")


async def test_an_old_session_of_the_web_desk_has_ended(old: Old) -> None:
    """The hub now keeps a record of each session; this one has none."""
    async with old.upgraded() as hub:
        headers = {HEADER: "1", "Cookie": f"hub_desk={hub.kept['session']}"}
        async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{hub.url}/desk/api/state") as answer:
            assert answer.status == 401
