"""Draws a report: `python -m bot.reports.chart < chart.json > chart.png`.

Runs as a separate process because matplotlib takes tens of megabytes and a second of CPU time, which the hub cannot
spare.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from bot.domain.value import value
from bot.reports import fonts

BLUE, GREEN, GREY, INK = "#3b6fd4", "#3f9c6d", "#b7bfcc", "#27303f"
NAMES_HOLD = 24  # characters of a name beside a bar
BARS = 12  # per panel; the rest are summed up
WIDTH, DPI = 12.0, 110  # inches, dots per inch
WIDE, PAIR = 2.909, 3.3455  # inches: height of a row with one panel, and with two


class Shape(StrEnum):
    """The way a panel is drawn."""

    TIMELINE = "timeline"  # columns over time, across the whole width; some names are left out
    COLUMNS = "columns"
    LYING = "lying"  # horizontal bars, the first name on top


@value
class Bars:
    """Data of a panel: names with one or two numbers each; the second of `series` is drawn behind the first."""

    title: str
    series: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]  # one tuple per series
    shape: Shape = Shape.LYING


@value
class Chart:
    """Data of the whole picture, with all texts in the reader's language. `empty`: the text of a panel without data."""

    title: str
    empty: str
    panels: tuple[Bars, ...]


def packed(chart: Chart) -> bytes:
    return json.dumps(asdict(chart), ensure_ascii=False).encode("utf-8", "replace")


def unpacked(data: bytes) -> Chart:
    read: dict[str, Any] = json.loads(data)
    return Chart(read["title"], read["empty"], tuple(_bars(one) for one in read["panels"]))


def _bars(read: dict[str, Any]) -> Bars:
    values = tuple(tuple(series) for series in read["values"])
    return Bars(read["title"], tuple(read["series"]), tuple(read["names"]), values, Shape(read["shape"]))


def draw(chart: Chart) -> bytes:
    """Draws the chart as PNG."""
    from io import BytesIO

    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    matplotlib.rcParams.update({"font.size": 10, "text.color": INK, "axes.labelcolor": INK, "text.parse_math": False})
    matplotlib.rcParams["font.family"] = fonts.families()
    rows = _in_rows(chart.panels)
    heights = [WIDE if row[0].shape is Shape.TIMELINE else PAIR for row in rows]
    figure = pyplot.figure(figsize=(WIDTH, sum(heights)), dpi=DPI, layout="constrained", facecolor="white")
    figure.suptitle(chart.title, fontsize=15, fontweight="bold", x=0.01, ha="left")
    places: Any = figure.subfigures(len(rows), 1, height_ratios=heights, squeeze=False)
    for (place,), row in zip(places, rows, strict=True):
        halves = (place,) if row[0].shape is Shape.TIMELINE else place.subfigures(1, 2)
        for half, bars in zip(halves, row, strict=False):
            _panel(half, bars, chart.empty)
    drawn = BytesIO()
    with fonts.quiet():
        figure.savefig(drawn, format="png")
    return drawn.getvalue()


def _in_rows(panels: Iterable[Bars]) -> list[list[Bars]]:
    """Arranges panels in rows: a timeline has a row of its own, the others are in pairs."""
    rows: list[list[Bars]] = []
    for bars in panels:
        pairs = bars.shape is not Shape.TIMELINE and rows and rows[-1][0].shape is not Shape.TIMELINE
        if pairs and len(rows[-1]) == 1:
            rows[-1].append(bars)
        else:
            rows.append([bars])
    return rows


def _panel(place: Any, bars: Bars, empty: str) -> None:
    """Draws one panel. Each has its own layout: long names beside one must not narrow the others."""
    place.set_facecolor("white")
    place.suptitle(bars.title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    axes = place.add_subplot()
    if not any(value for values in bars.values for value in values):
        axes.text(0.5, 0.5, empty, ha="center", va="center", color="#7b8494", transform=axes.transAxes)
        axes.set_axis_off()
    elif bars.shape is Shape.LYING:
        _lying(axes, bars)
    else:
        _columns(axes, bars, crowded=bars.shape is Shape.TIMELINE)


def _columns(axes: Any, bars: Bars, *, crowded: bool = False) -> None:
    """Draws vertical bars. `crowded`: some names are left out."""
    width = 0.8 / len(bars.series)
    for place, (name, values, colour) in enumerate(zip(bars.series, bars.values, (BLUE, GREEN), strict=False)):
        at = [number + (place - (len(bars.series) - 1) / 2) * width for number in range(len(values))]
        drawn = axes.bar(at, values, width * 0.92, color=colour, label=name)
        if not crowded:
            axes.bar_label(drawn, fmt="{:.0f}", padding=2, fontsize=9)
    step = max(1, -(-len(bars.names) // 16)) if crowded else 1
    axes.set_xticks(range(0, len(bars.names), step), bars.names[::step])
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.margins(y=0.18)
    _plain(axes, "y")
    _legend(axes, bars)


def _lying(axes: Any, bars: Bars) -> None:
    """Draws horizontal bars, the first name on top."""
    names = [fonts.shortened(name, NAMES_HOLD) for name in bars.names[:BARS]]
    width = 0.8 / len(bars.series)
    for place, (name, values, colour) in enumerate(zip(bars.series, bars.values, (BLUE, GREY), strict=False)):
        at = [number + (place - (len(bars.series) - 1) / 2) * width for number in range(len(names))]
        drawn = axes.barh(at, values[:BARS], width * 0.92, color=colour, label=name)
        axes.bar_label(drawn, fmt="{:.0f}", padding=3, fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 3) - 0.4, -0.6)  # keeps a single bar from filling the panel
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.12)
    _plain(axes, "x")
    _legend(axes, bars)


def _legend(axes: Any, bars: Bars) -> None:
    """Draws the legend above the panel, clear of the bars."""
    if len(bars.series) > 1:
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0)


def _plain(axes: Any, along: str) -> None:
    """Removes everything but the bars and faint grid lines."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    axes.grid(axis=along, color="#e6e9ef", linewidth=0.8)


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(unpacked(sys.stdin.buffer.read())))
