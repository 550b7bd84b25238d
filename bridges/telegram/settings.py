"""What hub.toml says of a Telegram bot."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.wiring import AccountSettings, Secret

TOKEN = re.compile(r"\d+:[\w-]{3,}", re.ASCII)
WEBHOOK_SECRET = re.compile(r"[\w-]{1,256}", re.ASCII)  # what setWebhook allows as secret_token


class TelegramSettings(AccountSettings):
    token: Secret = Field(description="Ask @BotFather: /newbot for a new bot, /token for an old one.")
    receive: Literal["polling", "webhook"] = Field(
        default="polling",
        description='"polling" needs no public address; "webhook" needs hub.public_url and webhook_secret.',
    )
    webhook_secret: Secret | None = Field(
        default=None, description="1-256 characters of A-Z, a-z, 0-9, _ and -; any random word of yours will do."
    )
    api_url: str = Field(
        default="https://api.telegram.org", description="The Bot API server; yours, if you run one, else leave it out."
    )

    @property
    def needs_public_url(self) -> bool:
        """Asked when hub.toml is read."""
        return self.receive == "webhook"

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot's token: it looks like 123456789:AAE…")
        return token

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, secret: Secret | None) -> Secret | None:
        if secret is not None and not WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("only A-Z, a-z, 0-9, _ and - are allowed, 1 to 256 of them")
        return secret

    @field_validator("api_url")
    @classmethod
    def _base_url(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/{}]+(/[^\s{}]*)?", url):
            raise ValueError("an address is needed, such as https://api.telegram.org")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _webhook_is_proved(self) -> Self:
        if self.receive == "webhook" and self.webhook_secret is None:
            raise ValueError('receive = "webhook" needs webhook_secret: without it anybody could write as a customer')
        return self
