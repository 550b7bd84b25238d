"""The documentation's table of channels, made from the bridges' own claims.

`python -m tests.channels` writes docs/channels/README.md; `test_channels.py` checks that it is up to date. The contract
suite proves the claims.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from bot.domain import MediaKind
from bot.domain.text import Style, utf16_units
from bot.ports import Bridge, Capability, Deleting, Editing, Hooked, Limits, Polled, Rate, Reacting, Windowed
from tests.contracts.bridges import discover
from tests.tools import tools

PAGE = Path(__file__).parent.parent / "docs" / "channels" / "README.md"
TITLES = {
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "vk": "VK",
    "viber": "Viber",
    "max": "MAX",
    "webchat": "the site's chat",
    "api": "HTTP API",
    "onec": "1C",
}
"""The channels, in the order in which people look for them."""
NAMES = {
    Capability.TEXT: "text",
    Capability.FORMATTING: "bold, italic, …",
    Capability.PHOTO: "photo",
    Capability.ALBUM: "album",
    Capability.VIDEO: "video",
    Capability.VOICE: "voice message",
    Capability.AUDIO: "audio",
    Capability.FILE: "file",
    Capability.STICKER: "sticker",
    Capability.LOCATION: "location",
    Capability.CONTACT: "contact",
    Capability.POLL: "poll",
    Capability.BUTTON: "answer by a button",
    Capability.TEMPLATE: "approved template",
    Capability.REPLY: "reply",
    Capability.FORWARD: "forward",
    Capability.EDIT: "edit",
    Capability.DELETION: "deletion",
    Capability.REACTION: "reaction",
    Capability.DELIVERED: "“delivered”",
    Capability.READ: "“read”",
    Capability.BLOCKED: "blocked us, came back",
    Capability.NAME: "customer's name",
    Capability.PICTURE: "customer's picture",
    Capability.PHONE: "customer's phone",
}
FILES = {
    Capability.PHOTO: MediaKind.PHOTO,
    Capability.VIDEO: MediaKind.VIDEO,
    Capability.VOICE: MediaKind.VOICE,
    Capability.AUDIO: MediaKind.AUDIO,
    Capability.FILE: MediaKind.FILE,
    Capability.STICKER: MediaKind.STICKER,
}
ONLY_THEIRS = frozenset(
    {
        Capability.BUTTON,
        Capability.DELIVERED,
        Capability.READ,
        Capability.BLOCKED,
        Capability.NAME,
        Capability.PICTURE,
        Capability.PHONE,
    }
)
HEAD = """# Channels

Made from what the bridges themselves claim (`python -m tests.channels`); the contract suite proves the claims.

