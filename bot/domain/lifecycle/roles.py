"""Rules of dialogs in the queue of a role that is deleted or renamed."""

from __future__ import annotations

from bot.domain import Addressee, Dialog, Status
from bot.domain.lifecycle.effects import RefreshCard, Step, WriteLine, technical_line
from bot.domain.lifecycle.events import RoleRemoved, RoleRenamed
from bot.domain.value import replace


def role_removed(dialog: Dialog, event: RoleRemoved) -> Step:
    if dialog.addressee != Addressee(role=event.role):
        return dialog, ()
    status = Status.NEW if dialog.status is Status.RETURNED else dialog.status
    line = technical_line("role_removed", event.by, role=event.role)
    return replace(dialog, status=status, addressee=None), (WriteLine(line), RefreshCard())


def role_renamed(dialog: Dialog, event: RoleRenamed) -> Step:
    if dialog.addressee != Addressee(role=event.role):
        return dialog, ()
    return replace(dialog, addressee=Addressee(role=event.to)), (RefreshCard(),)
