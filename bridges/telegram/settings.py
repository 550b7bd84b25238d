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
    wrong_secret = N_("only A-Z, a-z, 0-9, _ and - are allowed, 1 to 256 of them")
    wrong_address = N_("an address is needed, such as https://api.telegram.org")

    token: Secret = Field(description="Ask @BotFather: /newbot for a new bot, /token for an old one.")
    webhook_secret: Secret | None = Field(
        default=None, description="1-256 characters of A-Z, a-z, 0-9, _ and -; any random word of yours will do."
    )
    api_url: str = Field(
        default="https://api.telegram.org", description="The Bot API server; yours, if you run one, else leave it out."
    )

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot's token: it looks like 123456789:AAE…")
        return token
