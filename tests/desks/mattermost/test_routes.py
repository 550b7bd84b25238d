"""Mattermost's calls: which are accepted, and what people see of the response."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.desks.mattermost import hooks
from bot.domain import Actor, Belonging, Commanded, DeskEvent, DeskName, Key, PostId, PostRef, Pressed, Submitted
from bot.domain.text import Text
from bot.ports import Forged
from bot.views.answers import whisper
from bot.views.values import (
    Answer,
    Ask,
    Button,
    Field,
    FieldKind,
    Form,
    Invalid,
    Option,
    Picker,
    Row,
    Silent,
    View,
    Whisper,
)
from tests.contracts.desks import eventually, samples
from tests.contracts.desks.samples import open_thread, root_of
from tests.contracts.rigs.desk_mattermost import RIGS, MattermostRig
from tests.desks.mattermost.conftest import Working
from tests.fakes.faults import Fault
from tests.fakes.mattermost import COMMAND_TOKEN, Refused, rules

Json = dict[str, Any]
FORM = Form("Close", "sealed", (Field("comment", "Comment", FieldKind.AREA),), "Close it")
SECRET = "a secret of the tests"


async def call(rig: MattermostRig, path: str, **asked: Any) -> tuple[int, Json]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{rig.hub_url}/mattermost/{path}", **asked) as answer,
    ):
        return answer.status, await answer.json()


class Suspicious:
    """An event handler that accepts no token."""

    async def accept(self, event: DeskEvent) -> Answer:
        raise Forged("not ours")


# ---------------------------------------------------------------------------------------------- commands


@pytest.mark.parametrize(
    ("form", "header", "status"),
    [
        ({"token": COMMAND_TOKEN}, f"Token {COMMAND_TOKEN}", 200),
        ({"token": COMMAND_TOKEN}, None, 200),
        ({"token": COMMAND_TOKEN}, "Token other", 401),
        ({"token": "other"}, f"Token {COMMAND_TOKEN}", 401),
        ({"token": ""}, None, 401),
        ({}, None, 401),
    ],
)
async def test_a_command_needs_its_token_wherever_one_is_sent(
    rig: MattermostRig, form: dict[str, str], header: str | None, status: int
) -> None:
    user = rig.actor("anna").user
    headers = {"Authorization": header} if header else {}
    answered, _ = await call(rig, "command", data={**form, "user_id": user, "text": "mine"}, headers=headers)
    assert answered == status
    assert len(rig.core.events) == (1 if status == 200 else 0)


async def test_a_body_larger_than_any_command_is_refused(rig: MattermostRig) -> None:
    status, _ = await call(rig, "command", data={"token": COMMAND_TOKEN, "text": "x" * 500_000})
    assert status == 401
    assert rig.core.events == []


async def test_a_silent_command_shows_nothing(rig: MattermostRig) -> None:
    await rig.commands("anna", "accept #7")
    assert rig.mm.ephemerals("anna") == []
    assert (await rig.core.next(Commanded)).words == "accept #7"


async def test_a_failure_of_the_core_is_said_and_not_shown_as_an_error(rig: MattermostRig) -> None:
    rig.core.fail(1)
    await rig.commands("anna", "mine")
    assert "try again" in rig.mm.ephemerals("anna")[0]["message"]


async def test_a_long_list_is_answered_in_several_posts(rig: MattermostRig) -> None:
    rows = tuple(
        Row(Text.plain(f"dialog {number} " + "x" * 400), (Button("a", "A", f"t{number}"),)) for number in range(40)
    )
    rig.core.answers[Commanded] = Whisper(View(rows, "All"))
    await rig.commands("anna", "all")
    shown = await rig.whispers_to("anna")
    assert len(shown) > 1
    assert sum(len(seen.buttons) for seen in shown) == 40


async def test_a_form_whose_trigger_is_too_old_is_offered_by_a_button(rig: MattermostRig) -> None:
    rig.core.answers[Commanded] = Ask(FORM)
    form = {"token": COMMAND_TOKEN, "user_id": rig.actor("anna").user, "trigger_id": "long-gone", "text": "close"}
    _, answer = await call(rig, "command", data=form)
    assert answer["attachments"][0]["actions"][0]["integration"]["context"]["token"] == FORM.token


# ------------------------------------------------------------------------------------------------ buttons


async def test_tokens_are_never_shown_to_a_client(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    await rig.desk.whisper(
        rig.actor("anna").user, thread, View((Row(Text.plain("x"), (Button("a", "A", "token-x"),)),))
    )
    url, headers = f"{rig.mm.url}/api/v4/posts/{thread.thread}", {"Authorization": "Bearer bot-token"}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        read = await answer.text()
    assert "Accept" in read
    assert "token-" not in read


async def test_a_menu_takes_only_what_it_offers(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    for option in ("2", "-1", "token-accept", "", "１"):
        with pytest.raises(Refused) as caught:
            await rig.mm.person("anna").chooses(root.post, option)
        assert caught.value.status == 403
    assert rig.core.events == []
    await rig.mm.person("anna").chooses(root.post, "1")
    assert (await rig.core.next(Pressed)).token == "token-important"


async def test_a_user_that_the_server_does_not_know_is_nobody(rig: MattermostRig) -> None:
    """The server hands on whatever a client says was picked."""
    people = Button("redirect", "Redirect to…", "token", picker=Picker(people=True))
    thread = await rig.desk.open("", samples.card(7, buttons=(people,)), Key("card-7"))
    for number, sent in enumerate(("../../users/me", "x" * 26, "x" * 5000), start=1):
        await rig.mm.person("anna").picks("Redirect to…", thread.thread, sent)
        event = await rig.core.next(Pressed, number)
        assert event.person is not None
        assert (event.person.name, event.person.belongs) == ("", Belonging.UNKNOWN)
        assert len(event.picked) <= hooks.LONGEST_VALUE


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"context": "x"},
        {"context": {"desk": "elsewhere", "token": "t"}},
        {"context": {"desk": ["office"], "token": "t"}},
        [],
        "text",
    ],
)
async def test_what_is_no_button_of_ours_is_refused(rig: MattermostRig, body: object) -> None:
    status, answer = await call(rig, "action", json=body)
    assert (status, rig.core.events) == (403, [])
    assert answer


async def test_no_json_is_refused(rig: MattermostRig) -> None:
    for path in ("action", "dialog"):
        assert (await call(rig, path, data=b"\xff{"))[0] == 403


async def test_a_token_that_the_core_does_not_believe_is_refused(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    rig.core.accept = Suspicious().accept  # type: ignore[method-assign]
    with pytest.raises(Refused) as caught:
        await rig.presses("anna", thread, root.post, "Accept")
    assert caught.value.status == 403


async def test_words_answer_a_press_in_its_thread(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    rig.core.answers[Pressed] = whisper("Boris *took* it @all")
    await rig.presses("anna", thread, root.post, "Accept")
    shown = rig.mm.ephemerals("anna")[0]
    assert shown["root_id"] == thread.thread
    assert (await rig.whispers_to("anna"))[0].words == "Boris *took* it @all"


async def test_every_press_is_a_fact_of_its_own(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    for _ in range(2):
        await rig.presses("anna", thread, root.post, "Accept")
    assert len(rig.core.of(Pressed)) == 2


async def test_a_button_in_a_thread_knows_its_thread(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    view = View((Row(Text.plain("x"), (Button("a", "Take", "t"),)),))
    await rig.desk.whisper(rig.actor("anna").user, thread, view)
    await rig.presses_in_whisper("anna", thread, "Take")
    assert (await rig.core.next(Pressed)).place.thread == thread.thread


async def test_a_stranger_to_the_server_can_still_act(rig: MattermostRig) -> None:
    """The server says who pressed; a failed lookup of that person must not stop them."""
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    rig.faults.add("users", Fault.SERVER_ERROR, times=5)
    await rig.presses("anna", thread, root.post, "Accept")
    event = await rig.core.next(Pressed)
    assert (event.actor.user, event.actor.name) == (rig.actor("anna").user, "anna")


def context_of(rig: MattermostRig, post: str) -> Json:
    """The context of a post's first button, which only the server and the hub see."""
    _, action, _ = rules.labelled(rig.mm.state.posts[post])[0]
    return json.loads(json.dumps(action["integration"]["context"]))  # type: ignore[no-any-return]


