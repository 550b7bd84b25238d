"""Handler of customers' updates. Each batch is one transaction that dedupes, decides, saves and enqueues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.automation import incoming, new_dialogs
from bot.automation.new_dialog_limit import Flood
from bot.dialogs import contact_matching, receipts
from bot.dialogs.apply import write_line
from bot.domain import (
    AccountName,
    Author,
    ChatId,
    ChatMoved,
    ColleagueDeleted,
    ColleagueEdited,
    ColleagueWrote,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    CustomerWrote,
    Dialog,
    ForeignId,
    Key,
    Line,
    Message,
    Profile,
    ProfileChanged,
    Receipt,
    ServiceNotice,
    UnreadableUpdate,
    Unshowable,
    Update,
)
from bot.domain.lifecycle import CustomerSpoke, advance, came_late
from bot.handlers import colleagues, customer_edits
from bot.handlers.lone_failures import LoneFailures
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import NotTaken, UpdateOutcome
from bot.ports.storage import EarlyChange, Identity, Merge, NewMessage, Unit
from bot.runtime import metrics
from bot.views.words import summary

LONG_AGO = timedelta(minutes=10)
"""Age at which an incoming message is late, whatever stands above it."""
PAUSED_FOR = 60.0
"""Seconds after which a refused client should try again while the account takes no new dialogs."""


class ChannelUpdateHandler:
    """Handles the updates of one account; its bridge calls `accept`."""

    def __init__(self, hub: Hub, account: AccountName) -> None:
        self._hub, self._account = hub, account
        self._lone = LoneFailures(hub, account, self._take)
        self._flood = Flood(hub, account)
        source = parcels.account_destination(account)
        self._received, self._unreadable_count = metrics.RECEIVED.labels(source), metrics.UNREADABLE.labels(source)

    async def accept(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
        """Commits all updates or, raising, none. An update that keeps failing on its own is set aside as unreadable:
        one that the hub cannot process must not hold up those after it. Raises `NotTaken` on channels that can tell
        their customers so, and `IntakeClosed`."""
        async with self._hub.intake.taking():
            return await self._accept(updates)

    async def _accept(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
        if self._can_refuse():
            await self._flood.look_whether_over()
        try:
            return await self._commit(updates)
        except NotTaken as refused:
            if refused.why == "busy":
                await self._flood.tell()
            raise
        except Exception:
            if not any([await self._lone.fails_alone(update) for update in updates]):
                raise
        return await self._commit([self._lone.or_set_aside(update) for update in updates])

    async def _commit(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
        async def work(unit: Unit) -> list[UpdateOutcome]:
            return [await self._take(unit, update) for update in updates]

        accepted = await self._hub.store.transact(work)
        self._received.inc(len(updates))
        self._unreadable_count.inc(sum(isinstance(update.event, UnreadableUpdate) for update in updates))
        return accepted

    async def _take(self, unit: Unit, update: Update) -> UpdateOutcome:
        source = parcels.account_destination(self._account)
        if not await unit.inbox.mark_seen(source, update.key, self._hub.clock.now()):
            return await self._as_before(unit, update)
        match update.event:
            case CustomerWrote() as event:
                return await self._wrote(unit, update, event)
            case CustomerEdited() as event:
                if not await customer_edits.edited(self._hub, unit, self._account, event):
                    return await self._edited_early(unit, update, event)
            case CustomerDeleted() as event:
                await customer_edits.deleted(self._hub, unit, self._account, event)
            case CustomerReacted() as event:
                await customer_edits.reacted(self._hub, unit, self._account, event)
            case ColleagueWrote() as event:
                await colleagues.wrote(self._hub, unit, self._account, event, update.at)
            case ColleagueEdited() as event:
                await colleagues.edited(self._hub, unit, self._account, event, update.at)
            case ColleagueDeleted() as event:
                await colleagues.deleted(self._hub, unit, self._account, event)
            case ServiceNotice() as event:
                await colleagues.noticed(self._hub, unit, self._account, event)
            case Receipt() as event:
                await receipts.arrived(self._hub, unit, self._account, event)
            case CustomerLeft(chat):
                await self._set_blocked(unit, chat, True, Profile(), topics=True)
            case CustomerReturned(chat, profile):
                await self._set_blocked(unit, chat, False, profile, topics=True)
            case ProfileChanged(chat, profile):
                if await self._listens_to(unit, chat):
                    await self._meet(unit, chat, profile)
            case ChatMoved(chat, to, same_ids):
                await unit.contacts.move(self._account, chat, to, same_ids=same_ids)
            case UnreadableUpdate() as event:
                await unit.inbox.keep_unreadable(source, update.key, event.raw, event.why)
                return await self._unreadable(unit, update, event)
        return UpdateOutcome()

    async def _as_before(self, unit: Unit, update: Update) -> UpdateOutcome:
        """Returns the outcome of an update that was already taken in."""
        event = update.event
        if not isinstance(event, CustomerWrote):
            return UpdateOutcome()
        message = await unit.messages.by_foreign(self._account, event.chat, event.ref)
        return UpdateOutcome(message.dialog, message.id) if message else UpdateOutcome()

    # -------------------------------------------------------------------------------- messages

    async def _edited_early(self, unit: Unit, update: Update, event: CustomerEdited) -> UpdateOutcome:
        """Shows new words whose message is unknown; where it may still come, it has time to."""
        bridge = self._hub.bridges.get(self._account)
        now = self._hub.clock.now()
        change = EarlyChange(self._account, event.chat, event.ref, event.content, now, event.profile)
        if bridge is not None and bridge.limits.in_order:
            return await self.show_early(unit, change, update.at)
        await unit.early.keep(change)
        return UpdateOutcome()

    async def show_early(self, unit: Unit, change: EarlyChange, at: datetime) -> UpdateOutcome:
        """Shows new words, written `at`, as a message of their own. Raises `NotTaken`."""
        content = change.content or Content()
        event = CustomerWrote(change.chat, change.ref, content, change.profile)
        outcome = await self._wrote(unit, Update(Key(""), event, at), event, change)
        await unit.early.keep(replace(change, shown=True))
        return outcome

    async def _wrote(
        self, unit: Unit, update: Update, event: CustomerWrote, change: EarlyChange | None = None
    ) -> UpdateOutcome:
        """Takes a message in. `change`: what already changed it; otherwise looked up."""
        identity, merges = await self._meet(unit, event.chat, event.profile)
        if change is None and identity.early:
            change = await unit.early.take(self._account, event.chat, event.ref)
        if change is not None and change.shown:
            return await self._as_before(unit, update)
        if self._can_refuse():
            await self._refuse(unit, identity)
        if identity.blocked:
            await self._set_blocked(unit, event.chat, False, Profile())
            identity, _ = await self._meet(unit, event.chat, Profile())
        dialog = identity.open or await new_dialogs.open_dialog(
            self._hub, unit, self._account, identity, update, merges
        )
        said = change.content if change is not None and change.content is not None else event.content
        dialog, message = await self._add(unit, dialog, update, customer_edits.shown(said), event.ref)
        if change is not None:
            message = await customer_edits.apply_early(self._hub, unit, message, change)
        await parcels.post(unit, dialog, message.id, self._hub.clock.now(), event.album)
        if not event.profile.automatic:
            await incoming.customer_wrote(self._hub, unit, dialog, message, first=identity.open is None)
        return UpdateOutcome(dialog.id, message.id)

    def _can_refuse(self) -> bool:
        bridge = self._hub.bridges.get(self._account)
        return bridge is not None and bridge.limits.refuses

    async def _listens_to(self, unit: Unit, chat: ChatId) -> bool:
        """Tells whether profile changes of this chat are accepted: on channels that can refuse customers, not from
        blocked or unknown ones."""
        if not self._can_refuse():
            return True
        known = await unit.contacts.lock_known(self._account, chat)
        return known and not (await self._meet(unit, chat, Profile()))[0].barred

    async def _refuse(self, unit: Unit, identity: Identity) -> None:
        """Raises `NotTaken` for a message that is not accepted: the customer is blocked, the account paused, or too
        many come."""
        if identity.barred:
            raise NotTaken("blocked")
        if identity.open is not None:
            return
        if (await self._hub.account(unit, self._account)).rules.paused:
            raise NotTaken("paused", PAUSED_FOR)
        if wait := self._flood.admit():
            raise NotTaken("busy", wait)

    async def _unreadable(self, unit: Unit, update: Update, event: UnreadableUpdate) -> UpdateOutcome:
        """Saves an unreadable update and, if its chat is known, shows it in the dialog's thread."""
        if event.chat is None:
            return UpdateOutcome()
        identity, merges = await self._meet(unit, event.chat, event.profile)
        dialog = identity.open or await new_dialogs.open_dialog(
            self._hub, unit, self._account, identity, update, merges
        )
        content = event.content or Content(attachments=(Unshowable(),))
        _, message = await self._add(unit, dialog, update, content, None)
        await parcels.post(unit, dialog, message.id, self._hub.clock.now())
        return UpdateOutcome(dialog.id, message.id)

    async def _add(
        self, unit: Unit, dialog: Dialog, update: Update, content: Content, ref: ForeignId | None
    ) -> tuple[Dialog, Message]:
        """Saves a customer's message. Returns it with the updated dialog, which now waits for a reply."""
        spoken, effects = advance(dialog, CustomerSpoke(update.at, summary(content, self._hub.tr)))
        await unit.dialogs.touch(
            dialog.id,
            waiting_since=spoken.waiting_since,
            last_at=spoken.last_at,
            last_words=spoken.last_words,
            heard_at=spoken.heard_at,
        )
        if effects:
            await parcels.refresh_card(unit, dialog, self._hub.clock.now(), hurry=False)
        answered = await self._answered(unit, dialog, content)
        late = came_late(dialog, update.at) or self._hub.clock.now() - update.at > LONG_AGO
        reply_to = answered.id if answered else None
        new = NewMessage(dialog.id, Author.CUSTOMER, update.at, content, reply_to=reply_to, late=late)
        message = await unit.messages.add(new)
        if ref is not None:
            await unit.messages.link_foreign(message.id, self._account, dialog.chat, [ref])
        return spoken, message

    async def _answered(self, unit: Unit, dialog: Dialog, content: Content) -> Message | None:
        if content.quote is None or content.quote.ref is None:
            return None
        return await unit.messages.by_foreign(self._account, dialog.chat, content.quote.ref)

    # ------------------------------------------------------------------------- contacts and dialogs

    async def _meet(self, unit: Unit, chat: ChatId, profile: Profile) -> tuple[Identity, Sequence[Merge]]:
        """Locks and updates the identity behind a chat; redraws its card if the contact changed. Also returns the
        merges that the new profile led to."""
        identity, changed = await unit.contacts.lock_identity(self._account, chat, profile)
        if changed and identity.open is not None:
            await parcels.refresh_card(unit, identity.open, self._hub.clock.now())
        contact = identity.contact
        if not changed or not (contact.phone or contact.email or self._hub.crm is not None):
            return identity, ()
        account = await self._hub.account(unit, self._account)
        proven = (
            profile.proven and profile.phone == contact.phone != "",
            profile.proven and profile.email == contact.email != "",
        )
        merges = await contact_matching.profile_changed(self._hub, unit, contact, account, proven=proven)
        if merges:
            identity, _ = await unit.contacts.lock_identity(self._account, chat, Profile())
        return identity, merges

    async def _set_blocked(
        self, unit: Unit, chat: ChatId, blocked: bool, profile: Profile, *, topics: bool = False
    ) -> None:
        """Notes that the customer blocked us or came back: in this chat and, with `topics`, in its topics."""
        for topic in await unit.contacts.topics(self._account, chat) if topics else ():
            await self._set_blocked(unit, topic, blocked, Profile())
        identity, _ = await self._meet(unit, chat, profile)
        if identity.blocked == blocked:
            return
        await unit.contacts.set_blocked(self._account, chat, blocked)
        if identity.open is None:
            return
        dialog = replace(identity.open, blocked=blocked)
        await unit.dialogs.save(dialog)
        await write_line(self._hub, unit, dialog, Line("blocked" if blocked else "unblocked"))
        await parcels.refresh_card(unit, dialog, self._hub.clock.now())
