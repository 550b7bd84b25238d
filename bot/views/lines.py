"""Wording of technical lines and refusals. Their values name operators by id; `names` maps ids to names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from bot.domain import Line, Operator, OperatorId
from bot.domain.text import Mention, Span, Text
from bot.domain.value import replace
from bot.locale import N_, Translator

LINES: dict[str, str] = {
    "divider": N_("──  Dialog #{number} · {at}  ──"),
    "assigned": N_("📌 Assigned to {to} (default owner)"),
    "nobody_called": N_("📌 Default owner {name} not found: check the account's settings"),
    "may_not_answer": N_("📌 Default owner {name} has no permission to reply in this account"),
    "handed_over": N_("🤖 The bot handed the dialog over to operators"),
    "bot_silent": N_("🤖 The bot did not reply within {seconds} s: over to operators"),
    "bot_broken": N_("🤖 The bot failed ({detail}): over to operators"),
    "bot_off": N_("🤖 This account no longer has a bot: over to operators"),
    "bot_late": N_("🤖 The message arrived too late for the bot: over to operators"),
    "bot_outside": N_("🤖 A colleague answered outside the hub: the bot stops"),
    "bot_repeats": N_("🤖 The bot sent too many messages in a row: over to operators"),
    "accepted": N_("✋ {by} accepted the dialog"),
    "took_over": N_("✋ {by} took over the dialog"),
    "needs_no_reply": N_("✔️ {by}: no reply needed"),
    "closed": N_("🏁 {by} closed the dialog"),
    "closed_unsent": N_("⏸️ Not sent when the dialog closed, kept as an internal note ({by}): “{words}”"),
    "redirected": N_("↪️ {by} redirected the dialog to {to}"),
    "redirect_undone": N_("↩️ {by} took back the redirect to {to}"),
    "added": N_("➕ {by} added {who} as a co-executor"),
    "joined": N_("➕ {by} joined as a co-executor"),
    "removed": N_("➖ {by} removed co-executor {who}"),
    "left": N_("➖ {by} is no longer a co-executor"),
    "renamed": N_("✏️ {by} named the dialog “{title}”"),
    "interest_made": N_("💼 {by} created the deal “{title}” from this dialog"),
    "linked": N_("🔗 {by} linked the dialog to the deal “{title}”"),
    "linked_by_rules": N_("🔗 Linked automatically to the open deal “{title}”"),
    "unlinked": N_("🔗 {by} unlinked the dialog from the deal “{title}”"),
    "messages_linked": N_("🔗 {by} linked messages to the deal “{title}”:\n{words}"),
    "messages_unlinked": N_("🔗 {by} unlinked messages from the deal:\n{words}"),
    "merged": N_("👥 Merged by {why}: {one} and {other} are the same person; their messages are now shown together"),
    "merged_by": N_("👥 {by} merged {one} and {other}; their messages are now shown together"),
    "parted": N_("👥 {by} separated {one} and {other}; each has their own dialogs and deals again"),
    "alike": N_("👥 Possible duplicate of {other}: same {why}"),
    "for_review": N_("👁 {by} forwarded messages to {to} for review"),
    "passed": N_("👁 {by} forwarded messages to {to} for review: #{number}"),
    "redirected_on": N_("↪️ {by} forwarded the messages on to {to} for review"),
    "reviewed": N_("👁 {by} has read the messages"),
    "role_removed": N_("👥 {by} deleted the role “{role}”: the dialog is back in the common queue"),
    "task": N_("📝 {by} set a task: “{words}”"),
    "assignment": N_("📝 {by} → {people}: “{words}”"),
    "task_changed": N_("✏️ {by} changed the task: “{words}”"),
    "assignment_changed": N_("✏️ {by} → {people}: assignment changed: “{words}”"),
    "task_done": N_("✅ {by} completed: “{words}”"),
    "task_reopened": N_("↩️ {by} reopened: “{words}”"),
    "starred": N_("⭐ {by} marked as important: “{words}”"),
    "unstarred": N_("⭐ {by} unmarked: “{words}”"),
    "noted": N_("🔒 {by}: {words}"),
    "edited": N_("✏️ The customer edited a message. Before: “{before}”"),
    "edited_to": N_("✏️ The customer edited a message: “{after}”. Before: “{before}”"),
    "deleted": N_("🗑 The customer deleted a message: “{words}”"),
    "edited_outside": N_("✏️ A message was edited outside the hub: “{after}”. Before: “{before}”"),
    "deleted_outside": N_("🗑 A message was deleted outside the hub: “{words}”"),
    "called": N_("📞 The customer called; the call lasted {length}"),
    "reacted": N_("{emoji} Customer reacted to “{words}”"),
    "unreacted": N_("The customer removed the reaction to “{words}”"),
    "blocked": N_("🚫 The customer has blocked us or left the chat. Replies cannot be delivered until they return"),
    "unblocked": N_("👋 The customer is back"),
    "told": N_("ℹ️ The messenger reports: {words}"),
    "barred": N_("⛔ {by} blocked the customer: their messages are no longer accepted"),
    "unbarred": N_("🔓 {by} unblocked the customer"),
    "window_closes": N_(
        "⏰ The customer is still waiting. Free-form replies are possible until {at}; after that, templates only"
    ),
    "deadline_nears": N_("⏰ The customer is waiting: reply by {at}"),
    "deadline_over": N_("⌛ Reply overdue since {at}; the customer is still waiting"),
    "shared": N_(
        "⚠️ {by} is from another company. Everyone in this shared channel can read what customers write here. "
        "Posts by the other company are kept as internal notes"
    ),
    "confirmed": N_("✅ {by} marked the message as delivered"),
    "confirmed_by_receipt": N_("✅ The messenger confirms: the message in doubt was sent"),
    "restored": N_(
        "♻️ The hub was restored from a backup made before this dialog. It goes on here; for what was said until "
        "now, read above"
    ),
    "sent_again": N_("🔁 {by} sent the message again"),
    "unshown_post": N_("⚠️ A message is missing here: the team chat did not accept it ({why})"),
    "unshown_edit": N_("⚠️ A message above is out of date: the team chat did not accept the change ({why})"),
    "unshown_card": N_("⚠️ The card above is out of date: the team chat did not accept the change ({why})"),
    "unshown_notice": N_("⚠️ A notice about a reply is missing here: the team chat did not accept it ({why})"),
    "unshown_whisper": N_("⚠️ A private message to {to} was not shown: the team chat did not accept it ({why})"),
}

UNSHOWN = frozenset(code for code in LINES if code.startswith("unshown_"))
"""Lines about what the desk refused."""

DETAILS: tuple[tuple[str, str], ...] = (
    ("reason", N_("Reason: {reason}")),
    ("comment", N_("Comment: {comment}")),
    ("due", N_("Due: {due}")),
)

REFUSALS: dict[str, str] = {
    "taken": N_("{by} has already accepted this dialog."),
    "yours": N_("This dialog is already yours."),
    "not_in_team": N_("{by} is handling this dialog. Choose what to do with your message."),
    "others_dialog": N_("{by} is handling this dialog: only its owner and co-executors can do this."),
    "closed": N_("This dialog is closed. A new one opens when the customer writes again."),
    "not_waiting": N_("The customer is not waiting for a reply."),
    "redirected_since": N_("The dialog has just been redirected to {to}. Look at the card and pick again."),
    "undo_late": N_("Too late: a redirect can be undone for one minute. Redirect the dialog again instead."),
    "undo_changed": N_("Something has happened in this dialog since, so the redirect was not undone."),
    "undone_already": N_("This redirect has already been undone."),
    "undo_others": N_("Only {by} can undo this redirect."),
    "for_review": N_("These messages were forwarded for review: you cannot write to the customer here."),
    "is_responsible": N_("{by} already owns this dialog."),
    "in_already": N_("{by} is already a co-executor."),
    "not_in": N_("{by} is not a co-executor of this dialog."),
    "empty_title": N_("Enter a title."),
    "one_already": N_("They are already one contact."),
    "two_already": N_("They are already separate contacts."),
    "linked_already": N_("Already linked to the deal “{title}”."),
    "not_linked": N_("Not linked to a deal."),
    "nothing_to_review": N_("There is nothing to mark as read here."),
    "for_reading": N_("These messages are for review. Press “Mark as read” when done."),
    "for_others": N_("These messages are waiting for review by {to}."),
    "waits_already": N_("{to} already has them for review."),
    "passed_already": N_(
        "These messages have already been forwarded. Press “Forward to someone else”, or forward them again from "
        "the original dialog."
    ),
    "window_closed": N_("Free-form replies are closed: the customer wrote too long ago. Send an approved template."),
    "nobody": N_("No operator or role is called {words}."),
    "nobody_near": N_("No operator or role is called {words}. Did you mean {near}?"),
    "perhaps_named": N_("This may mention a colleague: {words}."),
    "no_command": N_("Unknown command {words}. Commands begin with “/dialog” or “@hub”."),
    "cannot_carry": N_("Some of it cannot be sent as is:"),
    "says_nothing": N_("Nothing in this message can be sent."),
    "no_account": N_("This account is no longer connected to the hub, so nothing can be sent. Tell an administrator."),
    "not_admitted": N_(
        "Only members of the channels where dialogs appear can use the hub. Ask a colleague to invite you there."
    ),
    "no_contact": N_("You can read single dialogs here, not contacts. Ask an administrator of the hub."),
    "no_read": N_("You have no access to this account's dialogs. Ask its administrator."),
    "no_send": N_("You have no permission to reply in this account. Ask its administrator."),
    "no_administer": N_("Only the account's administrators can do this."),
    "no_hub_administrator": N_("Only the hub's administrators can do this."),
}

_NAMED = ("by", "who", "to")
_CALLS = "calls"
"""Name of the value that lists the operators whom the line calls."""
_PLACE = re.compile(r"\x00(\d+)\x00")
"""Place of a called operator's name in a worded line."""