← comes from customers and stands in the thread; → reaches customers; ⇄ both. *words*: the other side has no such kind,
so it is put in words; *file*: it goes as a file; *link*: it goes as a link to the file. An operator is asked before
something is sent that the channel cannot carry as it is.
"""


async def bridges() -> Mapping[str, Bridge]:
    """A bridge of each kind of account."""
    found: dict[str, Bridge] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            for factory in discover().values():
                rig = await stack.enter_async_context(factory())
                kind = str(rig.table()["kind"])
                if kind not in found:
                    found[kind] = rig.build(tools(Path(folder), http))
                    stack.push_async_callback(found[kind].close)
    return {kind: found[kind] for kind in TITLES if kind in found} | found


def page(channels: Mapping[str, Bridge]) -> str:
    return "\n".join([HEAD, _kinds(channels), "\n## Sizes and speed\n", _sizes(channels), ""])


def _kinds(channels: Mapping[str, Bridge]) -> str:
    rows = [["", *(f"[{TITLES[kind]}]({kind}.md)" for kind in channels)]]
    rows += [[NAMES[kind], *(cell(bridge, kind) for bridge in channels.values())] for kind in Capability]
    return _table(rows)


def cell(bridge: Bridge, kind: Capability) -> str:
    """Directions in which a kind of media goes, and its form."""
    theirs, ours = kind in bridge.limits.receives, _ours(bridge, kind)
    if theirs and ours == "→":
        return "⇄"
    return " ".join(filter(None, ["←" if theirs else "", ours])) or "–"


def _ours(bridge: Bridge, kind: Capability) -> str:
    limits = bridge.limits
    if kind in ONLY_THEIRS:
        return ""
    if kind in FILES:
        return _file(limits, FILES[kind])
    match kind:
        case Capability.TEXT:
            return "→"
        case Capability.FORMATTING:
            return "→" if limits.styles != Style.NONE else ""
        case Capability.ALBUM:
            return "→" if limits.album > 1 else ""
        case Capability.REPLY:
            return "→" if limits.replies else "→ words"
        case Capability.FORWARD:
            return "→ words"
        case Capability.EDIT:
            return "→" if isinstance(bridge, Editing) else ""
        case Capability.DELETION:
            return "→" if isinstance(bridge, Deleting) else ""
        case Capability.REACTION:
            return "→" if isinstance(bridge, Reacting) else ""
        case Capability.TEMPLATE:
            return "→" if "template" in limits.others else ""
        case _:
            return "→" if kind.value in limits.others else "→ words"


def _file(limits: Limits, kind: MediaKind) -> str:
    if kind in limits.files:
        return "→"
    return "→ file" if MediaKind.FILE in limits.files else "→ link"


def _sizes(channels: Mapping[str, Bridge]) -> str:
    rows = [["", *(TITLES[kind] for kind in channels)]]
    sizes = {
        "received by": lambda bridge: _received(bridge),
        "text, characters": lambda bridge: _text(bridge.limits),
        "caption, characters": lambda bridge: f"{bridge.limits.caption or '–'}",
        "attachments in one message": lambda bridge: f"{bridge.limits.album}",
        **{f"largest {name}": _largest(kind) for name, kind in _by_name().items()},
        "free text": lambda bridge: _window(bridge),
        "sent again without doubling": lambda bridge: "yes" if bridge.limits.idempotent else "–",
        "at most": lambda bridge: "<br>".join(map(_rate, bridge.limits.rates)) or "–",
    }
    rows += [[name, *(tell(bridge) for bridge in channels.values())] for name, tell in sizes.items()]
    return _table(rows)


def _by_name() -> dict[str, MediaKind]:
    return {NAMES[kind]: media for kind, media in FILES.items()}


def _largest(kind: MediaKind):  # type: ignore[no-untyped-def]
    def tell(bridge: Bridge) -> str:
        size = bridge.limits.files.get(kind)
        return "–" if size is None else _bytes(size)

    return tell


def _bytes(size: int) -> str:
    for unit, of in (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)):
        if size >= of:
            return f"{size / of:.3g} {unit}"
    return f"{size} B"


def _received(bridge: Bridge) -> str:
    return "polling or webhook" if isinstance(bridge, Polled) else "webhook" if isinstance(bridge, Hooked) else "HTTP"


def _text(limits: Limits) -> str:
    return f"{limits.text}" + (" (UTF-16 units)" if limits.measure is utf16_units else "")


def _window(bridge: Bridge) -> str:
    if not isinstance(bridge, Windowed):
        return "always"
    return f"{bridge.window.total_seconds() / 3600:.10g} h after their last message"


def _rate(rate: Rate) -> str:
    over = {"all": "", "chat": " to a conversation"}.get(rate.scope, f" ({rate.scope})")
    per = "second" if rate.seconds == 1 else f"{rate.seconds:.10g} s"
    return f"{rate.amount} a {per}{over}" if rate.seconds == 1 else f"{rate.amount} in {per}{over}"


def _table(rows: list[list[str]]) -> str:
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *rest])


async def write() -> None:
    PAGE.write_text(page(await bridges()))


if __name__ == "__main__":
    asyncio.run(write())
