"""The HTTP channel: any program becomes a customer channel by calling the hub's HTTP API and receiving its callbacks.

The contract that clients rely on is in `docs/channels/api.md` and, machine-readable, at `/api/docs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field, model_validator
from yarl import URL

from bot.config.plugins import AccountSettings, BridgeKind, Secret
from bot.domain import AccountName
from bot.ports import Bridge, Tools
from bridges.shared.http_channel import routes

NO_SECRET = Secret("")


class ApiSettings(AccountSettings):
    """`[accounts.NAME]` with `kind = "api"`."""

    token: Secret = Field(min_length=16, description="a random string of at least 16 characters, sent by API clients")
    callback_url: str = Field("", description="URL that receives operators' replies, or empty")
    callback_secret: Secret = Field(NO_SECRET, description="a random string that signs requests to callback_url")
    allow_private: bool = Field(False, description="true only if attachments are in your own network")

    @model_validator(mode="after")
    def _callbacks_are_signed(self) -> ApiSettings:
        if self.callback_url and URL(self.callback_url).scheme not in ("http", "https"):
            raise ValueError("callback_url must begin with http:// or https://")
        if self.callback_url and not self.callback_secret.get_secret_value():
            raise ValueError("callback_url needs callback_secret: without it our requests cannot be verified")
        return self


def build(account: AccountName, settings: ApiSettings, tools: Tools) -> Bridge:
    from bridges.api.bridge import ApiBridge

    return ApiBridge(account, settings, tools)


KIND: BridgeKind = BridgeKind(settings=ApiSettings, build=build, routes=routes)

__all__: Sequence[Any] = ["KIND", "ApiSettings"]
