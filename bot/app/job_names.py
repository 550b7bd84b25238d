"""Names of background jobs, in words for administrators."""

from __future__ import annotations

from collections.abc import Mapping

from bot.delivery.outage_names import title as destination_title
from bot.delivery.roads import Road
from bot.hub.context import Hub
from bot.locale import N_

OF_DESTINATION: Mapping[str, str] = {
    "send": N_("sending"),
    "receive": N_("receiving"),
    "attend": N_("answering commands"),
    "staff": N_("the list of operators"),
    "homes": N_("operators' own pages"),
    "register": N_("registration of the webhook"),
    "templates": N_("approved templates"),
}
OF_HUB: Mapping[str, str] = {
    "counts": N_("Counting of what waits"),
    "names": N_("Search for operators and roles by name"),
    "numbers": N_("Recovery after a restore"),
    "search": N_("Search index"),
    "files": N_("Removal of old files"),
    "recognizing": N_("Contact matching"),
    "redrawing": N_("Redrawing of cards"),
    "departures": N_("Departures of colleagues"),
    "deadlines": N_("Reply deadlines"),
    "windows": N_("Messaging windows"),
    "early edits": N_("Early edits"),
    "reminders": N_("Reminders"),
    "mornings": N_("Morning lists"),
}


def title(hub: Hub, job: str) -> str:
    """Returns a job's name, with which a sentence begins."""
    gettext = hub.tr.gettext
    if job in OF_HUB:
        return gettext(OF_HUB[job])
    kind, _, destination = job.partition(" ")
    if kind in OF_DESTINATION:
        return f"{destination_title(hub, Road.parse(destination))} ({gettext(OF_DESTINATION[kind])})"
    return destination_title(hub, Road.parse(job))
