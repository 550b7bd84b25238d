"""What hub.toml says of a MAX bot."""

from __future__ import annotations

import re
import ssl
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.wiring import AccountSettings, Secret

TOKEN = re.compile(r"[!-~]{8,}")  # it becomes a header
WEBHOOK_SECRET = re.compile(r"[\w-]{5,256}", re.ASCII)  # what POST /subscriptions allows as secret


class MaxSettings(AccountSettings):
    token: Secret = Field(description="Copy it from business.max.ru: Chat bots, ⋮, Settings.")
    receive: Literal["polling", "webhook"] = Field(
        default="polling",
        description='"polling" needs no public address; "webhook" needs hub.public_url and webhook_secret.',
    )
    webhook_secret: Secret | None = Field(
        default=None, description="5-256 characters of A-Z, a-z, 0-9, _ and -; any random word of yours will do."
    )
    ca_file: str = Field(
        default="",
        description="A file with the root certificates of the Russian Ministry of Digital Development (PEM, from "
        "gosuslugi.ru/crt): MAX's addresses are certified by it, and most systems do not know it.",
    )
    api_url: str = Field(
        default="https://platform-api2.max.ru", description="Where the Bot API is; leave it out unless MAX moves it."
    )

    @property
    def needs_public_url(self) -> bool:
        """Asked when hub.toml is read."""
        return self.receive == "webhook"

    def trusted(self) -> ssl.SSLContext | bool:
        """Whom to believe who MAX is: what the system knows and `ca_file`; True is the system alone. Raises `OSError`
        (of which `ssl.SSLError` is one) when the file cannot be used."""
        if not self.ca_file:
            return True
        context = ssl.create_default_context()
        context.load_verify_locations(cafile=self.ca_file)
        return context

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot's token: it has no spaces and no Bearer before it")
        return token

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, secret: Secret | None) -> Secret | None:
        if secret is not None and not WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("only A-Z, a-z, 0-9, _ and - are allowed, 5 to 256 of them")
        return secret

    @field_validator("api_url")
    @classmethod
    def _base_url(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/{}]+(/[^\s{}]*)?", url):
            raise ValueError("an address is needed, such as https://platform-api2.max.ru")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _webhook_is_proved(self) -> Self:
        if self.receive == "webhook" and self.webhook_secret is None:
            raise ValueError('receive = "webhook" needs webhook_secret: without it anybody could write as a customer')
        return self

    @model_validator(mode="after")
    def _certificates_can_be_read(self) -> Self:
        try:
            self.trusted()
        except ssl.SSLError:
            raise ValueError("ca_file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)") from None
        except OSError:
            raise ValueError("ca_file cannot be read: see that it is there and that the hub may read it") from None
        return self
