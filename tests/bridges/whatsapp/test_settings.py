from __future__ import annotations

import pytest
from pydantic import ValidationError

from bridges.whatsapp.settings import WhatsAppSettings

GIVEN = {
    "kind": "whatsapp",
    "phone_id": "106540352242922",
    "token": "EAAJB-token",
    "app_secret": "0123456789abcdef",
    "verify_token": "a-word",
}


def settings(**values: object) -> WhatsAppSettings:
    return WhatsAppSettings.model_validate({**GIVEN, **values})


def test_four_keys_are_enough() -> None:
    given = settings()
    assert (given.waba_id, given.api_url, given.needs_public_url) == ("", "https://graph.facebook.com/v24.0", True)
    assert not any(GIVEN[key] in repr(given) for key in ("token", "app_secret", "verify_token"))


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"phone_id": "+1 555 078 3881"}, "phone_id", "digits"),
        ({"phone_id": ""}, "phone_id", "empty"),
        ({"phone_id": "²²²²²²"}, "phone_id", "digits"),
        ({"waba_id": "shop"}, "waba_id", "digits"),
        ({"token": ""}, "token", "empty"),
        ({"token": "Bearer EAAJB"}, "token", "characters"),
        ({"token": "EAAJB\n"}, "token", "characters"),
        ({"app_secret": ""}, "app_secret", "empty"),
        ({"verify_token": ""}, "verify_token", "empty"),
        ({"verify_token": "слово"}, "verify_token", "characters"),
        ({"api_url": "graph.facebook.com"}, "api_url", "https://graph.facebook.com"),
        ({"api_url": "https://graph.facebook.com/?x"}, "api_url", "address"),
        ({"phone": "1"}, "phone", "Extra"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(values: dict[str, str], key: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**values)
    [error] = refused.value.errors()
    assert ".".join(map(str, error["loc"])) == key
    assert words in error["msg"]
    assert GIVEN["token"] not in str(refused.value)


@pytest.mark.parametrize("key", ["phone_id", "token", "app_secret", "verify_token"])
def test_none_of_them_may_be_missing(key: str) -> None:
    with pytest.raises(ValidationError):
        WhatsAppSettings.model_validate({name: value for name, value in GIVEN.items() if name != key})


def test_a_slash_at_the_end_of_the_address_does_not_matter() -> None:
    assert settings(api_url="http://127.0.0.1:8081/v24.0/").api_url == "http://127.0.0.1:8081/v24.0"
