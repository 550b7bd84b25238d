"""Settings of a Slack workspace in hub.toml."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.config.plugins import AUDIENCE, DeskSettings, Secret


class SlackSettings(DeskSettings):
    bot_token: Secret = Field(
        description="Slack app page → OAuth & Permissions → Bot User OAuth Token. Begins with xoxb-."
    )
    app_token: Secret | None = Field(
        default=None,
        description="Slack app page → Basic Information → App-Level Tokens: a token with the scope "
        "connections:write. Begins with xapp-. With it no public address is needed (Socket Mode).",
    )
    signing_secret: Secret | None = Field(
        default=None,
        description="Slack app page → Basic Information → Signing Secret. Needed only without app_token.",
    )
    channel: str = Field(default="", description="Channel where dialogs appear: name or id. Invite the app to it.")
    audience: Literal["members", "team"] = Field(default="members", description=AUDIENCE)
    api_url: str = Field(default="https://slack.com/api/", description="Only for tests.")

    @property
    def needs_public_url(self) -> bool:
        """True without Socket Mode, where Slack calls the hub. Asked when hub.toml is loaded."""
        return self.app_token is None

    @field_validator("bot_token")
    @classmethod
    def _bot_token(cls, token: Secret) -> Secret:
        if not token.get_secret_value().startswith("xoxb-"):
            raise ValueError("this is not a bot token: a bot token begins with xoxb-")
        return token

    @field_validator("app_token")
    @classmethod
    def _app_token(cls, token: Secret | None) -> Secret | None:
        if token is not None and not token.get_secret_value().startswith("xapp-"):
            raise ValueError("this is not an app-level token: an app-level token begins with xapp-")
        return token

    @field_validator("api_url")
    @classmethod
    def _api_url(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            raise ValueError("must be an address, e.g. https://slack.com/api/")
        return url.rstrip("/") + "/"

    @field_validator("channel")
    @classmethod
    def _channel(cls, channel: str) -> str:
        return channel.strip().removeprefix("#")

    @model_validator(mode="after")
    def _some_way_in(self) -> Self:
        if self.app_token is None and self.signing_secret is None:
            raise ValueError("app_token (Socket Mode) or signing_secret (events over HTTP) is required")
        return self
