"""What a window and the Home carry in `private_metadata`: Slack brings it back with whatever is done there. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from bot.desks.slack.limits import METADATA, OPTION_VALUE

_NAMES = set("tchlop")
_LONG = "…#"  # begins the stand-in of a value that is too long for an option


@dataclass(frozen=True, slots=True)
class Luggage:
    """`token`: the core's, which comes back with a form's answers. `channel`, `thread`: where it was asked for, as far
    as that is known. `long`: values that no option can hold, by their stand-ins. `home`: it was opened from the Home,
    or is the Home; the token that drew this Home, "" for the one that people see first. `parent`: the window that
    this one was opened from."""

    token: str = ""
    channel: str = ""
    thread: str = ""
    long: dict[str, str] = field(default_factory=dict)
    home: str | None = None
    parent: str = ""

    def pack(self) -> str:
        packed = {"t": self.token, "c": self.channel, "h": self.thread, "l": self.long, "p": self.parent}
        filled: dict[str, object] = {name: value for name, value in packed.items() if value}
        if self.home is not None:
            filled["o"] = self.home
        return json.dumps(filled, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpack(cls, packed: str) -> Luggage:
        """Whatever else stands there is the token itself."""
        try:
            found = json.loads(packed)
            if not found.keys() <= _NAMES:
                return cls(packed)
            home = found.get("o")
            return cls(
                token=str(found.get("t", "")),
                channel=str(found.get("c", "")),
                thread=str(found.get("h", "")),
                long=dict(found.get("l", {})),
                home=None if home is None else str(home),
                parent=str(found.get("p", "")),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(packed)

    def stow(self, value: str, name: str) -> str | None:
        """What stands for `value` in an option; None: there is no room left for it. `name`: unlike any other's."""
        if len(value) <= OPTION_VALUE:
            return value
        self.long[_LONG + name] = value
        if len(self.pack()) <= METADATA:
            return _LONG + name
        del self.long[_LONG + name]
        return None

    def unstow(self, value: str) -> str:
        return self.long.get(value, value)
