"""Wording of technical lines and refusals. Their values name operators by id; `names` maps ids to names."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import Line
from bot.locale import N_, Translator

LINES: dict[str, str] = {
    "divider": N_("────────  Dialog #{number} · {at}  ────────"),
    "assigned": N_("📌 Assigned to {to} by the account's settings"),
    "nobody_called": N_("📌 Nobody here is called {name}, the responsible by the account's settings"),
    "may_not_answer": N_("📌 {name}, the responsible by the account's settings, has no right to answer here"),
    "handed_over": N_("🤖 The bot handed the dialog over to people"),
    "bot_silent": N_("🤖 The bot did not answer within {seconds} s: people take over"),
    "bot_broken": N_("🤖 The bot does not work ({detail}): people take over"),
    "bot_off": N_("🤖 This account has no bot any more: people take over"),
    "bot_late": N_("🤖 This message came too late for the bot: people take over"),
    "bot_repeats": N_("🤖 The bot has said very much in a short time: people take over"),
    "accepted": N_("✋ {by} accepted the dialog"),
    "took_over": N_("✋ {by} took the dialog over"),
    "closed": N_("🏁 {by} closed the dialog"),
    "redirected": N_("↪️ {by} redirected the dialog to {to}"),
    "added": N_("➕ {by} added {who} as co-executor"),
    "joined": N_("➕ {by} joined as co-executor"),
    "removed": N_("➖ {by} removed {who} from the co-executors"),
    "left": N_("➖ {by} is no longer a co-executor"),
    "renamed": N_("✏️ {by} named the dialog “{title}”"),
    "interest_made": N_("💼 {by} created the Interest “{title}” from the dialog"),
    "linked": N_("🔗 {by} linked the dialog to the Interest “{title}”"),
    "linked_by_rules": N_("🔗 Linked to the contact's open Interest “{title}” by the account's settings"),
    "unlinked": N_("🔗 {by} unlinked the dialog from the Interest “{title}”"),
    "messages_linked": N_("🔗 {by} linked to the Interest “{title}”:\n{words}"),
    "messages_unlinked": N_("🔗 {by} unlinked from the Interest:\n{words}"),
    "merged": N_("👥 The same person, by {why}: {one} is {other}. What both wrote stands together from now on"),
    "merged_by": N_("👥 {by}: {one} and {other} are the same person. What both wrote stands together from now on"),
    "parted": N_("👥 {by}: {one} and {other} are two. Each has their own dialogs and Interests again"),
    "alike": N_("👥 Perhaps this is {other}: the same {why}"),
    "for_review": N_("👁 {by} passed messages to {to} to read"),
    "passed": N_("👁 {by} passed messages to {to} to read: #{number}"),
    "redirected_on": N_("↪️ {by} passed the messages on to {to} to read"),
    "reviewed": N_("👁 {by} has read the messages"),
    "role_removed": N_("👥 {by} removed the role “{role}”: the dialog waits for anyone"),
    "task": N_("📝 {by} has a task: “{words}”"),
    "assignment": N_("📝 {by} assigned to {people}: “{words}”"),
    "task_changed": N_("✏️ {by} changed the task: “{words}”"),
    "assignment_changed": N_("✏️ {by} changed the assignment to {people}: “{words}”"),
    "task_done": N_("✅ {by} has done: “{words}”"),
    "task_reopened": N_("↩️ {by}: not done yet: “{words}”"),
    "starred": N_("⭐ {by} marked as important: “{words}”"),
    "unstarred": N_("⭐ {by} unmarked: “{words}”"),
    "noted": N_("🔒 {by}: {words}"),
    "edited": N_("✏️ The customer edited a message. Before: “{before}”"),
    "deleted": N_("🗑 The customer deleted a message: “{words}”"),
    "reacted": N_("{emoji} from the customer on: “{words}”"),
    "unreacted": N_("The customer took the reaction back from: “{words}”"),
    "blocked": N_("🚫 The customer blocked us or left the conversation. Nothing can be sent until they come back"),
    "unblocked": N_("👋 The customer is back"),
    "barred": N_("⛔ {by} blocked the customer: nothing more that they write is taken"),
    "unbarred": N_("🔓 {by} unblocked the customer"),
    "window_closes": N_(
        "⏰ The customer still waits. This channel takes free text until {at}; after that only a template can be sent"
    ),
    "deadline_nears": N_("⏰ The customer waits: answer by {at}"),
    "deadline_over": N_("⌛ The time to answer ran out at {at}, and the customer still waits"),
    "shared": N_(
        "⚠️ {by} is from another company. This channel is shared: everyone in it reads what customers write here. "
        "Their own posts are kept as internal notes"
    ),
    "confirmed": N_("✅ {by} confirmed that the message arrived"),
    "sent_again": N_("🔁 {by} sent the message again"),
}

DETAILS: tuple[tuple[str, str], ...] = (
    ("reason", N_("Reason: {reason}")),
    ("comment", N_("Comment: {comment}")),
    ("due", N_("Due: {due}")),
)

REFUSALS: dict[str, str] = {
    "taken": N_("{by} has already taken this dialog."),
    "yours": N_("This dialog is already yours."),
    "stranger": N_("{by} works on this dialog. Ask to be added, or join as co-executor."),
    "closed": N_("This dialog is closed. When the customer writes again, a new one opens."),
    "for_review": N_("These messages were passed on to be read: nobody can write to the customer here."),
    "is_responsible": N_("{by} is already responsible for this dialog."),
    "in_already": N_("{by} is already a co-executor."),
    "not_in": N_("{by} is not a co-executor of this dialog."),
    "empty_title": N_("The title is empty: write one."),
    "one_already": N_("They are one contact already."),
    "two_already": N_("They are two contacts already."),
    "linked_already": N_("It is linked to the Interest “{title}” already."),
    "not_linked": N_("It is not linked to any Interest."),
    "nothing_to_review": N_("There is nothing to review here."),
    "for_reading": N_("These messages were passed on to be read: press Read when you have."),
    "for_others": N_("These messages wait for {to} to read them."),
    "waits_already": N_("They wait for {to} already."),
    "passed_already": N_(
        "These messages were passed on once already: redirect them on, or forward from the dialog they come from."
    ),
    "window_closed": N_(
        "The customer last wrote too long ago: this channel takes no free text now, only an approved template."
    ),
    "nobody": N_("Nobody here is called {words}."),
    "nobody_near": N_("Nobody here is called {words}. Did you mean {near}?"),
    "perhaps_named": N_("This may name a colleague: {words}."),
    "no_command": N_("There is no command {words}. Commands begin with “/dialog” or “@hub”."),
    "cannot_carry": N_("This channel cannot carry all of it:"),
    "says_nothing": N_("There is nothing in this message that can be sent."),
    "no_account": N_("This account is no longer connected to the hub: nothing can be sent. Tell an administrator."),
    "not_admitted": N_(
        "Only members of the channels where dialogs appear can use the hub. Ask a colleague to invite you there."
    ),
    "no_contact": N_("You can read single dialogs here, not contacts. Ask an administrator of the hub."),
    "no_read": N_("You have no right to see this account's dialogs. Ask an administrator of the account."),
    "no_send": N_("You have no right to answer customers of this account. Ask an administrator of the account."),
    "no_administer": N_("Only administrators of the account can do this."),
    "no_hub_administrator": N_("Only the hub's administrators can do this."),
}

_NAMED = ("by", "who", "to")


def mentioned(line: Line) -> set[str]:
    """Ids of the operators that the line mentions."""
    return {line.values[name] for name in _NAMED if name in line.values}


def word_line(line: Line, names: Mapping[str, str], tr: Translator) -> str:
    """Line as text; an unknown code (from a newer version) is shown as it is."""
    words = tr.gettext(LINES[line.code]) if line.code in LINES else line.code
    values = _filled(line.values, names, tr)
    lines = [words.format_map(_Lenient(values))]
    lines += [tr.gettext(text).format_map(_Lenient(values)) for name, text in DETAILS if line.values.get(name)]
    return "\n".join(lines)


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
