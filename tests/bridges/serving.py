"""A real HTTP server for a bridge's routes, on a port of the system's choosing, and an `Accept` that keeps its
updates."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from fastapi import FastAPI, Response

from bot.domain import CustomerEvent, DialogId, Key, MessageId, Update
from bot.ports import NotTaken, Route, UpdateOutcome
from tests.tools import FolderFiles
from tests.waiting import FACT


def app_of(routes: Iterable[Route]) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    for route in routes:
        app.add_api_route(
            route.path,
            route.endpoint,
            methods=list(route.methods),
            include_in_schema=route.documented,
            **route.options,
        )
    return app


def file_route(files: FolderFiles) -> Route:
    """Serves the links of the tests' files, with `files.base` set to "" or to the server's address."""

    async def file(id: str) -> Response:  # noqa: A002
        return Response(files.read(id), headers={"Content-Disposition": "attachment"})

    return Route(("GET",), "/files/{id}", file)


def named_file_route(files: FolderFiles) -> Route:
    """Serves the same files for links that end with a name."""
    return replace(file_route(files), path="/files/{id}/{name}")


class Broken(Exception):
    """The error of a database that is away."""


@dataclass
class UpdateRecorder:
    """Commits updates in memory, once per key, as the core does."""

    taken: list[Update] = field(default_factory=list)
    broken: bool = False
    lose_answers: int = 0  # commits, then fails: the confirmation is lost
    hurry: bool = True  # False: the first to commit gets its response last
    refusal: NotTaken | None = None
    calls: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _answers: dict[Key, UpdateOutcome] = field(default_factory=dict)

    async def accept(self, updates: Sequence[Update]) -> Sequence[UpdateOutcome]:
        self.calls += 1
        if self.refusal is not None:
            raise self.refusal
        if self.broken:
            raise Broken
        for update in updates:
            if update.key not in self._answers:
                self.taken.append(update)
                self._answers[update.key] = UpdateOutcome(DialogId(1), MessageId(len(self.taken)))
        async with self.changed:
            self.changed.notify_all()
        if not self.hurry:
            await asyncio.sleep(0.1 / self.calls)
        if self.lose_answers:
            self.lose_answers -= 1
            raise Broken
        return [self._answers[update.key] for update in updates]

    @property
    def events(self) -> list[CustomerEvent]:
        return [update.event for update in self.taken]

    async def until(self, amount: int) -> None:
        """Waits until that many updates were taken."""
        async with asyncio.timeout(FACT), self.changed:
            await self.changed.wait_for(lambda: len(self.taken) >= amount)
