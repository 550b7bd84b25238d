"""Classification of texts with all the names the hub knows, questions about unknown names, and notifications of those
named."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs import additions
from bot.dialogs.notifications import members, open_button
from bot.dialogs.notifications import named as named_in_full
from bot.domain import (
    Addressee,
    Author,
    Content,
    Delivery,
    DeskNames,
    Dialog,
    DialogId,
    MessageId,
    Operator,
    OperatorId,
    PostRef,
    ThreadId,
    ThreadRef,
)
from bot.domain.access import only_a_name
from bot.domain.lifecycle import Refusal
from bot.domain.mentions import EVERYONE, Directory, TextKind, Verdict, has_names, judge, nearest
from bot.domain.text import Text, line, link, shorten
from bot.domain.text_scan import fold
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import Mentioning, Notifies
from bot.ports.storage import Unit
from bot.views.values import Row, View
from bot.views.words import summary

INSIDE = frozenset({Delivery.HELD, Delivery.INTERNAL})
QUOTED = 200
"""Characters of a note quoted to those named in it."""
ALONE = DeskNames()
"""Names for a text that no desk knows anything about."""
_MOST_WORDS = 5
"""Most words in one question; the rest are asked about next."""


async def verdict(
    hub: Hub, unit: Unit, content: Content, names: DeskNames = ALONE, *, alone: Verdict | None = None
) -> Verdict:
    """Classifies the text. A text that forwards a post hidden from customers is a note. `alone`: what it was found to
    be without the hub's directory, which a text that names nobody does not need."""
    if alone is not None and not has_names(content):
        found = alone
    else:
        found = judge(content, names, await directory(hub, unit, content))
    if found.kind in (TextKind.ANSWER, TextKind.QUESTION) and await _shares_internal(hub, unit, names):
        return replace(found, kind=TextKind.NOTE)
    return found


async def _shares_internal(hub: Hub, unit: Unit, names: DeskNames) -> bool:
    """Tells whether it forwards a card, a technical line, a note or a message that was not sent."""
    for channel, post in names.shared:
        for desk in hub.desks.by_name:
            shown = await unit.messages.by_post(PostRef(desk, channel, post))
            if any(one.author in (Author.NOTE, Author.HUB) or one.delivery in INSIDE for one in shown):
                return True
            card = ThreadRef(desk, channel, ThreadId(post))
            if not shown and await unit.dialogs.lock_by_thread(card) is not None:
                return True
    return False


async def directory(hub: Hub, unit: Unit, content: Content) -> Directory:
    """Names of all colleagues and roles the hub knows, on every desk; empty when the text names nobody."""
    if not has_names(content):
        return Directory()
    known = [one for desk in hub.desks.by_name for one in await unit.operators.of_desk(desk)]
    roles = await unit.operators.roles()
    people = [name for one in known for name in (one.name, one.title)]
    named = [*hub.admins.names, *(one for members in roles.values() for one in members if only_a_name(one))]
    people += [one.rpartition(":")[2].lstrip("@") for one in named]  # "office:anna"
    near = {fold(part): one.name for one in known if one.name for part in one.title.split() if len(part) > 2}
    return Directory(frozenset(map(fold, people)) - {""}, frozenset(map(fold, roles)), near)


# ----------------------------------------------------------------------------- questions about words


async def question(hub: Hub, unit: Unit, operator: OperatorId, content: Content) -> Refusal | None:
    """Question that the author must answer before the text is sent; None when there is none, or this operator has
    confirmed those words before."""
    found = await verdict(hub, unit, content)
    return await asked_about(hub, unit, operator, content, found)


async def asked_about(hub: Hub, unit: Unit, operator: OperatorId, content: Content, found: Verdict) -> Refusal | None:
    """Question about a text that is classified already."""
    if found.kind is not TextKind.QUESTION:
        return None
    code, words = await _unanswered(unit, operator, found)
    if not words:
        return None
    if code != "nobody":
        return Refusal(code, words=", ".join(words))
    known = await directory(hub, unit, content)
    near = next((name for name in (nearest(one, known) for one in words) if name), "")
    values = {"words": ", ".join(words)}
    return Refusal("nobody_near", near=f"@{near}", **values) if near else Refusal("nobody", **values)


async def asked_once(hub: Hub, unit: Unit, operator: OperatorId, dialog: DialogId, content: Content) -> Refusal | None:
    """Question, as by `question`, where no buttons can answer it: repeating the same words confirms them."""
    said = hashlib.sha256(repr(content).encode("utf-8", "replace")).hexdigest()[:32]
    while (asked := await question(hub, unit, operator, content)) is not None:
        key = f"asked:{operator}:{dialog}:{asked.code}:{said}"
        if await unit.cursors.note(key, hub.clock.now().isoformat()):
            return asked
        await unit.cursors.forget(key)
        await let_go(hub, unit, operator, content)
    return None


