"""Routes that Mattermost calls, shared by all Mattermost desks.

A command is authenticated by its token, buttons and forms by what the hub has sealed into them (see `hooks`).
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse

from bot.desks.mattermost import hooks, render, views
from bot.desks.mattermost.desk import MattermostDesk
from bot.desks.mattermost.features import DATES
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.server import ID
from bot.desks.mattermost.wire import MARKER
from bot.domain import Actor, DeskEvent, DeskName, Pressed
from bot.locale import N_
from bot.ports import DeliveryError, Desk, EventHandler, Forged, IntakeClosed, Rejected, Route, Unavailable
from bot.ports.requests import json_object, proved
from bot.runtime.throttled_log import ThrottledLog
from bot.views import inputs
from bot.views.answers import whisper
from bot.views.values import Answer, Ask, Invalid, Silent, View, Whisper

log = structlog.get_logger(__name__)
throttled = ThrottledLog(log)

Json = dict[str, Any]

_LARGEST = 256 * 1024
_CHANGE = "refresh"
"""Type of a request about a choice in an open form."""
NOT_NOW = N_("The hub cannot store anything right now. Nothing was done; please try again later.")
NOT_DONE = N_("Something went wrong. Nothing was done; please try again.")
PATIENCE = 2.0
"""Seconds to look up who acts: a form must open within three seconds of the press."""


def routes(desks: Mapping[DeskName, Desk], handlers: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    ours = {name: desk for name, desk in desks.items() if isinstance(desk, MattermostDesk)}
    if not ours:
        return ()
    calls = _Calls(ours, handlers)
    return (
        Route(("POST",), "/mattermost/command", calls.command, plain=True),
        Route(("POST",), "/mattermost/action", calls.action, plain=True),
        Route(("POST",), "/mattermost/dialog", calls.dialog, plain=True),
    )


class _Calls:
    def __init__(self, desks: Mapping[DeskName, MattermostDesk], handlers: Mapping[DeskName, EventHandler]) -> None:
        self._desks, self._handlers = desks, handlers

    async def command(self, request: Request) -> JSONResponse:
        """Handles `/dialog words`. Only its author sees the answer, in the thread if there is one."""
        try:
            if self._check_header(request.headers.get("authorization", "")):
                proved(request)
            form = dict(parse_qsl((await _body(request)).decode("utf-8", "replace"), keep_blank_values=True))
            desk = self._desk_of_command(form.get("token", ""))
            actor = await _actor(desk, form.get("user_id", ""), form.get("user_name", ""))
            event = hooks.commanded(desk.name, form, actor)
            answer = await self._accepted(desk, event)
        except Forged as error:
            return _refusal(error, 401)
        if isinstance(answer, Ask):
            answer = await _open(desk, answer, form.get("trigger_id", ""), event)
        return _ephemeral(desk, answer, event.place.thread or "")

    async def action(self, request: Request) -> JSONResponse:
        """Handles a button or a menu. Anything but 200 is shown to the user as a server error."""
        try:
            body = await _json(request)
            desk, standing = self._desk(hooks.desk_of_press(body)), hooks.standing_of(body)
            proved = await _proved(desk, body, standing)
            actor = await _actor(desk, str(body.get("user_id") or ""), str(body.get("user_name") or ""))
            event = hooks.pressed(body, actor, proved=proved, person=await _picked(desk, body))
            answer = await self._accepted(desk, event)
        except Forged as error:
            return _refusal(error, 403)
        except DeliveryError as error:
            log.warning("failed to look up a button's post", desk=desk.name, error=str(error))
            return JSONResponse({"ephemeral_text": desk.tr.gettext(NOT_DONE), "skip_slack_parsing": True})
        if isinstance(answer, Ask):
            answer = await _open(desk, answer, str(body.get("trigger_id") or ""), event)
        return await _after_press(desk, answer, event, standing)

    async def dialog(self, request: Request) -> JSONResponse:
        """Handles a form that was submitted or closed."""
        try:
            body = await _json(request)
            state, desk = self._state(str(body.get("state") or ""))
            if body.get("cancelled"):
                return JSONResponse({})
            changes = body.get("type") == _CHANGE
            people = inputs.picked_in(hooks.answers(body, state)) if not changes else []
            actor, *chosen = await asyncio.gather(*(_actor(desk, user, "") for user in (state.user, *people)))
            event = hooks.changed(body, state, actor) if changes else hooks.submitted(body, state, actor, chosen)
            answer = await self._accepted(desk, event)
        except Forged as error:
            return _refusal(error, 403)
        if isinstance(answer, Invalid):
            return JSONResponse(_errors(answer, state, hooks.ticked_fields(body)))
        if isinstance(answer, Ask) and (drawn := await _next_form(desk, answer, state)):
            return JSONResponse({"type": "form", "form": drawn})
        if not changes:
            await _show(desk, answer, event)
        return JSONResponse({})

    # ------------------------------------------------------------------------------------- who is it

    def _check_header(self, header: str) -> bool:
        """Checks the command's token in the header, which newer servers send too, before the body is read."""
        kind, _, token = header.partition(" ")
        if kind.lower() != "token":
            return False
        self._desk_of_command(token)
        return True

    def _desk_of_command(self, token: str) -> MattermostDesk:
        """Finds the desk by its token, comparing with every desk's, so that timing reveals nothing."""
        found: MattermostDesk | None = None
        for desk in self._desks.values():
            expected = desk.settings.command_token
            if expected is None or not expected.get_secret_value():
                continue
            if hmac.compare_digest(expected.get_secret_value().encode(), token.strip().encode()):
                found = desk
        if found is None:
            raise Forged("a command with a wrong token")
        return found

    def _desk(self, name: DeskName) -> MattermostDesk:
        if name not in self._desks:
            raise Forged("a button of no desk of this hub")
        return self._desks[name]

    def _state(self, sealed: str) -> tuple[hooks.FormState, MattermostDesk]:
        state = hooks.FormState.opened(sealed, next(iter(self._desks.values())).tools.secrets)
        return state, self._desk(state.desk)

    async def _accepted(self, desk: MattermostDesk, event: DeskEvent) -> Answer:
        """Returns the core's answer. Mattermost never retries, so a failure is reported at once to the user who
        waits."""
        try:
            return await self._handlers[desk.name].accept(event)
        except Forged:
            raise
        except IntakeClosed:
            return whisper(desk.tr.gettext(NOT_NOW))
        except Exception as error:  # noqa: BLE001 - logged
            kind = type(event).__name__
            throttled.exception("failed to process a request from Mattermost", error, desk=desk.name, kind=kind)
            return whisper(desk.tr.gettext(NOT_DONE))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise Forged("a body larger than Mattermost sends")
    return bytes(body)


