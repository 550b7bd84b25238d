"""Mentions of colleagues on technical lines, and who follows a thread.

A mention is a user name in the text. Names change and are taken over, so each is looked up when its line is posted. The
server notifies members of the channel alone, and lets only a system administrator decide who follows a thread.
"""

from __future__ import annotations

from collections.abc import Collection

import structlog

from bot.desks.mattermost.api import Api
from bot.desks.mattermost.audience import Audience
from bot.desks.mattermost.server import Server
from bot.domain import ThreadRef
from bot.domain.text import Mention, Span, Text
from bot.domain.value import replace
from bot.ports import Rejected, RejectReason
from bot.views.values import Post

log = structlog.get_logger(__name__)


class Mentions:
    def __init__(self, api: Api, server: Server, audience: Audience) -> None:
        self._api, self._server, self._audience = api, server, audience
        self._may_not_follow = False

    async def named(self, post: Post) -> Post:
        """Returns the post with people's user names in its mentions; nobody is mentioned who has none now."""
        spans = post.content.text.spans
        names = {user: await self._name(user) for user in {span.user for span in spans if isinstance(span, Mention)}}
        if not names:
            return post
        text = Text.of(_named(span, names[span.user]) if isinstance(span, Mention) else span for span in spans)
        return replace(post, content=replace(post.content, text=text))

    async def _name(self, user: str) -> str:
        try:
            found = await self._api.user(user)
        except Rejected:
            return ""
        return "" if found.get("delete_at") or found.get("is_bot") else str(found["username"])

    async def reached(self, channel: str, users: Collection[str]) -> Collection[str]:
        """Returns those of the users who are in the channel. Raises `DeliveryError` when the server does not answer."""
        return {user for user in users if await self._audience.is_in(channel, user)}

    async def follow(self, thread: ThreadRef, user: str, on: bool) -> None:
        """Makes a member of the channel follow a thread, or anybody no longer follow it."""
        if self._may_not_follow or (on and not await self._audience.is_in(thread.channel, user)):
            return
        try:
            await self._api.follow(await self._server.team(), thread.thread, user, on=on)
        except Rejected as refused:
            if refused.reason is RejectReason.FORBIDDEN:
                self._may_not_follow = True
                log.info("bot is not a system administrator: mentions alone decide who follows a thread")


def _named(mention: Mention, name: str) -> Span:
    return replace(mention, text=f"@{name}") if name else Span(mention.text, mention.style)