async def let_go(hub: Hub, unit: Unit, operator: OperatorId, content: Content) -> None:
    """Remembers that this operator means the words in question: they are not asked about again."""
    _, words = await _unanswered(unit, operator, await verdict(hub, unit, content))
    for word in words:
        await unit.cursors.set(_let_go(operator, word), "1")


async def _unanswered(unit: Unit, operator: OperatorId, found: Verdict) -> tuple[str, Sequence[str]]:
    """Code of the next question and the words it is about; no words when there is none."""
    questions = {"no_command": found.mistyped, "perhaps_named": found.doubtful, "nobody": found.unknown}
    for code, words in questions.items():
        if left := [one for one in words if await unit.cursors.get(_let_go(operator, one)) is None]:
            return code, left[:_MOST_WORDS]
    return "", ()


def _let_go(operator: OperatorId, word: str) -> str:
    return f"let_go:{operator}:{fold(word)[:100]}"


# -------------------------------------------------------------------------- notifying who is named


async def tell_named(
    hub: Hub,
    unit: Unit,
    dialog: Dialog,
    by: Operator,
    message: tuple[MessageId, Content],
    named: frozenset[str],
    names: DeskNames | None = None,
) -> Sequence[str]:
    """Notifies those named in a note, unless their team chat does so itself, and offers to add them. Returns the names
    of those who may not read the dialog and are therefore not notified. `names` None: the note is no post of its
    author's, and what the hub posts of it notifies nobody."""
    await additions.offer(hub, unit, dialog, by, named)
    refused: list[str] = []
    told = await _to_tell(hub, unit, dialog, named, names)
    for operator, outside in [*((one, "") for one in told), *await _mentioned(hub, unit, dialog, named, told)]:
        if operator.id == by.id:
            continue
        if not (await hub.access(unit, operator, dialog.account)).rights.read:
            refused += [] if outside else [operator.title or operator.name]
            continue
        view = await _notice(hub, unit, dialog, by, *message)
        await parcels.tell(unit, operator.desk, operator.user, view, hub.clock.now(), dialog.id, outside=outside)
    return refused


async def _mentioned(
    hub: Hub, unit: Unit, dialog: Dialog, named: frozenset[str], told: Sequence[Operator]
) -> Sequence[tuple[Operator, str]]:
    """People named whom the team chat notifies itself, though only in the channel: each with that channel."""
    if not named or dialog.ref is None or not isinstance(hub.desks.by_name.get(dialog.desk), Mentioning):
        return ()
    already = {one.id for one in told}
    theirs = [one for one in await unit.operators.of_desk(dialog.desk) if fold(one.name) in named]
    return [(one, dialog.ref.channel) for one in theirs if one.id not in already]


async def _to_tell(
    hub: Hub, unit: Unit, dialog: Dialog, named: frozenset[str], names: DeskNames | None
) -> Sequence[Operator]:
    """Operators to notify: members of the hub's roles, and people the team chat does not notify itself."""
    if not named:
        return ()
    desk = hub.desks.by_name.get(dialog.desk)
    notifies = desk.limits.notifies if desk is not None else Notifies.NAMES
    found: dict[OperatorId, Operator] = {}
    for role in await unit.operators.roles():
        if fold(role) in named:
            found |= {one.id: one for one in await members(unit, dialog.desk, Addressee(role=role))}
    colleagues, marked = await unit.operators.of_desk(dialog.desk), {fold(one) for one in (names or ALONE).others}
    by_name = {fold(one.name) for one in colleagues} | marked
    theirs: dict[Notifies, set[str]] = {Notifies.NAMES: by_name, Notifies.MARKS: marked, Notifies.NOBODY: set()}
    left = named - (theirs[notifies] if names is not None else set())
    everyone = bool(left & EVERYONE) and notifies is Notifies.NOBODY
    for one in colleagues if left else ():
        if everyone or {fold(one.name), fold(one.title)} & left:
            found[one.id] = one
    return list(found.values())


async def _notice(hub: Hub, unit: Unit, dialog: Dialog, by: Operator, message: MessageId, content: Content) -> View:
    post = await unit.messages.post(message)
    where = hub.desks.link(dialog.ref, post) or parcels.link_later(dialog.id)
    words = shorten(summary(content, hub.tr), QUOTED)
    text = hub.tr.gettext("{by} mentioned you in a note: “{words}”").format(by=by.title or by.name, words=words)
    title = line(link(await named_in_full(hub, unit, dialog), where), Text.plain(f": {text}"))
    return View((Row(title, (open_button(hub, dialog, where),)),), named=dialog.id)
