"""The hub as people run it: a process started by its command line."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.waiting import FACT

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Process:
    """A running hub. `output`: everything it has printed so far."""

    inner: asyncio.subprocess.Process
    output: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.output)

    async def says(self, pattern: str) -> re.Match[str]:
        """Waits until the output matches."""
        assert self.inner.stdout is not None
        async with asyncio.timeout(FACT):
            while (found := re.search(pattern, self.text)) is None:
                line = await self.inner.stdout.readline()
                assert line, f"the hub ended:\n{self.text}"
                self.output.append(line.decode())
        return found


@asynccontextmanager
async def hub(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None, descriptors: int = 0
) -> AsyncIterator[Process]:
    """Runs `hub ARGUMENTS` in `folder`, listening on a port of its own; SIGTERM ends it. `descriptors`: its limit of
    open files and sockets, 0: ours."""

    def limit() -> None:
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    given = {**os.environ, "PYTHONPATH": str(ROOT), "HUB__HUB__LISTEN": "127.0.0.1:0", **(environ or {})}
    inner = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=given,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1 << 22,
        preexec_fn=limit,
    )
    try:
        yield Process(inner)
    finally:
        if inner.returncode is None:
            inner.terminate()
            try:
                async with asyncio.timeout(FACT):
                    await inner.communicate()
            except TimeoutError:
                inner.kill()
                await inner.communicate()
