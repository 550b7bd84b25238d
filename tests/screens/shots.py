"""A person's screen at one moment, from the data that the platform was sent."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.contracts.desks import DeskRig

Json = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """One element of a screen. `kind`: "message", "home", "window"; `body`: for `page/*.js`."""

    kind: str
    body: Json


@dataclass(frozen=True)
class Shot:
    """One picture. `name`: the file's name without extension. `menus`: labels that a picture of a closed menu does not
    show."""

    name: str
    panels: Sequence[Panel]
    menus: Sequence[str] = field(default=())


class Album(Protocol):
    """The screens of one desk's fake."""

    def thread(self, rig: DeskRig, thread: str) -> list[Panel]: ...
    def private(self, rig: DeskRig, who: str) -> list[Panel]:
        """Everything for this person alone: whispers, direct messages, windows, their Home tab."""
        ...

    def tidy(self, rig: DeskRig, who: str) -> None:
        """Closes the windows, and forgets the whispers."""
        ...


def picture(name: str, data: bytes) -> str:
    """An address for a page to load; "" for a file that is not a picture."""
    if not name.endswith((".png", ".jpg")):
        return ""
    return f"data:image/{name[-3:]};base64,{base64.b64encode(data).decode()}"
