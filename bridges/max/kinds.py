"""Names of the Bot API that decide what happens with an update or an attachment. (dev.max.ru, "Update", 2026.)"""
# ruff: noqa: SIM905 - lists of words read best as words

from __future__ import annotations

ASKED = tuple(
    """message_created message_edited message_removed message_callback bot_started bot_stopped
    bot_added bot_removed chat_title_changed""".split()
)
"""The kinds of updates that we want (`types`, `update_types`)."""

IGNORED = frozenset(
    """dialog_cleared dialog_removed dialog_muted dialog_unmuted user_added user_removed message_chat_created
    comment_created comment_edited comment_removed""".split()
)
"""Kinds that an earlier owner of the bot may have asked for. A customer who clears the history or mutes us can still be
written to; one who removes the dialog stops the bot by that, and `bot_stopped` comes along."""

SILENT = frozenset({"inline_keyboard", "reply_keyboard"})
"""Attachments that say nothing: buttons under what was passed on."""
