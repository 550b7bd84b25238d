"""Every action in every way it is offered: as a command, as a word to @hub, on the card, as a message shortcut, as a
reaction; in Slack, in Mattermost and in the web desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain import Dialog, OperatorId, Status, ThreadRef
from tests.conftest import Database
from tests.contracts.desks import SeenPost
from tests.scenarios.hubs import TelegramHub, telegram_hub

REASONS = {"reasons": ["Purchased", "Spam"], "reason_required": True}


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    roles = {"sales": ["boris"]}
    async with telegram_hub(request.param, database, tmp_path, account={"initial": REASONS}, roles=roles) as running:
        await running.operators.commands("boris", "help")
        yield running


@dataclass(frozen=True)
class Example:
    """An action with its input and the signs that it was done.

    `words`: after the command; `label`: on the card; `values`: into the form, where a name means the option that
    shows it; `line`: in the thread afterwards; `whisper`: to the operator.
    """

    word: str
    words: str = ""
    label: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    whisper: str = ""
    holds: Callable[[Dialog], bool] = lambda dialog: True
    before: str = "accept"  # what Anna says first


EXAMPLES = (
    Example("accept", label="Accept", line="accepted the dialog", before="", holds=lambda d: d.responsible is not None),
    Example(
        "close",
        "spam again",
        "With a comment…",
        {"reason": "Spam", "comment": "again"},
        line="Comment: again",
        holds=lambda d: (d.status, d.reason) == (Status.CLOSED, "Spam"),
    ),
    Example("no_reply", "", "No reply needed", line=": no reply needed", holds=lambda d: d.waiting_since is None),
    Example(
        "redirect",
        "@boris please",
        "Redirect with a comment…",
        {"who": "boris", "comment": "please"},
        line="Comment: please",
        holds=lambda d: d.status is Status.RETURNED,
    ),
    Example(
        "redirect",
        "sales",
        "Redirect with a comment…",
        {"who": "sales", "comment": ""},
        line="the role “sales”",
        holds=lambda d: d.addressee is not None and d.addressee.role == "sales",
    ),
    Example(
        "add",
        "@boris",
        "Add co-executor",
        {"who": "boris"},
        line="as a co-executor",
        holds=lambda d: len(d.coexecutors) == 1,
    ),
    Example(
        "remove",
        "@boris",
        "Remove co-executor",
        {"who": "boris"},
        line="removed co-executor",
        before="add @boris",
        holds=lambda d: not d.coexecutors,
    ),
    Example(
        "rename",
        "Green tea",
        "Rename",
        {"title": "Green tea"},
        line="“Green tea”",
        holds=lambda d: d.title == "Green tea",
    ),
    Example("note", "for us", "Internal note", {"text": "for us"}, line="for us"),
    Example("help", "", "Help", whisper="What you can do"),
)
LISTS = (
    Example("new", whisper="No dialogs here"),
    Example("work", whisper="Vera"),
    Example("mine", whisper="Vera"),
    Example("all", whisper="Vera"),
    Example("closed", whisper="No dialogs here"),
    Example("important", whisper="No important messages"),
    Example("important", "all", whisper="No important messages"),
)
Way = Callable[[TelegramHub, ThreadRef, Example], Awaitable[None]]


async def by_command(hub: TelegramHub, thread: ThreadRef, example: Example) -> None:
    """Types the command: in the thread where the desk has commands there, elsewhere with the dialog's number."""
    number = (await hub.dialog_at(thread)).id
    if "slash in threads" in hub.operators.lacks:
        named = "" if example in LISTS or example.word in ("help", "important") else f"#{number} "
        await hub.operators.commands("anna", f"{example.word} {named}{example.words}")
    else:
        await hub.operators.commands("anna", f"{example.word} {example.words}", thread)


async def by_hub_word(hub: TelegramHub, thread: ThreadRef, example: Example) -> None:
    await hub.operators.mentions_hub("anna", thread, f"{example.word} {example.words}")


async def by_button(hub: TelegramHub, thread: ThreadRef, example: Example) -> None:
    """Presses the card's button and fills in the form, if one opens."""

    async def offered() -> bool:
        return example.label in (await hub.operators.thread(thread))[0].buttons

    await hub.until(offered)
    card = (await hub.operators.thread(thread))[0]
    assert card.post is not None
    await hub.operators.presses("anna", thread, card.post, example.label)
    if example.values:
        form = await hub.form_appears("anna")
        assert set(form.fields) == set(example.values)
        await hub.operators.submits(
            "anna", {name: await hub.option(form, name, said) for name, said in example.values.items()}
        )


@pytest.mark.parametrize("way", [by_command, by_hub_word, by_button])
@pytest.mark.shows("accept", "close", "redirect", "add", "rename", "note", "help", "everywhere", "lines")
async def test_every_action(hub: TelegramHub, way: Way) -> None:
    for number, example in enumerate(EXAMPLES, start=1):
        hub.customer(f"Vera {number}").writes(f"Hello {number}")
        thread = await hub.thread_of_dialog(number)
        await hub.post_appears(thread, f"Hello {number}")
        await _before(hub, thread, example)
        await way(hub, thread, example)
        await _done(hub, thread, example)


