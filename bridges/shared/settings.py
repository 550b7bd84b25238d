"""Settings in hub.toml that several channels share."""

from __future__ import annotations

import re
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.config.plugins import AccountSettings, Secret
from bot.locale import N_

UNPROVED = N_('receive = "webhook" needs webhook_secret; without it anyone could pose as a customer')
ADDRESS = re.compile(r"https?://[^\s/{}?#]+(/[^\s{}?#]*)?")


class PlatformSettings(AccountSettings):
    """An account on a platform whose API address can be set. A given address gets or loses its trailing slash to match
    the class's default. `wrong_address`: error text for an invalid address."""

    wrong_address: ClassVar[str]

    api_url: str

    @field_validator("api_url")
    @classmethod
    def _base_url(cls, url: str) -> str:
        usual = str(cls.model_fields["api_url"].default)
        if not ADDRESS.fullmatch(url):
            raise ValueError(cls.wrong_address)
        return url.rstrip("/") + ("/" if usual.endswith("/") else "")


class BotSettings(PlatformSettings):
    """A bot that polls for updates or receives them by webhook. `allowed_secret`: webhook secrets that the platform
    accepts; `wrong_secret`: error text for any other."""

    allowed_secret: ClassVar[re.Pattern[str]]
    wrong_secret: ClassVar[str]

    receive: Literal["polling", "webhook"] = Field(
        default="polling",
        description='"polling" needs no public address; "webhook" needs hub.public_url and webhook_secret.',
    )
    webhook_secret: Secret | None = None

    @property
    def needs_public_url(self) -> bool:
        """True for webhooks. Asked when hub.toml is loaded."""
        return self.receive == "webhook"

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, secret: Secret | None) -> Secret | None:
        if secret is not None and not cls.allowed_secret.fullmatch(secret.get_secret_value()):
            raise ValueError(cls.wrong_secret)
        return secret

    @model_validator(mode="after")
    def _webhook_is_proved(self) -> Self:
        if self.receive == "webhook" and self.webhook_secret is None:
            raise ValueError(UNPROVED)
        return self
