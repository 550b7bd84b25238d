"""Shipped revisions never change: databases in use were made by them."""

from __future__ import annotations

import hashlib
from pathlib import Path

REVISIONS = Path(__file__).parents[3] / "storage" / "migrations" / "versions"
SHIPPED = Path(__file__).with_name("shipped_revisions.sha256")
"""`HASH  NAME` per line, as `sha256sum` writes and reads it."""


def test_shipped_revisions_are_as_they_were() -> None:
    kept = dict(line.split()[::-1] for line in SHIPPED.read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(REVISIONS.glob("*.py"))}
    changed = sorted(name for name in kept if found.get(name) != kept[name])
    assert not changed, (
        f"{', '.join(changed)}: has shipped, and databases stand as it made them. Put it back (git checkout main -- "
        f"storage/migrations/versions) and write what has to change as a new revision."
    )
    fresh = sorted(set(found) - set(kept))
    assert not fresh, "\n".join(
        [f"new revisions: when they are final, append these lines to tests/storage/tables/{SHIPPED.name}:"]
        + [f"{found[name]}  {name}" for name in fresh]
    )