async def press(rig: MattermostRig, post: str, context: Json, who: str = "boris") -> int:
    channel = rig.mm.state.posts[post]["channel_id"]
    asked = {"user_id": rig.actor(who).user, "post_id": post, "channel_id": channel, "trigger_id": "made-up"}
    status, _ = await call(rig, "action", json={**asked, "context": context})
    return status


async def test_a_button_of_one_post_is_refused_in_another(rig: MattermostRig) -> None:
    one, two = await open_thread(rig), await open_thread(rig, number=8)
    context = context_of(rig, one.thread)
    assert await press(rig, two.thread, context) == 403
    assert await press(rig, two.thread, {**context, "nonce": context_of(rig, two.thread)["nonce"]}) == 403
    assert rig.core.events == []
    assert await press(rig, one.thread, context) == 200


async def test_a_button_in_a_post_of_somebody_else_is_refused(rig: MattermostRig) -> None:
    """A member may write any props and, with a webhook, any button, but not in our name."""
    thread = await open_thread(rig)
    lure = await rig.writes("boris", thread, "Press here for cake")
    rig.mm.state.posts[lure]["props"] = dict(rig.mm.state.posts[thread.thread]["props"])
    assert await press(rig, lure, context_of(rig, thread.thread), "anna") == 403
    assert rig.core.of(Pressed) == []


