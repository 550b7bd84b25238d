"""The desk under test: each variant of each desk in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.desks import DeskRig, Rig, rigs

RIGS = rigs()


@pytest.fixture(params=sorted(RIGS))
def rig_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def rig(rig_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DeskRig]:
    build: Rig = RIGS[rig_name]
    async with build(tmp_path) as built:
        missing = [word for word in getattr(request.function, "needs", ()) if word in built.lacks]
        if missing:
            pytest.skip(f"this desk has nothing of the kind: {', '.join(missing)}")
        yield built
