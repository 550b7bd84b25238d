"""Operators without the send right can never reach a customer from any desk, whatever it offers or accepts.

Boris has answered before: one answer arrived, one is in doubt, a message of his is held, and a form of his is open.
Then his right is taken away, and he tries everything; the calls to the channel show whether anything got through.
tests/core/test_no_right_to_send.py tries every action with every token; here the desks themselves are tried.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.actions import ACTIONS, REACTIONS
from bot.domain import AccountName, Belonging, Delivery, PostId, Status, ThreadRef
from bot.domain.account_rules import AccountRules, Grant
from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.contracts.rigs.desk_web import WebRig
from tests.fakes import mattermost, slack
from tests.fakes.faults import Fault
from tests.fakes.telegram import FakeCustomer
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.tools import called

SHOP = AccountName("shop")
WITHOUT = {
    "named to read": AccountRules(grants=(Grant("boris", send=False),), everyone_sends=True),
    "others read": AccountRules(grants=(Grant("anna"),), everyone_reads=True),
    "sees nothing": AccountRules(grants=(Grant("anna"),), everyone_reads=False),
}
REFUSED = (slack.rules.Refused, mattermost.rules.Refusal, mattermost.people.Refused)
"""Refusals of the platforms themselves, for example to someone who has left a channel."""
WORDS = ("", "@boris hello")
"""Texts after an action's word."""


@dataclass
class Boris:
    """Boris at his keyboard. `arrived`: his post that the customer has; `held`: the one that is held."""

    hub: TelegramHub
    vera: FakeCustomer
    thread: ThreadRef
    arrived: PostId
    held: PostId
    customers: PostId

    async def tries(self, doing: Awaitable[object]) -> None:
        """Attempts an action; one that the desk refuses or does not show him counts as blocked."""
        with suppress(AssertionError, StopIteration, RuntimeError, KeyError, IndexError, *REFUSED):
            await doing

    async def everything(self) -> None:
        await self.presses_what_he_kept()
        await self.writes()
        await self.changes_what_he_wrote()
        await self.reacts()
        await self.asks_for_every_action()
        await self.presses_what_is_shown()
        if isinstance(self.hub.operators, WebRig):
            await self.asks_the_web_desk(self.hub.operators)

    async def presses_what_he_kept(self) -> None:
        people = self.hub.operators
        await self.tries(people.submits("boris", {"who": "role:sales", "comment": "please"}))
        for seen in await people.whispers_to("boris"):
            for label in seen.buttons:
                await self.tries(people.presses_in_whisper("boris", self.thread, label))

    async def writes(self) -> None:
        people = self.hub.operators
        await self.tries(people.writes("boris", self.thread, "Hello"))
        await self.tries(people.writes("boris", self.thread, "A cat", files=[("cat.png", b"\x89PNG cat")]))

    async def changes_what_he_wrote(self) -> None:
        people = self.hub.operators
        for post in (self.arrived, self.held):
            await self.tries(people.edits("boris", self.thread, post, "Edited"))
        for post in (self.arrived, self.held):
            await self.tries(people.deletes("boris", self.thread, post))

    async def reacts(self) -> None:
        for emoji in ("👍", *REACTIONS):
            for on in (True, False):
                await self.tries(self.hub.operators.reacts("boris", self.thread, self.customers, emoji, on))

    async def asks_for_every_action(self) -> None:
        people = self.hub.operators
        for word in ACTIONS:
            for more in WORDS:
                await self.tries(people.commands("boris", f"{word} #1 {more}"))
                await self.tries(people.mentions_hub("boris", self.thread, f"{word} {more}"))
                if "slash in threads" not in people.lacks:
                    await self.tries(people.commands("boris", f"{word} {more}", self.thread))
            if "shortcuts" not in people.lacks and ACTIONS[word].shortcut:
                await self.tries(people.uses_shortcut("boris", self.thread, self.customers, word))

    async def presses_what_is_shown(self) -> None:
        """Presses everything on the card, on posts about problems, in whispers; submits the forms that open."""
        people = self.hub.operators
        for seen in await self._seen():
            for label in seen.buttons:
                if seen.post is not None:
                    await self.tries(people.presses("boris", self.thread, seen.post, label))
                await self._fills_in()

    async def _seen(self) -> list[SeenPost]:
        return list(await self.hub.operators.thread(self.thread))

    async def _fills_in(self) -> None:
        form = await self.hub.operators.form("boris")
        if form is not None:
            values = {name: form.people.get(name, {}).get("boris") or await self._filling(name) for name in form.fields}
            await self.tries(self.hub.operators.submits("boris", values))

    async def _filling(self, name: str) -> str:
        async with self.hub.app.hub.store.read() as unit:
            boris = await called(unit, self.thread.desk, "boris")
        assert boris is not None
        return {"who": f"operator:{boris.id}", "message": "1", "messages": "1"}.get(name, "hello")

    async def asks_the_web_desk(self, people: WebRig) -> None:
        """Calls its HTTP interface, past the page."""
        number = self.thread.thread
        message = (await self.hub.messages(1))[0].id
        born = {"id": "asked-past-the-page"}
        for method, path, body in (
            ("POST", f"dialogs/{number}/posts", {"text": "Hello"}),
            ("POST", f"dialogs/{number}/posts", {"text": "Hello", "reply_to": self.customers}),
            *(
                asked
                for post in (self.arrived, self.held, self.customers)
                for asked in (
                    ("PATCH", f"dialogs/{number}/posts/{post}?message={message}", {"text": "Edited"}),
                    ("POST", f"dialogs/{number}/posts/{post}/reactions", {"emoji": "👍", "on": True}),
                    ("DELETE", f"dialogs/{number}/posts/{post}?message={message}", {}),
                )
            ),
            *(("POST", "command", {"words": f"{word} hello", "dialog": int(number)}) for word in ACTIONS),
        ):
            turn = {"id": f"{born['id']}-{len(path)}-{len(str(body))}"} if method != "DELETE" else {}
            await people._ask("boris", method, path, {**turn, **body})


