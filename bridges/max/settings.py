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
    wrong_secret = N_("only A-Z, a-z, 0-9, _ and - are allowed, 5 to 256 of them")
    wrong_address = N_("an address is needed, such as https://platform-api2.max.ru")

    token: Secret = Field(description="Copy it from business.max.ru: Chat bots, ⋮, Settings.")
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

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot's token: it has no spaces and no Bearer before it")
        return token
