from __future__ import annotations

import pytest
from pydantic import ValidationError

from bridges.vk.settings import VkSettings

TOKEN = "vk1.a.tOkEn_of-the-community-0123456789"


def settings(**values: object) -> VkSettings:
    return VkSettings.model_validate({"kind": "vk", "group_id": 123456, "token": TOKEN, **values})


def test_a_number_and_a_token_are_enough() -> None:
    given = settings()
    assert (given.receive, given.api_url) == ("longpoll", "https://api.vk.com/method/")
    assert (given.secret, given.confirmation, given.needs_public_url) == (None, None, False)
    assert TOKEN not in repr(given)


def test_callback() -> None:
    given = settings(receive="callback", secret="s3cret", confirmation="c0nf1rm")
    assert given.needs_public_url
    assert "s3cret" not in repr(given)
    assert "c0nf1rm" not in repr(given)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"group_id": "club1"}, "group_id", "integer"),
        ({"group_id": 0}, "group_id", "greater than 0"),
        ({"group_id": -5}, "group_id", "greater than 0"),
        ({"token": "short"}, "token", "vk1.a."),
        ({"token": TOKEN + "\n"}, "token", "vk1.a."),
        ({"receive": "callback"}, "", "needs secret"),
        ({"receive": "polling"}, "receive", "longpoll"),
        ({"secret": "two words"}, "secret", "A–Z"),
        ({"secret": "x" * 51}, "secret", "1–50"),
        ({"secret": "пароль"}, "secret", "A–Z"),
        ({"api_url": "api.vk.com"}, "api_url", "https://api.vk.com/method/"),
        ({"api_url": "https://api.vk.com/{method}"}, "api_url", "address"),
        ({"groupid": 1}, "groupid", "Extra"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(values: dict[str, object], key: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**values)
    [error] = refused.value.errors()
    assert ".".join(map(str, error["loc"])) == key
    assert words in error["msg"]
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("given", ["http://127.0.0.1:8081/method", "http://127.0.0.1:8081/method/"])
def test_a_slash_at_the_end_of_the_address_does_not_matter(given: str) -> None:
    assert settings(api_url=given).api_url == "http://127.0.0.1:8081/method/"
