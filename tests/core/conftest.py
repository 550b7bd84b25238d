from __future__ import annotations

from pathlib import Path

import pytest

from storage import SqlStore
from tests.clock import ManualClock
from tests.core.world import World
from tests.tools import FolderFiles


@pytest.fixture
def world(store: SqlStore, clock: ManualClock, tmp_path: Path) -> World:
    return World(store, clock, FolderFiles(tmp_path))
