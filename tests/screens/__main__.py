"""`python -m tests.screens FOLDER [en] [ru] [slack] [mattermost]`"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from storage import migrate
from tests.conftest import Database
from tests.scenarios.hubs import telegram_hub
from tests.screens import mattermost, slack
from tests.screens.camera import camera
from tests.screens.crowd import Afternoon
from tests.screens.shots import Album, Shot
from tests.screens.story import Morning

ALBUMS = {"slack": cast(Album, slack), "mattermost": cast(Album, mattermost)}
REASONS = {"en": ["Purchased", "Not in stock", "Spam"], "ru": ["Покупка", "Нет в наличии", "Спам"]}


async def main(folder: Path, work: Path, locales: list[str], desks: list[str]) -> None:
    for desk in desks:
        async with camera(desk, work, folder) as page:
            for locale in locales:
                for part in (Morning, Afternoon):
                    with tempfile.TemporaryDirectory() as place:
                        await _drawn(part, desk, locale, Path(place), page.takes)
                print(desk, locale)


async def _drawn(
    part: type[Morning], desk: str, locale: str, place: Path, takes: Callable[[Shot], Awaitable[None]]
) -> None:
    url = f"sqlite+aiosqlite:///{place / 'hub.db'}"
    await migrate(url)
    initial = {"reasons": REASONS[locale], "reason_required": True}
    roles = {"sales": ["anna", "boris"], "logistics": ["boris"]}
    about = {"locale": locale, "admins": ["anna"]}
    async with telegram_hub(desk, Database(url), place, account={"initial": initial}, roles=roles, hub=about) as hub:
        number = 0
        async for shot in part(hub, ALBUMS[desk], locale).shots():
            number += 1
            await takes(_named(shot, f"{desk}-{locale}-{part.__name__.lower()}-{number:02}-{shot.name}"))


def _named(shot: Shot, name: str) -> Shot:
    """The view with the labels in every menu, so that none stays hidden in a closed one."""
    labels = [label for panel in shot.panels for label in _labels(panel.body)]
    return replace(shot, name=name, menus=list(dict.fromkeys(labels)))


def _labels(value: Any) -> list[str]:
    """Returns a line for each menu, or for each group of one."""
    if isinstance(value, list):
        return [label for one in value for label in _labels(one)]
    if not isinstance(value, dict):
        return []
    found = [label for one in value.values() for label in _labels(one)]
    options = [_words(one["text"]) for one in value.get("options") or ()]
    named = _words(
        value.get("label") or value.get("placeholder") or value.get("name") or value.get("display_name") or ""
    )
    return [*found, f"▾ {named}{': ' if named else ''}{' | '.join(options)}"] if options else found


def _words(text: Any) -> str:
    return str(text["text"] if isinstance(text, dict) else text)


def _asked(of: Collection[str], words: Sequence[str]) -> list[str]:
    """The named ones; all, if none was named."""
    return [one for one in of if one in words or not set(of) & set(words)]


if __name__ == "__main__":
    pictures, fetched = Path(sys.argv[1]), Path(tempfile.gettempdir()) / "hub-screens"
    pictures.mkdir(parents=True, exist_ok=True)
    fetched.mkdir(exist_ok=True)
    asyncio.run(main(pictures, fetched, _asked(REASONS, sys.argv[2:]), _asked(ALBUMS, sys.argv[2:])))
