"""Queries of the hub's own desk: the core's side of `bot.ports.WebDeskBackend`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from bot.dialogs import held_choices
from bot.dialogs.mentions import asked_about, verdict
from bot.dialogs.selection import chosen_by
from bot.domain import (
    AccountName,
    Actor,
    Author,
    ContactId,
    Content,
    Delivery,
    DeskName,
    DeskNames,
    Dialog,
    DialogId,
    Key,
    Message,
    MessageId,
    Operator,
    PostId,
)
from bot.domain.mentions import TextKind
from bot.domain.text import Text
from bot.hub.context import Hub, OperatorAccess
from bot.hub.names import writer_name
from bot.ports import CommandHint, DraftPreview, Listed, ListState, ListView, MessageView, Notification, Page
from bot.ports.found import ContactPage, Correspondence, FileKind, FilesPage, Findings
from bot.ports.storage import Section, Transcripts, Unit
from bot.queries import overview, search
from bot.queries.contacts import contact_page
from bot.queries.files import files
from bot.queries.sections import viewer_of
from bot.senders import drawing
from bot.views import problems
from bot.views.lines import word_refusal
from bot.views.values import Button, View

PAGE = 50


class WebDeskQueries:
    """Reads with the rights of the operator who asks."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self._overview = hub, overview.Overview(hub)
        self._operators: dict[DeskName, dict[str, Operator]] = {}  # whose pages have been looked for

    async def counters(self, desk: DeskName, actor: Actor) -> Mapping[str, int]:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            counted = await unit.dialogs.counters(await viewer_of(self._hub, unit, operator))
        return {str(section): count for section, count in counted.items()}

    async def list(
        self,
        desk: DeskName,
        actor: Actor,
        section: str,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
        limit: int = 20,
    ) -> Sequence[Listed]:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            viewer = await viewer_of(self._hub, unit, operator)
            return await overview.page(
                self._hub, unit, viewer, Section(section), account=account, text=text, before=before, limit=limit
            )

    async def lists(self, desk: DeskName, views: Sequence[ListView]) -> Sequence[ListState]:
        known = self._operators.setdefault(desk, {})
        for view in views:
            one = known.get(view.actor.user)
            if one is None or not _is_current(one, view.actor):
                known[view.actor.user] = await self._operator(desk, view.actor)
        async with self._hub.store.read() as unit:
            return await self._overview.lists(unit, [(view, known[view.actor.user]) for view in views])

    async def page(
        self, desk: DeskName, actor: Actor, dialog: DialogId, *, since: int = 0, before: MessageId | None = None
    ) -> Page | None:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            found = await unit.dialogs.get(dialog)
            if found is None:
                return None
            access = await self._hub.access(unit, operator, found.account)
            if not access.rights.read:
                return None
            changed, revision = await unit.messages.changed(dialog, since, 500)
            messages: Sequence[Message] = changed
            earlier = False
            if not since:
                messages = await unit.messages.of_thread(found, before=before, limit=PAGE + 1)
                earlier, messages = len(messages) > PAGE, messages[-PAGE:]
            visible = [one for one in messages if one.delivery is not Delivery.HELD or one.operator == operator.id]
            linked = await unit.interests.of_messages([one.id for one in visible])
            titles = {message: interest.title for message, interest in linked.items()}
            return Page(
                dialog=found,
                contact=await unit.contacts.get(found.contact),
                account=self._hub.title(found.account),
                card=await drawing.card(self._hub, unit, found, access),
                shown=tuple([await self._shown(unit, found, one, access, titles) for one in visible]),
                revision=revision,
                may_write=found.open and (access.rights.send or found.source is not None),
                earlier=earlier,
                chosen=frozenset(one.id for one in await chosen_by(self._hub, unit, operator.id, found)),
            )

    async def _shown(
        self, unit: Unit, dialog: Dialog, message: Message, access: OperatorAccess, titles: Mapping[MessageId, str]
    ) -> MessageView:
        """Makes a message's view. `titles`: Interests linked to single messages."""
        if message.dialog != dialog.id:  # an earlier dialog of the thread
            dialog = await unit.dialogs.get(message.dialog) or dialog
        contact = await unit.contacts.get(dialog.contact)
        is_customer = message.author is Author.CUSTOMER
        at = await unit.messages.post(message.id)
        problem = ""
        if message.delivery is Delivery.FAILED:
            problem = problems.reason(message.failure, message.detail, self._hub.tr)
        elif message.delivery is Delivery.HELD:
            problem = await held_choices.reason(self._hub, unit, dialog, message, access.operator.id)
        return MessageView(
            message=message,
            author=contact.name if is_customer else await writer_name(unit, message, self._hub.tr),
            post=at.post if at is not None else PostId(""),
            words=Text.plain(await drawing.line_of(self._hub, unit, message)) if message.line else Text(),
            quoted=await drawing.quoted_by(self._hub, unit, message),
            buttons=await self._buttons(unit, dialog, message, access),
            mine=message.operator == access.operator.id and at is not None and message.line is None,
            problem=problem,
            interest=titles.get(message.id, ""),
        )

    async def _buttons(
        self, unit: Unit, dialog: Dialog, message: Message, access: OperatorAccess
    ) -> tuple[Button, ...]:
        """Returns the message's buttons for this viewer; a dialog of another desk is acted on there."""
        viewer = access.operator
        if message.delivery is Delivery.HELD:
            return await held_choices.choices(self._hub, unit, dialog, message, viewer)
        if dialog.desk != viewer.desk or not access.rights.send:
            return ()
        if message.line is not None:
            return await drawing.offered_by(self._hub, unit, dialog, message, viewer.id)
        return drawing.remedies(self._hub, dialog, message, viewer.id)

    async def search(
        self,
        desk: DeskName,
        actor: Actor,
        text: str,
        *,
        contact: ContactId | None = None,
        before: MessageId | None = None,
    ) -> Findings:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            return await search.search(self._hub, unit, operator, text, contact=contact, before=before)

    async def files(
        self, desk: DeskName, actor: Actor, contact: ContactId, kind: FileKind, *, before: MessageId | None = None
    ) -> FilesPage:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            return await files(self._hub, unit, operator, contact, kind, before=before)

    async def contact(self, desk: DeskName, actor: Actor, contact: ContactId) -> ContactPage | None:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            try:
                return await contact_page(self._hub, unit, operator, contact)
            except LookupError:
                return None

    async def correspondence(
        self, desk: DeskName, actor: Actor, contact: ContactId, *, before: MessageId | None = None
    ) -> Correspondence:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            return await search.correspondence(self._hub, unit, operator, contact, before=before)

    async def reads_by_dialogs(self, desk: DeskName, actor: Actor) -> bool:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            return await unit.operators.transcripts(operator.id) is Transcripts.SPLIT

    async def accounts(self, desk: DeskName, actor: Actor) -> Mapping[AccountName, str]:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            return {name: self._hub.title(name) for name in await self._hub.readable(unit, operator)}

    async def commands(self, desk: DeskName, actor: Actor) -> Sequence[CommandHint]:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            standings = [await self._hub.access(unit, operator, account) for account in self._hub.accounts]
        administers = any(one.rights.administer for one in standings)
        say = self._hub.tr.gettext
        return [
            CommandHint(word, say(offer.about), say(offer.label))
            for word, offer in self._hub.offers.commands.items()
            if administers or not offer.administrative
        ]

    async def kind(
        self, desk: DeskName, actor: Actor, dialog: DialogId, content: Content, names: DeskNames
    ) -> DraftPreview | None:
        operator = await self._operator(desk, actor)
        async with self._hub.store.read() as unit:
            found = await unit.dialogs.get(dialog)
            if found is None or not (await self._hub.access(unit, operator, found.account)).rights.read:
                return None
            judged = await verdict(self._hub, unit, content, names)
            if found.source is not None and judged.kind is not TextKind.COMMAND:
                return DraftPreview(TextKind.NOTE)
            asked = await asked_about(self._hub, unit, operator.id, content, judged)
            if asked is not None:
                return DraftPreview(TextKind.QUESTION, asked=word_refusal(asked.code, asked.values, {}, self._hub.tr))
            kind = TextKind.ANSWER if judged.kind is TextKind.QUESTION else judged.kind
            return DraftPreview(kind, judged.command)

    async def keep(self, desk: DeskName, user: str, view: View, dialog: DialogId | None) -> None:
        key = view.keys[0] if view.keys else Key(secrets.token_hex(8))

        async def work(unit: Unit) -> None:
            await unit.notices.put(desk, user, view, dialog, key)

        await self._hub.store.transact(work)

    async def notifications(self, desk: DeskName, user: str, after: int | None) -> Sequence[Notification]:
        async with self._hub.store.read() as unit:
            kept = await unit.notices.after(desk, user, after)
        return [Notification(one.id, one.view, one.dialog, one.at) for one in kept]

    async def _operator(self, desk: DeskName, actor: Actor) -> Operator:
        """Returns the operator, upserted when something about them is new."""
        async with self._hub.store.read() as unit:
            known = await unit.operators.of_user(desk, actor.user)
        if known is not None and _is_current(known, actor):
            return known

        async def work(unit: Unit) -> Operator:
            return await unit.operators.upsert_operator(desk, actor)

        return await self._hub.store.transact(work)


def _is_current(known: Operator, actor: Actor) -> bool:
    """Tells whether the actor brings nothing new about the operator."""
    brought = (actor.name, actor.title or known.title, actor.zone or known.zone, actor.belongs)
    return brought == (known.name, known.title, known.zone, known.belongs)
