"""Settings of a WhatsApp number in hub.toml."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, field_validator

from bot.config.plugins import Secret
from bot.locale import N_
from bridges.shared.settings import PlatformSettings

VERSION = "v24.0"


class WhatsAppSettings(PlatformSettings):
    wrong_address = N_("must be an address, e.g. https://graph.facebook.com/v24.0")

    phone_id: str = Field(
        description="Meta's id of the number, not the number itself: App Dashboard → WhatsApp → API Setup → "
        "Phone number ID."
    )
    token: Secret = Field(
        description="A system user's access token with whatsapp_business_messaging and whatsapp_business_management."
    )
    app_secret: Secret = Field(
        description="App Dashboard → App settings → Basic → App secret: verifies that requests come from Meta."
    )
    verify_token: Secret = Field(
        description="Make up a random string; enter the same in App Dashboard → WhatsApp → Configuration → "
        "Verify token."
    )
    waba_id: str = Field(
        default="",
        description="WhatsApp Business Account ID, shown next to the phone number ID; required for templates.",
    )
    api_url: str = Field(
        default=f"https://graph.facebook.com/{VERSION}", description="Graph API address with version; leave it out."
    )

    @property
    def needs_public_url(self) -> bool:
        """Always true: Meta calls the hub. Asked when hub.toml is loaded."""
        return True

    @field_validator("phone_id", "waba_id")
    @classmethod
    def _ids(cls, number: str) -> str:
        if number and not re.fullmatch(r"[0-9]{5,32}", number):
            raise ValueError("must be an id of digits only, as shown on Meta's pages, not a phone number with +")
        return number

    @field_validator("phone_id", "token", "app_secret", "verify_token")
    @classmethod
    def _given(cls, value: str | SecretStr) -> str | SecretStr:
        words = value if isinstance(value, str) else value.get_secret_value()
        if not words or not words.isascii() or not words.isprintable() or " " in words:
            raise ValueError("empty, or contains characters not allowed in such a key")
        return value
