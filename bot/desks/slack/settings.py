"""Settings of a Slack workspace in hub.toml."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.config.plugins import AUDIENCE, DeskSettings, Secret


class SlackSettings(DeskSettings):
    bot_token: Secret = Field(
        description="Your Slack app's page, OAuth & Permissions: the Bot User OAuth Token. It begins with xoxb-."
    )
    app_token: Secret | None = Field(
        default=None,
        description="Your Slack app's page, Basic Information, App-Level Tokens: one with the scope connections:write. "
        "It begins with xapp-. With it no public address is needed (Socket Mode).",
    )
    signing_secret: Secret | None = Field(
        default=None,
        description="Your Slack app's page, Basic Information: the Signing Secret. Needed without app_token.",
    )
    channel: str = Field(
        default="", description="The channel where dialogs appear, by name or id; the app has to be invited to it."
    )
    audience: Literal["members", "team"] = Field(default="members", description=AUDIENCE)
    api_url: str = Field(default="https://slack.com/api/", description="Leave it out, unless you test against a fake.")

    @property
    def needs_public_url(self) -> bool:
        """True without Socket Mode, where Slack calls the hub. Asked when hub.toml is loaded."""
        return self.app_token is None

    @field_validator("bot_token")
    @classmethod
    def _bot_token(cls, token: Secret) -> Secret:
        if not token.get_secret_value().startswith("xoxb-"):
            raise ValueError("this is not a bot's token: it begins with xoxb-")
        return token

    @field_validator("app_token")
    @classmethod
    def _app_token(cls, token: Secret | None) -> Secret | None:
        if token is not None and not token.get_secret_value().startswith("xapp-"):
            raise ValueError("this is not an app-level token: it begins with xapp-")
        return token

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            raise ValueError("an address is needed, such as https://slack.com/api/")
        return url.rstrip("/") + "/"

    @field_validator("channel")
    @classmethod
    def _channel(cls, channel: str) -> str:
        return channel.strip().removeprefix("#")

    @model_validator(mode="after")
    def _some_way_in(self) -> Self:
        if self.app_token is None and self.signing_secret is None:
            raise ValueError("app_token (Socket Mode) or signing_secret (events by HTTP) is needed")
        return self