@pytest.fixture(params=["slack", "mattermost", "web"])
async def boris(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Boris]:
    async with telegram_hub(request.param, Database(sqlite_url), tmp_path, roles={"sales": ["anna"]}) as hub:
        vera, people = hub.customer("Vera"), hub.operators
        vera.writes("Hello")
        thread = await hub.thread_of_dialog(1)
        first = await hub.post_appears(thread, "Hello")
        arrived = await people.writes("boris", thread, "Mark as delivered")
        await hub.until(lambda: vera.reads == ["Mark as delivered"])
        for words in ("Doubtful", "Doubtful too"):  # one for each button
            hub.telegram.faults.add("sendMessage", Fault.RESET_AFTER)
            await people.writes("boris", thread, words)
            await hub.until(lambda words=words: _in_doubt(hub, words))  # type: ignore[misc]
        await people.commands("anna", "help")
        await hub.until(lambda: _is_known(hub, thread, "anna"))
        await people.mentions_hub("boris", thread, "redirect @anna")
        await hub.until(lambda: _is(hub, Status.RETURNED))
        await people.mentions_hub("anna", thread, "accept")
        await hub.until(lambda: _is(hub, Status.IN_PROGRESS))
        held = await people.writes("boris", thread, "Held")
        await hub.whisper_appears("boris", "Not sent yet")
        await people.commands("boris", "redirect #1")
        await hub.form_appears("boris")
        await hub.all_delivered()
        assert first.post is not None
        yield Boris(hub, vera, thread, arrived, held, first.post)


async def _in_doubt(hub: TelegramHub, words: str) -> bool:
    return any(
        one.content.text.characters == words and one.delivery is Delivery.UNCONFIRMED for one in await hub.messages(1)
    )


async def _is_known(hub: TelegramHub, thread: ThreadRef, who: str) -> bool:
    async with hub.app.hub.store.read() as unit:
        return await called(unit, thread.desk, who) is not None


async def _is(hub: TelegramHub, status: Status) -> bool:
    return (await hub.dialog(1)).status is status


def called_for(hub: TelegramHub) -> dict[str, int]:
    """Number of calls to the channel that a customer notices."""
    return {
        name: times for name, times in hub.telegram.calls.items() if name.startswith(("send", "edit", "delete", "set"))
    }


