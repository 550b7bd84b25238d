"""Receiving events: none is confirmed before it is committed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from bot.domain import (
    Choice,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerWrote,
    FileRef,
    Occurrence,
    ProfileChanged,
    Receipt,
    UnreadableUpdate,
    Update,
)
from bot.domain.text import Text
from bot.ports import Forged, Hook, Outgoing, Transient, Unavailable
from bridges.vk import KIND
from bridges.vk.kinds import CHATS, VERSION, WANTED
from bridges.vk.receiving import CallbackVk, LongPollVk
from tests.bridges.mutations import BAD_BODIES
from tests.bridges.vk.conftest import SECRET, SHOP, Shop, settings
from tests.clock import ManualClock
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.faults import Fault
from tests.fakes.vk.people import inline_keyboard
from tests.tools import MemoryMailbox, MemoryWake
from tests.waiting import ANSWER

FOLDER = Path(__file__).parents[2] / "payloads" / "vk"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


def words(updates: Sequence[Update]) -> list[str]:
    return [one.event.content.text.characters for one in updates if isinstance(one.event, CustomerWrote)]


@asynccontextmanager
async def running(shop: Shop, accepts: Accepts) -> AsyncIterator[asyncio.Task[None]]:
    """Runs Long Poll until the end of the block."""
    task = asyncio.create_task(shop.polled.run(accepts))
    try:
        await shop.vk.wait_for(lambda: bool(shop.vk.long_poll.asked) or task.done())
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Transient, RuntimeError):
            await task


# ------------------------------------------------------------------------------------------ Long Poll


async def test_what_is_not_committed_is_asked_for_again(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    async with running(shop, accepts) as first:
        shop.nick.writes("hello")
        with pytest.raises(RuntimeError):
            await first
    position = shop.vk.long_poll.asked[-1]
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
    assert shop.vk.long_poll.asked[1] == position
    assert words(accepts.taken) == ["hello"]


async def test_several_events_of_one_answer_are_one_commit_in_their_order(shop: Shop) -> None:
    class Slow(Accepts):
        batches: list[int] = []  # noqa: RUF012

        async def __call__(self, updates: Sequence[Update]) -> Any:
            self.batches.append(len(updates))
            if len(self.batches) == 1:
                for text in ("two", "three"):
                    shop.nick.writes(text)
            return await super().__call__(updates)

    accepts = Slow()
    async with running(shop, accepts):
        shop.nick.writes("one")
        await accepts.wait(lambda updates: len(updates) == 3)
    assert words(accepts.taken) == ["one", "two", "three"]
    assert accepts.batches == [1, 2]


async def test_what_concerns_nobody_is_confirmed_without_a_transaction(shop: Shop) -> None:
    accepts = Accepts()
    shop.vk.long_poll.events = {"message_reply": 1}
    async with running(shop, accepts):
        shop.vk.tell("message_reply", {"text": "from the app"})
        await shop.vk.settled()
    assert not accepts.tried


async def test_what_administrators_answer_on_vk_is_told_and_what_the_hub_sends_is_not(shop: Shop) -> None:
    accepts = Accepts()
    shop.vk.customer(77, "Anna Petrova")
    async with running(shop, accepts):
        sent = await shop.send("from the hub")
        await shop.polled.edit(shop.chat, sent.refs[0], Outgoing(Content(Text.plain("from the hub, edited"))))
        number = shop.nick.is_answered_on_vk("at five")
        shop.nick.gets_edited_on_vk(number, "at six")
        [wrote] = await accepts.events(ColleagueWrote, 1)
        [edited] = await accepts.events(ColleagueEdited, 1)
        await shop.vk.settled()
    assert (wrote.ref, wrote.content.text.characters) == (str(number), "Anna Petrova: at five")
    assert (edited.ref, edited.content.text.characters) == (str(number), "Anna Petrova: at six")
    assert len(accepts.taken) == 2


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TOO_MANY])
@pytest.mark.parametrize("method", ["a_check", "groups.getLongPollServer", "groups.getLongPollSettings"])
async def test_a_failed_request_is_transient_and_loses_nothing(shop: Shop, method: str, fault: Fault) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        pass
    shop.polled._feed._server = None
    shop.nick.writes("hello")
    shop.vk.faults.add(method, fault)
    with pytest.raises(Transient):
        await shop.polled.run(accepts)
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 1)
    assert words(accepts.taken) == ["hello"]


async def test_a_new_key_in_the_middle_loses_nothing(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        shop.vk.long_poll.new_key()
        shop.nick.writes("hello")
        await accepts.wait(lambda updates: len(updates) == 1)
        shop.vk.long_poll.lost = True
        shop.nick.writes("again")
        await accepts.wait(lambda updates: "again" in words(updates))
    assert set(words(accepts.taken)) == {"hello", "again"}


async def test_another_process_takes_over_where_the_first_one_was(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        shop.nick.writes("one")
        await accepts.wait(lambda updates: len(updates) == 1)
    shop.nick.writes("while nobody asked")
    shop.polled = LongPollVk(SHOP, settings(shop.vk), shop.tools, patience=ANSWER)
    async with running(shop, accepts):
        await accepts.wait(lambda updates: "while nobody asked" in words(updates))
    assert len({update.key for update in accepts.taken}) == 2, "what comes again is known by its key"


async def test_a_revoked_token_pauses_the_account(shop: Shop) -> None:
    shop.vk.revoke()
    with pytest.raises(Unavailable) as failed:
        await shop.polled.run(Accepts())
    assert "Access tokens" in failed.value.advice


async def test_long_poll_and_its_events_are_switched_on(shop: Shop) -> None:
    shop.vk.long_poll.events = {"wall_post_new": 1, "group_join": 0}
    async with running(shop, Accepts()):
        pass
    queue = shop.vk.long_poll
    assert queue.enabled
    assert all(queue.events[kind] for kind in WANTED)
    assert (queue.events["wall_post_new"], queue.events["group_join"], queue.events["user_block"]) == (1, 0, 0)
    assert shop.vk.calls("groups.setLongPollSettings")[0]["api_version"] == VERSION


async def test_what_people_have_set_up_stays(shop: Shop) -> None:
    """Another program may read the events, in another version and of other kinds."""
    queue = shop.vk.long_poll
    queue.enabled, queue.version, queue.events = True, "5.103", {"message_new": 1, "wall_repost": 1}
    async with running(shop, Accepts()):
        pass
    assert queue.version == "5.103"
    assert queue.events["wall_repost"] == 1
    assert queue.events["message_edit"] == 1
    assert "api_version" not in shop.vk.calls("groups.setLongPollSettings")[0]


async def test_settings_that_cannot_be_changed_are_no_reason_not_to_ask(shop: Shop) -> None:
    accepts = Accepts()
    shop.vk.long_poll.enabled, shop.vk.long_poll.events = True, {"message_new": 1}
    original = shop.polled._api.ask

    async def ask(method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        if method == "groups.setLongPollSettings":
            parameters["api_version"] = None
            parameters["no_such_thing"] = 1
        return await original(method, patience=patience, **parameters)

    shop.polled._api.ask = ask  # type: ignore[method-assign]
    with structlog.testing.capture_logs() as logs:
        async with running(shop, accepts):
            shop.nick.writes("hello")
            await accepts.wait(lambda updates: len(updates) == 1)
    assert [entry["event"] for entry in logs] == ["failed to set up Long Poll"]


# -------------------------------------------------------------------------------------- what is added


async def test_a_customer_is_shown_with_name_picture_and_phone(shop: Shop) -> None:
    picture = shop.vk.keep(b"\xff\xd8\xff Nick", "nick.jpg")
    shop.nick.profile = {
        "photo_200": picture,
        "has_photo": 1,
        "mobile_phone": "+7 999 000-11-22",
        "screen_name": "nick",
    }
    accepts = Accepts()
    async with running(shop, accepts):
        for text in ("one", "two"):
            shop.nick.writes(text)
        await accepts.wait(lambda updates: len(updates) == 2)
    for update in accepts.taken:
        assert isinstance(update.event, CustomerWrote)
        profile = update.event.profile
        assert (profile.name, profile.username, profile.phone) == ("Nick Smith", "nick", "+7 999 000-11-22")
        assert profile.picture == FileRef("account:shop", picture)
    assert len(shop.vk.calls("users.get")) == 1
    async with shop.polled.download(FileRef("account:shop", picture)) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == b"\xff\xd8\xff Nick"


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TOO_MANY, Fault.RESET_BEFORE])
async def test_no_message_is_lost_for_want_of_a_name(shop: Shop, fault: Fault) -> None:
    shop.vk.faults.add("users.get", fault)
    accepts = Accepts()
    async with running(shop, accepts):
        shop.nick.writes("hello")
        [update] = await accepts.wait(lambda updates: len(updates) == 1)
    assert isinstance(update.event, CustomerWrote)
    assert update.event.profile.name == ""


async def test_a_cropped_message_is_made_whole(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        number = shop.nick.numbers + 1
        whole = {"conversation_message_id": number, "peer_id": 7, "from_id": 7, "text": "all of it", "date": 5}
        shop.vk.whole[7, number] = whole
        shop.nick.writes("all", is_cropped=True)
        shop.vk.faults.add("messages.getByConversationMessageId", Fault.SERVER_ERROR)
        await accepts.wait(lambda updates: len(updates) == 1)
        shop.vk.whole[7, number + 1] = {**whole, "conversation_message_id": number + 1}
        shop.nick.writes("all", is_cropped=True)
        await accepts.wait(lambda updates: len(updates) == 2)
    assert words(accepts.taken) == ["all", "all of it"]


async def test_a_pressed_button_is_answered_after_the_commit(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    [ref] = (await shop.send("Sure?")).refs
    shop.vk.whole[7, int(ref)] = {
        "conversation_message_id": int(ref),
        "keyboard": inline_keyboard(("No", {"a": 0}), ("Yes", {"a": 1})),
    }
    async with running(shop, accepts) as first:
        press = shop.nick.presses(int(ref), {"a": 1})
        with pytest.raises(RuntimeError):
            await first
        assert press in shop.vk.presses
    async with running(shop, accepts):
        await shop.vk.wait_for(lambda: press not in shop.vk.presses)
    [update] = accepts.taken
    assert isinstance(update.event, CustomerWrote)
    assert update.event.content.attachments == (Choice("Yes", '{"a": 1}'),)
    body = {"event_id": press, "user_id": "7", "peer_id": "7"}
    assert shop.vk.calls("messages.sendMessageEventAnswer") == [body]


async def test_of_a_heap_of_old_presses_only_the_latest_are_looked_after(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        pass
    for number in range(250):
        shop.nick.presses(1, {"n": number})
    async with running(shop, accepts):
        await accepts.wait(lambda updates: len(updates) == 250)
        await shop.vk.settled()
    assert len(shop.vk.calls("messages.sendMessageEventAnswer")) == 60
    assert len({update.key for update in accepts.taken}) == 250


async def test_an_hourglass_that_cannot_be_stopped_is_no_failure(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts) as task:
        shop.nick.presses(1, "yes")
        shop.vk.presses.clear()  # a minute is over
        await accepts.wait(lambda updates: len(updates) == 1)
        shop.nick.writes("still there?")
        await accepts.wait(lambda updates: len(updates) == 2)
        assert shop.vk.calls("messages.sendMessageEventAnswer"), "the press was answered, in vain"
        assert not task.done()


async def test_what_was_read_is_told(shop: Shop) -> None:
    accepts = Accepts()
    async with running(shop, accepts):
        [ref] = (await shop.send("hello")).refs
        shop.nick.reads_up_to(int(ref))
        [receipt] = await accepts.events(Receipt)
    assert (receipt.ref, receipt.through) == (ref, True)


# --------------------------------------------------------------------------------------- Callback API


def hook(body: Any) -> Hook:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Hook("POST", "/hooks/shop", {}, {}, raw)


def event(kind: str = "message_new", **more: Any) -> dict[str, Any]:
    message = {"peer_id": 7, "from_id": 7, "conversation_message_id": 1, "text": "hello", "date": 5}
    body = {"type": kind, "event_id": "e1", "group_id": 123456, "v": VERSION, "secret": SECRET}
    return {**body, "object": {"message": message}, **more}


async def test_the_proof_is_looked_at_before_anything_else(shop: Shop) -> None:
    accepts = Accepts()
    for secret in (None, "", "wrong", SECRET + "x", SECRET.upper(), "ё", "\ud800", 5, [SECRET], {"a": SECRET}):
        with pytest.raises(Forged):
            await shop.called.receive(hook(event(secret=secret)), accepts)
    for group in (None, "", 5, "123456", 123456.5, [123456], True):
        with pytest.raises(Forged):
            await shop.called.receive(hook(event(group_id=group)), accepts)
    assert not accepts.tried
    assert not shop.vk.requests


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
async def test_a_body_that_proves_nothing_is_forged(shop: Shop, body: bytes) -> None:
    with pytest.raises(Forged):
        await shop.called.receive(hook(body), Accepts())


async def test_what_is_not_committed_is_not_confirmed(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next()
    with pytest.raises(RuntimeError):
        await shop.called.receive(hook(event()), accepts)
    reply = await shop.called.receive(hook(event()), accepts)
    assert (reply.status, reply.body) == (200, b"ok")
    assert words(accepts.taken) == ["hello"]
    assert [update.key for update in accepts.tried] == ["e1", "e1"]


async def test_the_secret_is_kept_nowhere(shop: Shop) -> None:
    accepts = Accepts()
    await shop.called.receive(hook(event("message_teleport")), accepts)
    [update] = accepts.taken
    assert isinstance(update.event, UnreadableUpdate)
    assert "message_teleport" in update.event.raw
    assert SECRET not in update.event.raw


async def test_what_means_nothing_is_confirmed_without_a_transaction(shop: Shop) -> None:
    accepts = Accepts()
    assert (await shop.called.receive(hook(event("wall_post_new")), accepts)).body == b"ok"
    assert not accepts.tried


async def test_replayed_and_reordered_events_keep_their_keys(shop: Shop) -> None:
    accepts = Accepts()
    bodies = [event(event_id=f"e{number}") for number in range(3)]
    for body in (bodies[2], bodies[0], bodies[2], bodies[1]):
        await shop.called.receive(hook(body), accepts)
    assert [update.key for update in accepts.taken] == ["e2", "e0", "e2", "e1"]


async def test_the_confirmation_string_is_asked_of_vk(shop: Shop) -> None:
    question = load("confirmation") | {"secret": SECRET}
    reply = await shop.called.receive(hook(question), Accepts())
    assert (reply.status, reply.body) == (200, b"c0nf1rm")
    shop.vk.code = "changed"
    reply = await shop.called.receive(hook(question), Accepts())
    assert reply.body == b"c0nf1rm", "VK is not asked for it again and again"


async def test_who_shows_no_secret_is_told_the_confirmation_string_only_while_the_hub_registers(shop: Shop) -> None:
    question = hook({"type": "confirmation", "group_id": shop.vk.group})
    with pytest.raises(Forged):
        await shop.called.receive(question, Accepts())
    assert shop.vk.calls("groups.getCallbackConfirmationCode") == []
    clock = ManualClock()
    given = replace(shop.tools, clock=clock, mailbox=MemoryMailbox(MemoryWake(), clock))
    one, other = (CallbackVk(SHOP, settings(shop.vk, "callback"), given, patience=ANSWER) for _ in range(2))
    async with hooked(one, Accepts()) as url:
        shop.vk.asks_with_secret = False
        await one.register(url)
        [server] = shop.vk.servers.values()
        assert server.status == "ok"
        assert (await other.receive(question, Accepts())).body == b"c0nf1rm", "another process may be asked"
        clock.advance(180)
        await one.register(url)  # VK already has it: nothing is requested
        for called in (one, other):
            with pytest.raises(Forged):
                await called.receive(question, Accepts())


async def test_where_people_enter_the_address_vk_may_ask_at_any_time(shop: Shop) -> None:
    question = hook({"type": "confirmation", "group_id": shop.vk.group})
    shop.vk.rights.discard("manage")
    kept = CallbackVk(SHOP, settings(shop.vk, "callback", confirmation="kept"), shop.tools, patience=ANSWER)
    with pytest.raises(Forged):
        await kept.receive(question, Accepts())
    await kept.register("http://127.0.0.1:1/hooks/shop")
    assert (await kept.receive(question, Accepts())).body == b"kept"


async def test_the_confirmation_string_of_hub_toml_serves_a_token_that_may_not_ask(shop: Shop) -> None:
    question = hook(load("confirmation") | {"secret": SECRET})
    shop.vk.rights.discard("manage")
    kept = CallbackVk(SHOP, settings(shop.vk, "callback", confirmation="kept"), shop.tools, patience=ANSWER)
    assert (await kept.receive(question, Accepts())).body == b"kept"
    with pytest.raises(Transient):
        await shop.called.receive(question, Accepts())


@pytest.mark.parametrize("change", [{"secret": "wrong"}, {"group_id": 5}, {"secret": ""}])
async def test_strangers_are_not_told_the_confirmation_string(shop: Shop, change: dict[str, Any]) -> None:
    with pytest.raises(Forged):
        await shop.called.receive(hook(load("confirmation") | {"secret": SECRET} | change), Accepts())


async def test_registering_adds_a_server_with_our_events(shop: Shop) -> None:
    async with hooked(shop.called, Accepts()) as url:
        await shop.called.register(url)
        await shop.called.register(url)
        [server] = shop.vk.servers.values()
    assert (server.url, server.secret, server.title, server.status) == (url, SECRET, "dialog hub", "ok")
    assert all(server.events[kind] for kind in WANTED)
    assert server.version == VERSION


async def test_a_server_that_people_have_entered_only_gets_more_events(shop: Shop) -> None:
    from tests.fakes.vk.events import CallbackServer

    async with hooked(shop.called, Accepts()) as url:
        theirs = CallbackServer(1, url + "/", "ours", SECRET, shop.vk.changed)
        theirs.status, theirs.version, theirs.events = "ok", "5.103", {"message_new": 1, "wall_post_new": 1}
        other = CallbackServer(2, "https://elsewhere.example/", "theirs", "x", shop.vk.changed)
        shop.vk.servers = {1: theirs, 2: other}
        await shop.called.register(url)
    assert set(shop.vk.servers) == {1, 2}
    assert (theirs.version, theirs.events["wall_post_new"], theirs.events["message_edit"]) == ("5.103", 1, 1)
    assert other.events == {}


async def test_our_server_that_vk_could_not_confirm_is_added_again(shop: Shop) -> None:
    with pytest.raises(Transient, match="could not confirm"):
        await shop.called.register("http://127.0.0.1:1/hooks/shop")
    [failed] = shop.vk.servers.values()
    assert failed.status == "failed"
    async with hooked(shop.called, Accepts()) as url:
        failed.url = url
        await shop.called.register(url)
        [server] = shop.vk.servers.values()
    assert server.status == "ok"
    assert server.number != failed.number


async def test_our_server_gets_a_new_secret(shop: Shop) -> None:
    async with hooked(shop.called, Accepts()) as url:
        await shop.called.register(url)
        [server] = shop.vk.servers.values()
        server.secret = "an_older_one"
        await shop.called.register(url)
        assert [one.secret for one in shop.vk.servers.values()] == [SECRET]


async def test_registering_without_the_right_to_is_said_and_no_failure(shop: Shop) -> None:
    shop.vk.rights.discard("manage")
    with structlog.testing.capture_logs() as logs:
        await shop.called.register("http://127.0.0.1:1/hooks/shop")
    assert [entry["event"] for entry in logs] == ["failed to set the Callback API address"]
    assert SECRET not in repr(logs)


async def test_events_that_are_not_taken_come_again_in_their_order(shop: Shop) -> None:
    accepts = Accepts()
    async with hooked(shop.called, accepts) as url:
        await shop.called.register(url)
        accepts.fail_next(2)
        for text in ("one", "two"):
            shop.nick.writes(text)
        await shop.vk.settled()
    assert words(accepts.taken) == ["one", "two"]


def test_both_kinds_are_built_from_their_settings(shop: Shop) -> None:
    for receive, kind in (("longpoll", LongPollVk), ("callback", CallbackVk)):
        assert type(KIND.build(SHOP, settings(shop.vk, receive), shop.tools)) is kind


async def test_calls_money_and_a_new_title_come_through(shop: Shop) -> None:
    team, accepts = shop.vk.conversation(CHATS + 1, "Team", 7), Accepts()
    async with running(shop, accepts):
        shop.nick.sends_files(shop.nick.call("canceled_by_initiator"))
        shop.nick.sends_files(shop.nick.money(300, "for the cup"), text="paid")
        team.writes("hi")
        called, paid, _ = await accepts.events(CustomerWrote, 3)
        team.renames("Buyers")
        [renamed] = await accepts.events(ProfileChanged)
        team.writes("still there?")
        after = (await accepts.events(CustomerWrote, 4))[-1]
    assert called.content == Content(attachments=(Occurrence("call_missed"),))
    assert paid.content == Content(Text.plain("paid"), (Occurrence("money_transfer", "300 руб. · for the cup"),))
    assert (renamed.profile.name, after.profile.name) == ("Buyers", "Buyers")
