"""Cards, posts, lists and forms: nothing is lost, and Slack refuses none of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desks.slack import cards, forms, render, views
from bot.desks.slack.cards import CardLook
from bot.desks.slack.render import Drawn
from bot.desks.slack.view_state import ViewState
from bot.domain import Content, DialogId, Key, MessageId
from bot.domain.text import Span, Style, Text
from bot.views.values import (
    Button,
    Card,
    Fact,
    Field,
    FieldKind,
    Form,
    Option,
    Post,
    PostAuthor,
    PostKind,
    Row,
    Said,
    Tone,
    View,
)
from tests.contracts.picking import field_of
from tests.fakes.slack import drawing
from tests.fakes.slack.entering import entered, filled_in, options
from tests.fakes.slack.rules import check_message, check_view

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=30)
long_words = st.one_of(words, st.builds(lambda word, times: (word + " ") * times, words, st.integers(100, 900)))
looks = st.sampled_from([Style.NONE, Style.BOLD, Style.CODE, Style.QUOTE, Style.PRE, Style.HEADING])
texts = st.lists(st.builds(Span, long_words, looks, st.sampled_from(["", "https://a.b/c"])), max_size=6).map(Text.of)
tokens = st.one_of(words, st.just("t" * 140), st.just("t" * 1900))
buttons = st.builds(Button, st.sampled_from(["accept", "close"]), long_words, tokens, st.sampled_from(Tone))
rows = st.builds(Row, texts.filter(bool), st.lists(buttons, max_size=3).map(tuple), st.booleans())


def characters(drawn: Sequence[Drawn]) -> str:
    return "".join("".join(drawing.text(one.blocks, one.text).characters.split()) for one in drawn)


def labels(drawn: Sequence[Drawn]) -> list[str]:
    return [label for one in drawn for label, _, _ in drawing.buttons(one.blocks)]


def accepted(drawn: Sequence[Drawn]) -> None:
    for one in drawn:
        check_message(one.text, one.blocks)
        assert not drawing.notifies(one.blocks, one.text)


@given(
    st.sampled_from(PostKind), texts, st.lists(buttons, max_size=30).map(tuple), st.sampled_from(["", "Maria <!here>"])
)
@settings(max_examples=60, deadline=None)
def test_posts_of_any_length(kind: PostKind, text: Text, below: tuple[Button, ...], name: str) -> None:
    drawn = render.post(Post(kind, Content(text), (Key("k"),), PostAuthor("Maria"), buttons=below), name)
    accepted(drawn)
    assert "".join(text.characters.split()) in characters(drawn)
    assert "".join(name.split()) in characters(drawn[:1]) or kind is PostKind.LINE
    assert len(labels(drawn)) == len(below)
    assert [value for one in drawn for _, value, _ in drawing.buttons(one.blocks)] == [one.token for one in below]


@given(st.lists(rows, max_size=40).map(tuple), st.sampled_from(["", "All dialogs"]))
@settings(max_examples=40, deadline=None)
def test_lists_of_any_length(rows: tuple[Row, ...], title: str) -> None:
    drawn = views.messages(View(rows, title))
    accepted(drawn)
    expected = title + "".join(row.text.characters for row in rows)
    assert characters(drawn) == "".join(expected.split()) or not rows
    assert len(labels(drawn)) == sum(len(row.buttons) for row in rows)


@given(
    long_words,
    st.lists(st.builds(Fact, words, texts), max_size=12).map(tuple),
    st.lists(buttons, max_size=6).map(tuple),
    st.lists(buttons, max_size=8).map(tuple),
    st.booleans(),
    st.sampled_from(["", "https://hub.example.com/files/x"]),
)
@settings(max_examples=60, deadline=None)
def test_cards_of_any_kind(
    heading: str,
    facts: tuple[Fact, ...],
    shown: tuple[Button, ...],
    menu: tuple[Button, ...],
    is_open: bool,
    picture: str,
) -> None:
    drawn = [
        cards.card(
            Card(DialogId(7), heading, "summary", facts, "New", Tone.PLAIN, shown, menu, None, is_open),
            CardLook(picture),
        )
    ]
    assert not drawing.notifies(drawn[0].blocks, drawn[0].text)
    size = sum(len(fact.value.characters) for fact in facts) + len(heading)
    if size < 5000 and all(len(one.token) < 200 for one in (*shown, *menu)):
        check_message(drawn[0].text, drawn[0].blocks)
    assert "".join(heading.split()) in characters(drawn)
    assert len(labels(drawn)) == len(shown) + len(menu)


def test_buttons_of_any_number_and_weight() -> None:
    many = tuple(Button("pick", f"No. {number}", f"{number}" + "t" * 1900) for number in range(60))
    drawn = views.messages(View((Row(Text.plain("choose"), many),)))
    accepted(drawn)
    assert labels(drawn) == [button.label for button in many]


def menu_of(count: int, token: str = "t") -> str:
    entries = tuple(Button("w", f"Entry {number}", f"{token}{number}") for number in range(count))
    drawn = cards.card(Card(DialogId(7), "#7", "#7", (), "New", menu=entries), CardLook())
    return str(drawn.blocks[-1]["elements"][-1]["type"])


@pytest.mark.parametrize(
    ("count", "token", "kind"),
    [
        (1, "t", "button"),
        (2, "t", "overflow"),
        (5, "t", "overflow"),
        (6, "t", "static_select"),
        (3, "t" * 200, "button"),
    ],
)
def test_menus_are_as_small_as_slack_can_hold(count: int, token: str, kind: str) -> None:
    assert menu_of(count, token) == kind


def test_technical_lines_look_as_no_customer_can_write() -> None:
    line = render.post(Post(PostKind.LINE, Content(Text.plain("Anna *accepted* :smile:")), ()))[0]
    written = render.post(Post(PostKind.CUSTOMER, Content(Text.plain("Anna accepted")), (), PostAuthor("Maria")))[0]
    assert [block["type"] for block in line.blocks] == ["context"]
    assert [block["type"] for block in written.blocks] == ["rich_text"]
    assert drawing.text(line.blocks, "").characters == "Anna *accepted* :smile:"


def test_notifications_show_words_that_call_nobody() -> None:
    drawn = render.post(Post(PostKind.CUSTOMER, Content(Text.plain("<!channel> & co")), (), PostAuthor("Maria")))[0]
    assert drawn.text == "&lt;!channel&gt; &amp; co", "Slack puts the author's name before it"


# ------------------------------------------------------------------------------------------------ forms

choices = st.integers(0, 350).map(
    lambda count: tuple(
        Option(f"v{number}", f"Label {number}", f"U{number}" if number % 3 == 0 else "") for number in range(count)
    )
)
fields = st.builds(
    Field,
    name=st.uuids().map(str),
    label=long_words,
    kind=st.sampled_from(FieldKind),
    required=st.booleans(),
    options=choices,
    value=st.one_of(st.just(""), st.just("v3"), st.just("v3,v6"), st.just("2026-12-01T09:00+03:00"), long_words),
    parts=st.tuples(st.one_of(st.just(""), long_words), st.one_of(st.just(""), long_words)),
    hint=st.one_of(st.just(""), long_words),
    limit=st.sampled_from([1, 50, 3000, 100_000]),
)


@given(st.builds(Form, long_words, words, st.lists(fields, min_size=1, max_size=4).map(tuple), long_words, long_words))
@settings(max_examples=40, deadline=None)
def test_forms_of_any_size(form: Form) -> None:
    view = forms.window(form, ViewState("", "C1", "1.1"), "Cancel")
    check_view(view)
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert list(dict.fromkeys(map(field_of, inputs))) == [field.name for field in form.fields]
    for field in form.fields:
        if field.kind is FieldKind.CHOICE and field.options:
            assert [one["value"] for one in options(inputs[field.name])] == [one.value for one in field.options]


def test_answers_come_back_by_their_fields() -> None:
    reason = "a reason of more characters than an option may carry " * 4
    asked = (
        Field("reason", "Reason", FieldKind.CHOICE, True, (Option("Spam", "Spam"), Option(reason, "The long one"))),
        Field("comment", "Comment", FieldKind.AREA, value="so far"),
        Field("title", "Title"),
    )
    view = forms.window(Form("Close", "T", asked, "Close"), ViewState("", "C1", "1.1"), "Cancel")
    check_view(view)
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    chosen = list(options(elements["reason"]))[1]["value"]
    given = {"reason": chosen, "comment": "two\nlines", "title": ""}
    state = {name: {"value": entered(elements[name], value)} for name, value in given.items()}
    view_state = ViewState.unpack(view["private_metadata"])
    assert (view_state.token, view_state.channel, view_state.thread) == ("T", "C1", "1.1")
    assert forms.answers({**view, "state": {"values": state}}) == {
        "reason": reason,
        "comment": "two\nlines",
        "title": "",
    }


def test_many_chosen_options_come_with_commas() -> None:
    entries = [{"value": "a"}, {"value": "b"}]
    view = {"state": {"values": {"who": {"value": {"selected_options": entries}}}}}
    assert forms.answers(view) == {"who": "a,b"}


@pytest.mark.parametrize("packed", ["", "a token", "[]", "7", '{"x": 1}'])
def test_view_state_of_others_is_a_token(packed: str) -> None:
    assert ViewState.unpack(packed).token == packed


def test_a_forms_long_title_stands_in_full_above_its_inputs() -> None:
    form = Form("Добавить соисполнителя · #1042", "T", (Field("a", "A"),), "OK", intro="Кого?")
    view = forms.window(form, ViewState(), "Cancel")
    check_view(view)
    assert view["title"]["text"] == "Добавить соисполнителя"
    whole, intro, _ = view["blocks"]
    assert whole["elements"][0]["elements"] == [
        {"type": "text", "text": "Добавить соисполнителя · #1042", "style": {"bold": True}}
    ]
    assert intro["elements"][0]["elements"] == [{"type": "text", "text": "Кого?"}]


WHO = (Option("role:sales", "👥 sales"), Option("operator:1", "Anna", "U1"), Option("operator:2", "Boris", "U2"))


@pytest.mark.parametrize(
    ("asked", "elements", "given", "expected"),
    [
        (
            Field("who", "Who", FieldKind.PERSON, True, WHO, "operator:2", parts=("Operator", "Or a role")),
            {"who": ("users_select", "U2", "Operator", True), "who__others": ("static_select", "", "Or a role", True)},
            {"who": "U1", "who__others": "role:sales"},
            "user:U1,role:sales",
        ),
        (
            Field("who", "Who", FieldKind.PERSON, True, WHO[1:]),
            {"who": ("users_select", "", "Who", False)},
            {"who": "U7"},
            "user:U7",
        ),
        (
            Field(
                "who", "Who", FieldKind.PEOPLE, True, WHO, "operator:1,operator:2,role:sales", parts=("Who", "Or roles")
            ),
            {
                "who": ("multi_users_select", "U1,U2", "Who", True),
                "who__others": ("multi_static_select", "role:sales", "Or roles", True),
            },
            {"who": "U1,U7", "who__others": ""},
            "user:U1,user:U7",
        ),
        (
            Field("due", "Due", FieldKind.MOMENT, value="2026-12-01T09:00+03:00", hint="in words"),
            {"due": ("datetimepicker", "1796104800", "Due", True)},
            {"due": "1796108400"},
            "2026-12-01T07:00:00+00:00",
        ),
        (
            Field("due", "Due", FieldKind.MOMENT, True),
            {"due": ("datetimepicker", "", "Due", False)},
            {"due": "1796108400"},
            "2026-12-01T07:00:00+00:00",
        ),
        (
            Field("dates", "Days", FieldKind.DAYS, parts=("From", "To")),
            {"dates": ("datepicker", "", "From", True), "dates__last": ("datepicker", "", "To", True)},
            {"dates": "2026-10-01", "dates__last": "2026-10-15"},
            "2026-10-01..2026-10-15",
        ),
        (
            Field("email", "E-mail", FieldKind.EMAIL, value="v@x.y"),
            {"email": ("email_text_input", "v@x.y", "E-mail", True)},
            {"email": "w@x.y"},
            "w@x.y",
        ),
        (
            Field("email", "E-mail", FieldKind.EMAIL, value="none"),
            {"email": ("plain_text_input", "none", "E-mail", True)},
            {"email": "w"},
            "w",
        ),
        (Field("n", "N", FieldKind.NUMBER, value="2.5"), {"n": ("number_input", "2.5", "N", True)}, {"n": "3"}, "3"),
        (
            Field("url", "URL", FieldKind.URL),
            {"url": ("url_text_input", "", "URL", True)},
            {"url": "https://x.y"},
            "https://x.y",
        ),
    ],
)
def test_pickers_are_slacks_own(
    asked: Field, elements: dict[str, tuple[str, str, str, bool]], given: dict[str, str], expected: str
) -> None:
    view = forms.window(Form("T", "token", (asked,), "OK"), ViewState(), "Cancel")
    check_view(view)
    drawn = {block["block_id"]: block for block in view["blocks"]}
    assert {
        name: (one["element"]["type"], filled_in(one["element"]), one["label"]["text"], one["optional"])
        for name, one in drawn.items()
    } == elements
    assert "in words" not in str(view), "a picker is not written"
    state = {name: {"value": entered(drawn[name]["element"], value)} for name, value in given.items()}
    assert forms.answers({**view, "state": {"values": state}}) == {asked.name: expected}
    nothing = {name: {"value": entered(one["element"], "")} for name, one in drawn.items()}
    assert forms.answers({**view, "state": {"values": nothing}}) == {asked.name: ""}


def ids_of(chosen: str, *facts: Fact) -> list[object]:
    entries = tuple(Button("w", f"Entry {number}", f"t{number}") for number in range(9))
    drawn = cards.card(Card(DialogId(7), "#7", "#7", facts, "New", menu=entries, chosen=chosen), CardLook())
    return [block.get("block_id") for block in drawn.blocks if block["type"] == "actions"]


def test_a_menu_has_another_id_after_each_choice_and_the_same_otherwise() -> None:
    assert ids_of("one") == ids_of("one", Fact("Owner", Text.plain("Anna")))
    assert not set(ids_of("one")) & set(ids_of("two"))


def test_a_menu_shows_its_groups() -> None:
    entries = tuple(
        Button("w", f"{group} {n}", f"{group}{n}", group=group) for group in ("Dialog", "Tasks") for n in range(3)
    )
    drawn = cards.card(Card(DialogId(7), "#7", "#7", (), "New", menu=entries), CardLook())
    groups = drawn.blocks[-1]["elements"][-1]["option_groups"]
    assert [(one["label"]["text"], len(one["options"])) for one in groups] == [("Dialog", 3), ("Tasks", 3)]
    check_message(drawn.text, drawn.blocks)


def test_facts_fold_and_stand_in_the_open_where_slack_takes_no_container() -> None:
    folded = [Fact(label, Text.plain("*vera*, :tea:"), folded=True) for label in ("Customer", "Deal")]
    facts = (Fact("Owner", Text.plain("Anna")), *folded)
    card = Card(DialogId(7), "#7", "#7", facts, "New", said=(Said(MessageId(1), "*Hello* <!here>"),))
    for folds in (True, False):
        drawn = cards.card(card, CardLook(folds=folds))
        check_message(drawn.text, drawn.blocks)
        assert cards.has_container(drawn) is folds
        shown = drawing.text(drawn.blocks, drawn.text).characters
        assert all(words in shown for words in ("Owner: Anna", "Customer: *vera*, :tea:", "*Hello* <!here>"))
