"""Settings of a MAX bot in hub.toml."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from bot.config.plugins import Secret, Trusting
from bot.locale import N_
from bridges.shared.settings import BotSettings

TOKEN = re.compile(r"[!-~]{8,}")  # becomes an HTTP header


class MaxSettings(Trusting, BotSettings):
    allowed_secret = re.compile(r"[\w-]{5,256}", re.ASCII)  # what POST /subscriptions allows as secret
    wrong_secret = N_("must be 5–256 characters: A–Z, a–z, 0–9, _ and -")
    wrong_address = N_("must be an address, e.g. https://platform-api2.max.ru")

    token: Secret = Field(description="Copy it from business.max.ru: Chat bots → ⋮ → Settings.")
    webhook_secret: Secret | None = Field(
        default=None, description="5–256 characters: A–Z, a–z, 0–9, _ and -. Make up a random string."
    )
    ca_file: str = Field(
        default="",
        description="Root certificates of the Russian Ministry of Digital Development (PEM file from "
        "gosuslugi.ru/crt): they certify MAX's addresses, and most systems lack them.",
    )
    api_url: str = Field(
        default="https://platform-api2.max.ru", description="Bot API address; leave it out unless MAX moves it."
    )

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot token: a bot token has no spaces and no “Bearer” prefix")
        return token