@pytest.mark.parametrize(
    "changed", [{"desk": "other"}, {"where": "elsewhere"}, {"view": "direct"}, {"token": "t"}, {"picks": "people"}]
)
async def test_no_part_of_a_context_can_be_changed(rig: MattermostRig, changed: Json) -> None:
    thread = await open_thread(rig)
    assert await press(rig, thread.thread, {**context_of(rig, thread.thread), **changed}) == 403
    assert rig.core.events == []


async def test_a_token_without_its_context_is_told_to_the_core_as_unproved(rig: MattermostRig) -> None:
    """Buttons made before contexts: `bot.actions.dispatch` knows which of them may still act."""
    thread = await open_thread(rig)
    assert await press(rig, thread.thread, {"desk": "office", "where": "card", "token": "guessed"}) == 200
    assert not (await rig.core.next(Pressed)).proved


async def test_a_press_is_not_lost_to_a_card_that_was_drawn_anew_meanwhile(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    context = context_of(rig, thread.thread)
    await rig.desk.update(PostRef(thread.desk, thread.channel, PostId(thread.thread)), samples.card(7))
    assert await press(rig, thread.thread, context) == 200


async def test_a_press_whose_post_cannot_be_looked_up_does_nothing_and_says_so(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    context = context_of(rig, thread.thread)
    rig.faults.add("posts.get", Fault.SERVER_ERROR, times=9)
    assert await press(rig, thread.thread, context) == 200
    assert rig.core.events == []


async def test_the_former_secret_opens_buttons_and_forms(rig: MattermostRig) -> None:
    """It opens old ones and never seals new ones."""
    thread = await open_thread(rig)
    context, old = context_of(rig, thread.thread), rig.desk.tools.secrets  # type: ignore[attr-defined]
    state = hooks.FormState(DeskName("office"), "u", "", "t").sealed(old[0])
    now = hooks.Proofs(("new", *old))
    assert now.hold(context)
    assert hooks.FormState.opened(state, now.secrets).token == "t"
    assert now.sign(context) != context["sign"]
    assert not hooks.Proofs(("new",)).hold(context)
    with pytest.raises(Forged):
        hooks.FormState.opened(state, ("new",))


# -------------------------------------------------------------------------------------------------- forms


async def asked(rig: MattermostRig, form: Form = FORM) -> None:
    rig.core.answers[Commanded] = Ask(form)
    await rig.commands("anna", "close #7")


async def test_a_form_is_believed_from_whom_it_was_opened_for_alone(rig: MattermostRig) -> None:
    await asked(rig)
    window = rig.mm.dialogs("anna")[-1]
    with pytest.raises(Refused) as caught:
        await rig.mm.person("boris").submits({"comment": "mine now"}, window)
    assert caught.value.status == 403
    assert rig.core.of(Submitted) == []


@pytest.mark.parametrize("spoil", ["", "[]", "[1, 2]", '["office", "u", "", "t", [], "sig"]', "{}", "null"])
async def test_a_forged_state_is_refused(rig: MattermostRig, spoil: str) -> None:
    body = {"type": "dialog_submission", "state": spoil, "user_id": "u", "submission": {}}
    status, _ = await call(rig, "dialog", json=body)
    assert (status, rig.core.events) == (403, [])


async def test_a_changed_token_is_refused(rig: MattermostRig) -> None:
    await asked(rig)
    window = rig.mm.dialogs("anna")[-1]
    said = json.loads(window.dialog["state"])
    said[3] = "another"
    window.dialog["state"] = json.dumps(said)
    with pytest.raises(Refused):
        await rig.submits("anna", {"comment": "x"})


async def test_the_same_values_may_be_sent_again_after_a_refusal(rig: MattermostRig) -> None:
    await asked(rig)
    rig.core.answers[Submitted] = Invalid({"comment": "Not now"})
    await rig.submits("anna", {"comment": "x"})
    rig.core.answers[Submitted] = Silent()
    await rig.submits("anna", {"comment": "x"})
    assert len(rig.core.of(Submitted)) == 2
    assert rig.mm.dialogs("anna") == []


async def test_an_error_of_no_field_stands_above_the_form(rig: MattermostRig) -> None:
    await asked(rig)
    rig.core.answers[Submitted] = Invalid({"elsewhere": "Somebody closed it"})
    await rig.submits("anna", {"comment": "x"})
    assert rig.mm.dialogs("anna")[-1].error == "Somebody closed it"


async def test_an_error_of_checkboxes_stands_above_the_form(tmp_path: Path) -> None:
    """No element has the field's name."""
    async with RIGS["mattermost-strict"](tmp_path) as rig:
        many = Field("who", "Who", FieldKind.MANY, True, (Option("1", "Anna"), Option("2", "Boris")), "1")
        rig.core.answers[Commanded] = Ask(Form("Assign", "t", (many,), "OK"))
        rig.core.answers[Submitted] = Invalid({"who": "Choose somebody"})
        await rig.commands("anna", "assign")
        await rig.submits("anna", {"who": ""})
        assert rig.mm.dialogs("anna")[-1].error == "Choose somebody"  # type: ignore[attr-defined]
        assert (await rig.core.next(Submitted)).values == {"who": ""}


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["x=1"], {"x=1": "true", "who": ""}), (["who=1", "other=2"], {"who": "1", "other=2": "true"})],
)
def test_checkboxes_of_no_field_stay_what_they_are(names: list[str], expected: dict[str, str]) -> None:
    state = hooks.FormState(DeskName("office"), "u", "root", "t", ("who",))
    event = hooks.submitted({"user_id": "u", "submission": dict.fromkeys(names, True)}, state, Actor("u", "anna"))
    assert event.values == expected


