"""Settings of a receiver of events in hub.toml."""

from __future__ import annotations

from pydantic import Field, field_validator
from yarl import URL

from bot.config.plugins import CrmSettings, Secret


class WebhookSettings(CrmSettings):
    """`[crm]` with `kind = "webhook"`."""

    url: Secret = Field(description="Enter the address for events, e.g. https://crm.example.com/hub.")
    secret: Secret = Field(min_length=16, description="Enter at least 16 random characters: they sign the events.")
    timeout: float = Field(15.0, gt=0, le=120, description="Enter the receiver's timeout in seconds.")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, given: Secret) -> Secret:
        try:
            url = URL(given.get_secret_value())
        except ValueError:
            url = URL()
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("must begin with http:// or https://")
        return given
