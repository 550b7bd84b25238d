"""Settings of a Viber bot in hub.toml."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from bot.config.plugins import Secret
from bot.locale import N_
from bridges.shared.settings import PlatformSettings

TOKEN = re.compile(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)+")  # three groups of sixteen, as Viber writes it
ADDRESS = re.compile(r"https?://[^\s/{}]+(/[^\s{}]*)?")
LONGEST_NAME = 28


class ViberSettings(PlatformSettings):
    wrong_address = N_("must be an address, e.g. https://chatapi.viber.com/pa/")

    token: Secret = Field(
        description="Copy it from the Viber Admin Panel (partners.viber.com): your bot → Info → Token; or in "
        "Viber: More → Settings → Bots → Edit info → Your app key."
    )
    sender: str = Field(
        default="",
        max_length=LONGEST_NAME,
        description=f"Name shown above your messages, up to {LONGEST_NAME} characters. Default: the account's title.",
    )
    avatar: str = Field(
        default="", description="The https address of the picture beside your messages: 720×720, up to 100 KB."
    )
    api_url: str = Field(
        default="https://chatapi.viber.com/pa/",
        description="REST Bot API address; leave it out unless you use a proxy.",
    )

    @property
    def needs_public_url(self) -> bool:
        """Always true: Viber calls the hub and downloads files from it. Asked when hub.toml is loaded."""
        return True

    @field_validator("token")
    @classmethod
    def _token_shape(cls, token: Secret) -> Secret:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError(
                "this is not a bot token: a bot token looks like 445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"
            )
        return token

    @field_validator("avatar")
    @classmethod
    def _picture_address(cls, url: str) -> str:
        if url and not ADDRESS.fullmatch(url):
            raise ValueError("must be an address, e.g. https://example.com/logo.jpg")
        return url
