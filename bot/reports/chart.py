"""Draws a report: `python -m bot.reports.chart < chart.json > chart.png`.

Runs as a separate process because matplotlib takes tens of megabytes and a second of CPU time, which the hub cannot
spare.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

BLUE, GREEN, GREY, INK = "#3b6fd4", "#3f9c6d", "#b7bfcc", "#27303f"
NAMES_HOLD = 24  # characters of a name beside a bar
BARS = 12  # per panel; the rest are summed up
WIDTH, HEIGHT, DPI = 12.0, 9.6, 110  # inches, dots per inch


@dataclass(frozen=True, slots=True)
class Bars:
    """Data of a bar chart: names with one or two numbers each; the second of `series` is drawn behind the first.
    `empty`: the text shown when there are no data."""

    title: str
    series: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]  # one tuple per series
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Data of the whole picture, with all texts in the reader's language."""

    title: str
    days: Bars
    waits: Bars
    reasons: Bars
    operators: Bars
    channels: Bars


def packed(chart: Chart) -> bytes:
    return json.dumps(asdict(chart), ensure_ascii=False).encode("utf-8", "replace")


def unpacked(data: bytes) -> Chart:
    read: dict[str, Any] = json.loads(data)
    panels = {name: _bars(read[name]) for name in ("days", "waits", "reasons", "operators", "channels")}
    return Chart(read["title"], **panels)


def _bars(read: dict[str, Any]) -> Bars:
    values = tuple(tuple(series) for series in read["values"])
    return Bars(read["title"], tuple(read["series"]), tuple(read["names"]), values, read["empty"])


def draw(chart: Chart) -> bytes:
    """Draws the chart as PNG."""
    from io import BytesIO

    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    matplotlib.rcParams.update({"font.size": 10, "text.color": INK, "axes.labelcolor": INK, "text.parse_math": False})
    figure = pyplot.figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained", facecolor="white")
    figure.suptitle(chart.title, fontsize=15, fontweight="bold", x=0.01, ha="left")
    panels: Any = figure.subfigures(3, 1, height_ratios=(1, 1.15, 1.15))
    top, middle, bottom = panels
    _columns(_axes(top, chart.days), chart.days, crowded=True)
    for row, (left, right) in ((middle, (chart.waits, chart.reasons)), (bottom, (chart.operators, chart.channels))):
        one, other = row.subfigures(1, 2)
        (_columns if left is chart.waits else _lying)(_axes(one, left), left)
        _lying(_axes(other, right), right)
    drawn = BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()


def _axes(panel: Any, bars: Bars) -> Any:
    """Axes of one panel. Each panel has its own layout: long names beside one must not narrow the others."""
    panel.set_facecolor("white")
    panel.suptitle(bars.title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return panel.add_subplot()


def _columns(axes: Any, bars: Bars, *, crowded: bool = False) -> None:
    """Draws vertical bars over time. `crowded`: some names are left out."""
    if _blank(axes, bars):
        return
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
    if _blank(axes, bars):
        return
    names = [name if len(name) <= NAMES_HOLD else name[: NAMES_HOLD - 1] + "…" for name in bars.names[:BARS]]
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


def _blank(axes: Any, bars: Bars) -> bool:
    if any(value for values in bars.values for value in values):
        return False
    axes.text(0.5, 0.5, bars.empty, ha="center", va="center", color="#7b8494", transform=axes.transAxes)
    axes.set_axis_off()
    return True


def _plain(axes: Any, along: str) -> None:
    """Removes everything but the bars and faint grid lines."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    axes.grid(axis=along, color="#e6e9ef", linewidth=0.8)


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(unpacked(sys.stdin.buffer.read())))
