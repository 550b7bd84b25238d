"""Contents of Slack's messages besides text: files of all sorts, pictures, shared messages, previews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.desks.slack import wire
from bot.desks.slack.context import Context, Us
from bot.domain import (
    Actor,
    Content,
    DeskName,
    FileRef,
    Forwarded,
    Media,
    MediaKind,
    OperatorEdited,
    OperatorPosted,
    Unshowable,
)
from bot.domain.text import Span, Style, Text, bold, line, link

CONTEXT = Context(Us(DeskName("main"), "U0HUB", "B0HUB"), {"U1": Actor("U1", "anna"), "U2": Actor("U2", "boris")})
PNG = {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 5, "mode": "hosted"}
PHOTO = Media(MediaKind.PHOTO, FileRef("desk:main", "F1"), "a.png", "image/png", 5)
LINKED = "https://acme.slack.com/archives/C2/p1764300000000100"


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def share(text: str = "the price is 500", **more: Any) -> dict[str, Any]:
    """A shared message as Slack sends it."""
    inner = {"blocks": rich(words(text))} if text else {}
    return {
        "is_share": True,
        "is_msg_unfurl": True,
        "ts": "1764300000.000100",
        "author_name": "Boris",
        "from_url": LINKED,
        "text": text,
        "fallback": f"[November 28th] boris: {text}",
        "message_blocks": [{"team": "T1", "channel": "C2", "ts": "1764300000.000100", "message": inner}],
        **more,
    }


def posted(looked_up: Mapping[str, Any] | None = None, /, **fields: Any) -> OperatorPosted:
    event = {"type": "message", "user": "U1", "text": "", "ts": "1764400010.000100", "thread_ts": "1764400000.000100"}
    body = {"type": "event_callback", "event": {**event, "channel": "C1", **fields}}
    found = wire.fact(body, replace(CONTEXT, files=looked_up or {}))
    assert isinstance(found, OperatorPosted)
    return found


def said(looked_up: Mapping[str, Any] | None = None, /, **fields: Any) -> Content:
    return posted(looked_up, **fields).content


def boris(content: Content) -> Forwarded:
    at = wire.moment("1764300000.000100")
    return Forwarded("Boris", content, at)


# ------------------------------------------------------------------------------------ shared messages


def test_a_shared_message_is_forwarded_words_and_files() -> None:
    price = Content(Text.plain("the price is 500"))
    assert said(attachments=[share()]) == Content(forwarded=(boris(price),))
    with_file = said(text="please see", attachments=[share(files=[PNG])])
    assert with_file == Content(Text.plain("please see"), forwarded=(boris(replace(price, attachments=(PHOTO,))),))
    inner = {"message_blocks": [{"message": {"files": [PNG]}}]}
    assert said(attachments=[share("", **inner)]).forwarded[0].content == Content(attachments=(PHOTO,))


def test_shared_messages_nest() -> None:
    deep = share("outer", attachments=[share("inner")])
    [outer] = said(attachments=[deep]).forwarded
    assert outer.content.text.characters == "outer"
    assert [one.content.text.characters for one in outer.content.forwarded] == ["inner"]
    endless: dict[str, Any] = share("x")
    for _ in range(50):
        endless = share("x", attachments=[endless])
    assert said(attachments=[endless])


def test_a_shared_message_that_shows_nothing_is_named() -> None:
    hidden = share("", message_blocks=[], fallback="[no preview available]")
    assert said(attachments=[hidden]).forwarded[0].content == Content(attachments=(Unshowable("message", "Boris"),))


def test_a_message_of_an_app_is_shared_by_its_words() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Order* 17"}}, {"type": "actions"}]
    app = share("", message_blocks=[{"message": {"blocks": blocks}}])
    assert said(attachments=[app]).forwarded[0].content.text.characters == "Order 17"


def test_a_shared_message_of_an_app_says_what_slack_shows() -> None:
    """Checks that `text`, which is for notifications, does not stand in for the blocks."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Order 7*: 2 cups"}}
    footer = {"type": "context", "elements": [{"type": "plain_text", "text": "to Riga"}]}
    drawn = [section, {"type": "divider"}, footer]
    app = share("New order", message_blocks=[{"message": {"blocks": drawn}}])
    assert said(attachments=[app]).forwarded[0].content.text == line(bold("Order 7"), ": 2 cups\nto Riga")
    mixed = share("New order", message_blocks=[{"message": {"blocks": [*rich(words("New:")), *drawn]}}])
    assert said(attachments=[mixed]).forwarded[0].content.text == line("New:\n", bold("Order 7"), ": 2 cups\nto Riga")


def test_who_is_named_in_a_shared_message_is_named() -> None:
    assert posted(attachments=[share("ask <@U2>", message_blocks=[])]).names.marked
    assert not posted(attachments=[share()]).names.marked


