"""Wording of direct messages about a dialog: who did what to the reader, in which dialog, and the customer's words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import Account, Contact, Dialog, Line
from bot.domain.text import Text, line, link, shorten
from bot.locale import N_, Translator
from bot.locale.bidi import isolated
from bot.views.cards import NAME
from bot.views.words import in_quotes

WORDS = 160
"""Characters of a comment, and of the customer's words."""

TO_YOU: dict[str, str] = {
    "assigned": N_("📌 {dialog} is assigned to you as the default owner"),
    "redirected": N_("↪️ {by} redirected {dialog} to you"),
    "redirect_undone": N_("↩️ {by} took back the redirect of {dialog} to you"),
    "added": N_("➕ {by} added you as a co-executor to {dialog}"),
    "removed": N_("➖ {by} removed you from the co-executors of {dialog}"),
    "took_over": N_("✋ {by} took over {dialog} from you"),
    "for_review": N_("👁 {by} forwarded messages to you for review: {dialog}"),
    "redirected_on": N_("↪️ {by} forwarded messages on to you for review: {dialog}"),
    "reviewed": N_("👁 {by} has read the messages that you forwarded: {dialog}"),
    "deadline_nears": N_("⏰ Reply by {at}: {dialog}"),
    "deadline_over": N_("⌛ Reply overdue since {at}: {dialog}"),
    "window_closes": N_("⏰ Free-form replies are possible until {at}; after that, templates only: {dialog}"),
}
"""Sentences by the code of the dialog's technical line."""
TO_ROLE: dict[str, str] = {
    "assigned": N_("📌 {dialog} is assigned to your role “{role}”"),
    "redirected": N_("↪️ {by} redirected {dialog} to your role “{role}”"),
    "redirect_undone": N_("↩️ {by} took back the redirect of {dialog} to your role “{role}”"),
    "for_review": N_("👁 {by} forwarded messages to your role “{role}” for review: {dialog}"),
    "redirected_on": N_("↪️ {by} forwarded messages on to your role “{role}” for review: {dialog}"),
}
"""The same where the line is about one of the reader's roles."""


def named(dialog: Dialog, contact: Contact, account: Account, tr: Translator) -> str:
    """Names the dialog by its number or title, its customer and its account."""
    return f"{short_name(dialog, contact, tr)} · {isolated(account.title)}"


def short_name(dialog: Dialog, contact: Contact, tr: Translator) -> str:
    """Names the dialog by its number or title and its customer."""
    customer = shorten(contact.name, NAME) or tr.gettext("Customer")
    named = (f"#{dialog.id}", dialog.title, customer)
    return " · ".join(isolated(one) for one in named if one)


def sentence(event: Line, names: Mapping[str, str], about: str, where: str, tr: Translator) -> Text | None:
    """Says what the line means to the reader, with the operators' `names` by id. `about`: the dialog as `named`, and
    `where` its address. None: there is no such sentence."""
    values, by = event.values, event.values.get("by", "")
    template = TO_ROLE.get(event.code) if "to_role" in values else TO_YOU.get(event.code)
    if template is None:
        return None
    given = {"by": names.get(by, by), "role": values.get("to_role", ""), "at": values.get("at", "")}
    filled = {name: isolated(value) for name, value in given.items()}
    before, _, after = tr.gettext(template).partition("{dialog}")
    comment = shorten(values.get("comment", ""), WORDS)
    said = f": {isolated(comment)}" if comment else ""
    return line(before.format(**filled), link(about, where), after.format(**filled) + said)


def quoted(words: str, tr: Translator) -> Text:
    """The customer's words, on a line of their own; nothing for none."""
    said = shorten(" ".join(words.split()), WORDS)
    return Text.plain(f"\n{in_quotes(said, tr)}") if said else Text()
