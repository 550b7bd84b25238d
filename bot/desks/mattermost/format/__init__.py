"""Mattermost's Markdown ⇄ neutral text.

Mattermost draws a post by a fork of marked (the web and desktop apps) and by one of commonmark.js (the
phones); what is written here is read alike by both.
"""

from __future__ import annotations

from bot.desks.mattermost.format.escape import JOINER, literal
from bot.desks.mattermost.format.reading import read
from bot.desks.mattermost.format.writing import write

__all__ = ["JOINER", "literal", "read", "write"]