async def test_a_button_that_stands_nowhere_is_forged(rig: MattermostRig) -> None:
    context = {"desk": "office", "where": "", "token": "t", "view": "everywhere"}
    status, _ = await call(rig, "action", json={"user_id": "u", "context": context, "trigger_id": "x"})
    assert (status, rig.core.events) == (403, [])


async def test_a_form_from_a_thread_answers_in_the_thread(rig: MattermostRig) -> None:
    thread = await open_thread(rig)
    root = await root_of(rig, thread)
    rig.core.answers[Pressed] = Ask(FORM)
    rig.core.answers[Submitted] = whisper("Closed")
    await rig.presses("anna", thread, root.post, "Close")
    await rig.submits("anna", {"comment": "x"})
    assert (await rig.core.next(Submitted)).place.thread == thread.thread
    await eventually(lambda: bool(rig.mm.ephemerals("anna")))
    assert rig.mm.ephemerals("anna")[-1]["root_id"] == thread.thread


async def test_a_closed_form_is_no_fact(rig: MattermostRig) -> None:
    state = hooks.FormState(DeskName("office"), "u", "", "t").sealed(SECRET)
    status, _ = await call(rig, "dialog", json={"state": state, "user_id": "u", "cancelled": True})
    assert (status, rig.core.events) == (200, [])


async def test_values_of_every_kind_are_text() -> None:
    state = hooks.FormState(DeskName("office"), "u", "root", "t")
    body = {"user_id": "u", "submission": {"a": None, "b": True, "c": ["x", "y"], "d": 7, "e": "z"}}
    event = hooks.submitted(body, state, Actor("u", "anna"))
    assert event.values == {"a": "", "b": "true", "c": "x,y", "d": "7", "e": "z"}


async def test_a_desk_without_a_command_token_takes_no_commands(working: Working) -> None:
    async with working() as rig:
        desk = rig.desk
        desk.settings = desk.settings.model_copy(update={"command_token": None})  # type: ignore[attr-defined]
        status, _ = await call(rig, "command", data={"token": "", "user_id": "u"})
        assert status == 401
