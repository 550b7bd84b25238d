"""Calls of operators on technical lines, as far as their team chat lets the lines notify them."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery.carrier import DeliveryResult
from bot.domain import Message, Operator, Status, ThreadRef
from bot.domain.text import Mention, Span, Text
from bot.hub.parcels import THREAD_OPENS_IN
from bot.ports import Desk, Following, Mentioning
from bot.ports.storage import Parcel, Unit
from bot.views.lines import called, calling
from bot.views.values import Post


async def reached(desk: Mentioning, thread: ThreadRef | None, post: Post) -> Post:
    """Returns the post without mentions of people who are not in the channel. Raises `DeliveryError`."""
    text = post.content.text
    users = {span.user for span in text.spans if isinstance(span, Mention)}
    if not users or thread is None:
        return post
    found = await desk.reached(thread.channel, users)
    spans = Text.of(Span(one.text) if isinstance(one, Mention) and one.user not in found else one for one in text.spans)
    return replace(post, content=replace(post.content, text=spans))


async def keep(unit: Unit, message: Message, post: Post) -> None:
    """Keeps, with the line that was posted, whom it mentions; everybody else whom it called gets a direct message."""
    if message.line is None or not called(message.line):
        return
    users = {span.user for span in post.content.text.spans if isinstance(span, Mention)}
    operators = [await unit.operators.get(one) for one in called(message.line)]
    mentioned = [one.id for one in operators if one is not None and one.user in users]
    if len(mentioned) < len(operators):
        await unit.messages.set_line(message.id, calling(message.line, mentioned))


async def told(unit: Unit, line: Message, operator: Operator) -> bool | None:
    """Tells whether a line has notified the operator, or is past for them: they have accepted what it redirected. None
    while it is not posted."""
    if line.line is None:
        return False
    if line.line.code == "redirected":
        dialog = await unit.dialogs.get(line.dialog)
        if dialog is not None and dialog.status is Status.IN_PROGRESS and dialog.responsible == operator.id:
            return True
    if operator.id not in called(line.line):
        return False
    return True if await unit.messages.post(line.id) is not None else None


async def follow(desk: Desk, parcel: Parcel, thread: ThreadRef | None) -> DeliveryResult:
    """Makes somebody follow the thread or not, where the desk can do that."""
    able = isinstance(desk, Following)
    if thread is None:
        return DeliveryResult((), rest=THREAD_OPENS_IN, called=False)
    if isinstance(desk, Following):
        await desk.follow(thread, str(parcel.payload["user"]), bool(parcel.payload["on"]))
    return DeliveryResult((parcel,), called=able)