@pytest.mark.parametrize(
    "preview",
    [
        {
            "from_url": "https://a.example/x",
            "title": "A page",
            "text": "what it says",
            "image_url": "https://a.example/p.png",
        },
        {"original_url": "https://a.example/x", "service_name": "A", "title": "A page"},
        {"is_app_unfurl": True, "app_unfurl_url": "https://a.example/x", "text": "from an app"},
        {**share(), "is_share": False, "from_url": "https://a.example/x"},
    ],
)
def test_what_slack_adds_to_a_link_is_nobodys_word(preview: dict[str, Any]) -> None:
    text = {"text": "<https://a.example/x>", "blocks": rich({"type": "link", "url": "https://a.example/x"})}
    assert said(**text, attachments=[preview]) == said(**text)


def test_a_message_shared_without_the_sign_of_a_share() -> None:
    """As Slack sent it before 2022."""
    old = {**share(), "is_share": False}
    assert len(said(text="see", attachments=[old]).forwarded) == 1


# --------------------------------------------------------------------------------------------- tables


def cell(*elements: dict[str, Any]) -> dict[str, Any]:
    return rich(*elements)[0]


ROWS = [
    [{"type": "raw_text", "text": "Товар"}, {"type": "raw_text", "text": "Цена"}, {"type": "raw_text", "text": " "}],
    [cell({**words("Чай"), "style": {"bold": True}}), {"type": "raw_number", "value": 90, "text": "90 ₽"}],
    [cell({"type": "link", "url": "https://a.b", "text": "Кофе"}, words("\nв зёрнах")), cell()],
    [{"type": "raw_text", "text": "*как есть* :tea:"}, {"type": "raw_number", "value": 5}],
]
TABLE = line(
    "Товар | Цена\n",
    Span("Чай", Style.BOLD),
    " | 90 ₽\n",
    link("Кофе", "https://a.b"),
    " в зёрнах\n*как есть* :tea: | 5",
)


def test_a_table_is_carried_in_words() -> None:
    table = {"type": "table", "rows": ROWS, "column_settings": [{"align": "right"}]}
    assert said(text="Прайс", blocks=[*rich(words("Прайс")), table]) == Content(line("Прайс\n", *TABLE.spans))
    assert said(text="", blocks=[table]) == Content(TABLE)
    assert said(text="Прайс", blocks=rich(words("Прайс")), attachments=[{"id": 1, "blocks": [table]}]) == Content(
        line("Прайс\n", *TABLE.spans)
    )
    assert said(attachments=[share("", message_blocks=[{"message": {"blocks": [table]}}])]).forwarded[0].content == (
        Content(TABLE)
    )
    captioned = said(blocks=[{"type": "data_table", "caption": "Май", "rows": ROWS[:1]}])
    assert captioned == Content(Text.plain("Май\nТовар | Цена"))


def test_who_is_named_in_a_table_is_named() -> None:
    rows = [[cell({"type": "user", "user_id": "U2"})]]
    assert posted(blocks=[*rich(words("see")), {"type": "table", "rows": rows}]).names.marked


@pytest.mark.parametrize(
    ("block", "content"),
    [
        ({"type": "alert", "text": {"type": "mrkdwn", "text": "*Stop* &amp; read"}}, line(bold("Stop"), " & read")),
        (
            {"type": "card", "title": {"type": "plain_text", "text": "Tea"}, "body": {"type": "mrkdwn", "text": "5 ₽"}},
            Text.plain("Tea\n5 ₽"),
        ),
        (
            {"type": "plan", "title": "Plan", "tasks": [{"title": "One", "details": cell(words("more"))}]},
            Text.plain("Plan\nOne\nmore"),
        ),
        ({"type": "video", "video_url": "https://a.b/c"}, None),
        ({"type": "table", "rows": [[cell()], "?"]}, None),
        ({"type": "brand_new", "rows": 5}, None),
    ],
)
def test_a_block_of_another_kind_is_read_by_its_words(block: dict[str, Any], content: Text | None) -> None:
    expected = Content(content) if content else Content(attachments=(Unshowable(block["type"]),))
    assert said(blocks=[block]) == expected


# ------------------------------------------------------------------------------------------- pictures


def test_a_gif_from_the_composer_goes_as_a_picture_and_one_of_an_attachment_as_a_link() -> None:
    address = "https://media.example/v1/cat.gif?cid=1"
    gif = {"type": "image", "image_url": address, "title": {"text": "cat"}, "alt_text": "a cat", "image_bytes": 17}
    picture = Media(MediaKind.PHOTO, FileRef("desk:main", address), "cat.gif", "image/gif", 17)
    assert said(blocks=[gif]) == Content(attachments=(picture,))
    both = said(text="look", blocks=[*rich(words("look")), gif])
    assert both == Content(Text.plain("look"), (picture,))
    nameless = said(blocks=[{"type": "image", "image_url": "https://media.example/x", "alt_text": ""}]).attachments[0]
    assert isinstance(nameless, Media)
    assert (nameless.name, nameless.mime) == ("picture.gif", "image/gif")
    shown = line("🖼 ", link("cat", address))
    assert said(attachments=[{"image_url": address, "title": "cat"}]).text.spans[-1] == shown.spans[-1]


