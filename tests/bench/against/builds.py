"""The two builds side by side: the present one, and a commit checked out beside it with its own libraries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.processes import ROOT, Build, Measurable, started
from tests.free_ports import free_port
from tests.toml import toml

LOCK = "requirements.lock"
ANY = {"desks": {"local": {"kind": "web", "operators": {"anna": "k" * 32}}}}
QUIET = {"HUB_LOG_LEVEL": "CRITICAL"}
BENCH = ("-m", "tests.bench.hub")
"""The hub with the benchmark's own channel and desk, of which each build has its own."""


@contextmanager
def beside(revision: str, folder: Path) -> Iterator[Build]:
    """Checks `revision` out below `folder`. Its libraries are the present ones where both lock the same."""
    root = folder / "checkout"
    _run("git", "worktree", "add", "--quiet", "--detach", str(root), revision)
    try:
        yield Build(root, _python(root, folder))
    finally:
        _run("git", "worktree", "remove", "--force", str(root))


def _python(root: Path, folder: Path) -> str:
    if (root / LOCK).read_bytes() == (ROOT / LOCK).read_bytes():
        return sys.executable
    _run(sys.executable, "-m", "venv", str(folder / "libraries"))
    python = str(folder / "libraries" / "bin" / "python")
    _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(root / LOCK))
    return python


def _run(*command: str, cwd: Path = ROOT) -> None:
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


@asynccontextmanager
async def hub(
    build: Build,
    folder: Path,
    tables: Mapping[str, Any],
    program: Sequence[str] = ("-m", "bot", "run", "--config"),
    **base: str,
) -> AsyncIterator[Measurable]:
    """Runs a hub until it is no longer needed. `tables`: desks and accounts; `base`: more of `[hub]`."""
    port = free_port()
    common = {
        "listen": f"127.0.0.1:{port}",
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": f"sqlite+aiosqlite:///{folder}/hub.db",
        "files": str(folder / "files"),
        "secret": "the benchmark's own secret, of enough letters",
        **base,
    }
    if program == BENCH:  # the command line does not know the benchmark's channel
        _run(build.python, "-m", "bot", "migrate", "--config", _written(folder, {"hub": common, **ANY}), cwd=build.root)
    command = [*program, _written(folder, {"hub": common, **tables})]
    async with started(command, port, "/readyz", QUIET, build=build) as running:
        yield running


def _written(folder: Path, tables: Mapping[str, Any]) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / "hub.toml"
    file.write_text(toml(tables))
    return str(file)
