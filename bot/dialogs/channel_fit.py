"""Checks, before sending, whether the channel can carry a reply as written.

Nothing is dropped silently: the operator is asked first. A file over the channel's limit can go as a signed link, an
unsupported kind as text; once the time for free text is over, only an approved template is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import Attachment, Content, Dialog, Media, MediaKind, Template, Unshowable
from bot.domain.lifecycle import Refusal
from bot.domain.text import Text
from bot.domain.value import value
from bot.hub.context import Hub
from bot.locale import Translator, size
from bot.ports import Bridge, Limits
from bot.views.words import describe


@value
class Loss:
    """Attachment that the channel cannot carry. `limit`: bytes, for a file that is too large; None where the channel
    does not support the kind, or no channel could carry it."""

    attachment: Attachment
    limit: int | None = None


class ChannelCannotCarry(Refusal):
    """The channel cannot carry all of it. `code`: cannot_carry or window_closed."""

    def __init__(self, code: str, losses: tuple[Loss, ...] = ()) -> None:
        super().__init__(code)
        self.losses = losses


def check(hub: Hub, bridge: Bridge, dialog: Dialog, content: Content) -> None:
    """Raises `Refusal` when the customer would not get what was written; `ChannelCannotCarry` where its author can
    choose."""
    if not content:
        raise Refusal("says_nothing")
    if is_closed(bridge, dialog, hub.clock.now()) and not _is_template(content):
        raise ChannelCannotCarry("window_closed")
    if found := losses(content, bridge.limits):
        raise ChannelCannotCarry("cannot_carry", found)


def closes_at(bridge: Bridge | None, dialog: Dialog) -> datetime | None:
    """Time until which free text may be sent; None: always, or unknown."""
    # Not isinstance(bridge, Windowed): on a protocol that costs more than a statement, and this runs for every reply.
    window: timedelta | None = getattr(bridge, "window", None)
    return dialog.heard_at + window if window is not None and dialog.heard_at is not None else None


def is_closed(bridge: Bridge, dialog: Dialog, now: datetime) -> bool:
    until = closes_at(bridge, dialog)
    return until is not None and until <= now


def losses(content: Content, limits: Limits) -> tuple[Loss, ...]:
    found = [_loss(one, limits) for one in content.attachments]
    for forwarded in content.forwarded:  # their texts are spelled out, their files go along
        inner = losses(forwarded.content, limits)
        found += [loss for loss in inner if isinstance(loss.attachment, Media | Unshowable)]
    return tuple(loss for loss in found if loss is not None)


def is_lost(attachment: Attachment) -> bool:
    """Tells whether nothing of an attachment can be given to any customer."""
    return isinstance(attachment, Unshowable) or (isinstance(attachment, Media) and attachment.size == 0)


def without_lost(content: Content) -> Content:
    """Content without what no customer can be given."""
    kept = tuple(one for one in content.attachments if not is_lost(one))
    inner = (replace(one, content=without_lost(one.content)) for one in content.forwarded)
    return replace(content, attachments=kept, forwarded=tuple(one for one in inner if one.content))


def _loss(attachment: Attachment, limits: Limits) -> Loss | None:
    if is_lost(attachment):
        return Loss(attachment)
    if not isinstance(attachment, Media):
        return None if attachment.type in limits.others else Loss(attachment)
    if attachment.linked:
        return None
    limit = limits.files.get(attachment.kind, limits.files.get(MediaKind.FILE))
    if limit is None:
        return Loss(attachment)
    return Loss(attachment, limit) if attachment.size is not None and attachment.size > limit else None


def adapted(content: Content, limits: Limits, tr: Translator) -> Content:
    """Content in kinds that the channel supports: files as links, the rest as text, without what cannot be sent at
    all."""
    content = without_lost(content)
    unfit = {id(loss.attachment) for loss in losses(content, limits)}
    text, kept = content.text, list[Attachment]()
    for one in content.attachments:
        if id(one) not in unfit:
            kept.append(one)
        elif isinstance(one, Media):
            kept.append(replace(one, linked=True))
        else:
            text = text + Text.plain("\n" if text else "") + describe(one, tr)
    inner = tuple(replace(one, content=adapted(one.content, limits, tr)) for one in content.forwarded)
    return replace(content, text=text, attachments=tuple(kept), forwarded=inner)


def as_links(content: Content) -> Content:
    """Content with all its files as links, for use after the channel refused one for its size."""
    linked = (replace(one, linked=True) if isinstance(one, Media) else one for one in content.attachments)
    return replace(content, attachments=tuple(linked))


def can_link(hub: Hub) -> bool:
    """Tells whether customers can open links to the hub."""
    return bool(hub.public_url)


def can_go(hub: Hub, content: Content, dialog: Dialog) -> bool:
    """Tells whether `adapted` helps: text can always be sent, links only where customers can open them."""
    bridge, content = hub.bridges.get(dialog.account), without_lost(content)
    if not content:
        return False
    lost = losses(content, bridge.limits) if bridge is not None else ()
    return can_link(hub) or not any(isinstance(loss.attachment, Media) for loss in lost)


def word(hub: Hub, found: tuple[Loss, ...]) -> str:
    """Explanation of how each attachment would be sent, or why it cannot be; one per line."""
    tr, lines = hub.tr, list[str]()
    for loss in found:
        one = loss.attachment
        what = describe(one, tr).characters
        if is_lost(one):
            empty = isinstance(one, Media)
            text = tr.gettext("• {what}: cannot be sent (empty)") if empty else tr.gettext("• {what}: cannot be sent")
            lines.append(text.format(what=what))
            continue
        if not isinstance(one, Media):
            lines.append(tr.gettext("• {what}: as text").format(what=what))
            continue
        if one.size is not None and loss.limit is not None:
            sizes = {"size": size(one.size, hub.locale), "limit": size(loss.limit, hub.locale)}
            what += tr.gettext(" ({size}, limit {limit})").format(**sizes)
        becomes = (
            tr.gettext("• {what}: as a link")
            if can_link(hub)
            else tr.gettext("• {what}: cannot be sent (links need hub.public_url: ask an administrator)")
        )
        lines.append(becomes.format(what=what))
    return "\n".join(lines)


def _is_template(content: Content) -> bool:
    return any(isinstance(one, Template) for one in content.attachments)
