"""Slack's payloads → the core, and the core's answers → the person who acted. Uses Bolt for both Socket Mode and HTTP.

Bolt acknowledges after the listener (`process_before_response`), which only commits: if the core could not store an
event, Slack gets no answer and retries.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.desks.shared.threads import RecentThreads
from bot.desks.slack import wire
from bot.desks.slack.access import AccessChange, access_change
from bot.desks.slack.answers import AnswerPresenter
from bot.desks.slack.audience import Audience
from bot.desks.slack.catching_up import CatchingUp
from bot.desks.slack.context import Context
from bot.desks.slack.gaps import Gaps
from bot.desks.slack.lanes import Lanes
from bot.desks.slack.missed import MissedPosts
from bot.desks.slack.surfaces import again, surface
from bot.desks.slack.unfurling import Unfurler, shared
from bot.desks.slack.workspace import LOOKUP, QUIET, Workspace
from bot.domain import Actor, DeskEvent, Pressed, Submitted
from bot.ports import Clock, DeliveryError, EventHandler, Forged, IntakeClosed
from bot.runtime.metrics import IGNORED
from bot.runtime.throttled_log import ThrottledLog
from bot.views.values import Answer, Whisper

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

ANYTHING = re.compile("")
SERVER_ERROR = 500
AGAIN_AFTER = (0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts to commit a post, before Slack is left to repeat it."""
OVERLAP = timedelta(seconds=60)
"""Time before a break that is read again: clocks differ, and the core recognizes repetitions."""
REPEATS_FOR = timedelta(minutes=10)
"""Time for which Slack repeats an event."""


