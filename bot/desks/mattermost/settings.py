"""`[desks.NAME]` of kind "mattermost" in hub.toml."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from bot.config.plugins import AUDIENCE, DeskSettings, Secret


class MattermostSettings(DeskSettings):
    kind: Literal["mattermost"] = "mattermost"
    url: str = Field(description="the address where people open Mattermost, e.g. https://chat.example.com")
    token: Secret = Field(description="the bot's access token: `hub setup mattermost` creates the bot and prints it")
    team: str = Field(min_length=1, description="the team's name as in its channels' addresses, e.g. acme")
    channel: str = Field(min_length=1, description="a channel's name as in its address, e.g. support, or its id")
    command_token: Secret | None = Field(
        default=None, description="the token of the /dialog command; `hub setup mattermost` prints it"
    )
    audience: Literal["members", "team"] = Field(default="members", description=AUDIENCE)
    callback_url: str = Field(
        default="", description="the hub's address for Mattermost, if it differs from hub.public_url"
    )
    rate: int = Field(default=50, ge=1, le=1000, description="requests per second to Mattermost")
    timeout: float = Field(default=15, gt=0, description="timeout for Mattermost, seconds")

    @field_validator("url", "callback_url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be an address that begins with http:// or https://")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("must be an address without ?, # or a user name")
        return url.rstrip("/")

    @field_validator("team", "channel")
    @classmethod
    def _name(cls, name: str) -> str:
        """Strips the leading sign that people copy along with a name."""
        return name.strip().lstrip("~#/").lower()

    @field_validator("url")
    @classmethod
    def _given(cls, url: str) -> str:
        if not url:
            raise ValueError("is required")
        return url
