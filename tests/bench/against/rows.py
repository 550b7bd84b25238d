"""Figures of both builds, as they were measured in turn, and their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure measured in alternate batches. `rounds`: the old and the new build's; `aim`: the ratio wanted."""

    work: str
    unit: str
    rounds: Sequence[Sequence[float]]
    aim: float

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(new / max(old, 1e-9) for old, new in self.rounds)

    def cells(self) -> tuple[str, ...]:
        old, new = (_short(median(values)) for values in zip(*self.rounds, strict=True))
        return (self.work, old, new, self.unit, f"{self.ratio:.2f}", f"{self.aim:.2f}")


def table(revision: str, figures: Sequence[Figure]) -> Table:
    made = Table(title=f"Beside {revision}: medians of {len(figures[0].rounds)} alternate rounds")
    for name in ("", revision, "now", "", "ratio", "aim"):
        made.add_column(name, justify="right" if name else "left", no_wrap=True)
    for one in figures:
        made.add_row(*one.cells())
    return made


def _short(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"
