"""Direct messages with text and files for one person, each arriving exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.desks.slack import posted_keys, render, views
from bot.desks.slack.files import AT_ONCE, SlackFiles, UploadedFile
from bot.desks.slack.posted_keys import PostedParts
from bot.desks.slack.workspace import Workspace
from bot.domain import Content, Key
from bot.domain.text import Text
from bot.ports import Rejected
from bot.views.values import Post, PostKind, Row, View

LOOKED_AT = 200
"""Newest direct messages that are searched for an earlier attempt."""


class DirectMessenger:
    def __init__(self, workspace: Workspace, slack_files: SlackFiles) -> None:
        self._workspace, self._slack_files = workspace, slack_files

    async def tell(self, user: str, view: View) -> None:
        """Sends a view, continuing an earlier attempt if there was one."""
        channel = await self._workspace.direct(user)
        posted = await self._posted_parts(channel, view.keys)
        if posted.complete:
            return
        files = [await self._slack_files.upload(one) for one in view.files]
        ready = [one for one in files if isinstance(one, UploadedFile)]
        notes = tuple(Row(Text.plain(one)) for one in files if isinstance(one, str))
        drawn = views.messages(replace(view, rows=(*view.rows, *notes)))
        for number, message in enumerate(drawn, 1):
            if number not in posted.parts:
                titles = [one.title for one in ready] if number == len(drawn) else []
                metadata = posted_keys.label(view.keys, number, len(drawn), titles) if view.keys else None
                await self.say(channel, message, metadata=metadata)
        await self._share(channel, ready, posted)

    async def retell(self, user: str, key: Key, view: View) -> None:
        """Replaces the direct message with this key, if there is one."""
        channel = await self._workspace.direct(user)
        posted = await self._posted_parts(channel, (key,))
        first, *superfluous = [posted.parts[number] for number in sorted(posted.parts)] or [""]
        if not first:
            return
        drawn = views.messages(view)[0]
        await self._workspace.call(
            "chat.update",
            channel=channel,
            ts=first,
            text=drawn.text,
            blocks=drawn.blocks,
            metadata=posted_keys.label([key]),
        )
        for ts in superfluous:
            await self._workspace.call("chat.delete", channel=channel, ts=ts)

    async def _posted_parts(self, channel: str, keys: Sequence[Key]) -> PostedParts:
        if not keys:
            return PostedParts()
        us = (await self._workspace.identity()).us
        answer = await self._workspace.call(
            "conversations.history", channel=channel, limit=LOOKED_AT, include_all_metadata=True
        )
        oldest_first = list(answer.get("messages") or ())[::-1]
        return posted_keys.posted_parts(oldest_first, keys[0], us) or PostedParts()

    async def _share(self, channel: str, files: Sequence[UploadedFile], posted: PostedParts) -> None:
        """Shows the files that are not there yet."""
        missing = Counter(posted.missing([file.title for file in files]))
        waiting: list[UploadedFile] = []
        for file in files:
            if missing[file.title] > 0:
                missing[file.title] -= 1
                waiting.append(file)
        for start in range(0, len(waiting), AT_ONCE):
            together = waiting[start : start + AT_ONCE]
            try:
                await self._slack_files.share(together, channel)
            except Rejected as refused:
                refusals = self._slack_files.refusals(together, refused.reason)
                await self.say(channel, render.post(Post(PostKind.LINE, Content(refusals), ()))[0])

    async def say(self, channel: str, drawn: render.Drawn, **more: Any) -> None:
        await self._workspace.post(channel, drawn.text, drawn.blocks, **more)
