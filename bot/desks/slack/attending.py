"""A connection of its own for each further process: when the process that reads the desk ends, Slack goes on delivering
to the others at once. Commands and presses come only once, so they would be lost until another process reads.

As by HTTP, where any process is called, each event is committed by whichever process it comes to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.desks.slack.receiving import Receiver
from bot.desks.slack.sockets import connected
from bot.desks.slack.workspace import Workspace
from bot.ports import DeliveryError, Transient
from bot.runtime.race import race

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before the next attempt to connect, doubled with each that fails; and their maximum."""


class Attending:
    """The second listener of one process: it listens while `SlackDesk.run` does not."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._runs, self._rests = asyncio.Event(), asyncio.Event()
        self._rests.set()

    def give_way(self) -> None:
        """Notes that this process reads the desk and is connected."""
        self._rests.clear()
        self._runs.set()

    def take_over(self) -> None:
        """Notes that this process does not read the desk, or is not connected."""
        self._runs.clear()
        self._rests.set()

    async def run(self, receiver: Callable[[], Receiver]) -> None:
        while True:
            await self._rests.wait()
            attending = receiver()
            try:
                await race(self._listen(attending), self._until_it_runs())
            finally:
                await attending.catching_up.close()

    async def _until_it_runs(self) -> None:
        await self._runs.wait()

    async def _listen(self, receiver: Receiver) -> None:
        """Listens for ever. The process that reads the desk tells of what is wrong with Slack."""
        pause = FIRST_PAUSE
        while True:
            try:
                async with connected(self._workspace, receiver) as line:
                    log.info("Slack connected, beside the process that reads it", desk=self._workspace.desk)
                    pause = FIRST_PAUSE
                    await line.over.wait()
            except DeliveryError as error:
                log.info("failed to connect to Slack a second time", desk=self._workspace.desk, error=str(error))
                asked = error.retry_after if isinstance(error, Transient) else None
                pause = max(pause, asked or 0)
            await self._workspace.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
