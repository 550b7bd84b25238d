"""Settings of the community that the hub changes at VK. It only adds: event types that others use stay on, the API
version of their events stays, and the hub's callback server is added next to those entered by administrators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.ports import Transient
from bridges.shared.fields import Fields
from bridges.vk.api import ApiCall
from bridges.vk.kinds import VERSION, WANTED

TITLE = "dialog hub"  # of the hub's server; at most 14 characters
CONFIRMED = "ok"
Registering = Callable[[], AbstractAsyncContextManager[None]]


async def long_poll_on(ask: ApiCall, group: int) -> None:
    """Turns Long Poll and the needed event types on. Raises `DeliveryError`."""
    found = Fields(await ask("groups.getLongPollSettings", group_id=group))
    enabled = is_on(found.raw.get("is_enabled"))
    if enabled and _all_on(found):
        return
    version = None if enabled else VERSION
    await ask("groups.setLongPollSettings", group_id=group, enabled=True, api_version=version, **_switched(found))


async def callback_on(ask: ApiCall, group: int, url: str, secret: str, registering: Registering) -> None:
    """Makes VK call `url`; while `registering`, VK may ask for the confirmation string. Raises `DeliveryError`;
    `Transient` when VK could not confirm the hub's server yet."""
    server = await server_at(ask, group, url)
    if server and _is_stale(server, secret):
        await ask("groups.deleteCallbackServer", group_id=group, server_id=server.number("id"))
        server = Fields(None)
    if not server:  # VK asks for the confirmation string during this call
        async with registering():
            await ask("groups.addCallbackServer", group_id=group, url=url, title=TITLE, secret_key=secret)
        server = await server_at(ask, group, url)
    number = server.number("id")
    settings = Fields(await ask("groups.getCallbackSettings", group_id=group, server_id=number))
    if not _all_on(settings):
        version = VERSION if _is_ours(server) else None
        await ask(
            "groups.setCallbackSettings", group_id=group, server_id=number, api_version=version, **_switched(settings)
        )
    if _is_ours(server) and server.text("status") != CONFIRMED:
        raise Transient(f"VK could not confirm the hub's address: {server.text('status')}")


async def server_at(ask: ApiCall, group: int, url: str) -> Fields:
    """Returns the Callback API server with that address; empty if there is none."""
    found = Fields(await ask("groups.getCallbackServers", group_id=group))
    servers = [one for one in found.objects("items") if one.number("id") is not None]
    return next((one for one in servers if one.text("url").rstrip("/") == url.rstrip("/")), Fields(None))


async def confirmation(ask: ApiCall, group: int, patience: float = 0) -> str:
    found = await ask("groups.getCallbackConfirmationCode", patience=patience, group_id=group)
    return Fields(found).text("code")


def off(settings: Fields) -> list[str]:
    """Returns the event types that the hub reads and VK reports as off."""
    events = settings.object("events").raw
    return [kind for kind in WANTED if kind in events and not is_on(events[kind])]


def is_on(value: object) -> bool:
    """Parses VK's booleans: 1 or true."""
    return value is True or value == 1


def _all_on(settings: Fields) -> bool:
    """Tells whether all needed types are on. One that VK does not report (`message_event`) counts as off, so it is
    turned on."""
    events = settings.object("events").raw
    return all(is_on(events.get(kind)) for kind in WANTED)


def _switched(settings: Fields) -> Mapping[str, Any]:
    """Builds the settings: all event types as they are, and the hub's turned on."""
    kept = {kind: is_on(value) for kind, value in settings.object("events").raw.items()}
    return kept | dict.fromkeys(WANTED, True)


def _is_ours(server: Fields) -> bool:
    return server.text("title") == TITLE


def _is_stale(server: Fields, secret: str) -> bool:
    """Tells whether the hub's server must be added again: VK confirms an address only when it is added, and the secret
    may have changed since."""
    lives = server.text("status") == CONFIRMED and server.text("secret_key") in ("", secret)
    return _is_ours(server) and not lives
