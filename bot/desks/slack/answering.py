"""The core's answers, brought to the one who acted.

The fact is committed by then, so nothing here may fail it: what cannot be shown is logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.desks.slack import forms, render
from bot.desks.slack.errors import code_of
from bot.desks.slack.workspace import Workspace
from bot.locale import Translator
from bot.model import Commanded, DeskEvent, Place, Submitted
from bot.ports import DeliveryError, Rejected, Unavailable
from bot.text import Text
from bot.views.values import Answer, Ask, Button, Form, Invalid, Row, View, Whisper

log = structlog.get_logger(__name__)

Reply = dict[str, Any]
"""What Bolt's `ack` is called with."""


class Answering:
    def __init__(self, workspace: Workspace, tr: Translator) -> None:
        self._workspace, self._tr = workspace, tr

    async def deliver(self, answer: Answer, event: DeskEvent, body: Mapping[str, Any] | None = None) -> Reply:
        """Gives what to tell Slack. `body`: the payload, whose trigger and addresses serve to answer."""
        try:
            match answer:
                case Ask(form):
                    return await self._ask(form, event, body or {})
                case Whisper(view):
                    return await self._whisper(view, event, body or {})
                case Invalid(errors):
                    return await self._refuse(errors, event, body or {})
        except DeliveryError as error:
            log.warning("answer not shown", desk=self._workspace.desk, answer=type(answer).__name__, error=str(error))
        return {}

    async def _ask(self, form: Form, event: DeskEvent, body: Mapping[str, Any]) -> Reply:
        """Triggers live three seconds. Without one, or with one that is over, a button opens the form."""
        place = event.place
        window = forms.window(form, place.channel, place.thread or "", self._tr.gettext("Cancel"))
        if isinstance(event, Submitted):
            return {"response_action": "update", "view": window}
        trigger = body.get("trigger_id")
        if trigger:
            try:
                await self._workspace.call("views.open", trigger_id=trigger, view=window)
                return {}
            except DeliveryError as error:
                log.info("form not opened at once", desk=self._workspace.desk, error=str(error))
        opener = Button("form", form.title, form.token)
        return await self._whisper(View((Row(Text.plain(form.intro), (opener,)),)), event, body)

    async def _whisper(self, view: View, event: DeskEvent, body: Mapping[str, Any]) -> Reply:
        """A command's answer goes along with the acknowledgement: it can be asked for in any channel."""
        drawn = render.view(view)
        if isinstance(event, Commanded) and body.get("command"):
            first, *more = drawn
            for one in more:
                await self._workspace.respond(str(body.get("response_url")), _ephemeral(one))
            return _ephemeral(first)
        if event.actor is not None:
            await self.show(event.actor.user, event.place, view)
        return {}

    async def _refuse(self, errors: Mapping[str, str], event: DeskEvent, body: Mapping[str, Any]) -> Reply:
        if isinstance(event, Submitted):
            return {"response_action": "errors", "errors": _beside_fields(errors, body)}
        return await self._whisper(View((Row(Text.plain("\n".join(errors.values()))),)), event, body)

    async def show(self, user: str, place: Place, view: View) -> None:
        """In the channel, seen by this person alone; where that cannot be, as a direct message."""
        try:
            if place.channel and not place.channel.startswith("D"):
                return await self._show(user, place, view)
        except (Rejected, Unavailable) as refused:
            if code_of(refused) not in ("user_not_in_channel", "not_in_channel", "channel_not_found"):
                raise
        return await self.tell(user, view)

    async def _show(self, user: str, place: Place, view: View) -> None:
        for one in render.view(view):
            await self._workspace.call(
                "chat.postEphemeral",
                channel=place.channel,
                user=user,
                thread_ts=place.thread,
                text=one.text,
                blocks=one.blocks,
            )

    async def tell(self, user: str, view: View, metadata: Mapping[str, Any] | None = None) -> None:
        """`metadata` stands on the last message: when it is there, all are."""
        channel = await self._workspace.direct(user)
        drawn = render.view(view)
        for number, one in enumerate(drawn, 1):
            await self._workspace.call(
                "chat.postMessage",
                channel=channel,
                text=one.text,
                blocks=one.blocks,
                metadata=metadata if number == len(drawn) else None,
                unfurl_links=False,
            )


def _ephemeral(drawn: render.Drawn) -> Reply:
    return {"response_type": "ephemeral", "text": drawn.text, "blocks": drawn.blocks}


def _beside_fields(errors: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, str]:
    """Slack takes errors only beside inputs of the window: whatever else is wrong is said beside the first."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    inputs = [str(block.get("block_id")) for block in blocks if block.get("type") == "input"]
    beside: dict[str, str] = {}
    for name, words in errors.items():
        field = name if name in inputs or not inputs else inputs[0]
        beside[field] = f"{beside[field]} {words}" if field in beside else words
    return beside
