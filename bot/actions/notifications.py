"""`notifications`: the choices of an operator, who is notified of some events and not of others."""

from __future__ import annotations

from datetime import time

from bot.actions.base import Action, Call, InvalidInput
from bot.domain.notifications import DEFAULT_CHOICES, NotificationChoices, Occasion
from bot.domain.text import Text
from bot.domain.value import replace
from bot.locale import N_
from bot.tasks.due import zone_of
from bot.views.values import Answer, Field, FieldKind, Form, Option, Row, View, Whisper

LABELS = {
    Occasion.DIALOGS: N_("Dialogs redirected or assigned to you"),
    Occasion.ROLES: N_("Dialogs for your roles"),
    Occasion.ADDED: N_("Being added to a dialog or removed from it"),
    Occasion.REVIEW: N_("Messages forwarded for review"),
    Occasion.HELD: N_("Colleagues' held messages in your dialogs"),
    Occasion.DEADLINES: N_("Reply deadlines"),
    Occasion.TASKS: N_("Assignments"),
    Occasion.REMINDERS: N_("Task reminders"),
}
WAYS = {
    "thread": N_("By a mention in the thread where possible"),
    "direct": N_("Always by direct message"),
}
MORNINGS = ("07:00", "08:00", "09:00", "10:00", "11:00")
OFF = "off"
USAGE = N_("Write for example “deadlines off”, “direct on”, “morning 09:00” or “morning off”.")


class Notifications(Action):
    """Inputs of the form: `on`, `way`, `morning`. Of a command: `change`, one change in words."""

    word = "notifications"
    label = N_("Notifications")
    about = N_(
        "what you are notified of: notifications [dialogs|roles|added|review|held|deadlines|tasks|reminders on|off] "
        "[direct on|off] [morning 09:00|off]"
    )

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"change": words}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        has = await self._chosen(call)
        on = ",".join(one for one in Occasion if one not in has.off)
        events = tuple(Option(one, call._(label)) for one, label in LABELS.items())
        ways = tuple(Option(one, call._(label)) for one, label in WAYS.items())
        way = "direct" if has.direct else "thread"
        morning = _written(has.morning)
        times = [OFF, *sorted({*MORNINGS, *([morning] if has.morning is not None else ())})]
        hint = call._("Your dialogs, what waits and what is due; in your time zone: {zone}")
        return (
            Field("on", call._("Notify me of"), FieldKind.MANY, options=events, value=on),
            Field("way", call._("How"), FieldKind.CHOICE, required=True, options=ways, value=way),
            Field(
                "morning",
                call._("Morning list"),
                FieldKind.CHOICE,
                required=True,
                options=tuple(Option(one, call._("Off") if one == OFF else one) for one in times),
                value=morning,
                hint=hint.format(zone=zone_of(call.hub, call.operator)),
            ),
        )

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("change"))

    async def form(self, call: Call) -> Form:
        return replace(await super().form(call), submit=call._("Save"))

    async def run(self, call: Call) -> Answer:
        had = await self._chosen(call)
        has = _of_form(call) if call.complete else _changed(call, had)
        here = call.now.astimezone(zone_of(call.hub, call.operator))
        over = has.morning is not None and has.morning <= here.time()  # today's hour has passed: not at once
        await call.unit.preferences.save(call.operator.id, has, here.date() if over and has != had else None)
        return Whisper(View((Row(Text.plain("\n".join(_described(call, has)))),), call._(self.label)))

    async def _chosen(self, call: Call) -> NotificationChoices:
        found = await call.unit.preferences.of([call.operator.id])
        return found.get(call.operator.id, DEFAULT_CHOICES)


def _of_form(call: Call) -> NotificationChoices:
    on = {one.strip() for one in call.inputs.get("on", "").split(",")}
    off = frozenset(one for one in Occasion if one not in on)
    return NotificationChoices(off, call.inputs.get("way") == "direct", _time(call, call.inputs.get("morning", OFF)))


def _changed(call: Call, had: NotificationChoices) -> NotificationChoices:
    """Applies a change in words: "deadlines off", "direct on", "morning 9:00"."""
    words = call.inputs["change"].casefold().split()
    what, to = words if len(words) == 2 else ("", "")
    if what == "morning":
        return replace(had, morning=_time(call, to))
    if to not in ("on", OFF) or what not in {"direct", *Occasion}:
        raise InvalidInput(change=call._(USAGE))
    if what == "direct":
        return replace(had, direct=to == "on")
    one = frozenset({Occasion(what)})
    return replace(had, off=had.off - one if to == "on" else had.off | one)


def _time(call: Call, said: str) -> time | None:
    """Reads "9:00", "09:00", "9" or "off"."""
    if said in ("", OFF):
        return None
    hour, _, minute = said.partition(":")
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise InvalidInput(morning=call._(USAGE)) from None


def _written(morning: time | None) -> str:
    return morning.isoformat("minutes") if morning is not None else OFF


def _described(call: Call, has: NotificationChoices) -> list[str]:
    """Choices in words."""
    on = [call._(label) for one, label in LABELS.items() if one not in has.off]
    lines = [call._("On: {events}").format(events=", ".join(on).lower() if on else call._("nothing"))]
    lines.append(call._(WAYS["direct" if has.direct else "thread"]))
    if has.morning is None:
        return [*lines, call._("No morning list")]
    zone = zone_of(call.hub, call.operator)
    said = call._("Morning list at {at} ({zone})")
    return [*lines, said.format(at=_written(has.morning), zone=zone)]
