"""The real hub, with the benchmark's channel and desk in its tables: `python -m tests.bench.hub hub.toml`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvloop

import bot.desks
import bridges
import settings
from bot.app import assembly
from bot.runtime import logs

bridges.BRIDGES["bench"] = "tests.bench.channel"
bot.desks.DESKS["bench"] = "tests.bench.desk"


def main() -> None:
    given = settings.load(Path(sys.argv[1]), os.environ)
    logs.set_up("WARNING", given.secrets())
    uvloop.run(assembly.serve(given))


if __name__ == "__main__":
    main()
