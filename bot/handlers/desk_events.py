"""Handler of desk events, one transaction per event: the core's side of `bot.ports.EventHandler`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2s

from bot.actions import CARD_REACTIONS, REACTIONS, preparation
from bot.actions.base import AnyAction
from bot.actions.dispatch import perform
from bot.actions.react import react
from bot.actions.request import Request
from bot.dialogs import post_changes
from bot.domain import (
    AccountName,
    Actor,
    Author,
    Belonging,
    Commanded,
    DeskEvent,
    DeskName,
    Dialog,
    DialogId,
    FormChanged,
    HomeLeft,
    HomeOpened,
    Key,
    Operator,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    PostRef,
    Pressed,
    Submitted,
    ThreadId,
    ThreadRef,
)
from bot.domain.access import NO_PERSON
from bot.domain.text import Text
from bot.handlers import homes, operator_posts, picking, post_deletions, post_edits, recovered_posts
from bot.hub import parcels
from bot.hub.context import Hub
from bot.locale import bare
from bot.ports import KnownPost, Reacting
from bot.ports.storage import Unit
from bot.runtime import metrics
from bot.views import isolation
from bot.views.answers import whisper
from bot.views.previews import preview
from bot.views.values import Answer, Silent, View, Whisper


class DeskEventHandler:
    """Handles the events of one desk."""

    def __init__(self, hub: Hub, desk: DeskName) -> None:
        self._hub, self._desk = hub, desk
        self._received = metrics.RECEIVED.labels(parcels.desk_destination(desk))

    async def accept(self, event: DeskEvent) -> Answer:
        """Dedupes, decides, saves and enqueues in one transaction. Raises `Forged` for buttons that the hub did not
        make, or that are pressed in the wrong place or by the wrong person; and `IntakeClosed`."""

        event = _bare(event)
        await self._prepare(event)

        async def work(unit: Unit) -> Answer:
            if not await unit.inbox.mark_seen(parcels.desk_destination(self._desk), event.key, self._hub.clock.now()):
                return Silent()
            answer = await self._decide(unit, event)
            await self._reset_menu(unit, event)
            return answer

        async with self._hub.intake.taking():
            answer = await self._hub.store.transact(work)
        self._received.inc()
        return isolation.answer(answer)

    async def _reset_menu(self, unit: Unit, event: DeskEvent) -> None:
        """Has the card drawn anew on which something was chosen in a menu, so that it can be chosen again."""
        if not isinstance(event, Pressed) or not event.sticks or event.place.thread is None:
            return
        if str(event.place.post or "") == str(event.place.thread):
            thread = ThreadRef(event.place.desk, event.place.channel, event.place.thread)
            dialog = await unit.dialogs.lock_by_thread(thread)
            if dialog is not None:
                chosen = blake2s(event.key.encode(), digest_size=4).hexdigest()
                await parcels.refresh_card(unit, dialog, self._hub.clock.now(), chosen=chosen)

    async def _prepare(self, event: DeskEvent) -> None:
        """Lets an action ask a platform for what it is about to show."""
        match event:
            case Commanded():
                word = Request.worded(event.words)
            case Pressed():
                word = self._hub.seal.open(event.token, self._desk).word
            case _:
                return
        if word not in preparation.ASKING or event.actor.belongs in NO_PERSON:
            return

        async def work(unit: Unit) -> tuple[AnyAction, AccountName] | None:
            operator = await unit.operators.upsert_operator(self._desk, event.actor)
            return await preparation.wanted(self._hub, unit, self._request(operator, event))

        if (found := await self._hub.store.transact(work)) is not None:
            action, account = found
            await action.prepare(self._hub, account)

    def _request(self, operator: Operator, event: Commanded | Pressed, picked: str = "") -> Request:
        if isinstance(event, Commanded):
            return Request.said(operator, event.place, event.words, whole=True)
        ticket = self._hub.seal.open(event.token, self._desk)
        return Request.pressed(operator, event.place, ticket, proved=event.proved, picked=picked)

    async def known(self, keys: Sequence[Key]) -> Collection[Key]:
        async with self._hub.store.read() as unit:
            return await unit.inbox.seen(parcels.desk_destination(self._desk), keys)

    async def known_posts(self, thread: ThreadRef, since: datetime) -> Sequence[KnownPost]:
        async with self._hub.store.read() as unit:
            return await post_changes.known_posts(unit, thread, since)

    async def previews(self, actor: Actor, dialogs: Sequence[DialogId]) -> Mapping[DialogId, View]:
        hub = self._hub
        async with hub.store.read() as unit:
            operator = await unit.operators.of_user(self._desk, actor.user)
            if operator is None or actor.belongs in NO_PERSON:
                return {}
            if actor.belongs not in (Belonging.UNKNOWN, Belonging.LEFT):
                operator = replace(operator, belongs=actor.belongs)
            if not await hub.admits(unit, operator):
                return {}
            known = [await unit.dialogs.get(number) for number in dialogs]
            readable = await hub.readable(unit, operator)
        return {one.id: self._preview(one) for one in known if one is not None and one.account in readable}

    def _preview(self, dialog: Dialog) -> View:
        hub = self._hub
        return isolation.view(preview(dialog, hub.title(dialog.account), hub.desks.link(dialog.ref), hub.tr))

    async def threads(self) -> Sequence[ThreadRef]:
        async with self._hub.store.read() as unit:
            return await unit.dialogs.open_threads(self._desk)

    async def _decide(self, unit: Unit, event: DeskEvent) -> Answer:
        hub = self._hub
        if isinstance(event, OperatorDeleted):
            answer = await post_deletions.deleted(hub, unit, event)
            return answer if event.actor is not None else await self._to_its_author(unit, event, answer)
        if event.actor.belongs in NO_PERSON:
            return Silent()
        operator = await unit.operators.upsert_operator(self._desk, event.actor)
        answer = await self._answer(unit, operator, event)
        await homes.note(hub, unit, operator, event, answer)
        return answer

    async def _answer(self, unit: Unit, operator: Operator, event: DeskEvent) -> Answer:
        assert not isinstance(event, OperatorDeleted)
        hub = self._hub
        match event:
            case HomeLeft():
                await unit.homes.left(operator.id, hub.clock.now())
                return Silent()
            case OperatorPosted() if hub.past.covers(event.at, missed=event.missed):
                return await recovered_posts.posted(hub, unit, operator, event)
            case OperatorPosted():
                return await operator_posts.posted(hub, unit, operator, event)
            case OperatorEdited():
                return await post_edits.edited(hub, unit, operator, event)
            case OperatorReacted():
                return await self._reacted(unit, operator, event)
            case Commanded():
                return await perform(hub, unit, self._request(operator, event))
            case Pressed():
                return await self._pressed(unit, operator, event)
            case HomeOpened():
                return await perform(hub, unit, Request.said(operator, event.place, "home"))
            case Submitted():
                return await self._submitted(unit, operator, event)
            case FormChanged():
                ticket = hub.seal.open(event.token, self._desk)
                asked = Request.submitted(operator, event.place, ticket, event.values)
                return await perform(hub, unit, asked.redrawing())

    async def _submitted(self, unit: Unit, operator: Operator, event: Submitted) -> Answer:
        """Performs the action of a form. Whoever was picked in it becomes known, as if they had acted."""
        ticket = self._hub.seal.open(event.token, self._desk)
        for one in event.people:
            if one.name and one.belongs not in NO_PERSON:
                await unit.operators.upsert_operator(self._desk, one)
        asked = Request.submitted(operator, event.place, ticket, event.values, event.people)
        return await perform(self._hub, unit, asked)

    async def _pressed(self, unit: Unit, operator: Operator, event: Pressed) -> Answer:
        """Performs a press. After a choice that changed nothing, the card is drawn anew: its picker still shows the
        choice."""
        try:
            request = self._request(operator, event, await picking.picked(self._hub, unit, self._desk, event))
            answer = await perform(self._hub, unit, request)
        except picking.NotAnOperator as nobody:
            answer = whisper(str(nobody))
        if (event.picked or event.person) and not isinstance(answer, Silent):
            dialog = await operator_posts.dialog_at(unit, event.place)
            if dialog is not None:
                await parcels.refresh_card(unit, dialog, self._hub.clock.now())
        return answer

    async def _to_its_author(self, unit: Unit, event: OperatorDeleted, answer: Answer) -> Answer:
        """Sends the whisper to the message's author instead: not every team chat says who deleted a post."""
        if not isinstance(answer, Whisper) or event.place.post is None:
            return answer
        [*_, message] = await unit.messages.by_post(PostRef(event.place.desk, event.place.channel, event.place.post))
        dialog = await unit.dialogs.get(message.dialog)
        author = await unit.operators.get(message.operator) if message.operator is not None else None
        if dialog is not None and author is not None:
            await parcels.whisper(unit, dialog, author.user, answer.view, self._hub.clock.now())
        return Silent()

    async def _reacted(self, unit: Unit, operator: Operator, event: OperatorReacted) -> Answer:
        """Performs the action that a reaction stands for, or passes it on to the customer whose message it is on."""
        if event.place.post is None or not await self._hub.admits(unit, operator):
            return Silent()
        found = await unit.messages.by_post(PostRef(event.place.desk, event.place.channel, event.place.post))
        if not found:
            return await self._reacted_to_card(unit, operator, event)
        if not await post_changes.note_reaction(unit, event):
            return Silent()  # a repetition
        action = REACTIONS.get(_untoned(event.emoji))
        if action is not None:
            inputs = {"on": "yes" if event.on else "no"}
            return await perform(self._hub, unit, Request.reacted(operator, event.place, action.word, inputs))
        if found[-1].author is not Author.CUSTOMER:
            return Silent()
        if _untoned(event.emoji) in CARD_REACTIONS:
            text = self._hub.tr.gettext("{emoji} does something on the dialog's card. The customer does not see it.")
            return whisper(text.format(emoji=event.emoji)) if event.on and not event.missed else Silent()
        dialog = await unit.dialogs.lock(found[-1].dialog)
        if dialog is None or not dialog.open:
            return Silent()
        if not (await self._hub.access(unit, operator, dialog.account)).rights.send:
            return Silent()  # it stays visible to colleagues
        if not isinstance(self._hub.bridges.get(dialog.account), Reacting):
            text = self._hub.tr.gettext("This messenger has no reactions: the customer does not see yours.")
            return whisper(text) if event.on and not event.missed else Silent()
        return await react(self._hub, unit, dialog, operator, event, found)

    async def _reacted_to_card(self, unit: Unit, operator: Operator, event: OperatorReacted) -> Answer:
        """Performs the action that a reaction to a card stands for. Others mean nothing: colleagues react to each
        other's posts, too."""
        action, place = CARD_REACTIONS.get(_untoned(event.emoji)), event.place
        if action is None or place.post is None:
            return Silent()
        thread = ThreadId(str(place.post))
        if await unit.dialogs.lock_by_thread(ThreadRef(place.desk, place.channel, thread)) is None:
            return Silent()
        if not await post_changes.note_reaction(unit, event) or not event.on:
            return Silent()
        where = replace(place, thread=thread, post=None)
        return await perform(self._hub, unit, Request.reacted(operator, where, action.word, {"on": "yes"}))


def _untoned(emoji: str) -> str:
    """Returns an emoji without skin tone or variation selector: whatever the skin, it means the same."""
    return re.sub("[\U0001f3fb-\U0001f3ff\ufe0f]", "", emoji)


def _bare(event: DeskEvent) -> DeskEvent:
    """Takes out isolation that was copied from the hub's views: names are compared, and replies sent, without it."""
    match event:
        case Commanded():
            return replace(event, words=bare(event.words))
        case Submitted() | FormChanged():
            return replace(event, values={name: bare(said) for name, said in event.values.items()})
        case OperatorPosted() | OperatorEdited():
            text = event.content.text
            if text.characters.isascii():
                return event
            spans = Text.of(replace(span, text=bare(span.text)) for span in text.spans)
            return replace(event, content=replace(event.content, text=spans))
    return event
