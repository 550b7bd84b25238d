"""Data that windows and the Home carry in `private_metadata`; Slack returns them with each action there. Pure."""

from __future__ import annotations

import json
from dataclasses import field

from bot.desks.slack.limits import METADATA, OPTION_VALUE
from bot.domain.value import value

_NAMES = set("tchlop")
_LONG = "…#"  # prefix of the placeholder for a value too long for an option


@value
class ViewState:
    """Data of one window or Home. `token`: the core's, returned with a form's answers. `channel`, `thread`: where it
    was requested, if known. `long`: values too long for an option, by placeholder. `home`: set if this is the Home or
    was opened from it; the token that drew that Home, "" for the initial one. `parent`: the window from which this one
    was opened."""

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
    def unpack(cls, packed: str) -> ViewState:
        """Decodes the metadata; a text in any other format is the token itself."""
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

    def stand_in(self, value: str, name: str) -> str | None:
        """Returns an option's value: `value` or a placeholder for it; None if there is no room. `name`: makes it
        unique."""
        if len(value) <= OPTION_VALUE:
            return value
        self.long[_LONG + name] = value
        if len(self.pack()) <= METADATA:
            return _LONG + name
        del self.long[_LONG + name]
        return None

    def restored(self, value: str) -> str:
        return self.long.get(value, value)