class Receiver:
    """Receives one desk's events. New posts of a thread wait until `catching_up` has read the missed ones."""

    def __init__(
        self,
        workspace: Workspace,
        audience: Audience,
        presenter: AnswerPresenter,
        handler: EventHandler,
        clock: Clock,
        returned: Callable[[], Awaitable[None]],
    ) -> None:
        """`returned`: called when a channel may work again."""
        self._workspace, self._audience = workspace, audience
        self._presenter, self._handler, self._returned = presenter, handler, returned
        self._lanes, self._threads = Lanes(), RecentThreads()
        self._uncommitted: dict[str, datetime] = {}
        self.began = clock.now()  # posts before that are not missed
        self._heard: dict[str, datetime] = {}  # channel → the latest event
        gaps, place = Gaps(workspace, clock), partial(self._placed, missed=True)
        missed = MissedPosts(workspace, gaps, presenter, handler, clock, self._context, place)
        self.catching_up = CatchingUp(gaps, self._lanes, missed, clock)
        self._unfurler = Unfurler(workspace, audience, handler)
        self.app = self._bolt()

    def _bolt(self) -> AsyncApp:
        """Builds the Bolt app. Requests are authenticated before (`http`), or come through the hub's own socket."""

        async def authorize() -> AuthorizeResult:
            """Returns the only workspace's token. Asking Slack here would lose events while it does not answer."""
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=self._workspace.token)

        app = AsyncApp(
            name=QUIET.name,  # Bolt sets the level of the logger of that name
            logger=QUIET,
            client=self._workspace.web,
            authorize=authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        for listen in (app.event, app.command, app.action, app.view, app.shortcut):
            listen(ANYTHING)(self._take)
        app.error(self._failed)
        return app

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        if wire.echo(request.body):
            return BoltResponse(status=200)
        lane = self._lane(request.body)
        if not lane:
            return await self.app.async_dispatch(request)
        key, at = wire.delivery(request.body)
        channel = lane.partition(":")[0]
        self._heard[channel] = max(at, self._heard.get(channel, at))
        self._uncommitted.setdefault(key, at)
        async with self._lanes.turn(lane, at):
            await self.catching_up.passed(lane)
            response = await self._patiently(request)
        if response.status < SERVER_ERROR:
            self._uncommitted.pop(key, None)
        return response

    def read_until(self, now: datetime) -> datetime:
        """Returns the time up to which everything is committed, as far as Slack has told it until `now`."""
        self._uncommitted = {key: at for key, at in self._uncommitted.items() if at > now - REPEATS_FOR}
        return min([now, *self._uncommitted.values()])

    def _lane(self, body: Mapping[str, Any]) -> str:
        """Returns the thread of a post, or of the post that a reaction is on; "" if the payload need not wait."""
        post, thread = wire.lane(body)
        if thread:
            self._threads.learn(post, thread)
        return self._threads.of(post) or post

    async def _patiently(self, request: AsyncBoltRequest) -> BoltResponse:
        """Dispatches a post. If it cannot be committed, repeats it for a moment before Slack does: only here do the
        thread's next posts wait for it."""
        for pause in AGAIN_AFTER:
            response = await self.app.async_dispatch(request.to_copyable())  # Bolt writes into it
            if response.status < SERVER_ERROR:
                return response
            await asyncio.sleep(pause)
        return await self.app.async_dispatch(request)

    async def reread(self, channel: str, since: datetime) -> None:
        """Begins to read a channel again from then on, or from when it was last heard of."""
        roots = await self._roots(channel)
        heard = self._heard.get(channel, self.began)
        self.catching_up.reread(channel, roots, min(since, heard) - OVERLAP)

    async def _access_changed(self, change: AccessChange, at: datetime) -> None:
        """Reads a channel of the desk's: it goes on there, or is told as lost. What waits for it is tried at once."""
        if change.returned:
            await self._returned()
        if change.channel in await self._audience.known_channels() or await self._roots(change.channel):
            await self.reread(change.channel, at)

    async def _roots(self, channel: str) -> list[str]:
        return [one.thread for one in await self._handler.threads() if one.channel == channel]

    async def _take(self, body: dict[str, Any], ack: AsyncAck) -> None:
        if shared(body):
            self._presenter.background.start(self._unfurler.unfurl(body))
        event = await self._fact(body)
        if event is None:
            if not wire.known(body):
                self._ignore(body)
            await ack()
            return
        answer = await self._handler.accept(event)
        self._presenter.background.start(self._show(answer, event, body))
        await ack(**(self._presenter.reply(answer, event, body) or {}))

    async def _show(self, answer: Answer, event: DeskEvent, body: Mapping[str, Any]) -> None:
        """Shows an answer, as far as the acknowledgement does not."""
        await self._presenter.show_answer(answer, event, body)
        await self._again(event, answer, body)

    async def _fact(self, body: Mapping[str, Any]) -> DeskEvent | None:
        about = body.get("event")
        if isinstance(about, dict) and about.get("type") in wire.OF_MEMBERSHIPS:
            self._audience.note_event(about)
            change = access_change(about, (await self._workspace.identity()).us.user)
            if change is not None:
                await self._access_changed(change, wire.delivery(body)[1])
            return None
        event = wire.fact(body, await self._context(body))
        return None if event is None else await self._placed(event)

    async def _placed(self, event: DeskEvent, *, missed: bool = False) -> DeskEvent:
        """Fills in the membership of the actor, and of those whom they picked."""
        if event.actor is None:
            author = event.author and await self._audience.placed(event.author)
            return replace(event, author=author)
        actor = await self._audience.placed(event.actor, at=wire.happened(event), missed=missed)
        if isinstance(event, Pressed) and event.person is not None:
            event = replace(event, person=await self._audience.placed(event.person))
        if isinstance(event, Submitted) and event.people:
            event = replace(event, people=tuple([await self._audience.placed(one) for one in event.people]))
        return replace(event, actor=actor)

    async def _again(self, event: DeskEvent, answer: Answer, body: Mapping[str, Any]) -> None:
        """Redraws the Home after an action there. The action is already committed, so failures are only logged."""
        done_at = surface(body)
        asked = again(event, answer, done_at)
        if asked is None:
            return
        try:
            home = await self._handler.accept(asked)
        except Exception as error:  # noqa: BLE001 - whatever failed, the user can reopen the Home
            log.warning("failed to refresh the Home tab", desk=self._workspace.desk, error=type(error).__name__)
            return
        if isinstance(home, Whisper) and home.replaces:
            await self._presenter.redraw_home(asked, home.view, done_at)

    async def _context(self, body: Mapping[str, Any]) -> Context:
        """Looks up who a payload is about. A press or a command is accepted even if Slack does not answer: the core
        then uses what it knows of them."""
        us = (await self._workspace.identity()).us
        people = wire.people(body) - {us.user}
        if not wire.interactive(body):
            actors = await self._workspace.actors(people)
            return Context(us, actors, await self._workspace.files(wire.files(body)))
        return Context(us, await self._at_once(people))

    async def _at_once(self, people: Collection[str]) -> Mapping[str, Actor]:
        """Looks people up side by side, while somebody waits; those who cannot be looked up now are left out."""
        looking_up = (self._workspace.actors([user], patience=LOOKUP) for user in people)
        found: dict[str, Actor] = {}
        for one in await asyncio.gather(*looking_up, return_exceptions=True):
            if isinstance(one, DeliveryError):
                log.warning("failed to look up users", desk=self._workspace.desk, error=str(one))
            elif isinstance(one, BaseException):
                raise one
            else:
                found |= one
        return found

    async def _failed(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Answers 500 to make Slack retry. Unhandled types get 200, since Slack would retry a 404 too."""
        if isinstance(error, BoltUnhandledRequestError):
            self._ignore(body)
            return BoltResponse(status=200)
        if isinstance(error, Forged):
            log.warning("rejected an event with a wrong signature", desk=self._workspace.desk, kind=wire.kind(body))
            return BoltResponse(status=403)
        if isinstance(error, IntakeClosed):
            return BoltResponse(status=503)
        desk, kind = self._workspace.desk, wire.kind(body)
        throttled.exception("failed to process a Slack event", error, desk=desk, kind=kind)
        return BoltResponse(status=500)

    def _ignore(self, body: Mapping[str, Any]) -> None:
        IGNORED.labels(f"desk:{self._workspace.desk}").inc()
        log.info("Slack event ignored", desk=self._workspace.desk, kind=wire.kind(body))
