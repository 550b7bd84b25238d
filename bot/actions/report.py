"""`report`: closing reasons, time to the first reply and to closing, load per operator and channel."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.actions.base import Action, Call, InvalidInput
from bot.domain import AccountName
from bot.domain.period import Period
from bot.domain.spelling import folded
from bot.locale import N_
from bot.reports import making, period
from bot.reports.period import PERIODS
from bot.views.answers import whisper
from bot.views.values import Answer, Field, FieldKind, Option

USUAL = "week"


class Report(Action):
    """Report on accounts that the operator may read. It is sent as a direct message, where every team chat accepts
    pictures and files."""

    word = "report"
    label = N_("Report")
    verb = N_("Create report")
    about = N_("closing reasons, reply time, load per operator: report [period] [account]")

    def read(self, words: str, call: Call) -> dict[str, str]:
        """Parses the period and the account; the account, by name or title, may come first or last."""
        said = " ".join(folded(words).split())
        for name in (*call.hub.accounts, *call.hub.removed):
            for called in map(folded, (call.hub.title(name), name)):
                if called and f" {said} ".startswith(f" {called} "):
                    return {"period": said[len(called) :].strip() or USUAL, "account": str(name)}
                if called and said.endswith(f" {called}"):
                    return {"period": said[: -len(called)].strip(), "account": str(name)}
        return {"period": said or USUAL, "account": ""}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        accounts = await call.hub.readable(call.unit, call.operator)
        titles = ((name, call.hub.title(name)) for name in accounts)
        return (
            Field(
                "period",
                call._("Period"),
                FieldKind.CHOICE,
                required=True,
                options=tuple(Option(word, call._(label)) for word, label in PERIODS.items()),
                value=USUAL,
            ),
            Field(
                "dates",
                call._("Or a custom period"),
                FieldKind.DAYS,
                hint=call._("E.g. 2026-10-01..2026-10-15 or 2026-10. Empty: the period above."),
                limit=40,
                parts=(call._("Or from this day"), call._("To this day")),
            ),
            Field(
                "account",
                call._("Account"),
                FieldKind.CHOICE,
                options=(Option("*", call._("All accounts")), *(Option(str(name), title) for name, title in titles)),
                value="*",
            ),
        )

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("period"))

    async def run(self, call: Call) -> Answer:
        chosen = _period(call)
        name = AccountName(call.inputs.get("account", "").strip("*"))
        readable = await call.hub.readable(call.unit, call.operator)
        if name and name not in readable:
            raise InvalidInput(account=call._("No account “{name}”, or you have no access to it.").format(name=name))
        await making.enqueue(
            call.unit, call.place.desk, call.operator.user, chosen, [name] if name else readable, call.now
        )
        return whisper(call._("Preparing the report. You will get it as a direct message shortly."))


def _period(call: Call) -> Period:
    said = call.inputs.get("dates", "").strip()
    field = "dates" if said else "period"
    found = period.read(said or call.inputs.get("period", USUAL), call.now, _zone(call))
    if found is None:
        error = call._("Unknown period “{words}”. Use one of: {known}, or dates, e.g. 2026-10-01..2026-10-15.")
        raise InvalidInput(
            **{field: error.format(words=said or call.inputs.get("period", ""), known=", ".join(PERIODS))}
        )
    return found


def _zone(call: Call) -> tzinfo:
    try:
        return ZoneInfo(call.operator.zone) if call.operator.zone else call.hub.zone
    except (ZoneInfoNotFoundError, ValueError):
        return call.hub.zone
