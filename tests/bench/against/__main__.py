"""`make bench-against REV=COMMIT`: the present build beside that commit, on the same machine, in turn.

    python -m tests.bench.against COMMIT [--rounds N] [PART …]

Both are driven from outside: HTTP, server-sent events, websockets, /proc. The commit is checked out in a temporary
folder and has libraries of its own if it locks others.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console

from tests.bench.against import adapter, builds, bursts, flood, roads, starts, web_desk
from tests.bench.against.rows import Figure, table
from tests.bench.processes import PRESENT, Build, keep_off_first_core

Part = Callable[[Build, Build, Path, int], Coroutine[Any, Any, list[Figure]]]
PARTS: dict[str, Part] = {
    "web": web_desk.figures,
    "start": starts.figures,
    "sqlite": roads.sqlite,
    "postgres": roads.postgres,
    "mattermost": adapter.figures,
    "bursts": bursts.figures,
    "flood": flood.figures,
}


async def main(revision: str, rounds: int, parts: list[str]) -> None:
    keep_off_first_core()
    with tempfile.TemporaryDirectory(prefix="hub-against-") as name, builds.beside(revision, Path(name)) as old:
        for part in parts:
            folder = Path(name) / part
            folder.mkdir()
            Console(width=120).print(table(revision, await PARTS[part](old, PRESENT, folder, rounds)))


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.against")
    asked.add_argument("revision")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    given = asked.parse_intermixed_args()
    if unknown := set(given.parts) - set(PARTS):
        asked.error(f"no such part: {', '.join(sorted(unknown))}")
    return given


if __name__ == "__main__":
    given = _asked()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(given.revision, given.rounds, given.parts or list(PARTS)))
