"""Measured programs, each in a process of its own, on a core of its own where there are two."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Build:
    """A checkout of the program, and the Python with its libraries. `pinned`: its processes run on the first core
    only."""

    root: Path
    python: str
    pinned: bool = True


PRESENT = Build(ROOT, sys.executable)


@dataclass(frozen=True)
class Measurable:
    """A process that serves at `port`."""

    port: int
    process: psutil.Process
    started_in: float

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        return float(self.process.memory_info().rss) / 1e6

    @property
    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def started(
    command: Sequence[str],
    port: int,
    ready: str,
    environ: Mapping[str, str] | None = None,
    descriptors: int = 0,
    build: Build = PRESENT,
) -> AsyncIterator[Measurable]:
    """Starts a process of that build. `ready`: the path that responds 200 once it serves; `started_in`: seconds until
    then. `descriptors`: its limit of open files and sockets, 0: ours."""

    def limited() -> None:
        os.sched_setaffinity(0, {0} if build.pinned else range(os.cpu_count() or 1))
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    launched = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        build.python,
        *command,
        cwd=build.root,
        env={**os.environ, **(environ or {})},
        preexec_fn=limited,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        while not await asyncio.to_thread(_answers, f"http://127.0.0.1:{port}{ready}"):
            if process.returncode is not None or time.monotonic() - launched > PATIENCE:
                raise RuntimeError(f"{' '.join(command)} did not start")
            await asyncio.sleep(0.01)
        yield Measurable(port, psutil.Process(process.pid), time.monotonic() - launched)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def keep_off_first_core() -> bool:
    """Leaves the first core to the measured process: this one and its children move to the others. False: there is only
    one."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, cores[1:])
    return len(cores) > 1


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code in (404, 405)  # it serves, though not this
    except OSError:
        return False
