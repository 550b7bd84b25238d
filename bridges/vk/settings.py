"""Settings of a VK community in hub.toml."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.config.plugins import Secret
from bot.locale import N_
from bridges.shared.settings import PlatformSettings

TOKEN = re.compile(r"[\w.-]{20,}", re.ASCII)
SECRET = re.compile(r"[A-Za-z0-9_]{1,50}")  # what groups.addCallbackServer accepts as secret_key


class VkSettings(PlatformSettings):
    wrong_address = N_("must be an address, e.g. https://api.vk.com/method/")

    group_id: int = Field(
        gt=0, description="The community's number: 123456 in vk.com/club123456, also under Manage → Settings."
    )
    token: Secret = Field(
        description="Manage → API usage → Access tokens: a token with community management, messages, photos and files."
    )
    receive: Literal["longpoll", "callback"] = Field(
        default="longpoll",
        description='"longpoll" needs no public address; "callback" needs hub.public_url and secret.',
    )
    secret: Secret | None = Field(
        default=None,
        description="1–50 characters: A–Z, a–z, 0–9 and _. Make up a random string; VK sends it with every event.",
    )
    confirmation: Secret | None = Field(
        default=None,
        description="The string VK expects in response; needed only if the token has no right to manage the community.",
    )
    api_url: str = Field(
        default="https://api.vk.com/method/",
        description="VK API address; leave it out unless you use a proxy.",
    )

    @property
    def needs_public_url(self) -> bool:
        """True for the Callback API. Asked when hub.toml is loaded."""
        return self.receive == "callback"

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a community access token: one looks like vk1.a.…")
        return token

    @field_validator("secret")
    @classmethod
    def _secret_shape(cls, secret: Secret | None) -> Secret | None:
        if secret is not None and not SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("must be 1–50 characters: A–Z, a–z, 0–9 and _")
        return secret

    @model_validator(mode="after")
    def _callback_is_proved(self) -> Self:
        if self.receive == "callback" and self.secret is None:
            raise ValueError('receive = "callback" needs secret; without it anyone could pose as a customer')
        return self
