from __future__ import annotations

import pytest
from pydantic import ValidationError

from bridges.viber.settings import ViberSettings
from tests.fakes.viber import TOKEN


def settings(**values: object) -> ViberSettings:
    return ViberSettings.model_validate({"kind": "viber", "token": TOKEN, **values})


def test_a_token_is_enough() -> None:
    given = settings()
    assert (given.sender, given.avatar, given.api_url) == ("", "", "https://chatapi.viber.com/pa/")
    assert given.needs_public_url
    assert TOKEN not in repr(given)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"token": "445da6az1s345z78"}, "token", "445da6az1s345z78-dazcczb2542zv51a"),
        ({"token": "445da6az 1s345z78-d"}, "token", "not a bot token"),
        ({"token": TOKEN + "\n"}, "token", "not a bot token"),
        ({"token": "пароль-бота"}, "token", "not a bot token"),
        ({"token": ""}, "token", "not a bot token"),
        ({"sender": "x" * 29}, "sender", "28 characters"),
        ({"avatar": "logo.jpg"}, "avatar", "https://example.com/logo.jpg"),
        ({"api_url": "chatapi.viber.com"}, "api_url", "https://chatapi.viber.com/pa/"),
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


@pytest.mark.parametrize("url", ["http://127.0.0.1:8081/pa", "http://127.0.0.1:8081/pa/"])
def test_a_slash_at_the_end_of_the_address_does_not_matter(url: str) -> None:
    assert settings(api_url=url).api_url == "http://127.0.0.1:8081/pa/"
