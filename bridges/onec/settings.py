"""Settings of an integration of 1C's collaboration system in hub.toml."""

from __future__ import annotations

from pydantic import Field, field_validator
from yarl import URL

from bot.config.plugins import AccountSettings, Secret


class OneCChannelSettings(AccountSettings):
    """`[accounts.NAME]` with `kind = "onec"`."""

    endpoint_url: Secret = Field(
        description="the address of the integration in 1C; anyone who knows it can write there"
    )
    token: Secret = Field(
        min_length=16, description="a random string of at least 16 characters, sent by the code in 1C"
    )
    allow_private: bool = Field(False, description="true only if attachments are in your own network")

    @property
    def needs_public_url(self) -> bool:
        """Always true: code in 1C calls the hub, and users in 1C open links to files. Asked when hub.toml is loaded."""
        return True

    @field_validator("endpoint_url")
    @classmethod
    def _is_an_address(cls, given: Secret) -> Secret:
        try:
            url = URL(given.get_secret_value())
        except ValueError:
            url = URL()
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("endpoint_url must begin with http:// or https://")
        return given
