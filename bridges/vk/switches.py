"""What the hub switches on for itself at VK. It only ever adds: kinds of events that others need stay as they are, and
so does the version in which they are told; a second server is called beside those that people have entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridges.shared.fields import Fields
from bridges.vk.api import Ask
from bridges.vk.kinds import VERSION, WANTED

TITLE = "dialog hub"  # at most 14 characters


async def long_poll_on(ask: Ask, group: int) -> None:
    """Raises `DeliveryError`."""
    found = Fields(await ask("groups.getLongPollSettings", group_id=group))
    enabled = is_on(found.raw.get("is_enabled"))
    if enabled and not missing(found):
        return
    version = None if enabled else VERSION
    await ask("groups.setLongPollSettings", group_id=group, enabled=True, api_version=version, **_switched(found))


async def callback_on(ask: Ask, group: int, url: str, secret: str) -> None:
    """Makes VK call `url`. Raises `DeliveryError`."""
    server = await server_at(ask, group, url)
    if server:
        number = server.number("id")
    else:
        added = await ask("groups.addCallbackServer", group_id=group, url=url, title=TITLE, secret_key=secret)
        number = Fields(added).number("server_id")
    settings = Fields(await ask("groups.getCallbackSettings", group_id=group, server_id=number))
    if server and not missing(settings):
        return
    version = None if server else VERSION
    await ask(
        "groups.setCallbackSettings", group_id=group, server_id=number, api_version=version, **_switched(settings)
    )


async def server_at(ask: Ask, group: int, url: str) -> Fields:
    """Of VK's Callback API; empty when that address is not entered there."""
    found = Fields(await ask("groups.getCallbackServers", group_id=group))
    servers = [one for one in found.objects("items") if one.number("id") is not None]
    return next((one for one in servers if one.text("url").rstrip("/") == url.rstrip("/")), Fields(None))


async def confirmation(ask: Ask, group: int, patience: float = 0) -> str:
    found = await ask("groups.getCallbackConfirmationCode", patience=patience, group_id=group)
    return Fields(found).text("code")


def missing(settings: Fields) -> list[str]:
    """Kinds of events that the hub reads and VK does not tell."""
    events = settings.object("events").raw
    return [kind for kind in WANTED if not is_on(events.get(kind))]


def is_on(value: object) -> bool:
    """VK says yes as 1 or true."""
    return value is True or value == 1


def _switched(settings: Fields) -> Mapping[str, Any]:
    """All kinds of events as they are, and ours."""
    kept = {kind: is_on(value) for kind, value in settings.object("events").raw.items()}
    return kept | dict.fromkeys(WANTED, True)