def test_a_picture_of_slacks_own_goes_as_a_file_or_is_named() -> None:
    kept = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"}
    assert said({"F1": PNG}, blocks=[kept]) == Content(attachments=(PHOTO,))
    by_address = {"type": "image", "image_url": "https://files.slack.com/files-pri/T1-F1/a.png", "alt_text": "a"}
    assert said({"F1": PNG}, blocks=[by_address]) == Content(attachments=(PHOTO,))
    private = {"type": "image", "image_url": "https://acme.slack.com/x.png", "alt_text": "plan"}
    assert said(blocks=[private]) == Content(attachments=(Unshowable("picture", "plan"),))
    script = {"type": "image", "image_url": "javascript:alert(1)", "alt_text": ""}
    assert said(blocks=[script]) == Content(attachments=(Unshowable("picture"),))


def test_a_block_that_nobody_knows_is_not_dropped() -> None:
    assert said(text="see", blocks=[*rich(words("see")), {"type": "table"}]).attachments == (Unshowable("table"),)


def test_an_attachment_in_words() -> None:
    card = {"pretext": "New", "title": "Order 17", "title_link": "https://shop.example/17", "text": "*paid*"}
    found = said(attachments=[{**card, "fields": [{"title": "Sum", "value": "500"}]}])
    assert found.text.characters == "New\nOrder 17\npaid\nSum: 500"
    assert said(attachments=[{"fallback": "only this"}]).text.characters == "only this"


# ---------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("file", "what", "name"),
    [
        ({"mode": "tombstone"}, "deleted", ""),
        ({"mode": "hidden_by_limit", "name": "old.pdf"}, "hidden", "old.pdf"),
        ({"mode": "quip", "title": "Plan", "mimetype": "application/vnd.slack-docs"}, "canvas", "Plan"),
        ({"mode": "list", "title": "To do", "mimetype": "application/vnd.slack-list"}, "list", "To do"),
        ({"mode": "email", "title": "Re: order", "mimetype": "text/html"}, "email", "Re: order"),
        ({"mode": "space", "title": "Post"}, "document", "Post"),
        ({"file_access": "file_not_found"}, "deleted", ""),
        ({"file_access": "access_denied"}, "closed", ""),
        ({"file_access": "check_file_info"}, "closed", ""),
        ({"mode": "external", "title": "Sheet"}, "closed", "Sheet"),
    ],
)
def test_files_that_cannot_go_are_named(file: dict[str, Any], what: str, name: str) -> None:
    assert said(files=[{"id": "F9", **file}]) == Content(attachments=(Unshowable(what, name),))


def test_a_file_that_lies_elsewhere_goes_as_its_title_with_its_link() -> None:
    sheet = {
        "id": "F2",
        "mode": "external",
        "title": "Sheet",
        "is_external": True,
        "url_private": "https://docs.example/1",
    }
    assert said(None, text="see", files=[sheet]).text == line("see\n", link("Sheet", "https://docs.example/1"))


def test_a_stub_is_what_was_looked_up() -> None:
    stub = {"id": "F1", "created": 0, "timestamp": 0, "user": "", "file_access": "check_file_info"}
    event = {"files": [stub], "attachments": [share(files=[{"id": "F5", "name": "b.txt"}])]}
    assert wire.files({"event": event}) == {"F1", "F5"}
    assert said({"F1": PNG}, files=[stub]) == Content(attachments=(PHOTO,))
    again = {"F1": {"file_access": "access_denied"}}
    assert said(again, files=[stub]) == Content(attachments=(Unshowable("closed"),))
    for known in (PNG, {"id": "F1", "mode": "tombstone"}, {"id": "F1", "is_external": True}):
        assert wire.files({"event": {"files": [known]}}) == set()


# ---------------------------------------------------------------------------------------------- edits


def change(before: dict[str, Any], after: dict[str, Any]) -> Any:
    base = {"user": "U1", "ts": "2.0", "thread_ts": "1.0"}
    inside = {"message": {**base, **after}, "previous_message": {**base, **before}}
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "event_ts": "9.0", **inside}
    return wire.fact({"type": "event_callback", "event": event}, CONTEXT)


def test_a_file_that_goes_is_a_change_and_a_preview_that_comes_is_none() -> None:
    gone = change({"text": "see", "files": [PNG]}, {"text": "see", "files": [{"id": "F1", "mode": "tombstone"}]})
    assert isinstance(gone, OperatorEdited)
    assert (gone.key, gone.content) == ("edit:C1:2.0:9.0", Content(Text.plain("see"), (Unshowable("deleted"),)))
    preview = {"from_url": "https://a.example", "title": "A"}
    assert change({"text": "<https://a.example>"}, {"text": "<https://a.example>", "attachments": [preview]}) is None
