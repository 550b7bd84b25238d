"""Settings of a Telegram bot in hub.toml."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from bot.config.plugins import Secret
from bot.locale import N_
from bridges.shared.settings import BotSettings

TOKEN = re.compile(r"\d+:[\w-]{3,}", re.ASCII)


class TelegramSettings(BotSettings):
    allowed_secret = re.compile(r"[\w-]{1,256}", re.ASCII)  # what setWebhook allows as secret_token
    wrong_secret = N_("must be 1–256 characters: A–Z, a–z, 0–9, _ and -")
    wrong_address = N_("must be an address, e.g. https://api.telegram.org")

    token: Secret = Field(description="Ask @BotFather: /newbot for a new bot, /token for an old one.")
    webhook_secret: Secret | None = Field(
        default=None, description="1–256 characters: A–Z, a–z, 0–9, _ and -. Make up a random string."
    )
    api_url: str = Field(
        default="https://api.telegram.org", description="Bot API server; leave it out unless you run your own."
    )

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot token: a bot token looks like 123456789:AAE…")
        return token
