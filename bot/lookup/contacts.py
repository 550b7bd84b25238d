"""All that is known of one contact."""

from __future__ import annotations

from collections.abc import Sequence

from bot import people
from bot.hub import Hub
from bot.lookup.reading import title
from bot.lookup.values import ContactPage, Given, Known
from bot.model import ContactId, OperatorId, Task
from bot.ports import Linked
from bot.store import Identity, Unit


async def contact_page(hub: Hub, unit: Unit, contact: ContactId) -> ContactPage:
    """Anybody who can use the hub may see it. Raises `LookupError`."""
    person = await unit.contacts.get(contact)  # who was merged into another is that other
    identities = await unit.contacts.identities(person.id)
    dialogs = [one for one in await unit.dialogs.of_contact(person.id) if one.source is None]
    tasks = [*await unit.tasks.of_contact(person.id), *await unit.tasks.of_contact(person.id, done=True, limit=5)]
    return ContactPage(
        person,
        tuple(_known(hub, one) for one in identities),
        tuple(reversed(dialogs)),
        tuple(await unit.interests.of_contact(person.id)),
        tuple(await _given(unit, tasks)),
    )


async def _given(unit: Unit, tasks: Sequence[Task]) -> list[Given]:
    names = await people.names(unit, {who for task in tasks for who in (task.author, *_doers(task))})
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


def _known(hub: Hub, identity: Identity) -> Known:
    address = address_of(hub, identity)
    return Known(identity.account, title(hub, identity.account), identity.username, identity.blocked, address)


def address_of(hub: Hub, identity: Identity) -> str:
    """Of the conversation in the channel itself; "" where it has none, or none that is known."""
    bridge = hub.bridges.get(identity.account)
    if not isinstance(bridge, Linked):
        return ""
    return bridge.address(identity.chat, identity.username.lstrip("@"), identity.contact.phone)
