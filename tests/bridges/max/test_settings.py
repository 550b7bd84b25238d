from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bridges.max.settings import MaxSettings

TOKEN = "f9LHodD0cOI-token_of.the~tests="
TLS = Path(__file__).parent / "tls"


def settings(**values: object) -> MaxSettings:
    return MaxSettings.model_validate({"kind": "max", "token": TOKEN, **values})


def test_a_token_is_enough() -> None:
    given = settings()
    assert (given.receive, given.api_url, given.webhook_secret) == ("polling", "https://platform-api2.max.ru", None)
    assert given.trusted() is True
    assert not given.needs_public_url
    assert TOKEN not in repr(given)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"token": f"Bearer {TOKEN}"}, "token", "no “Bearer”"),
        ({"token": TOKEN + "\n"}, "token", "token"),
        ({"token": ""}, "token", "token"),
        ({"token": "токен-бота"}, "token", "token"),
        ({"receive": "webhook"}, "", "needs webhook_secret"),
        ({"receive": "pull"}, "receive", "polling"),
        ({"webhook_secret": "four"}, "webhook_secret", "5–256"),
        ({"webhook_secret": "two words"}, "webhook_secret", "A–Z"),
        ({"webhook_secret": "x" * 257}, "webhook_secret", "5–256"),
        ({"api_url": "platform-api2.max.ru"}, "api_url", "https://platform-api2.max.ru"),
        ({"api_url": "https://max.ru/{token}"}, "api_url", "address"),
        ({"ca_file": "no/such/file.pem"}, "", "ca_file cannot be read"),
        ({"ca_file": "."}, "", "ca_file"),
        ({"ca_file": __file__}, "", "no certificate in PEM form"),
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


def test_a_webhook_needs_an_address() -> None:
    assert settings(receive="webhook", webhook_secret="a-secret").needs_public_url


def test_a_slash_at_the_end_of_the_address_does_not_matter() -> None:
    assert settings(api_url="http://127.0.0.1:8081/").api_url == "http://127.0.0.1:8081"


def test_a_file_of_certificates_is_believed_beside_those_of_the_system() -> None:
    trusted = settings(ca_file=str(TLS / "ca.pem")).trusted()
    assert not isinstance(trusted, bool)
    subjects = [dict(pair[0] for pair in one["subject"]) for one in trusted.get_ca_certs()]  # type: ignore[misc]
    assert {"commonName": "Test root of the hub"} in subjects
