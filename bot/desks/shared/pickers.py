"""Lists to choose from on a message: what a team chat's limit of its size leaves of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.views.values import Button


def without_longest(buttons: Sequence[Button]) -> tuple[Button, ...] | None:
    """Returns the buttons with a plain one in the place of the longest list, which asks for the choice when it is
    pressed; None if there is no list."""
    lengths = [sum(len(one.label) for one in button.picker.options) if button.picker else 0 for button in buttons]
    if not any(lengths):
        return None
    longest = lengths.index(max(lengths))
    return tuple(replace(one, picker=None) if number == longest else one for number, one in enumerate(buttons))