@pytest.mark.parametrize("rules", WITHOUT.values(), ids=list(WITHOUT))
@pytest.mark.shows("rights")
async def test_without_the_right_nothing_is_ever_sent(boris: Boris, rules: AccountRules) -> None:
    hub = boris.hub
    without = await hub.rules_by_id(rules)
    await hub.app.hub.store.transact(lambda unit: unit.accounts.set_rules(SHOP, without))
    before, reads = called_for(hub), boris.vera.reads
    await boris.everything()
    await hub.all_delivered()
    assert called_for(hub) == before
    assert boris.vera.reads == reads
    assert boris.vera.reactions == {}


OUTSIDE = (Belonging.OUTSIDER, Belonging.GUEST, Belonging.FOREIGN, Belonging.GONE)


@pytest.mark.parametrize("belonging", OUTSIDE)
@pytest.mark.parametrize("boris", ["slack", "mattermost"], indirect=True)
@pytest.mark.shows("rights")
async def test_whoever_is_no_member_any_more_reaches_and_reads_nobody(boris: Boris, belonging: Belonging) -> None:
    """He leaves the channel, becomes a guest or one of another company, or is deactivated, where everyone who can use
    the hub may answer."""
    hub, people = boris.hub, boris.hub.operators
    people.becomes("boris", belonging)
    await hub.until(lambda: _is_kept_out(hub, boris.thread, belonging))
    before, reads = called_for(hub), boris.vera.reads
    await boris.everything()
    await hub.all_delivered()
    assert called_for(hub) == before
    assert boris.vera.reads == reads
    assert boris.vera.reactions == {}


async def _is_kept_out(hub: TelegramHub, thread: ThreadRef, belonging: Belonging) -> bool:
    """Waits until the hub knows it, which is at his next request. Deactivated users get no response at all."""
    before = len(await hub.operators.whispers_to("boris"))
    await hub.operators.commands("boris", "all")
    seen = await hub.operators.whispers_to("boris")
    if belonging is Belonging.GONE:
        return len(seen) == before
    return bool(seen) and "Only members of the channels" in seen[-1].text.characters


@pytest.mark.parametrize("boris", ["slack", "mattermost"], indirect=True)
async def test_the_last_words_of_somebody_who_was_deactivated_since_go_out(boris: Boris) -> None:
    """Written while the hub was away; the author's rights at the time of writing count."""
    hub, people = boris.hub, boris.hub.operators
    await people.mentions_hub("anna", boris.thread, "add @boris")
    await hub.until(lambda: _is_coexecutor(hub))
    async with people.offline():
        await people.writes("boris", boris.thread, "My last words")
        people.becomes("boris", Belonging.GONE)
    await hub.until(lambda: "My last words" in boris.vera.reads)


async def _is_coexecutor(hub: TelegramHub) -> bool:
    return bool((await hub.dialog(1)).coexecutors)


async def test_the_same_is_sent_with_the_right(boris: Boris) -> None:
    """Shows that the attempts above are real."""
    hub, vera = boris.hub, boris.vera
    await boris.presses_what_he_kept()
    await hub.until(lambda: "Held" in vera.reads)
    await boris.writes()
    await hub.until(lambda: {"Hello", "A cat"} <= set(vera.reads))
    await hub.operators.edits("boris", boris.thread, boris.arrived, "Edited")
    await hub.until(lambda: "Edited" in vera.reads)
    await boris.reacts()
    await hub.operators.reacts("boris", boris.thread, boris.customers, "👍")
    await hub.until(lambda: any(vera.reactions.values()))
    await hub.operators.deletes("boris", boris.thread, boris.arrived)
    await hub.until(lambda: "Edited" not in vera.reads)
    before = hub.telegram.calls["sendMessage"]
    doubtful = next(seen for seen in await hub.operators.thread(boris.thread) if "Send again" in seen.buttons)
    assert doubtful.post is not None
    await hub.operators.presses("boris", boris.thread, doubtful.post, "Send again")
    await hub.until(lambda: hub.telegram.calls["sendMessage"] > before)
