"""The start: CPU until `/readyz` answers 200, and the memory then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.against import builds
from tests.bench.against.rows import Figure
from tests.bench.processes import Build

PLAIN: dict[str, Any] = {
    "desks": {"local": {"kind": "web", "operators": {"anna": "the key of anna, of enough letters"}}},
    "accounts": {"site": {"kind": "api", "token": "the token of the site, of enough letters"}},
}
TELEGRAM = {"kind": "telegram", "token": "123456789:a-token-that-nobody-has", "api_url": "http://127.0.0.1:9"}
KINDS = (
    ("start with Telegram", {**PLAIN, "accounts": {**PLAIN["accounts"], "bot": TELEGRAM}}, 1 / 2.7, 0.55),
    ("start without", PLAIN, 0.75, 0.8),
)


async def figures(old: Build, new: Build, folder: Path, rounds: int) -> list[Figure]:
    made = []
    for work, tables, cpu, memory in KINDS:
        pair = ((old, folder / f"{work}, old"), (new, folder / f"{work}, new"))
        seen = [[await _start(*one, tables) for one in pair] for _ in range(rounds + 1)]
        for place, (unit, aim) in enumerate((("s CPU", cpu), ("MB", memory))):
            kept = [[one[place] for one in row] for row in seen[1:]]  # the first created the database
            made.append(Figure(work, unit, kept, aim))
    return made


async def _start(build: Build, folder: Path, tables: dict[str, Any]) -> tuple[float, float]:
    async with builds.hub(build, folder, tables) as process:
        return process.cpu_seconds, process.megabytes
