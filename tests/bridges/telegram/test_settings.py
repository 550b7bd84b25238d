from __future__ import annotations

import pytest
from pydantic import ValidationError

from bridges.telegram.settings import TelegramSettings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def settings(**values: object) -> TelegramSettings:
    return TelegramSettings.model_validate({"kind": "telegram", "token": TOKEN, **values})


def test_a_token_is_enough() -> None:
    given = settings()
    assert (given.receive, given.api_url, given.webhook_secret) == ("polling", "https://api.telegram.org", None)
    assert TOKEN not in repr(given)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"token": "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"}, "token", "123456789:"),
        ({"token": "110201543:AAH dq"}, "token", "123456789:"),
        ({"token": TOKEN + "\n"}, "token", "123456789:"),
        ({"token": ""}, "token", "123456789:"),
        ({"receive": "webhook"}, "", "needs webhook_secret"),
        ({"receive": "pull"}, "receive", "polling"),
        ({"webhook_secret": "two words"}, "webhook_secret", "A–Z"),
        ({"webhook_secret": "x" * 257}, "webhook_secret", "1–256"),
        ({"webhook_secret": "пароль"}, "webhook_secret", "A–Z"),
        ({"api_url": "api.telegram.org"}, "api_url", "https://api.telegram.org"),
        ({"api_url": "https://api.telegram.org/bot{token}"}, "api_url", "address"),
        ({"tokens": "x"}, "tokens", "Extra"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(values: dict[str, str], key: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**values)
    [error] = refused.value.errors()
    assert ".".join(map(str, error["loc"])) == key
    assert words in error["msg"]
    assert TOKEN not in str(refused.value)


def test_a_slash_at_the_end_of_the_address_does_not_matter() -> None:
    assert settings(api_url="http://127.0.0.1:8081/").api_url == "http://127.0.0.1:8081"
