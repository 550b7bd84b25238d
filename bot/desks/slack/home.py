"""The Home tab: each operator's own page of the hub."""

from __future__ import annotations

import structlog

from bot.desks.slack import views
from bot.desks.slack.errors import code_of
from bot.desks.slack.lanes import Lanes
from bot.desks.slack.surfaces import Surface
from bot.desks.slack.view_state import ViewState
from bot.desks.slack.workspace import Workspace
from bot.ports import Rejected, Transient
from bot.views.values import View

log = structlog.get_logger(__name__)


class HomeTab:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._turns = Lanes()
        self._asked: dict[str, int] = {}
        self._hashes: dict[str, str] = {}  # user → Slack's hash of what this process has drawn last
        self._shown: dict[str, str] = {}  # user → time of the press whose answer their Home shows

    async def publish(self, user: str, view: View, asked_at: Surface, token: str) -> None:
        """Draws a user's Home, later if Slack asks to wait. Of several presses, the answer to the latest stays,
        whichever arrives last. `token`: the button that requested this view, used to redraw it after an action."""
        self._asked[user] = mine = self._asked.get(user, 0) + 1
        while True:
            try:
                async with self._turns.turn(user):
                    return await self._draw(user, view, asked_at, token)
            except Transient as busy:
                if busy.retry_after is None:
                    raise
                await self._workspace.sleep(busy.retry_after)
            if self._asked[user] != mine:
                return None  # a later one is there, or waits itself

    async def refresh(self, user: str, view: View) -> bool:
        """Redraws a Home although nobody has asked. False: somebody has meanwhile, here or through another process."""
        asked = self._asked.get(user, 0)
        async with self._turns.turn(user):
            if self._asked.get(user, 0) != asked:
                return False
            try:
                await self._publish(user, view, "", self._hashes.get(user, ""))
            except Rejected as refused:
                if code_of(refused) != "hash_conflict":
                    raise
                del self._hashes[user]
                return False
        return True

    async def _draw(self, user: str, view: View, asked_at: Surface, token: str) -> None:
        if asked_at.at and asked_at.at < self._shown.get(user, ""):
            return
        try:
            await self._publish(user, view, token, asked_at.hash)
        except Rejected as refused:
            if code_of(refused) != "hash_conflict":
                raise
            # Another process or an earlier press has drawn it since; this answer is newer.
            await self._publish(user, view, token, "")
        self._shown[user] = max(asked_at.at, self._shown.get(user, ""))

    async def _publish(self, user: str, view: View, token: str, hash_: str) -> None:
        """Draws the Home, provided that it still has this hash ("": whatever it has)."""
        drawn = views.home(view, ViewState(home=view.again or token))
        answer = await self._workspace.call("views.publish", user_id=user, view=drawn, hash=hash_ or None)
        self._hashes[user] = str((answer.get("view") or {}).get("hash") or "")
