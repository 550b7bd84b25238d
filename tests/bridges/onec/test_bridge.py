"""Requests that reach 1C, and the meaning of its responses."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import ChatId, Content, ForeignId, Forwarded, Key, Location
from bot.domain.text import Text
from bot.locale import translator
from bot.ports import DeliveryError, Outgoing, Rejected, RejectReason, Transient, Unavailable, Unexplained
from bridges.onec import errors, wire
from bridges.shared.http_calls import HttpResponse
from bridges.shared.http_channel.schema import MessageIn, SenderIn
from tests.bridges.onec.conftest import World
from tests.fakes.faults import Fault

DOCUMENT = Path(__file__).parents[3] / "docs/channels/onec.md"


def sent(world: World) -> list[object]:
    return [json.loads(raw) for raw in world.onec.requests]


async def test_a_message_is_one_request(world: World) -> None:
    chat = world.onec.discussion("Tea")
    done = await world.send(chat, "Отправили <сегодня> & *скоро*")
    assert done.refs == (ForeignId("k1"),)
    assert done.delivered
    [raw] = world.onec.requests
    said = "Отправили <сегодня> & *скоро*"
    expected = f'{{"createMessage":{{"extId":"k1","extConversationId":"{chat}","text":"{said}"}}}}'
    assert raw == expected.encode()


async def test_a_discussion_that_1c_does_not_know_is_made_first(world: World) -> None:
    await world.send("client-7", "hello")
    await world.send("client-7", "again", key="k2")
    first = {"createMessage": {"extId": "k1", "extConversationId": "client-7", "text": "hello"}}
    assert sent(world) == [
        first,
        {"createConversation": {"extConversationId": "client-7", "title": "Acme"}},
        first,
        {"createMessage": {"extId": "k2", "extConversationId": "client-7", "text": "again"}},
    ]
    assert list(world.onec.discussions["client-7"].messages.values()) == ["hello", "again"]


async def test_a_server_that_makes_discussions_itself_gets_no_second_one(world: World) -> None:
    world.onec.creates = True
    await world.send("client-7", "hello")
    assert len(world.onec.requests) == 1


async def test_what_is_repeated_after_a_doubt_arrives_once(world: World) -> None:
    chat = world.onec.discussion("Tea")
    world.onec.faults.add("createMessage", Fault.RESET_AFTER)
    with pytest.raises(DeliveryError):
        await world.send(chat, "once")
    assert (await world.send(chat, "once")).refs == ("k1",)
    assert world.onec.discussions[chat].messages == {"k1": "once"}


async def test_a_doubt_about_the_discussion_is_none_about_the_message(world: World) -> None:
    world.onec.faults.add("createConversation", Fault.RESET_AFTER)
    with pytest.raises(Transient):
        await world.send("client-7", "hello")
    await world.send("client-7", "hello")
    assert world.onec.discussions["client-7"].messages == {"k1": "hello"}


async def test_files_follow_the_words_as_links(world: World) -> None:
    chat = world.onec.discussion("Tea")
    await world.send(chat, "the bills:", world.file("счёт\n№ 1.pdf"), world.file(""))
    [text] = world.onec.discussions[chat].messages.values()
    assert text == "the bills:\nсчёт_№ 1.pdf: http://files.test/files/1\nhttp://files.test/files/2"


@pytest.mark.parametrize(
    "content",
    [
        Content(),
        Content(attachments=(Location(1, 2),)),
        Content(Text.plain("x"), forwarded=(Forwarded("Ada", Content(Text.plain("y"))),)),
        Content(Text.plain("x" * 4001)),
    ],
    ids=["nothing", "location", "forwarded", "too long"],
)
async def test_what_has_no_words_is_refused_before_it_is_sent(world: World, content: Content) -> None:
    with pytest.raises(Rejected):
        await world.bridge.send(ChatId(world.onec.discussion("Tea")), Outgoing(content), Key("k"))
    assert world.onec.requests == []


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        (301, Unavailable, None),
        (400, Unexplained, None),
        (401, Unavailable, None),
        (403, Unavailable, None),
        (404, Unavailable, None),
        (405, Unavailable, None),
        (408, Transient, None),
        (413, Rejected, RejectReason.TOO_LONG),
        (418, Unexplained, None),
        (422, Unexplained, None),
        (429, Transient, None),
        (500, Transient, None),
        (502, Transient, None),
        (507, Transient, None),
    ],
)
def test_what_an_answer_means(status: int, error: type[DeliveryError], reason: RejectReason | None) -> None:
    answer = HttpResponse(status, {"retry-after": "7"}, "плохо\n".encode() * 200)
    found = errors.of(answer, translator("en"))
    assert type(found) is error
    assert len(str(found)) < 300
    if isinstance(found, Rejected):
        assert found.reason is reason
        assert "плохо" in found.detail
    if isinstance(found, Unavailable):
        assert "endpoint_url" in found.advice
    if isinstance(found, Unexplained):
        assert "плохо" in found.detail
    elif isinstance(found, Transient):
        assert found.retry_after == 7
        assert found.scope == ("all" if status == 429 else "")


@pytest.mark.parametrize("status", [200, 201, 204, 409])
def test_what_is_success(status: int) -> None:
    assert errors.is_success(HttpResponse(status, {}, b""))


async def test_a_discussion_that_cannot_be_made_is_the_account_s_fault(world: World) -> None:
    world.onec.path += "0"
    with pytest.raises(Unavailable):
        await world.send("client-7", "hello")


async def test_check_shows_nobody_anything(world: World) -> None:
    good, back = await world.bridge.check()
    assert good.ok
    assert "https://hub.example.com/api/v1/accounts/shop/messages" in back.what
    assert world.onec.discussions == {}
    world.onec.path += "0"
    bad, _ = await world.bridge.check()
    assert not bad.ok
    assert "404" in bad.what
    assert world.onec.path not in f"{good} {bad} {back}"


CHARACTERS = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=100, database=None)
@given(CHARACTERS, CHARACTERS, CHARACTERS)
def test_no_character_of_a_command_is_lost(text: str, chat: str, key: str) -> None:
    command = wire.create_message(ChatId(chat), Key(key), text)
    body = wire.body(command)
    assert not body.startswith(codecs.BOM_UTF8)
    assert json.loads(body.decode()) == command


def test_the_code_in_the_documentation_sends_what_the_hub_takes() -> None:
    [code] = re.findall(r"```bsl\n(#Область.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    assert '"/api/v1/accounts/books/messages"' in code
    for name, model in (("Тело", MessageIn), ("Отправитель", SenderIn)):
        keys = set(re.findall(rf'{name}\.Вставить\("(\w+)"', code))
        needed = {key for key, field in model.model_fields.items() if field.is_required()}
        assert needed <= keys <= set(model.model_fields)
    for one, other in (("Процедура", "КонецПроцедуры"), ("Функция", "КонецФункции"), ("Цикл", "КонецЦикла")):
        assert len(re.findall(rf"\b{one}\b", code)) == len(re.findall(rf"\b{other}\b", code))
