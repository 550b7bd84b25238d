"""Forms: opened, refused, answered."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain import Belonging, Commanded, FormChanged, OperatorPosted, Pressed, Submitted
from bot.tasks.due import read
from bot.views.values import Ask, Field, FieldKind, Form, Invalid, Option, Silent
from tests.contracts.desks import DeskRig, eventually
from tests.contracts.desks.samples import FORM, needs, on_screen, open_thread, root_of


async def test_a_button_opens_a_form_whose_answers_come_back(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[Pressed] = Ask(FORM)
    root = await root_of(rig, thread)
    await rig.presses("anna", thread, root.post, "Close")
    form = await on_screen(rig, "anna")
    assert form == "Close the dialog"
    await rig.submits("anna", {"reason": "Purchased", "comment": "two\nlines", "title": "A & B <c>"})
    event = await rig.core.next(Submitted)
    assert event.token == FORM.token
    assert event.values == {"reason": "Purchased", "comment": "two\nlines", "title": "A & B <c>"}
    assert event.actor == rig.actor("anna")
    assert await rig.form("boris") is None


async def test_a_form_says_what_it_asks(rig: DeskRig) -> None:
    rig.core.answers[Commanded] = Ask(FORM)
    await rig.commands("anna", "close #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    assert form.fields == ("reason", "comment", "title")
    assert form.options["reason"] == ("Spam", "Purchased ✓")
    assert form.values.get("comment") == "so far"
    assert form.submit == "Close it"


async def test_refused_answers_are_said_beside_their_fields(rig: DeskRig) -> None:
    rig.core.answers[Commanded] = Ask(FORM)
    rig.core.answers[Submitted] = Invalid({"comment": "Say why"})
    await rig.commands("anna", "close #7")
    await on_screen(rig, "anna")
    await rig.submits("anna", {"reason": "Spam"})

    async def refused() -> bool:
        form = await rig.form("anna")
        return form is not None and form.errors == {"comment": "Say why"}

    await eventually(refused)
    rig.core.answers[Submitted] = Silent()
    await rig.submits("anna", {"reason": "Spam", "comment": "because"})
    await rig.core.next(Submitted, 2)

    async def gone() -> bool:
        return await rig.form("anna") is None

    await eventually(gone)


@needs("trigger")
async def test_a_form_asked_for_without_a_trigger_is_offered_by_a_button(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    rig.core.answers[OperatorPosted] = Ask(FORM)
    rig.core.answers[Pressed] = Ask(FORM)
    await rig.mentions_hub("anna", thread, "close")

    async def offered() -> bool:
        return any(seen.buttons for seen in await rig.whispers_to("anna"))

    await eventually(offered)
    label = (await rig.whispers_to("anna"))[-1].buttons[0]
    await rig.presses_in_whisper("anna", thread, label)
    assert (await rig.core.next(Pressed)).token == FORM.token
    assert await on_screen(rig, "anna") == "Close the dialog"


MANY = Form(
    "Forward",
    "token-many",
    (
        Field(
            "messages",
            "Messages",
            FieldKind.MANY,
            required=True,
            options=tuple(Option(str(number), f"Message no. {number}") for number in range(1, 26)),
            value="2,4",
        ),
        Field("comment", "Comment", FieldKind.AREA),
    ),
    "Forward",
)


@needs("many")
async def test_several_options_can_be_chosen_in_a_form(rig: DeskRig) -> None:
    rig.core.answers[Commanded] = Ask(MANY)
    await rig.commands("anna", "forward #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    assert form.fields == ("messages", "comment")
    assert form.options["messages"] == tuple(f"Message no. {number}" for number in range(1, 26))
    assert form.values["messages"] == "2,4"
    await rig.submits("anna", {"messages": "3,25,7", "comment": "look"})
    event = await rig.core.next(Submitted)
    assert sorted(event.values["messages"].split(",")) == ["25", "3", "7"]
    assert event.values["comment"] == "look"
    assert set(event.values) == {"messages", "comment"}


@needs("many")
async def test_none_of_several_options_is_an_answer_too(rig: DeskRig) -> None:
    many = Field("messages", "Messages", FieldKind.MANY, options=(Option("1", "One"), Option("2", "Two")), value="1")
    rig.core.answers[Commanded] = Ask(Form("Link", "token-none", (many,), "Link"))
    await rig.commands("anna", "link #7")
    await on_screen(rig, "anna")
    await rig.submits("anna", {"messages": ""})
    assert (await rig.core.next(Submitted)).values == {"messages": ""}


PEOPLE = (Option("role:sales", "👥 sales"), Option("operator:1", "Anna"))
PICKERS = Form(
    "Assign",
    "token-pickers",
    (
        Field("who", "Who", FieldKind.PEOPLE, True, PEOPLE, parts=("Who", "Or roles")),
        Field("due", "Due", FieldKind.MOMENT, hint="e.g. tomorrow 10:00"),
        Field("dates", "Days", FieldKind.DAYS, parts=("From", "To")),
        Field("email", "E-mail", FieldKind.EMAIL),
    ),
    "Assign",
)


async def test_people_and_times_are_picked_where_there_are_pickers(rig: DeskRig) -> None:
    rig.core.answers[Commanded] = Ask(PICKERS)
    await rig.commands("anna", "assign #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    assert form.fields == ("who", "due", "dates", "email")
    who = form.people["who"]["boris"] if "who" in form.people else "operator:1"
    given = {"who": f"{who},role:sales", "due": "tomorrow 10:00", "dates": "2026-10-01..2026-10-15", "email": "v@x.y"}
    await rig.submits("anna", given)
    event = await rig.core.next(Submitted)
    assert sorted(event.values["who"].split(",")) == sorted((who, "role:sales"))
    assert event.values | {"who": "", "due": ""} == given | {"who": "", "due": ""}
    assert read(event.values["due"], datetime.now(UTC), UTC) == read("tomorrow 10:00", datetime.now(UTC), UTC)
    picked = [(one.user, one.name, one.belongs) for one in event.people]
    boris = rig.actor("boris")
    assert picked == ([(boris.user, boris.name, Belonging.MEMBER)] if "who" in form.people else [])


async def test_bots_and_the_deactivated_are_told_when_they_are_picked(rig: DeskRig) -> None:
    person = Field("who", "Who", FieldKind.PERSON, True, PEOPLE[1:])
    rig.core.answers[Commanded] = Ask(Form("Add", "token-person", (person,), "Add"))
    await rig.commands("anna", "add #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    if "who" not in form.people:
        return  # a list holds whom the hub has put there
    bot = next(name for name in form.people["who"] if name not in ("anna", "boris", "root", "slackbot"))
    rig.core.answers[Submitted] = Invalid({"who": "not them"})
    rig.becomes("boris", Belonging.GONE)
    for name, belonging in ((bot, Belonging.BOT), ("boris", Belonging.GONE)):
        await rig.submits("anna", {"who": form.people["who"][name]})
        [picked] = (await rig.core.next(Submitted, 1 if name == bot else 2)).people
        assert (picked.belongs, form.people["who"][name]) == (belonging, f"user:{picked.user}")


async def test_what_is_left_empty_comes_back_empty(rig: DeskRig) -> None:
    """Also where the team chat sends nothing for it: what was there before is not kept."""
    rig.core.answers[Commanded] = Ask(PICKERS)
    await rig.commands("anna", "assign #7")
    await on_screen(rig, "anna")
    form = await rig.form("anna")
    assert form is not None
    await rig.submits("anna", {"who": "role:sales", "due": "", "dates": "", "email": ""})
    assert (await rig.core.next(Submitted)).values == {"who": "role:sales", "due": "", "dates": "", "email": ""}


@needs("refreshing")
async def test_a_choice_draws_the_form_anew(rig: DeskRig) -> None:
    """All that is entered stays, and comes along."""
    reasons = (Option("Spam", "Spam"), Option("Other", "Other"))

    def closing(vague: bool) -> Form:
        reason = Field("reason", "Reason", FieldKind.CHOICE, True, reasons, "Other" if vague else "", refreshes=True)
        comment = Field("comment", "Comment", FieldKind.AREA, vague, value="so far", hint="Say why" if vague else "")
        return Form("Close", "token-refreshed", (reason, comment), "Close")

    rig.core.answers |= {Commanded: Ask(closing(False)), FormChanged: Ask(closing(True)), Submitted: Silent()}
    await rig.commands("anna", "close #7")
    await on_screen(rig, "anna")
    await rig.changes("anna", {"reason": "Other"})

    async def required() -> bool:
        form = await rig.form("anna")
        return form is not None and form.required == {"reason", "comment"} and form.values["reason"] == "Other"

    await eventually(required)
    event = await rig.core.next(FormChanged)
    assert (event.token, event.values["reason"], event.values["comment"]) == ("token-refreshed", "Other", "so far")
    assert event.actor == rig.actor("anna")
    assert rig.core.of(Submitted) == []
    rig.core.answers[FormChanged] = Silent()
    await rig.changes("anna", {"reason": "Spam"})
    await rig.submits("anna", {"reason": "Other", "comment": "it rained"})
    assert (await rig.core.next(Submitted)).values["comment"] == "it rained"


@needs("refreshing")
async def test_a_form_may_lead_to_another_one(rig: DeskRig) -> None:
    rig.core.answers |= {Commanded: Ask(FORM), Submitted: Ask(MANY)}
    await rig.commands("anna", "close #7")
    await on_screen(rig, "anna")
    await rig.submits("anna", {"reason": "Spam"})

    async def led_on() -> bool:
        form = await rig.form("anna")
        return form is not None and form.fields == ("messages", "comment")

    await eventually(led_on)
