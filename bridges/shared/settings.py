"""What hub.toml says alike of several channels."""

from __future__ import annotations

import re
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.config.plugins import AccountSettings, Secret
from bot.locale import N_

UNPROVED = N_('receive = "webhook" needs webhook_secret: without it anybody could write as a customer')
ADDRESS = re.compile(r"https?://[^\s/{}?#]+(/[^\s{}?#]*)?")


class PlatformSettings(AccountSettings):
    """An account on a platform whose API has an address. Its default shows how it is written: with a slash at its end,
    or without. `wrong_address`: what is said of one that is none."""

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
    """A bot that asks for its updates or is called with them. `allowed_secret`: what the platform takes as a webhook's
    secret; `wrong_secret`: what is said of another one."""

    allowed_secret: ClassVar[re.Pattern[str]]
    wrong_secret: ClassVar[str]

    receive: Literal["polling", "webhook"] = Field(
        default="polling",
        description='"polling" needs no public address; "webhook" needs hub.public_url and webhook_secret.',
    )
    webhook_secret: Secret | None = None

    @property
    def needs_public_url(self) -> bool:
        """Asked when hub.toml is read."""
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
