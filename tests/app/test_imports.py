"""Libraries that a hub loads: those it uses, and no others. The start and the memory are theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import storage
from tests.toml import toml

UNUSED = {
    *("aiogram", "slack_bolt", "slack_sdk", "mattermostautodriver"),
    *("alembic", "mako", "asyncpg", "redis"),
    *("dateparser", "holidays", "matplotlib", "numpy"),
}
"""Libraries that a hub without messengers, on SQLite, has no use for."""
LISTING = """
import asyncio, json, os, sys
from pathlib import Path
import settings
from bot.app.assembly import running

async def main():
    async with running(settings.load(Path(sys.argv[1]), os.environ)):
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))

asyncio.run(main())
"""
UNBUILT = """
from bridges.telegram.sdk import import_aiogram
import_aiogram()
import bridges.telegram.receiving
from aiogram import methods, types
built = [name for name in types.__all__ if getattr(getattr(types, name), "__pydantic_complete__", False)]
assert not built, built
sent = methods.SendMessage(chat_id=1, text="hello", reply_parameters=types.ReplyParameters(message_id=2))
assert sent.model_dump(exclude_none=True)["reply_parameters"]["message_id"] == 2
assert not types.Message.__pydantic_complete__
for name in methods.__all__:
    assert getattr(methods, name).model_rebuild() is not False, name
"""


def _run(code: str, *given: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_a_hub_without_messengers_loads_none_of_their_libraries(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/hub.db"
    await storage.migrate(database)
    hub = {"listen": "127.0.0.1:0", "database_url": database, "files": str(tmp_path), "secret": "s" * 40}
    desks = {"local": {"kind": "web", "operators": {"anna": "the key of anna, of enough letters"}}}
    accounts = {"site": {"kind": "api", "token": "the token of the site, of enough letters"}}
    file = tmp_path / "hub.toml"
    file.write_text(toml({"hub": hub, "desks": desks, "accounts": accounts}))
    loaded = json.loads(_run(LISTING, str(file)).splitlines()[-1])
    assert "fastapi" in loaded
    assert set(loaded) & UNUSED == set()


def test_models_of_telegrams_sdk_are_built_when_first_used() -> None:
    _run(UNBUILT)


@pytest.mark.parametrize("module", ["bridges.telegram", "bot.desks.slack", "bot.desks.mattermost", "storage"])
def test_a_plug_in_loads_its_sdk_only_when_it_is_built(module: str) -> None:
    loaded = _run(f"import {module}, sys, json; print(json.dumps(list(sys.modules)))")
    assert {name.partition(".")[0] for name in json.loads(loaded)} & UNUSED == set()
