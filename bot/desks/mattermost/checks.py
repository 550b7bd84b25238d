"""What `hub check` says of a Mattermost desk."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.desks.mattermost.errors import CHANNEL_ADVICE
from bot.locale import N_, Translator
from bot.ports import DeliveryError, Finding, Rejected, Unavailable

if TYPE_CHECKING:
    from bot.desks.mattermost.desk import MattermostDesk

CALLBACK_ADVICE = N_("Set public_url of [hub], or callback_url of the desk, to an address that Mattermost can reach.")
_TRY_AGAIN = N_("Mattermost does not answer as it should: check the network and the desk's `url`, and try again.")
_COMMAND_ADVICE = N_("Run `hub setup mattermost`: it makes the command and prints its token for `command_token`.")
_TRIGGER = "dialog"


async def check(desk: MattermostDesk) -> Sequence[Finding]:
    tr, found = desk.tr, list[Finding]()
    try:
        async for finding in _findings(desk):
            found.append(finding)
    except Unavailable as error:
        found.append(Finding(False, f"Mattermost: {error.detail}", tr.gettext(error.advice)))
    except DeliveryError as error:
        found.append(Finding(False, f"Mattermost: {error}", tr.gettext(_TRY_AGAIN)))
    return found


async def _findings(desk: MattermostDesk) -> AsyncIterator[Finding]:
    tr = desk.tr
    user = await desk.api.me()
    yield Finding(True, tr.gettext("Mattermost: signed in as @{name}").format(name=user["username"]))
    yield await _channel(desk)
    yield await _command(desk)
    yield await _callback(desk.base, tr)
    yield await _names(desk)
    if "system_admin" not in str(user.get("roles") or "").split():
        told = tr.gettext(
            "Mattermost: what one operator alone shall see comes as a direct message: the bot is no admin"
        )
        yield Finding(True, told)


async def _channel(desk: MattermostDesk) -> Finding:
    tr, name = desk.tr, desk.settings.channel
    me, channel = await desk.server.me(), await desk.server.channel("")
    try:
        await desk.api.member(channel, me.id)
    except Rejected:
        told = tr.gettext("Mattermost: the bot is not in ~{channel}").format(channel=name)
        return Finding(False, told, tr.gettext(CHANNEL_ADVICE))
    return Finding(True, tr.gettext("Mattermost: the bot is in ~{channel}").format(channel=name))


async def _command(desk: MattermostDesk) -> Finding:
    tr = desk.tr
    if desk.settings.command_token is None:
        told = tr.gettext("Mattermost: /dialog does not work: command_token is not set")
        return Finding(False, told, tr.gettext(_COMMAND_ADVICE))
    listed = await desk.api.commands(await desk.server.team())
    if any(command.get("trigger") == _TRIGGER for command in listed):
        return Finding(True, tr.gettext("Mattermost: the slash command /dialog is there"))
    told = tr.gettext("Mattermost: there is no slash command /dialog in the team")
    return Finding(False, told, tr.gettext(_COMMAND_ADVICE))


async def _callback(base: str, tr: Translator) -> Finding:
    if not base:
        told = tr.gettext("Mattermost: buttons, forms and /dialog do not work: the hub has no address")
        return Finding(False, told, tr.gettext(CALLBACK_ADVICE))
    host = urlsplit(base).hostname or ""
    if await _private(host):
        told = tr.gettext(
            "Mattermost: {host} is a private address: buttons work only when Mattermost's setting "
            "ServiceSettings.AllowedUntrustedInternalConnections names it"
        )
        return Finding(True, told.format(host=host))
    return Finding(True, tr.gettext("Mattermost: buttons come back to {base}").format(base=base))


async def _names(desk: MattermostDesk) -> Finding:
    features, tr = await desk.server.features(), desk.tr
    if features.names and features.pictures:
        return Finding(True, tr.gettext("Mattermost: customers are shown under their own names and pictures"))
    told = tr.gettext(
        "Mattermost: customers' names stand in the text; the settings EnablePostUsernameOverride and "
        "EnablePostIconOverride would show customers under their own names and pictures"
    )
    return Finding(True, told)


async def _private(host: str) -> bool:
    """Whether the name leads to addresses that Mattermost does not call of its own accord."""
    try:
        known = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in known]
    return any(not address.is_global for address in addresses)
