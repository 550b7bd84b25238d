"""Display of the core's answers to the person who acted: in place where Slack allows it, otherwise as near as possible.

The event is already committed and acknowledged, so failures here are only logged, and where Slack asks to wait, this
does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from bot.desks.slack import forms, render, views
from bot.desks.slack.background import Background
from bot.desks.slack.direct_messages import DirectMessenger
from bot.desks.slack.errors import code_of
from bot.desks.slack.home import HomeTab
from bot.desks.slack.surfaces import Surface, SurfaceKind, surface
from bot.desks.slack.view_state import ViewState
from bot.desks.slack.workspace import Workspace
from bot.domain import Commanded, DeskEvent, FormChanged, HomeOpened, Place, Pressed
from bot.locale import N_, Translator
from bot.ports import DeliveryError, Rejected, Unavailable
from bot.views.answers import says
from bot.views.values import Answer, Ask, Button, Form, Invalid, View, Whisper

log = structlog.get_logger(__name__)

Reply = dict[str, Any]
"""Arguments for Bolt's `ack`."""
WINDOW = N_("Dialog hub")
_NOT_THERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found"})
"""Codes that say that a person sees nothing in a channel, or the app may not write there."""


class AnswerPresenter:
    def __init__(self, workspace: Workspace, direct_messages: DirectMessenger, tr: Translator) -> None:
        self._workspace, self._direct_messages, self._tr = workspace, direct_messages, tr
        self.home, self.background = HomeTab(workspace), Background()

    async def deliver(self, answer: Answer, event: DeskEvent) -> None:
        """Begins to show the answer to an event for which nobody waits."""
        self.background.start(self.show_answer(answer, event, {}))

    def reply(self, answer: Answer, event: DeskEvent, body: Mapping[str, Any]) -> Reply | None:
        """Returns what to acknowledge with if that shows the answer, or its beginning; None if it has to be shown.
        `body`: the payload."""
        at = surface(body)
        if isinstance(event, FormChanged):
            return None  # Slack takes a window as an acknowledgement only when one is sent in
        match answer:
            case Ask(form) if at.kind is SurfaceKind.FORM:
                return {"response_action": "update", "view": self._form(form, event, at)}
            case Invalid(errors) if at.kind is SurfaceKind.FORM:
                return {"response_action": "errors", "errors": _beside_fields(errors, body)}
            case Whisper() | Invalid() if _is_command(event, body):
                return _ephemeral(views.messages(_view(answer))[0])
            case Whisper(view, replaces=False) if at.kind is SurfaceKind.FORM and _over_another(at):
                return {"response_action": "update", "view": self._window(view, at.view_state)}
        return None

    async def show_answer(self, answer: Answer, event: DeskEvent, body: Mapping[str, Any]) -> None:
        """Shows an answer, or what its acknowledgement could not. `body`: the payload, with the trigger and the address
        to answer."""
        at = surface(body)
        try:
            if self.reply(answer, event, body) is not None:
                await self._follow(answer, event, body)
            elif isinstance(event, FormChanged):
                await self._redraw_form(answer, event, at)
            elif isinstance(answer, Ask):
                await self._ask(answer.form, event, body, at)
            elif isinstance(answer, Whisper | Invalid):
                await self._whisper(answer, event, body, at)
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

    async def redraw_home(self, asked: DeskEvent, view: View, done_at: Surface) -> None:
        """Redraws the Home after an action on it or in a window opened from it."""
        assert asked.actor is not None
        token = asked.token if isinstance(asked, Pressed) else ""
        try:
            await self.home.publish(asked.actor.user, view, Surface(at=done_at.at), token)
        except DeliveryError as error:
            log.warning("failed to refresh the Home tab", desk=self._workspace.desk, error=str(error))

    # ---------------------------------------------------------------------------------------- forms

    async def _redraw_form(self, answer: Answer, event: DeskEvent, at: Surface) -> None:
        """Draws an open form anew, unless it has changed again since. Slack keeps what is entered in the same
        inputs."""
        if isinstance(answer, Ask):
            window = self._form(answer.form, event, at)
            await self._workspace.call("views.update", view_id=at.view, hash=at.hash or None, view=window)

    async def _ask(self, form: Form, event: DeskEvent, body: Mapping[str, Any], at: Surface) -> None:
        """Opens a form. Triggers expire after three seconds; without a valid one, a button is shown that opens it."""
        if not await self._open(self._form(form, event, at), body, at):
            opener = Button("form", form.title if form.intro else form.submit, form.token)
            await self._show(says(form.intro or form.title, opener), event)

    def _form(self, form: Form, event: DeskEvent, at: Surface) -> dict[str, Any]:
        return forms.window(form, self._view_state(event, at), self._tr.gettext("Cancel"))

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

    # -------------------------------------------------------------------------------------- whispers

    async def _whisper(self, answer: Whisper | Invalid, event: DeskEvent, body: Mapping[str, Any], at: Surface) -> None:
        if event.actor is None:
            return
        view = _view(answer)
        replaces = isinstance(answer, Whisper) and answer.replaces
        confirms = isinstance(answer, Whisper) and answer.confirms
        user, parent = event.actor.user, at.view_state.parent
        match at.kind:
            case SurfaceKind.HOME if confirms:
                return  # it is redrawn
            case SurfaceKind.HOME if replaces and (view.again or isinstance(event, HomeOpened)):
                await self.home.publish(user, view, at, event.token if isinstance(event, Pressed) else "")
            case SurfaceKind.FORM if replaces and parent:
                await self._redraw(parent, view, replace(at.view_state, parent=""))
            case SurfaceKind.FORM if replaces and at.view_state.home is not None:
                await self.home.publish(user, view, Surface(), at.view_state.home)
            case SurfaceKind.WINDOW if replaces:
                await self._redraw(at.view, view, at.view_state)
            case SurfaceKind.HOME | SurfaceKind.WINDOW:
                if not await self._open(self._window(view, self._view_state(event, at)), body, at):
                    await self._show(view, event)
            case SurfaceKind.WHISPER | SurfaceKind.DIRECT if replaces:
                await self._replace(view, event, body, at)
            case _:
                await self._show(view, event)

    async def _follow(self, answer: Answer, event: DeskEvent, body: Mapping[str, Any]) -> None:
        """Shows what did not fit into the acknowledgement of a command."""
        if _is_command(event, body):
            for one in views.messages(_view(answer))[1:]:
                await self._workspace.respond(str(body.get("response_url")), _ephemeral(one))

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
        await self._send(event.actor.user, event.place, views.messages(view))

    async def show(self, user: str, place: Place, view: View) -> None:
        """Shows a view in the channel to this person only; where that is impossible, as a direct message, with the
        view's keys. Raises at once where Slack asks to wait."""
        try:
            for one in views.messages(view):
                await self._whisper_at(user, place, one)
        except (Rejected, Unavailable) as refused:
            if code_of(refused) not in _NOT_THERE:
                raise
            await self._direct_messages.tell(user, view)

    async def _send(self, user: str, place: Place, drawn: list[render.Drawn]) -> None:
        direct = not place.channel or place.channel.startswith("D")
        for number, one in enumerate(drawn):
            sending = partial(self._tell if direct else self._whisper_at, user, place, one)
            try:
                await self._workspace.patiently(sending)
            except (Rejected, Unavailable) as refused:
                if direct or code_of(refused) not in _NOT_THERE:
                    raise
                return await self._send(user, replace(place, channel=""), drawn[number:])
        return None

    async def _tell(self, user: str, place: Place, one: render.Drawn) -> None:
        await self._direct_messages.say(await self._workspace.direct(user), one)

    async def _whisper_at(self, user: str, place: Place, one: render.Drawn) -> None:
        await self._workspace.call(
            "chat.postEphemeral",
            channel=place.channel,
            user=user,
            thread_ts=place.thread,
            text=one.text,
            blocks=one.blocks,
        )


def _is_command(event: DeskEvent, body: Mapping[str, Any]) -> bool:
    return isinstance(event, Commanded) and bool(body.get("command"))


def _over_another(at: Surface) -> bool:
    """Tells whether a form lies over another window, or was opened from the Home."""
    return at.view_state.home is not None or bool(at.view_state.parent)


def _view(answer: Answer) -> View:
    """Returns an answer as a view."""
    match answer:
        case Whisper(view):
            return view
        case Invalid(errors):
            return says("\n".join(errors.values()))
    return View(())


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