@pytest.mark.parametrize("way", [by_command, by_hub_word])
@pytest.mark.shows("sections", "important", "everywhere")
async def test_every_list(hub: TelegramHub, way: Way) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await hub.operators.mentions_hub("anna", thread, "accept")
    await hub.post_appears(thread, "accepted the dialog")
    for example in LISTS:
        await way(hub, thread, example)
        await hub.whisper_appears("anna", example.whisper)


async def _before(hub: TelegramHub, thread: ThreadRef, example: Example) -> None:
    if not example.before:
        return
    await hub.operators.mentions_hub("anna", thread, "accept")
    await hub.post_appears(thread, "accepted the dialog")
    if example.before != "accept":
        await hub.operators.mentions_hub("anna", thread, example.before)
        await hub.post_appears(thread, "as a co-executor")


async def _done(hub: TelegramHub, thread: ThreadRef, example: Example) -> None:
    if example.line:
        await hub.post_appears(thread, example.line)
    if example.whisper:
        await hub.whisper_appears("anna", example.whisper)
    assert example.holds(await hub.dialog_at(thread)), example.word


@pytest.mark.shows("star", "important")
async def test_starring_by_reaction_shortcut_and_form(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("The address is Baker Street 221")
    thread = await hub.thread_of_dialog(1)
    message = await hub.post_appears(thread, "Baker Street")
    assert message.post is not None
    await hub.all_delivered()  # people are slower than the hub's own commit
    await hub.operators.reacts("anna", thread, message.post, "⭐")
    await hub.post_appears(thread, "marked as important")
    assert await _stars(hub) == [True]
    await hub.operators.reacts("anna", thread, message.post, "⭐", on=False)
    await hub.post_appears(thread, "unmarked")
    assert await _stars(hub) == [False]
    if "shortcuts" not in hub.operators.lacks:
        await hub.operators.uses_shortcut("anna", thread, message.post, "star")
        await hub.until(lambda: _any_star(hub))
        await hub.operators.uses_shortcut("anna", thread, message.post, "star")
    await hub.all_delivered()
    await hub.operators.commands("anna", "star #1")
    form = await hub.form_appears("anna")
    await hub.operators.submits("anna", {"message": await hub.option(form, "message", "Baker Street")})
    await hub.until(lambda: _any_star(hub))
    await hub.operators.commands("boris", "important all")
    listed: SeenPost = await hub.whisper_appears("boris", "Baker Street")
    assert "Vera" in listed.words


@pytest.mark.shows("no reply")
async def test_thanks_need_no_reply(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    vera.writes("Thank you!")
    thread = await hub.thread_of_dialog(1)
    thanks = await hub.post_appears(thread, "Thank you!")
    assert thanks.post is not None
    await hub.all_delivered()
    assert "No reply needed" in (await hub.operators.thread(thread))[0].buttons
    await hub.operators.reacts("anna", thread, thanks.post, "✅")
    await hub.post_appears(thread, ": no reply needed")
    await hub.all_delivered()
    assert (await hub.dialog(1)).waiting_since is None
    assert vera.reads == []
    assert not vera.reactions


async def _stars(hub: TelegramHub) -> list[bool]:
    return [one.important for one in await hub.messages(1) if one.content]


async def _any_star(hub: TelegramHub) -> bool:
    return any(await _stars(hub))


@pytest.mark.shows("reply")
async def test_a_reply_is_to_the_message_that_is_picked(hub: TelegramHub) -> None:
    vera = hub.customer("Vera")
    number = vera.writes("Is it in stock?")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Is it in stock?")
    vera.writes("And by the way, hello")
    await hub.post_appears(thread, "by the way")
    card = (await hub.operators.thread(thread))[0]
    assert card.post is not None
    await hub.operators.presses("anna", thread, card.post, "Reply to…")
    form = await hub.form_appears("anna")
    await hub.operators.submits(
        "anna", {"message": await hub.option(form, "message", "Is it in stock?"), "text": "Yes, it is"}
    )
    await hub.until(lambda: vera.reads == ["Yes, it is"])
    assert vera.sees[-1].reply_to == number
    shown = await hub.post_appears(thread, "Yes, it is")
    assert "Is it in stock?" in shown.words


@pytest.mark.shows("redirect", "notifications")
async def test_redirecting_tells_the_addressee_as_they_have_chosen(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await hub.operators.commands("boris", "notifications")
    assert (await hub.form_appears("boris")).fields == ("on", "way", "morning")
    await hub.operators.submits("boris", {"on": "dialogs", "way": "direct", "morning": "09:00"})
    await hub.whisper_appears("boris", "Always by direct message")
    await hub.operators.mentions_hub("anna", thread, "redirect @boris he knows her")
    assert not await hub.notified("boris", thread, "redirected"), "he has chosen direct messages"
    await hub.operators.presses_in_direct_message("boris", "Accept")
    await hub.post_appears(thread, "accepted the dialog")
    dialog = await hub.dialog(1)
    async with hub.app.hub.store.read() as unit:
        responsible = await unit.operators.get(OperatorId(dialog.responsible or 0))
    assert responsible is not None
    assert responsible.name == "boris"
