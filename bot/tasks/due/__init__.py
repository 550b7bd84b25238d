"""Due times in plain words, English and Russian: "fri 3pm", "завтра в 15:00", "in 20 minutes", «к концу дня».

A day without a time means its morning (09:00), today without one its end (18:00). A date that has passed means next
year's; a weekday means the next one.
"""

from __future__ import annotations

from bot.tasks.due.phrases import Split, split
from bot.tasks.due.pieces import MORNING, NotATime
from bot.tasks.due.reading import Passed, TooFar, read
from bot.tasks.due.zones import zone_of

__all__ = ["MORNING", "NotATime", "Passed", "Split", "TooFar", "read", "split", "zone_of"]