async def _json(request: Request) -> Json:
    try:
        return json_object(await _body(request))
    except ValueError as error:
        raise Forged("a body that is no JSON object") from error


async def _actor(desk: MattermostDesk, user: str, name: str) -> Actor:
    """Looks up who acts. A server that does not answer in time does not keep its own user from acting."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await desk.actor(user, name)
    except (DeliveryError, TimeoutError):
        return Actor(user, name, name)


async def _picked(desk: MattermostDesk, body: Json) -> Actor | None:
    """Looks up who was picked. The server does not check what a client sends."""
    user = hooks.picked_user(body)
    if not user:
        return None
    return await _actor(desk, user, "") if ID.fullmatch(user) else Actor("", "")


async def _proved(desk: MattermostDesk, body: Json, standing: ButtonSurface) -> bool:
    """Verifies that the button belongs to the post it names. Views for one person are not checked against their post,
    which the server does not store or which changes meanwhile: their tokens are for that person only. Raises `Forged`
    and `DeliveryError`."""
    if not hooks.proved(body, desk.proofs):
        return False
    if standing is ButtonSurface.NONE:
        try:
            post = await desk.api.post(str(body.get("post_id") or ""))
        except Rejected as error:
            raise Forged("a button of no post") from error
        if not hooks.belongs(body, post, (await desk.server.me()).id):
            raise Forged("a button of another post")
    return True


def _refusal(error: Forged, status: int) -> JSONResponse:
    log.warning("request from Mattermost rejected", why=str(error))
    return JSONResponse({"error": "forbidden"}, status)


async def _open(desk: MattermostDesk, ask: Ask, trigger: str, event: DeskEvent) -> Answer:
    """Opens the form, or returns an answer that says why not."""
    assert event.actor is not None
    try:
        await desk.open_form(trigger, ask.form, event.actor.user, event.place.thread or "")
    except Unavailable:
        return whisper(desk.no_forms)
    except DeliveryError as error:
        log.warning("failed to open a form", desk=desk.name, error=str(error))
        return Whisper(views.offer(ask.form))
    return Silent()


async def _next_form(desk: MattermostDesk, ask: Ask, state: hooks.FormState) -> Json | None:
    """Draws the form that takes the place of an open one; None where the server cannot show it."""
    try:
        features = await desk.server.features()
        return await desk.drawn_form(ask.form, state.user, state.thread) if features.since(DATES) else None
    except DeliveryError as error:
        log.warning("failed to draw a form anew", desk=desk.name, error=str(error))
        return None


def _ephemeral(desk: MattermostDesk, answer: Answer, root: str) -> JSONResponse:
    """Answers a command; a view that exceeds one post continues in further ones."""
    view = desk.view_of(answer)
    if view is None:
        return JSONResponse({})
    first, *more = (
        {
            "response_type": "ephemeral",
            "text": body.message,
            "skip_slack_parsing": True,
            **({"attachments": list(body.attachments)} if body.attachments else {}),
        }
        for body in views.messages(view, desk.buttons, root, ButtonSurface.EPHEMERAL)
    )
    return JSONResponse({**first, "extra_responses": more} if more else first)


async def _after_press(desk: MattermostDesk, answer: Answer, event: Pressed, standing: ButtonSurface) -> JSONResponse:
    """Answers a press: text goes into the response itself, buttons need a post of their own or replace the pressed
    one."""
    if isinstance(answer, Whisper) and answer.replaces and standing is not ButtonSurface.NONE:
        return await _replaced(desk, answer.view, event, standing)
    view = desk.view_of(answer)
    if view is None:
        return JSONResponse({})
    words = views.plain(view)
    if views.pressable(view) or len(words) > render.TEXT:
        await _show(desk, answer, event)
        return JSONResponse({})
    return JSONResponse({"ephemeral_text": words, "skip_slack_parsing": True})


async def _replaced(desk: MattermostDesk, view: View, event: Pressed, standing: ButtonSurface) -> JSONResponse:
    """Replaces the pressed post with the view. An ephemeral post, which the server does not store, cannot be updated by
    the response and is sent anew under its id."""
    user, channel, root = event.actor.user, event.place.channel, event.place.thread or ""
    post = str(event.place.post or "")
    if standing is ButtonSurface.EPHEMERAL:
        try:
            await desk.whisper_at(user, channel, root, view, replaced=post)
        except DeliveryError as error:
            log.warning("failed to show an answer", desk=desk.name, error=str(error))
        return JSONResponse({})
    first, *more = views.messages(view, desk.buttons, root, ButtonSurface.DIRECT)
    try:
        await desk.post_more(user, more)
    except DeliveryError as error:
        log.warning("answer shown only in part", desk=desk.name, error=str(error))
    return JSONResponse({"update": {"message": first.message, "props": {MARKER: True, **first.props}}})


async def _show(desk: MattermostDesk, answer: Answer, event: DeskEvent) -> None:
    assert event.actor is not None
    try:
        await desk.show(event.actor, event.place, answer)
    except DeliveryError as error:
        log.warning("failed to show an answer", desk=desk.name, error=str(error))


def _errors(answer: Invalid, state: hooks.FormState, ticked: frozenset[str]) -> Json:
    """Puts errors beside their fields; those without a field, or of a field shown as checkboxes, go on top."""
    fields = set(state.fields) - ticked
    beside = {name: words for name, words in answer.errors.items() if name in fields}
    above = [words for name, words in answer.errors.items() if name not in fields]
    return {"errors": beside, **({"error": "\n".join(above)} if above else {})}