def mentioned(line: Line) -> set[str]:
    """Ids of the operators that the line mentions."""
    return {line.values[name] for name in _NAMED if name in line.values}


def calling(line: Line, operators: Collection[OperatorId]) -> Line:
    """Line that calls these operators and nobody else: where it is posted, their team chat notifies them, and tells
    them from then on what is said in the thread."""
    values = {name: value for name, value in line.values.items() if name != _CALLS}
    return replace(line, values=values | ({_CALLS: " ".join(map(str, operators))} if operators else {}))


def called(line: Line) -> tuple[OperatorId, ...]:
    """Operators whom the line calls."""
    return tuple(OperatorId(int(one)) for one in line.values.get(_CALLS, "").split())


def word_line(line: Line, names: Mapping[str, str], tr: Translator) -> str:
    """Line as text; an unknown code (from a newer version) is shown as it is."""
    words = tr.gettext(LINES[line.code]) if line.code in LINES else line.code
    values = _filled(line.values, names, tr)
    lines = [words.format_map(_Lenient(values))]
    lines += [tr.gettext(text).format_map(_Lenient(values)) for name, text in DETAILS if line.values.get(name)]
    return "\n".join(lines)


def line_text(line: Line, names: Mapping[str, str], calls: Mapping[str, Operator], tr: Translator) -> Text:
    """Line as text that mentions the operators it calls (`calls`, by id): where it names them, and the others at the
    end of its first line."""
    places = {key: f"\x00{key}\x00" for key in calls}
    words = replace(line, values={name: value.replace("\x00", "") for name, value in line.values.items()})
    first, *others = word_line(words, {**names, **places}, tr).split("\n")
    missing = [place for place in places.values() if place not in first]
    worded = "\n".join((" · ".join(filter(None, (first, ", ".join(missing)))), *others))
    return Text.of(_runs(worded, calls))


def _runs(worded: str, calls: Mapping[str, Operator]) -> Iterator[Span]:
    for number, piece in enumerate(_PLACE.split(worded)):
        if number % 2:
            yield Mention(calls[piece].title or calls[piece].name, user=calls[piece].user)
        else:
            yield Span(piece)


def word_refusal(code: str, values: Mapping[str, str], names: Mapping[str, str], tr: Translator) -> str:
    return tr.gettext(REFUSALS[code]).format_map(_Lenient(_filled(values, names, tr)))


def _filled(values: Mapping[str, str], names: Mapping[str, str], tr: Translator) -> dict[str, str]:
    filled = {key: names.get(value, value) if key in _NAMED else value for key, value in values.items()}
    if "to_role" in values:
        filled["to"] = tr.gettext("the role “{role}”").format(role=values["to_role"])
    return filled


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
