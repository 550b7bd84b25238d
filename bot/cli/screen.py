"""Output of the command line, line by line. Long lines are never wrapped: people copy them, and scripts read them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from bot.ports import Finding

GOOD, WARNING, BAD = ("✓", "green"), ("!", "bold yellow"), ("✗", "bold red")


class Screen:
    def __init__(self, *, errors: bool = False) -> None:
        self._console = Console(stderr=errors, highlight=False, soft_wrap=True, emoji=False)

    def say(self, words: str = "", style: str = "") -> None:
        self._console.print(Text(words, style=style))

    def faults(self, lines: Iterable[str]) -> None:
        for line in lines:
            key, colon, rest = line.partition(": ")
            self._console.print(Text.assemble((key, "bold red"), colon, rest))

    def finding(self, section: str, found: Finding) -> None:
        """Prints one line: section of hub.toml, finding, advice. A finding of several lines is printed as it is."""
        if "\n" in found.what:  # text to copy
            self.say(f"\n{found.what}\n")
            return
        mark = BAD if not found.ok else WARNING if found.warning else GOOD
        what = found.what if found.what.endswith((".", "!", "?")) else f"{found.what}."
        advice = f" {found.advice}" if found.advice else ""
        self._console.print(Text.assemble(mark, " ", (section, "bold"), f": {what}", (advice, "italic")))

    def address(self, label: str, url: str) -> None:
        self._console.print(Text.assemble(f"  {label}  ", (url, "bold cyan")))
