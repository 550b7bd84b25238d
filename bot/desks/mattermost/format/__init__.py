"""Mattermost's Markdown ⇄ neutral text.

Mattermost renders posts with a fork of marked (web and desktop apps) and a fork of commonmark.js (mobile apps); the
Markdown written here looks the same in both.
"""

from __future__ import annotations

from bot.desks.mattermost.format.escape import JOINER, literal
from bot.desks.mattermost.format.reading import read
from bot.desks.mattermost.format.writing import write

__all__ = ["JOINER", "literal", "read", "write"]
