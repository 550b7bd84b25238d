"""What `hub check` says of a Mattermost desk."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.desks.mattermost.api import Api
from bot.desks.mattermost.errors import CALLBACK_ADVICE, CHANNEL_ADVICE
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.settings import MattermostSettings
from bot.locale import N_, Translator
from bot.ports import DeliveryError, Finding, Rejected, Unavailable

_TRY_AGAIN = N_("Mattermost does not answer as it should: check the network and the desk's `url`, and try again.")
_COMMAND_ADVICE = N_("Run `hub setup mattermost`: it makes the command and prints its token for `command_token`.")
_TRIGGER = "dialog"


@dataclass(frozen=True, slots=True)
class Checks:
    """`base`: the address at which Mattermost reaches the hub; "" when there is none."""

    api: Api
    server: Server
    settings: MattermostSettings
    base: str
    tr: Translator

    async def findings(self) -> Sequence[Finding]:
        tr, found = self.tr, list[Finding]()
        try:
            async for finding in self._findings():
                found.append(finding)
        except Unavailable as error:
            found.append(Finding(False, f"Mattermost: {error.detail}", tr.gettext(error.advice)))
        except DeliveryError as error:
            found.append(Finding(False, f"Mattermost: {error}", tr.gettext(_TRY_AGAIN)))
        return found

    async def _findings(self) -> AsyncIterator[Finding]:
        tr = self.tr
        user = await self.api.me()
        yield Finding(True, tr.gettext("Mattermost: signed in as @{name}").format(name=user["username"]))
        yield await self._channel()
        yield await self._command()
        yield await self._callback()
        yield await self._names()
        if "system_admin" not in str(user.get("roles") or "").split():
            told = tr.gettext(
                "Mattermost: what one operator alone shall see comes as a direct message: the bot is no admin"
            )
            yield Finding(True, told)

    async def _channel(self) -> Finding:
        tr, name = self.tr, self.settings.channel
        me, channel = await self.server.me(), await self.server.channel("")
        try:
            await self.api.member(channel, me.id)
        except Rejected:
            told = tr.gettext("Mattermost: the bot is not in ~{channel}").format(channel=name)
            return Finding(False, told, tr.gettext(CHANNEL_ADVICE))
        return Finding(True, tr.gettext("Mattermost: the bot is in ~{channel}").format(channel=name))

    async def _command(self) -> Finding:
        tr = self.tr
        if self.settings.command_token is None:
            told = tr.gettext("Mattermost: /dialog does not work: command_token is not set")
            return Finding(False, told, tr.gettext(_COMMAND_ADVICE))
        listed = await self.api.commands(await self.server.team())
        if any(command.get("trigger") == _TRIGGER for command in listed):
            return Finding(True, tr.gettext("Mattermost: the slash command /dialog is there"))
        told = tr.gettext("Mattermost: there is no slash command /dialog in the team")
        return Finding(False, told, tr.gettext(_COMMAND_ADVICE))

    async def _callback(self) -> Finding:
        tr, base = self.tr, self.base
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

    async def _names(self) -> Finding:
        features, tr = await self.server.features(), self.tr
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
