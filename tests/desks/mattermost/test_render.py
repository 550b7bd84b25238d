"""Forms and views within Mattermost's limits, by tables and by the fake's own rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desks.mattermost import dialogs, hooks, render, views
from bot.desks.mattermost.features import Features
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.render import Buttons
from bot.domain import Content, DeskName, DialogId, Key, MessageId
from bot.domain.text import Span, Style, Text, line, link
from bot.hub.tokens import Seal, Ticket
from bot.locale import translator
from bot.views.values import (
    Button,
    Card,
    Fact,
    Field,
    FieldKind,
    Form,
    Menu,
    Option,
    Picker,
    Post,
    PostAuthor,
    PostKind,
    Quoted,
    Row,
    Said,
    Tone,
    View,
)
from tests.fakes.mattermost import rules
from tests.fakes.mattermost.dialogs import check_dialog
from tests.fakes.mattermost.state import State

VERSION = "11.8.0"
NEW, OLD = Features.of({"Version": VERSION}), Features.of({"Version": "10.11.3"})
PROOFS = hooks.Proofs(("a secret of the tests",))
BUTTONS = Buttons.of(DeskName("office"), "https://hub.example.com", translator("en"), PROOFS)
NOWHERE = Buttons.of(DeskName("office"), "", translator("en"), PROOFS)
ALL = Buttons.of(DeskName("office"), "https://hub.example.com", translator("ru"), PROOFS)


def test_a_form_with_long_words_says_them_in_full_elsewhere() -> None:
    title, label, hint = "Перенаправить обращение · #1042", "Кому перенаправить обращение", "Оператор или роль"
    form = Form(title, "t", (Field("to", label, hint=hint),), "Перенаправить обращение", "Прочтите *это*")
    dialog = dialogs.dialog(form, "state", NEW)
    check_dialog(State(version=VERSION), dialog)
    assert title in dialog["introduction_text"].replace("\\", "")
    assert r"\*это\*" in dialog["introduction_text"]
    assert label in dialog["elements"][0]["help_text"]
    assert hint in dialog["elements"][0]["help_text"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("a", "A"), {"type": "text", "max_length": 150, "optional": True, "default": ""}),
        (Field("a", "A", limit=50, required=True), {"type": "text", "max_length": 50, "optional": False}),
        (Field("a", "A", value="x" * 200), {"type": "textarea", "max_length": 1000, "default": "x" * 200}),
        (Field("a", "A", FieldKind.AREA, limit=9000), {"type": "textarea", "max_length": 3000}),
        (
            Field("a", "A", FieldKind.CHOICE, options=(Option("1", "One"),), value="1"),
            {"type": "select", "default": "1", "options": [{"text": "One", "value": "1"}]},
        ),
        (
            Field("a", "A", FieldKind.CHOICE, options=(Option("1", "One"),), value="2"),
            {"type": "select", "default": ""},
        ),
    ],
)
def test_a_field_becomes_an_element(field: Field, expected: dict[str, object]) -> None:
    dialog = dialogs.dialog(Form("T", "t", (field,), "OK"), "state", NEW)
    check_dialog(State(version=VERSION), dialog)
    element = dialog["elements"][0]
    assert {name: element.get(name) for name in expected} == expected


def test_a_menu_shows_numbers_and_keeps_the_tokens() -> None:
    actions = BUTTONS.actions((), "card", (Button("a", "A", "secret-a"), Button("b", "B", "secret-b")))
    assert actions[0]["options"] == [{"text": "A", "value": "0"}, {"text": "B", "value": "1"}]
    assert actions[0]["integration"]["context"]["tokens"] == ["secret-a", "secret-b"]
    assert ALL.actions((), "card", (Button("a", "A", "t"),))[0]["name"] != "More…"


def test_without_an_address_there_are_no_buttons() -> None:
    view = View((Row(Text.plain("x"), (Button("a", "A", "t"),)),))
    assert views.messages(view, NOWHERE, "", ButtonSurface.EPHEMERAL) == [render.PostBody("x")]


def test_rows_keep_their_order_with_and_without_buttons() -> None:
    button = (Button("a", "A", "t"),)
    rows = (Row(Text.plain("1")), Row(Text.plain("2"), strong=True), Row(Text.plain("3"), button), Row(Text.plain("4")))
    (body,) = views.messages(View(rows, "Title"), BUTTONS, "", ButtonSurface.EPHEMERAL)
    assert body.message == "**Title**\n1\n**2**"
    assert [one["text"] for one in body.attachments] == ["3", "4"]


def test_rows_of_several_lines_stand_apart() -> None:
    (body,) = views.messages(
        View((Row(Text.plain("a\nb")), Row(Text.plain("c"))), "T"), BUTTONS, "", ButtonSurface.EPHEMERAL
    )
    assert body.message == "**T**\n\na\nb\n\nc"


def test_an_empty_view_says_something() -> None:
    assert views.messages(View(()), BUTTONS, "", ButtonSurface.EPHEMERAL) == [render.PostBody("…")]


def test_what_is_answered_to_is_quoted_with_its_link() -> None:
    quoted = Quoted("two\nlines", "Anna", "https://chat.example.com/acme/pl/x")
    given = Post(PostKind.CUSTOMER, Content(Text.plain("yes")), (Key("k"),), PostAuthor("Maria"), quoted)
    (body,) = render.post(given, given.content.text, BUTTONS, "root", named=False)
    assert body.message == "> **Anna:** two\n> lines [↑](https://chat.example.com/acme/pl/x)\n\nyes"


def test_a_closed_card_is_muted() -> None:
    facts = (Fact("Reason", Text.plain("Spam")),)
    closed = Card(DialogId(1), "#1", "closed", facts, "Closed", Tone.PRIMARY, open=False)
    (attachment,) = render.card(closed, BUTTONS).attachments
    assert attachment["color"] != render._COLOURS[Tone.PRIMARY]
    assert "actions" not in attachment


WORDS = st.text(st.sampled_from('ab &<>*_@:\n"\\я|`~[]()#') | st.characters(exclude_categories=["C"]), max_size=400)
SOME = st.builds(lambda words, times: words * times, WORDS, st.integers(1, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SOME, st.booleans(), st.booleans()), max_size=6), WORDS)
def test_any_view_fits_into_posts(rows: list[tuple[str, bool, bool]], title: str) -> None:
    button = (Button("a", "Do it", "t" * 150),)
    view = View(tuple(Row(Text.plain(words), button if has else (), strong) for words, has, strong in rows), title)
    for body in views.messages(view, BUTTONS, "root", ButtonSurface.EPHEMERAL):
        rules.check_message(body.message)
        rules.check_props(body.props)


@settings(max_examples=60, deadline=None)
@given(SOME, SOME, st.lists(st.tuples(WORDS, SOME), max_size=10))
def test_any_card_fits_into_a_post(heading: str, summary: str, facts: list[tuple[str, str]]) -> None:
    shown_facts = tuple(Fact(label[:30], line(value, link(value[:20], "https://a.b"))) for label, value in facts)
    button = tuple(Button(f"w{n}", "Do it now", "t" * 150) for n in range(4))
    given = Card(DialogId(1), heading, summary, shown_facts, "New", buttons=button, menu=button * 3)
    body = render.card(given, BUTTONS)
    rules.check_props(body.props)
    assert len(rules.labelled({"props": body.props})) >= 4


@settings(max_examples=60, deadline=None)
@given(SOME, st.sampled_from(PostKind), st.booleans())
def test_any_post_fits_into_posts(words: str, kind: PostKind, named: bool) -> None:
    given = Post(kind, Content(Text.plain(words)), (Key("k"),), PostAuthor(words[:200]), Quoted(words[:120], "x"))
    for body in render.post(given, given.content.text, BUTTONS, "root", named=named):
        rules.check_message(body.message)
        rules.check_props(body.props)


def said_in_post(kind: PostKind, said: Text, *buttons: Button) -> list[render.PostBody]:
    return render.post(Post(kind, Content(said), (Key("k"),), buttons=buttons), said, BUTTONS, "root", named=False)


def test_a_technical_line_is_in_italics_and_its_buttons_stand_below() -> None:
    said = Text.plain("🏁 Anna closed the dialog\nReason: 500_ml")
    (bare,) = said_in_post(PostKind.LINE, said)
    assert (bare.message, bare.attachments) == ("*🏁 Anna closed the dialog*\n*Reason: 500\\_ml*", ())
    (pressed,) = said_in_post(PostKind.LINE, said, Button("no_reply", "No reply needed", "t"))
    assert pressed.message == bare.message
    assert [sorted(one) for one in pressed.attachments] == [["actions", "fallback"]]


def test_a_line_in_which_italics_would_end_keeps_its_box() -> None:
    (body,) = said_in_post(PostKind.LINE, Text.plain("✏️ Anna named the dialog “*М*”"))
    assert (body.message, body.attachments[0]["text"]) == ("", r"✏️ Anna named the dialog “\*М\*”")


FORGED = Text.of([Span("✋ Anna ", Style.ITALIC), Span("accepted", Style.ITALIC | Style.BOLD), Span("\n")])


@pytest.mark.parametrize("kind", [PostKind.CUSTOMER, PostKind.OPERATOR])
def test_nobody_else_has_a_post_in_italics_alone(kind: PostKind) -> None:
    assert [body.message for body in said_in_post(kind, FORGED)] == ["✋ Anna **accepted**"]
    assert [body.message for body in said_in_post(kind, FORGED + Text.plain("!"))] == ["*✋ Anna* ***accepted***\n!"]
    long = Text.plain("a " * 6000) + Text.of([Span("✋ Anna accepted", Style.ITALIC)])
    assert "*" not in "".join(body.message for body in said_in_post(kind, long))


def test_the_words_of_an_older_hubs_line_stay_in_its_box() -> None:
    (body,) = said_in_post(PostKind.LINE, Text.plain("👋 Back"), Button("a", "A", "t"))
    boxed = render.boxed(body)
    assert (boxed.message, boxed.attachments[0]["text"], boxed.nonce) == ("", "*👋 Back*", body.nonce)
    assert boxed.attachments[0]["actions"] == body.attachments[0]["actions"]
    assert render.boxed(boxed) == boxed


MENU_RU = (
    "Добавить соисполнителя",
    "Убрать соисполнителя",
    "Важные сообщения этого диалога",
    "Принять обращение из обращения",
    "Связать с интересом клиента",
    "Выбранные сообщения коллеге",
)


@pytest.mark.parametrize("base", ["https://hub.example.com", "https://" + "very-long-name." * 5 + "example.com/path"])
def test_a_card_with_everything_on_it_loses_nothing_of_its_menu(base: str) -> None:
    """25 entries in Russian, five buttons, all facts filled in at length."""
    tokens = [Seal("x" * 40).seal(Ticket("interest-long", DialogId(1_000_042)), DeskName("office")) for _ in range(30)]
    menu = tuple(Button(f"word{n}", f"{MENU_RU[n % 6]} {n}", tokens[n]) for n in range(25))
    buttons = tuple(Button(f"press{n}", f"Перенаправить {n}", tokens[25 + n]) for n in range(5))
    facts = tuple(Fact(f"Соисполнители {n}", Text.plain("Константин Константинопольский, " * 20)) for n in range(11))
    drawn = render.card(
        Card(DialogId(1), "#1 · " + "Заголовок " * 10, "сводка", facts, "В работе", buttons=buttons, menu=menu),
        Buttons.of(DeskName("office"), base, translator("ru"), PROOFS),
        "https://hub.example.com/files/picture",
    )
    rules.check_props(drawn.props)
    (*pressed, select) = drawn.attachments[0]["actions"]
    assert [one["name"] for one in pressed] == [one.label for one in buttons]
    assert [one["text"] for one in select["options"]] == [one.label for one in menu]
    assert len(drawn.attachments[0]["fields"]) == 11


def test_nothing_in_a_post_has_the_id_of_another_thing() -> None:
    """A press finds the first element with its id: rows with equal ids would all press the first one."""
    again = (Button("open", "Open", "t"), Button("open", "Read", "u"))
    tabs = (Button("new", "New", "n"), Button("new", "All", "a"))
    view = View(tuple(Row(Text.plain(str(n)), again) for n in range(5)), "x", tabs=tabs, buttons=again)
    (body,) = views.messages(view, BUTTONS, "root", ButtonSurface.DIRECT)
    ids = [action["id"] for attachment in body.attachments for action in attachment.get("actions", ())]
    assert len(ids) == len(set(ids)) == 14
    assert all(one.isalnum() and one.isascii() for one in ids)


def test_a_view_keeps_its_order_from_title_to_the_next_page() -> None:
    menu = Menu("Account", (Button("new", "All", "t-all"), Button("new", "Shop", "t-shop")), "t-shop")
    rows = (Row(Text.plain("1")), Row(Text.plain("2"), strong=True), Row(Text.plain("3"), (Button("a", "A", "t"),)))
    tabs, further = (Button("mine", "Mine", "m", Tone.PRIMARY),), (Button("new", "Next", "n"),)
    (body,) = views.messages(
        View(rows, "New", tabs=tabs, menus=(menu,), buttons=further), BUTTONS, "", ButtonSurface.EPHEMERAL
    )
    controls, together, single, last = body.attachments
    assert body.message == "**New**"
    assert [(one["type"], one["name"]) for one in controls["actions"]] == [("button", "Mine"), ("select", "Account")]
    assert controls["actions"][0]["style"] == "primary"
    assert controls["actions"][1]["default_option"] == "1"
    assert (together["text"], single["text"]) == ("1\n**2**", "3")
    assert [one["name"] for one in last["actions"]] == ["Next"]
    contexts = [one["integration"]["context"] for part in (controls, single, last) for one in part["actions"]]
    assert {one["view"] for one in contexts} == {"ephemeral"}


MANY = Field("who", "Кому", FieldKind.MANY, True, (Option("1", "Анна"), Option("2", "Борис")), "2,9", "Хотя бы один")


def test_several_options_are_a_list_on_newer_servers() -> None:
    drawn = dialogs.dialog(Form("T", "t", (MANY,), "OK"), "state", NEW)
    check_dialog(State(version=VERSION), drawn)
    (element,) = drawn["elements"]
    assert (element["type"], element["multiselect"], element["default"]) == ("select", True, "2")
    assert not element["optional"]


def test_several_options_are_checkboxes_on_older_servers() -> None:
    drawn = dialogs.dialog(Form("T", "t", (MANY,), "OK"), "state", OLD)
    check_dialog(State(version="10.11"), drawn)
    shown = [(one["type"], one["name"], one["placeholder"], one["default"]) for one in drawn["elements"]]
    assert shown == [("bool", "who=1", "Анна", "false"), ("bool", "who=2", "Борис", "true")]
    assert drawn["elements"][0]["display_name"] == "Кому"
    assert all(one["optional"] for one in drawn["elements"])


@pytest.mark.parametrize("buttons", [BUTTONS, NOWHERE])
def test_a_button_that_leads_to_an_address_is_a_link_in_the_text(buttons: Buttons) -> None:
    leads = Button("open", "Open", "", url="https://chat.example/pl/7")
    rows = (Row(Text.plain("#7"), (Button("accept", "Accept", "t"), leads)), Row(Text.plain("#8"), (leads,)))
    written = " ".join(
        f"{body.message} {part.get('text')}"
        for row in rows
        for body in views.messages(View((row,)), buttons, "", ButtonSurface.DIRECT)
        for part in body.attachments or ({},)
    )
    assert written.count("[Open](https://chat.example/pl/7)") == 2
    drawn = views.messages(View(rows), buttons, "", ButtonSurface.DIRECT)
    names = [one["name"] for body in drawn for part in body.attachments for one in part.get("actions", ())]
    assert names == (["Accept"] if buttons is BUTTONS else [])


PEOPLE = (Option("role:sales", "👥 sales"), Option("operator:1", "Anna", "u1"))
PERSON = Field("who", "Who", FieldKind.PERSON, True, PEOPLE, parts=("Operator", "Or a role"))
DUE = Field("due", "Due", FieldKind.MOMENT, value="2026-12-01T09:05:30+03:00", hint="e.g. tomorrow", picking="or none")
DAYS = Field("dates", "Days", FieldKind.DAYS, parts=("From", "To"), hint="e.g. 2026-10")


@pytest.mark.parametrize(
    ("asked", "version", "expected"),
    [
        (PERSON, "10.11.3", [{"name": "who", "type": "select", "options": "role:sales operator:1", "optional": False}]),
        (
            PERSON,
            "11.0.2",
            [
                {
                    "name": "who",
                    "data_source": "users",
                    "multiselect": None,
                    "display_name": "Operator",
                    "optional": True,
                },
                {"name": "who__others", "options": "role:sales", "display_name": "Or a role", "optional": True},
            ],
        ),
        (
            replace(PERSON, options=PEOPLE[1:]),
            "11.0.2",
            [{"name": "who", "data_source": "users", "display_name": "Who", "optional": False}],
        ),
        (
            replace(PERSON, value="operator:1"),
            "11.8.0",
            [{"name": "who", "data_source": None, "default": "operator:1", "optional": False}],
        ),
        (
            replace(PERSON, kind=FieldKind.PEOPLE),
            "11.0.2",
            [{"data_source": "users", "multiselect": True}, {"multiselect": True, "options": "role:sales"}],
        ),
        (DUE, "11.0.2", [{"type": "text", "default": "01.12.2026 09:05", "help_text": "e.g. tomorrow"}]),
        (
            DUE,
            "11.1.0",
            [
                {
                    "type": "datetime",
                    "default": "2026-12-01T06:05:00Z",
                    "time_interval": 5,
                    "datetime_config": None,
                    "help_text": "or none",
                }
            ],
        ),
        (DUE, "11.8.0", [{"time_interval": 5, "datetime_config": {"time_interval": 5, "manual_time_entry": True}}]),
        (
            replace(DUE, value=""),
            "12.0.0",
            [
                {
                    "time_interval": None,
                    "datetime_config": {"time_interval": 15, "manual_time_entry": True},
                    "default": "",
                }
            ],
        ),
        (replace(DUE, value="whenever"), "11.8.0", [{"type": "datetime", "default": ""}]),
        (DAYS, "11.0.2", [{"name": "dates", "type": "text", "display_name": "Days", "help_text": "e.g. 2026-10"}]),
        (
            DAYS,
            "11.1.0",
            [
                {"name": "dates", "type": "date", "display_name": "From", "help_text": ""},
                {"name": "dates__last", "display_name": "To"},
            ],
        ),
        (
            Field("m", "M", FieldKind.EMAIL, value="v@x"),
            "9.11.6",
            [{"type": "text", "subtype": "email", "default": "v@x"}],
        ),
        (Field("m", "M", FieldKind.EMAIL, value="none"), "9.11.6", [{"type": "text", "subtype": None}]),
        (Field("p", "P", FieldKind.PHONE, value="ext. 5"), "9.11.6", [{"subtype": "tel"}]),
    ],
)
def test_pickers_are_those_of_the_server_s_version(
    asked: Field, version: str, expected: list[dict[str, object]]
) -> None:
    drawn = dialogs.dialog(Form("T", "t", (asked,), "OK"), "state", Features.of({"Version": version}))
    check_dialog(State(version=version), drawn)
    shown = [
        {**one, "options": " ".join(option["value"] for option in one.get("options", ()))} for one in drawn["elements"]
    ]
    assert len(shown) == len(expected)
    for one, wanted in zip(shown, expected, strict=True):
        assert {name: one.get(name) for name in wanted} == wanted


def test_a_menu_has_another_id_after_each_choice_and_buttons_keep_theirs() -> None:
    accept, menu = Button("accept", "Accept", "t"), (Button("help", "Help", "h"), Button("note", "Note", "n"))
    given = [
        Card(DialogId(1), "#1", "#1", (), "New", buttons=(accept,), menu=menu, chosen=one) for one in ("ab1", "cd2")
    ]
    (first, chosen), (again, other) = (
        [one["id"] for one in render.card(each, BUTTONS).attachments[0]["actions"]] for each in given
    )
    assert first == again
    assert chosen != other
    assert (chosen + other).isalnum()


def test_the_customers_words_stand_on_the_card_and_notify_nobody() -> None:
    given = Card(
        DialogId(1),
        "#1",
        "Vera: Hello",
        (),
        "New",
        said=(Said(MessageId(1), "Hello @all *"), Said(MessageId(2), "Bye")),
    )
    (attachment,) = render.card(given, BUTTONS).attachments
    assert "@all" not in attachment["text"]
    assert [line[0] for line in attachment["text"].splitlines() if line] == [">", ">"]


@pytest.mark.parametrize(
    ("counts", "kinds"),
    [((10, 3), ["select", "select"]), ((100, 3), ["button", "select"]), ((40, 30), ["button", "select"])],
)
def test_a_card_with_lists_too_long_for_a_post_asks_for_the_choice(counts: tuple[int, ...], kinds: list[str]) -> None:
    lists = [Picker(tuple(Option("я" * 40 + str(one), "я" * 40) for one in range(count))) for count in counts]
    pressed = tuple(Button(f"b{number}", "Close", f"t{number}", picker=one) for number, one in enumerate(lists))
    menu = tuple(Button(f"m{number}", "A menu entry", "t" * 140) for number in range(10))
    drawn = render.card(Card(DialogId(7), "#7 Maria", "#7", (), "New", buttons=pressed, menu=menu), BUTTONS)
    rules.check_props({"attachments": list(drawn.attachments)})
    assert [one["type"] for one in drawn.attachments[0]["actions"]] == [*kinds, "select"]
    assert len(drawn.attachments[0]["actions"][-1]["options"]) == len(menu)
