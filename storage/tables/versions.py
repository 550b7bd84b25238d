"""Schema versions: the one that this program needs, and a check of a database against it."""

from __future__ import annotations

from pathlib import Path

from bot.locale import N_
from storage.engine.errors import Unusable

MIGRATIONS = Path(__file__).parent.with_name("migrations")
VERSIONS = MIGRATIONS / "versions"


def head() -> str:
    """Returns the revision that this program needs, from the numbers of the revision files."""
    return max(_numbers())


def following(found: str) -> str | None:
    """Returns the revision after this one, None after the last."""
    return min((number for number in _numbers() if number > found), default=None)


def _numbers() -> set[str]:
    return {path.name.split("_")[0] for path in VERSIONS.glob("[0-9]*.py")}


def check(found: str | None) -> None:
    """Raises `Unusable` when the database is not at `head`."""
    if found is None or found < head():
        raise Unusable(N_("the database tables are older than this version of the hub"), N_("Run: hub migrate"))
    if found > head():
        raise Unusable(
            N_("the database tables are newer than this version of the hub"),
            N_("Use the newer version of the hub that created them."),
        )
