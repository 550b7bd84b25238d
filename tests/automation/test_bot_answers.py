"""Wrong answers of a first-line bot: each is explained by what is wrong with it."""

from __future__ import annotations

import json

import pytest

from bot.automation import bot_answers
from bot.automation.bot_answers import BotAnswer, Garbage
from bot.locale import translator

LONG, MANY = "x" * 20_001, ["x"] * 11

WRONG: list[tuple[object, str]] = [
    (b"", "the response is empty"),
    (b" \r\n", "the response is empty"),
    (b"<!DOCTYPE html><html>Sign in</html>", "the response is a web page or XML, not JSON"),
    (b'{"reply": "Hel', 'the response is not JSON: {"reply": "Hel'),
    (b"OK", "the response is not JSON: OK"),
    ('{"reply": "Привет"}'.encode("cp1251"), "the response is not in UTF-8"),
    (["Hello"], "the response is a list, not a JSON object"),
    ("Hello", "the response is a text, not a JSON object"),
    (None, "the response is null, not a JSON object"),
    ({}, "the response has neither “reply” nor “hand_over”"),
    ({"text": "Hello", "ok": True}, "the response has neither “reply” nor “hand_over”, but: text, ok"),
    ({"reply": "  "}, "“reply” is empty and “hand_over” is not true"),
    ({"reply": 7}, "“reply” must be a text or a list of texts, not a number"),
    ({"reply": ["a", {"text": "b"}]}, "“reply” must be a text or a list of texts, not an object"),
    ({"reply": "a", "hand_over": "yes"}, "“hand_over” must be true or false, not a text"),
    ({"reply": "a", "hand_over": None}, "“hand_over” must be true or false, not null"),
    ({"reply": "a", "buttons": "Yes"}, "“buttons” must be a list of texts, not a text"),
    ({"reply": "a", "note": 1.5}, "“note” must be a text, not a number"),
    ({"reply": LONG}, "“reply” is too long: 20001 characters, at most 20000"),
    ({"reply": MANY}, "“reply” has too many items: 11, at most 10"),
    ({"reply": "a", "buttons": ["x" * 201]}, "“buttons” is too long: 201 characters, at most 200"),
    (b'{"reply": "\\ud83d"}', "“reply” holds halves of characters (surrogates)"),
]


@pytest.mark.parametrize(("answer", "words"), WRONG, ids=[words[:50] for _, words in WRONG])
def test_a_wrong_answer_is_explained(answer: object, words: str) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    with pytest.raises(Garbage) as caught:
        bot_answers.read(body)
    assert caught.value.said(translator("en")) == words
    said = caught.value.said(translator("ru"))
    assert said != words
    assert "{" not in said.replace('{"reply"', "")
    assert not any(kind in said for kind in ("a text", "a list", "a number", "an object"))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (302, "HTTP 302: it redirects elsewhere, which is not followed"),
        (401, "HTTP 401: it does not accept the signature"),
        (404, "HTTP 404: there is nothing at its address"),
        (405, "HTTP 405: its address takes no POST requests"),
        (418, "HTTP 418"),
        (500, "HTTP 500: an error of its own"),
    ],
)
def test_a_wrong_status_is_explained(status: int, words: str) -> None:
    with pytest.raises(Garbage) as caught:
        bot_answers.check_status(status)
    assert caught.value.said(translator("en")) == words


def test_a_good_answer_is_read() -> None:
    body = '\ufeff{"reply": ["Hello", " "], "buttons": ["Yes"], "hand_over": true, "note": " n ", "more": 1}'.encode()
    assert bot_answers.read(body) == BotAnswer(("Hello\n• Yes",), True, "n")
    bot_answers.check_status(204)
