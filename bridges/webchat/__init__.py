"""The site chat: one script tag puts a chat widget on a website.

How to embed it, and what the site's pages may and may not do, is described in `docs/channels/webchat.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import Field, field_validator

from bot.config.plugins import AccountSettings, BridgeKind
from bot.domain import AccountName
from bot.ports import Accept, Bridge, Route, Tools

_ORIGIN = re.compile(r"https?://((\*\.)?[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:(\d{1,5}|\*))?|\*")


class WebchatSettings(AccountSettings):
    """`[accounts.NAME]` with `kind = "webchat"`. Without `origins` only the hub's own pages may show the chat."""

    origins: tuple[str, ...] = Field(
        (), description='list of sites that may show the chat, e.g. ["https://shop.example.com"]'
    )
    greeting: str = Field("", max_length=500, description="greeting at the top of an empty chat, up to 500 characters")

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """Accepts only origins, since they become part of a header."""
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    "each origin is a scheme and host without a path, e.g. https://shop.example.com, or * for any site"
                )
        return origins


def build(account: AccountName, settings: WebchatSettings, tools: Tools) -> Bridge:
    from bridges.webchat.bridge import WebchatBridge

    return WebchatBridge(account, settings, tools)


def routes(
    bridges: Mapping[AccountName, Bridge], accepts: Mapping[AccountName, Accept], tools: Tools
) -> Sequence[Route]:
    from bridges.webchat.bridge import WebchatBridge
    from bridges.webchat.pages import WidgetPages
    from bridges.webchat.routes import WidgetEndpoints

    ours = {name: bridge for name, bridge in bridges.items() if isinstance(bridge, WebchatBridge)}
    return [*WidgetPages(ours, tools).routes(), *WidgetEndpoints(ours, accepts, tools).routes()]


KIND = BridgeKind(settings=WebchatSettings, build=build, routes=routes)

__all__ = ["KIND", "WebchatSettings"]
