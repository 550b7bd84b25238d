"""Names of the Bot API that decide what happens to an update or an attachment (dev.max.ru, "Update", 2026)."""
# ruff: noqa: SIM905 - lists of words read best as words

from __future__ import annotations

ASKED = tuple(
    """message_created message_edited message_removed message_callback bot_started bot_stopped
    bot_added bot_removed chat_title_changed""".split()
)
"""Update types that the hub asks for (`types`, `update_types`)."""

IGNORED = frozenset(
    """dialog_cleared dialog_removed dialog_muted dialog_unmuted user_added user_removed message_chat_created
    comment_created comment_edited comment_removed""".split()
)
"""Update types that a former owner of the bot may have subscribed to. A customer who clears the history or mutes the
bot can still be written to; removing the dialog stops the bot, which `bot_stopped` reports."""

SILENT = frozenset({"inline_keyboard", "reply_keyboard"})
"""Attachments that say nothing themselves: buttons under a forwarded message. Those with a link are lines of text."""
