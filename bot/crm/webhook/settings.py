"""Settings of a receiver of events in hub.toml."""

from __future__ import annotations

from pydantic import Field, field_validator
from yarl import URL

from bot.config.plugins import CrmSettings, Secret


class WebhookSettings(CrmSettings):
    """`[crm]` with `kind = "webhook"`."""

    url: Secret = Field(description="Write the address that takes the events, such as https://crm.example.com/hub.")
    secret: Secret = Field(min_length=16, description="Write at least 16 random characters: events are signed with it.")
    timeout: float = Field(15.0, gt=0, le=120, description="Write seconds: how long the receiver may take to answer.")

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
