"""Everything known about one contact."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import ContactId, Dialog, Interest, Operator, OperatorId, Task
from bot.domain.spelling import e164
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.ports import ChatLinking
from bot.ports.found import ContactPage, Given, IdentityView
from bot.ports.storage import Identity, Unit
from bot.queries import search


async def contact_page(hub: Hub, unit: Unit, operator: Operator, contact: ContactId) -> ContactPage:
    """Page about a contact, as far as the operator may know. For accounts they may not read, it says where and when the
    contact writes, without internal notes; or nothing, depending on `hub.correspondence`. Raises `LookupError`."""
    person = await unit.contacts.get(contact)  # a merged contact gives the one it was merged into
    if not await search.may_know(hub, unit, operator, person.id):
        raise LookupError(f"contact {contact} writes on closed accounts alone")
    identities = await unit.contacts.identities(person.id)
    dialogs = [one for one in await unit.dialogs.of_contact(person.id) if one.source is None]
    accounts = {one.account for one in identities} | {one.account for one in dialogs}
    readable = await search.readable(hub, unit, operator, accounts)
    shown = accounts if search.shows_closed(hub, operator) else readable
    tasks = [*await unit.tasks.of_contact(person.id), *await unit.tasks.of_contact(person.id, done=True, limit=5)]
    read = {one.id for one in dialogs if one.account in readable}
    interests = await unit.interests.of_contact(person.id)
    return ContactPage(
        person,
        tuple(dict.fromkeys(_known(hub, one) for one in identities if one.account in shown)),  # topics look alike
        tuple(search.covered(one, readable) for one in reversed(dialogs) if one.account in shown),
        tuple(await _readable_interests(hub, unit, operator, interests, dialogs)),
        tuple(await _given(unit, [one for one in tasks if one.dialog in read or operator.id in _people(one)])),
    )


async def _readable_interests(
    hub: Hub, unit: Unit, operator: Operator, interests: Sequence[Interest], dialogs: Sequence[Dialog]
) -> Sequence[Interest]:
    """Interests without those linked only to dialogs of accounts that may not be read. `dialogs`: the contact's; an
    Interest of a colleague at the same company may be linked to the colleague's."""
    linked = list(dialogs)
    for colleague in {one.contact for one in interests} - {one.contact for one in dialogs}:
        linked += await unit.dialogs.of_contact(colleague)
    readable = await search.readable(hub, unit, operator, {one.account for one in linked})
    closed = {one.interest for one in linked if one.account not in readable}
    closed -= {one.interest for one in linked if one.account in readable}
    return [one for one in interests if one.id not in closed]


def _people(task: Task) -> list[OperatorId]:
    return [task.author, *_doers(task)]


async def _given(unit: Unit, tasks: Sequence[Task]) -> list[Given]:
    names = await operator_names(unit, {who for task in tasks for who in _people(task)})
    return [
        Given(
            task,
            "" if _doers(task) == [task.author] else names.get(str(task.author), ""),
            tuple((names.get(str(one.operator), ""), one.done_at is not None) for one in task.assignees),
        )
        for task in tasks
    ]


def _doers(task: Task) -> list[OperatorId]:
    return [one.operator for one in task.assignees]


def _known(hub: Hub, identity: Identity) -> IdentityView:
    address = address_of(hub, identity)
    return IdentityView(identity.account, hub.title(identity.account), identity.username, identity.blocked, address)


def address_of(hub: Hub, identity: Identity) -> str:
    """Address of the conversation on the channel itself; "" where there is none or none is known."""
    bridge = hub.bridges.get(identity.account)
    if not isinstance(bridge, ChatLinking):
        return ""
    phone = identity.contact.phone
    return bridge.address(identity.chat, identity.username.lstrip("@"), e164(phone, hub.country) or phone)
