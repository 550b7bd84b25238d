"""Approved templates: those offered, with their texts and variables, and the request that sends one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import Content, Key, Template
from bot.ports import Approved, Outgoing, Rejected, RejectReason, Transient, Unavailable
from bridges.shared.fields import Fields
from bridges.whatsapp import templates
from tests.bridges.whatsapp.conftest import Shop
from tests.fakes.faults import Fault
from tests.fakes.whatsapp.templates import template

MEDIA = {"type": "HEADER", "format": "IMAGE"}


def buttons(*given: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "BUTTONS", "buttons": list(given)}]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (template("hello", "Hello!"), Approved("hello", "en_US", "Hello!")),
        (
            template("order", "Order {{1}} for {{2}}", "ru", header="Dear {{1}}", footer="Bye"),
            Approved("order", "ru", "Dear {{header}}\nOrder {{1}} for {{2}}\nBye", ("header", "1", "2")),
        ),
        (
            template("swap", "{{2}} then {{ 1 }}, again {{2}}"),
            Approved("swap", "en_US", "{{2}} then {{ 1 }}, again {{2}}", ("2", "1")),
        ),
        (
            template("named", "Order {{order_id}}", header="For {{name}}", named=True),
            Approved("named", "en_US", "For {{name}}\nOrder {{order_id}}", ("name", "order_id")),
        ),
        (
            template("links", "Hi", components=buttons({"type": "URL", "url": "https://a.b"}, {"type": "QUICK_REPLY"})),
            Approved("links", "en_US", "Hi"),
        ),
    ],
)
def test_templates_of_words_are_offered(raw: dict[str, Any], found: Approved) -> None:
    assert templates.approved(Fields(raw)) == found


@pytest.mark.parametrize(
    "raw",
    [
        template("later", "Hi", status="PENDING"),
        template("code", "{{1}} is your code", category="AUTHENTICATION"),
        template("picture", "Hi", components=[MEDIA]),
        template("track", "Hi", components=buttons({"type": "URL", "url": "https://a.b/{{1}}"})),
        template("copy", "Hi", components=buttons({"type": "COPY_CODE"})),
        template("cards", "Hi", components=[{"type": "CAROUSEL", "cards": []}]),
        {"name": "x", "language": "en", "status": "APPROVED", "components": [MEDIA]},
        {"name": "", "language": "en", "status": "APPROVED", "components": [{"type": "BODY", "text": "x"}]},
        {"components": 5},
        {},
    ],
)
def test_templates_that_need_more_than_words_are_not(raw: dict[str, Any]) -> None:
    assert templates.approved(Fields(raw)) is None


async def test_all_pages_are_read(shop: Shop) -> None:
    shop.whatsapp.page = 2
    for number in range(5):
        shop.whatsapp.add_template(f"t{number}", f"Text {number}")
    shop.whatsapp.add_template("waiting", "Text", status="PENDING")
    assert [one.name for one in await shop.bridge.templates()] == ["t0", "t1", "t2", "t3", "t4"]


async def test_why_they_cannot_be_listed(shop: Shop) -> None:
    shop.whatsapp.faults.add("templates", Fault.SERVER_ERROR)
    with pytest.raises(Transient):
        await shop.bridge.templates()
    shop.whatsapp.revoke()
    with pytest.raises(Unavailable):
        await shop.bridge.templates()


async def test_a_wrong_business_account_does_not_stop_the_number(shop: Shop) -> None:
    shop.whatsapp.waba_id = "999999"
    with pytest.raises(Rejected) as refused:
        await shop.bridge.templates()
    assert refused.value.reason is RejectReason.FORBIDDEN
    await shop.send("hello")
    assert shop.nick.reads == ["hello"]


async def send(shop: Shop, name: str, *values: str, language: str = "en_US") -> None:
    filled = Template(name, language, "words", values)
    await shop.bridge.send(shop.chat, Outgoing(Content(attachments=(filled,))), Key("k"))


async def test_a_template_reaches_who_was_silent(shop: Shop) -> None:
    shop.nick.falls_silent()
    shop.whatsapp.add_template("order", "Order {{2}} of {{1}}\n*Thanks*", header="Dear {{1}}", footer="Bye")
    [found] = await shop.bridge.templates()
    filled = found.filled(["Nick", "no. 5", "Monday\n\tmorning"])
    await shop.bridge.send(shop.chat, Outgoing(Content(attachments=(filled,))), Key("k"))
    assert shop.whatsapp.requests[-1].body["template"] == {
        "name": "order",
        "language": {"code": "en_US"},
        "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "Nick"}]},
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "Monday morning"}, {"type": "text", "text": "no. 5"}],
            },
        ],
    }
    assert shop.nick.reads == ["Dear Nick\nOrder no. 5 of Monday morning\n*Thanks*\nBye"]


async def test_named_variables_go_by_name(shop: Shop) -> None:
    shop.whatsapp.add_template("order", "Order {{order_id}} of {{day}}", "ru", named=True)
    await send(shop, "order", "5", "Monday", language="ru")
    assert shop.whatsapp.requests[-1].body["template"]["components"] == [
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "5", "parameter_name": "order_id"},
                {"type": "text", "text": "Monday", "parameter_name": "day"},
            ],
        }
    ]
    assert shop.nick.reads == ["Order 5 of Monday"]


async def test_more_than_nine_variables_keep_their_order(shop: Shop) -> None:
    body = " ".join(f"{{{{{number}}}}}" for number in range(1, 12))
    shop.whatsapp.add_template("many", body)
    await send(shop, "many", *(f"v{number}" for number in range(1, 12)))
    assert shop.nick.reads == [" ".join(f"v{number}" for number in range(1, 12))]


async def test_a_template_without_variables_has_no_components(shop: Shop) -> None:
    shop.whatsapp.add_template("hello", "Hello!")
    await send(shop, "hello")
    assert shop.whatsapp.requests[-1].body["template"] == {"name": "hello", "language": {"code": "en_US"}}


@pytest.mark.parametrize(
    ("name", "values", "language"),
    [("order", ("1",), "de"), ("orders", ("1",), "en_US"), ("order", (), "en_US"), ("order", ("1", "2"), "en_US")],
)
async def test_a_template_that_has_changed_is_refused(
    shop: Shop, name: str, values: tuple[str, ...], language: str
) -> None:
    shop.whatsapp.add_template("order", "Order {{1}}")
    with pytest.raises(Rejected) as refused:
        await send(shop, name, *values, language=language)
    assert refused.value.reason is RejectReason.INVALID
    assert "messages" not in shop.whatsapp.calls


async def test_without_the_business_account_there_are_none(shop: Shop) -> None:
    filled = Content(attachments=(Template("order", "en_US", "words"),))
    with pytest.raises(Rejected) as refused:
        await shop.without_account.send(shop.chat, Outgoing(filled), Key("k"))
    assert refused.value.reason is RejectReason.UNSUPPORTED
