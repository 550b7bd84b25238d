"""Links to dialogs that people share: a preview below their message, which everyone in the conversation sees.

Slack sends `link_shared` for the domains that the app has registered (`unfurl_domains` of its manifest).
https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import structlog

from bot.desks.slack import views
from bot.desks.slack.audience import Audience
from bot.desks.slack.payloads import Payload, as_object, as_objects
from bot.desks.slack.workspace import Workspace
from bot.domain import DialogId
from bot.ports import DeliveryError, EventHandler

log = structlog.get_logger(__name__)

EVENT = "link_shared"
_DIALOG = re.compile(r"https://[^/?#]+/desk/?#/dialog/(\d{1,18})")
AT_MOST = 5
"""Links of one message that get a preview."""


def shared(body: Payload) -> Mapping[str, DialogId]:
    """Returns the addresses of dialogs that a message has, as they are written there."""
    event = as_object(body.get("event"))
    addresses = [str(one.get("url")) for one in as_objects(event.get("links"))] if event.get("type") == EVENT else []
    found = {url: _DIALOG.fullmatch(url) for url in addresses}
    return {url: DialogId(int(match[1])) for url, match in list(found.items())[:AT_MOST] if match}


class Unfurler:
    def __init__(self, workspace: Workspace, audience: Audience, handler: EventHandler) -> None:
        self._workspace, self._audience, self._handler = workspace, audience, handler

    async def unfurl(self, body: Payload) -> None:
        """Shows previews of the dialogs that whoever wrote the message may read. Failures are only logged: the link
        itself stands."""
        links, event = shared(body), as_object(body.get("event"))
        user = str(event.get("user") or "")
        try:
            actors = await self._workspace.actors({user})
            if not links or user not in actors:
                return
            actor = await self._audience.placed(actors[user])
            known = await self._handler.previews(actor, sorted(set(links.values())))
            drawn = {
                url: {"blocks": views.messages(known[one])[0].blocks} for url, one in links.items() if one in known
            }
            if drawn:
                await self._workspace.call("chat.unfurl", unfurls=drawn, **_place(event))
        except DeliveryError as error:
            log.warning("failed to show the preview of a link", desk=self._workspace.desk, error=str(error))


def _place(event: Payload) -> dict[str, Any]:
    """Names the message, which may still stand in the composer."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event.get("channel"), "ts": event.get("message_ts")}
