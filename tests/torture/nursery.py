"""Starts hubs quickly: imports everything once, and forks a `python -m bot …` for every line it reads.

{"arguments": ["run", "--config", "hub.toml"], "environ": {"HUB__HUB__LISTEN": "…"}, "log": "hub.log"}  →  PID

`TEST_CLOCK_AHEAD` in its environment: seconds by which the child's clock is ahead.

It spares a hub that is killed twenty times the imports. A child is a process like any other: it has the same entry
point, its own database connections and its own death. All children die with their parent.
"""

from __future__ import annotations

import ctypes
import json
import os
import runpy
import signal
import sys
import time
from importlib import import_module
from typing import Any

MODULES = (
    "alembic.command",
    "bot.app.assembly",
    "bot.cli.application",
    "bot.cli.running",
    "bot.desks.mattermost.routes",
    "bot.desks.mattermost.desk",
    "bridges.telegram.receiving",
)
_PR_SET_PDEATHSIG = 1


def main() -> None:
    _die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # their exit status is not needed
    _import_all()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become_hub(order)
        print(pid, flush=True)


def _import_all() -> None:
    for name in MODULES:
        import_module(name)


def _become_hub(order: dict[str, Any]) -> None:
    _die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((0, null), (1, log), (2, log)):
        os.dup2(new, old)
    os.environ.update(order["environ"])
    if ahead := float(os.environ.get("TEST_CLOCK_AHEAD", "0")):
        machine = time.time
        time.time = lambda: machine() + ahead
    sys.argv = ["hub", *order["arguments"]]
    try:
        runpy.run_module("bot", run_name="__main__")
    finally:
        os._exit(1)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
