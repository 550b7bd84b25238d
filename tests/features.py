"""Features of the hub, each with the scenario that shows it: `python -m tests.features` writes docs/features.md.

A scenario says what it shows: `@pytest.mark.shows("search", "files")`. tests/test_features.py holds that every line is
shown in every desk.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "features.md"
DESKS = ("slack", "mattermost", "web")

FEATURES: dict[str, str] = {
    # a dialog's life
    "new": "A first message, or one after closing, opens a new dialog; a contact has at most one open per account",
    "two accounts": "Writing to two accounts makes two dialogs",
    "accepting": "Accepting happens by button, command, the first reply, or creating a deal from the dialog",
    "race": "When two operators accept at once, exactly one gets the dialog; the other is told who",
    "held": "A message in another operator's dialog is held: send and take over, send as co-executor, or keep as note",
    "lines": "Every change leaves a technical line in the thread; the customer sees none of it",
    "review": "A dialog for review: you cannot write to the customer in it; Mark as read closes it",
    # what operators do
    "accept": "accept: accept the dialog",
    "close": "close: with a reason from the account's list and a comment",
    "no reply": "no_reply: the customer no longer waits; also by ✅ on their message, offered when they only thank",
    "redirect": "redirect: to an operator or a role; the new addressee is notified",
    "add": "add, remove: co-executors, notified by direct message, shown as new to them",
    "reply": "reply: to one of the customer's messages, picked in a form",
    "star": "star: mark a message important, also by a ⭐ reaction; again unmarks",
    "important": "important: the list of important messages with links",
    "rename": "rename: a title instead of the number",
    "interest": "interest: create a deal and link the dialog; accepts the dialog",
    "link": "link: the dialog, or selected messages, to a deal; shown on the card and beside the messages",
    "task": "task: a personal task with a due time in plain words; a reminder by direct message",
    "assign": "assign: an assignment to others; each marks it done; the author is notified",
    "forward": "forward: selected messages to a colleague for review, with Mark as read, Task, Forward to someone else",
    "search": "search: by a part of a message or of a contact's name, all dialogs or one contact's",
    "files": "files: images, files, links from all dialogs with a contact",
    "history": "history: earlier dialogs with this contact, openable; the card says which dialog it is",
    "site": "site: link to the dialog in the messenger, if it has one",
    "fetch": "fetch: get new messages of the account now",
    "contact": "contact: identities, dialogs, deals, tasks, message history",
    "open": "open: a link to a dialog's thread; for a closed one, its messages",
    "help": "help: what you can do here, by this operator",
    "sections": "new, work, mine, all, closed: with filters, counters, paging; unanswered ones in bold",
    "note": "note: also a post beginning with //, or with a mention of a colleague",
    "report": "report: closing reasons, first-reply time, load per operator: a chart in the chat, and CSV",
    "settings": "settings: the account's settings, for its administrators",
    "view": "view: history in a single window, or by dialog",
    "notifications": "notifications: what you are notified of and how, and your morning list",
    "choosing": "Selecting messages: a 🔖 reaction, or a form",
    "everywhere": "Each action as command, button or menu entry, @hub word; shortcuts and reactions where natural",
    "forms": "Missing inputs open a form; answers are visible to their author alone",
    "marks": "Reactions show the state of a message: ⏳ ✅ 👀 ❌ with the reason and Retry, 🔒",
    "emoji": "Emoji travel both ways as they are seen",
    "home": "The workplace itself: Slack's Home tab, commands and buttons in Mattermost, the web desk's left pane",
    # an account's settings
    "leads": "Lead source: whether new dialogs count as leads",
    "reasons": "Closing reason required or not; the list of reasons, its order, retired ones",
    "unknown people": "New contacts are created as customers or prospects",
    "default responsible": "Default owner: an operator or a role, assigned to each new dialog and notified",
    "known contact": "New dialogs of a known contact are linked to the only open deal",
    "merging": "Contacts are matched and merged by phone or e-mail, reversibly",
    "greeting": "A greeting",
    "out of hours": "An out-of-hours reply: business hours with breaks and holidays, in the account's time zone",
    "keywords": "Keyword replies",
    "first line": "A first-line bot over HTTP that replies or hands over to operators",
    "deadlines": "Time to the first reply and to the next: a warning in the thread, then to the role",
    "rights": "Rights for an operator or a role: read, send, administer; without send nothing is ever sent",
    "everyone reads": "Everyone may read: all list and read, not reply",
    "roles": "Roles are managed from the chat",
    "correspondence": "Whoever can use the hub can read a contact's message history from the contact's card",
    "threads": "A thread per dialog, or one continuous thread per contact with dividers",
    # outages
    "outage": "A channel’s outage is waited out, nothing is given up; administrators are notified once, and of its end",
    # a CRM
    "crm down": "A CRM outage neither delays nor loses messages",
}


@dataclass
class Shown:
    """Features that the scenarios claim to show: feature → test (`file::function`) → desks that it runs in."""

    tests: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("shows"):
                for feature in mark.args:
                    self.tests[feature][item.nodeid.partition("[")[0]] |= _desks(item)


def _desks(item: pytest.Item) -> set[str]:
    values = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    named = {desk for desk in DESKS if desk in values}
    # A test of one desk alone has it in its name: what only that team chat has.
    return named or {desk for desk in DESKS if f"_{desk}" in item.nodeid or f"{desk}_" in item.nodeid}


def collected() -> Shown:
    """Asks pytest which scenarios there are; runs none of them."""
    shown = Shown()
    quiet = ["--collect-only", "-qq", "-p", "no:xdist", str(ROOT / "tests" / "scenarios")]
    said = StringIO()
    with redirect_stdout(said):
        done = pytest.main(quiet, plugins=[shown])
    if done != pytest.ExitCode.OK:
        raise SystemExit(f"the scenarios cannot be collected: {said.getvalue()[-2000:]}")
    return shown


def missing(shown: Shown) -> list[str]:
    """Lines that some desk does not show, and marks of lines that are not there."""
    faults = [f"no line is called {name!r}" for name in shown.tests if name not in FEATURES]
    for name in FEATURES:
        desks = set().union(*shown.tests.get(name, {"": set()}).values())
        faults += [f"{name!r} is not shown in {desk}" for desk in DESKS if desk not in desks]
    return faults


def document(tests: Mapping[str, Mapping[str, set[str]]]) -> str:
    rows = [f"| {line} | {'<br>'.join(sorted(map(_linked, tests.get(name, ()))))} |" for name, line in FEATURES.items()]
    head = (
        "# What the hub does, and which scenario shows it\n\n"
        "Each scenario is a whole hub over real HTTP, between fakes of a channel and of a team chat as strict as\n"
        "the platforms; each line is shown in Slack, Mattermost and the web desk, on SQLite and on PostgreSQL\n"
        "with Redis. Written by `python -m tests.features`; a test holds it to be so.\n\n"
        "| line | scenarios |\n| --- | --- |\n"
    )
    return head + "\n".join(rows) + "\n"


def _linked(test: str) -> str:
    file, _, function = test.partition("::")
    return f"[{function.removeprefix('test_').replace('_', ' ')}](../{file})"


if __name__ == "__main__":
    found = collected()
    if "--check" in sys.argv:
        faults = missing(found)
        if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != document(found.tests):
            faults.append("docs/features.md is not what the scenarios say: python -m tests.features writes it")
        print("\n".join(faults))
        sys.exit(bool(faults))
    DOCUMENT.write_text(document(found.tests), encoding="utf-8")
