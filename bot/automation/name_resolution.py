"""Resolution of user names: a name is pinned once, to the id that has it, and from then on means this person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from bot.domain import Actor, Belonging, DeskName, Operator, OperatorId
from bot.domain.access import same_name
from bot.domain.value import value
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import Naming
from bot.ports.storage import Unit

UNCLEAR = "?"
"""Stands for an id: the name fitted several people when it was looked up, and means nobody for good."""

NOBODY = N_("there is no user “{name}”, so this name gives no one any rights")
SEVERAL = N_("“{name}” matches several people, so this name gives no one any rights")
NO_DESK = N_("there are several team chats and “{name}” does not name one, so it gives no one any rights")
KEPT_WITHOUT_DESK = N_("there are several team chats and “{name}” does not name one; it still means {person}")
OTHER = N_("“{name}” means {person}; someone else now has this user name and gets no rights from it")
DEACTIVATED = N_("“{name}” means {person}, who is deactivated: this name gives no one any rights")
SILENT = N_("{desk} does not respond, so it is not yet known who “{name}” is")
KEPT = N_("“{name}” matches no one or several people, so it gives no one any rights")
FOUND = N_("“{name}” is {person}")
CORRECT = N_("Correct the name.")
CHOOSE = N_("Choose the person there again.")
WRITE = N_("Replace it with: {lines}")
MEANT = N_("If you mean one of them, replace it with: {lines}")


@value
class NameMeaning:
    """Person that a name means; `operator` None: nobody. `what` and `advice`: message ids, filled with `values`.
    `fine`: nothing has to be done. `final`: False while a team chat has not responded."""

    operator: OperatorId | None
    what: str
    advice: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    fine: bool = False
    final: bool = True


Bearers = Mapping[DeskName, Sequence[Actor] | None]
"""Users of each team chat who have the names it was asked for; None: it did not respond."""


@value
class DeskAnswers:
    """Desks' answers about names; `staff`: the known operators, only while names of an older hub are being pinned."""

    staff: Mapping[DeskName, Sequence[Operator]]
    answers: Bearers


class NameResolver:
    """Finds the people whom names mean, and pins names to them."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def split(self, name: str) -> tuple[DeskName | None, str]:
        """ "office:anna" → the desk and the user name. A bare name belongs to the only desk, or to an unknown one."""
        desks = self._hub.desks.by_name
        desk, colon, bare = name.strip().partition(":")
        if colon and desk in desks:
            return DeskName(desk), bare.strip().lstrip("@")
        return (next(iter(desks)) if len(desks) == 1 else None), name.strip().lstrip("@")

    def desks(self, name: str) -> Sequence[DeskName]:
        desk = self.split(name)[0]
        return [desk] if desk is not None else [*self._hub.desks.by_name]

    async def resolve(self, unit: Unit, name: str, asked: DeskAnswers, *, pins: bool) -> NameMeaning:
        """Person that a name means now. `pins`: a name that fits just one person is pinned to them."""
        desk, bare = self.split(name)
        pinned = await self.pinned(unit, name)
        if pinned and pinned != UNCLEAR:
            return await self._still(unit, asked, name, pinned)
        if desk is None and not any(same_name(one.name, bare) for staff in asked.staff.values() for one in staff):
            lines = ", ".join(f'"{one}:{bare}"' for one in self._hub.desks.by_name)
            return NameMeaning(None, NO_DESK, WRITE, {"name": name, "lines": lines})
        silent = [one for one in self.desks(name) if asked.answers[one] is None]
        if silent:
            return NameMeaning(None, SILENT, "", {"name": name, "desk": silent[0]}, final=False)
        found = {where: one for at in self.desks(name) for where, one in self._fitting(asked, at, bare)}
        if len(found) == 1 and not pinned and pins:
            [((where, _), actor)] = found.items()
            known = await unit.operators.of_user(where, actor.user)
            await unit.operators.upsert_operator(
                where, replace(actor, belongs=known.belongs) if known is not None else actor
            )
            await unit.cursors.note(_cursor(where, bare), f"{where}:{actor.user}")
            kept = await unit.cursors.get(_cursor(where, bare))  # another process may have been faster
            return await self._still(unit, asked, name, kept or "")
        if len(found) > 1 and desk is not None:
            await unit.cursors.note(_cursor(desk, bare), UNCLEAR)
        values = {"name": name, "lines": ", ".join(f'"{where}:{user}"' for where, user in found)}
        what, advice = (SEVERAL, MEANT) if found else (NOBODY, CORRECT)
        return NameMeaning(None, what, advice, values)

    def _fitting(self, asked: DeskAnswers, desk: DeskName, name: str) -> Iterator[tuple[tuple[DeskName, str], Actor]]:
        """Users of a desk whom a name may mean: those who have it now and, while names of an older hub are being
        pinned, those whom the hub has known by it."""
        bearers, naming = asked.answers[desk] or (), isinstance(self._hub.desks.by_name[desk], Naming)
        there = [one for one in bearers if one.belongs is not Belonging.GONE]
        exact = [one for one in there if one.user == name]
        for actor in exact or [one for one in there if same_name(one.name, name)]:
            yield (desk, actor.user), actor
        ours = {one.user: one for one in bearers}
        for one in asked.staff[desk] if not exact else ():
            if same_name(one.name, name) and (one.user in ours or not naming):
                yield (desk, one.user), ours.get(one.user) or Actor(one.user, one.name)

    async def pinned(self, unit: Unit, name: str) -> str:
        """Pin of a name: "office:U123", or `UNCLEAR`; "" when it has none or, without its desk, several."""
        bare = self.split(name)[1]
        found = [await unit.cursors.get(_cursor(desk, bare)) for desk in self.desks(name)]
        known = [one for one in found if one]
        return known[0] if len(known) == 1 else ""

    async def _still(self, unit: Unit, asked: DeskAnswers, name: str, pinned: str) -> NameMeaning:
        """Pinned person, whoever has the name now."""
        desk, _, user = pinned.partition(":")
        where, bare = DeskName(desk), self.split(name)[1]
        known = await unit.operators.of_user(where, user) or await unit.operators.upsert_operator(
            where, Actor(user, "")
        )
        values = {"name": name, "person": f"{known.title} ({pinned})"}
        people = asked.answers.get(where) or ()
        others = [
            one.user
            for one in people
            if one.belongs is not Belonging.GONE and one.user != user and same_name(one.name, bare)
        ]
        if others:
            lines = ", ".join(f'"{desk}:{one}"' for one in others)
            return NameMeaning(known.id, OTHER, MEANT, values | {"lines": lines})
        if any(one.user == user and one.belongs is Belonging.GONE for one in people):
            return NameMeaning(known.id, DEACTIVATED, CORRECT, values)
        if self.split(name)[0] is None:
            return NameMeaning(known.id, KEPT_WITHOUT_DESK, WRITE, values | {"lines": f'"{pinned}"'})
        return NameMeaning(known.id, FOUND, values=values, fine=True)


def _cursor(desk: DeskName, name: str) -> str:
    """Cursor that holds the pin of a name."""
    return f"pin:{desk}:{name.casefold()}"
