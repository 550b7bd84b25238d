"""Display of the core's answers to the person who acted: in place where Slack allows it, otherwise as near as possible.

The event is already committed, so failures here are only logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.desks.slack import forms, render, views
from bot.desks.slack.direct_messages import DirectMessenger
from bot.desks.slack.errors import code_of
from bot.desks.slack.home import HomeTab
from bot.desks.slack.surfaces import Surface, SurfaceKind, surface
from bot.desks.slack.view_state import ViewState
from bot.desks.slack.workspace import Workspace
from bot.domain import Commanded, DeskEvent, Place, Pressed, Submitted
from bot.locale import N_, Translator
from bot.ports import DeliveryError, Rejected, Unavailable
from bot.views.answers import says
from bot.views.values import Answer, Ask, Button, Form, Invalid, View, Whisper

log = structlog.get_logger(__name__)

Reply = dict[str, Any]
"""Arguments for Bolt's `ack`."""
WINDOW = N_("Dialog hub")


class AnswerPresenter:
    def __init__(self, workspace: Workspace, direct_messages: DirectMessenger, tr: Translator) -> None:
        self._workspace, self._direct_messages, self._tr = workspace, direct_messages, tr
        self._home = HomeTab(workspace)

    async def deliver(self, answer: Answer, event: DeskEvent, body: Mapping[str, Any] | None = None) -> Reply:
        """Shows an answer and returns what to acknowledge with. `body`: the payload, with the trigger and the address
        to answer."""
        payload = body or {}
        at = surface(payload)
        try:
            match answer:
                case Ask(form):
                    return await self._ask(form, event, payload, at)
                case Whisper(view, replaces):
                    return await self._whisper(view, event, payload, at, replaces=replaces)
                case Invalid(errors):
                    return await self._refuse(errors, event, payload, at)
        except DeliveryError as error:
            advice = {"advice": error.advice} if isinstance(error, Unavailable) else {}
            log.warning(
                "failed to show an answer",
                desk=self._workspace.desk,
                answer=type(answer).__name__,
                where=at.kind,
                error=str(error),
                **advice,
            )
        return {}

    async def redraw_home(self, asked: DeskEvent, view: View, done_at: Surface) -> None:
        """Redraws the Home after an action on it or in a window opened from it."""
        assert asked.actor is not None
        token = asked.token if isinstance(asked, Pressed) else ""
        try:
            await self._home.publish(asked.actor.user, view, Surface(at=done_at.at), token)
        except DeliveryError as error:
            log.warning("failed to refresh the Home tab", desk=self._workspace.desk, error=str(error))

    # ---------------------------------------------------------------------------------------- forms

    async def _ask(self, form: Form, event: DeskEvent, body: Mapping[str, Any], at: Surface) -> Reply:
        """Opens a form. Triggers expire after three seconds; without a valid one, a button is shown that opens it."""
        window = forms.window(form, self._view_state(event, at), self._tr.gettext("Cancel"))
        if isinstance(event, Submitted):
            return {"response_action": "update", "view": window}
        if not await self._open(window, body, at):
            opener = Button("form", form.title if form.intro else form.submit, form.token)
            await self._show(says(form.intro or form.title, opener), event)
        return {}

    def _view_state(self, event: DeskEvent, at: Surface) -> ViewState:
        """Returns the data for a new window: its place, and the window below it."""
        if at.kind is SurfaceKind.FORM:
            return at.view_state
        parent = at.view if at.kind is SurfaceKind.WINDOW else ""
        return ViewState("", event.place.channel, event.place.thread or "", home=at.view_state.home, parent=parent)

    async def _open(self, window: Mapping[str, Any], body: Mapping[str, Any], at: Surface) -> bool:
        """Opens a window; one over another is pushed, of which Slack allows three."""
        trigger = body.get("trigger_id")
        if not trigger:
            return False
        method = "views.push" if at.kind is SurfaceKind.WINDOW else "views.open"
        try:
            await self._workspace.call(method, trigger_id=trigger, view=window)
        except DeliveryError as error:
            log.info("failed to open a modal at once", desk=self._workspace.desk, error=str(error))
            return False
        return True

    async def _refuse(self, errors: Mapping[str, str], event: DeskEvent, body: Mapping[str, Any], at: Surface) -> Reply:
        if isinstance(event, Submitted):
            return {"response_action": "errors", "errors": _beside_fields(errors, body)}
        return await self._whisper(says("\n".join(errors.values())), event, body, at, replaces=False)

    # -------------------------------------------------------------------------------------- whispers

    async def _whisper(
        self, view: View, event: DeskEvent, body: Mapping[str, Any], at: Surface, *, replaces: bool
    ) -> Reply:
        if isinstance(event, Commanded) and body.get("command"):
            return await self._answer_command(view, str(body.get("response_url")))
        if event.actor is None:
            return {}
        user, parent = event.actor.user, at.view_state.parent
        match at.kind:
            case SurfaceKind.HOME if replaces:
                await self._home.publish(user, view, at, event.token if isinstance(event, Pressed) else "")
            case SurfaceKind.FORM if replaces and parent:
                await self._redraw(parent, view, replace(at.view_state, parent=""))
            case SurfaceKind.FORM if replaces and at.view_state.home is not None:
                await self._home.publish(user, view, Surface(), at.view_state.home)
            case SurfaceKind.FORM if at.view_state.home is not None or parent:
                return {"response_action": "update", "view": self._window(view, at.view_state)}
            case SurfaceKind.WINDOW if replaces:
                await self._redraw(at.view, view, at.view_state)
            case SurfaceKind.HOME | SurfaceKind.WINDOW:
                if not await self._open(self._window(view, self._view_state(event, at)), body, at):
                    await self._show(view, event)
            case SurfaceKind.WHISPER | SurfaceKind.DIRECT if replaces:
                await self._replace(view, event, body, at)
            case _:
                await self._show(view, event)
        return {}

    async def _answer_command(self, view: View, response_url: str) -> Reply:
        """Answers a command in its acknowledgement, which works in any channel."""
        first, *more = views.messages(view)
        for one in more:
            await self._workspace.respond(response_url, _ephemeral(one))
        return _ephemeral(first)

    def _window(self, view: View, view_state: ViewState) -> dict[str, Any]:
        return views.window(view, view_state, self._tr.gettext(WINDOW), self._tr.gettext("Close"))

    async def _redraw(self, window: str, view: View, view_state: ViewState) -> None:
        await self._workspace.call("views.update", view_id=window, view=self._window(view, view_state))

    async def _replace(self, view: View, event: DeskEvent, body: Mapping[str, Any], at: Surface) -> None:
        """Replaces the pressed message with the view; what does not fit follows in further messages."""
        assert event.actor is not None
        first, *more = views.messages(view)
        try:
            if at.kind is SurfaceKind.DIRECT:
                await self._workspace.call(
                    "chat.update", channel=event.place.channel, ts=at.post, text=first.text, blocks=first.blocks
                )
            else:
                await self._workspace.respond(
                    str(body.get("response_url")), {**_ephemeral(first), "replace_original": True}
                )
        except DeliveryError as error:
            log.info("failed to replace an ephemeral message", desk=self._workspace.desk, error=str(error))
            more = [first, *more]
        await self._send(event.actor.user, event.place, more)

    # --------------------------------------------------------------------------- messages to one person

    async def _show(self, view: View, event: DeskEvent) -> None:
        assert event.actor is not None
        await self.show(event.actor.user, event.place, view)

    async def show(self, user: str, place: Place, view: View) -> None:
        """Shows a view in the channel to this person only; where that is impossible, as a direct message."""
        await self._send(user, place, views.messages(view))

    async def _send(self, user: str, place: Place, drawn: list[render.Drawn]) -> None:
        direct = not place.channel or place.channel.startswith("D")
        for number, one in enumerate(drawn):
            try:
                if direct:
                    await self._direct_messages.say(await self._workspace.direct(user), one)
                else:
                    await self._whisper_at(user, place, one)
            except (Rejected, Unavailable) as refused:
                if direct or code_of(refused) not in ("user_not_in_channel", "not_in_channel", "channel_not_found"):
                    raise
                return await self._send(user, replace(place, channel=""), drawn[number:])
        return None

    async def _whisper_at(self, user: str, place: Place, one: render.Drawn) -> None:
        await self._workspace.call(
            "chat.postEphemeral",
            channel=place.channel,
            user=user,
            thread_ts=place.thread,
            text=one.text,
            blocks=one.blocks,
        )


def _ephemeral(drawn: render.Drawn) -> Reply:
    return {"response_type": "ephemeral", "text": drawn.text, "blocks": drawn.blocks}


def _beside_fields(errors: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, str]:
    """Assigns errors to inputs of the window, since Slack accepts no others: errors without an input go to the first
    one."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    inputs = [str(block.get("block_id")) for block in blocks if block.get("type") == "input"]
    beside: dict[str, str] = {}
    for name, words in errors.items():
        field = name if name in inputs or not inputs else inputs[0]
        beside[field] = f"{beside[field]} {words}" if field in beside else words
    return beside
