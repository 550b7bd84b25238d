"""The checks that `hub check` makes on a Mattermost desk."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from bot.desks.mattermost import tokens
from bot.desks.mattermost.api import Api
from bot.desks.mattermost.audience import Audience
from bot.desks.mattermost.errors import CALLBACK_ADVICE, CHANNEL_ADVICE
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.settings import MattermostSettings
from bot.domain import Belonging
from bot.domain.value import value
from bot.locale import N_, Translator
from bot.ports import Clock, DeliveryError, Finding, Rejected, Unavailable

_TRY_AGAIN = N_("Unexpected response from Mattermost: check the network and `url`, then retry.")
_COMMAND_ADVICE = N_("Run `hub setup mattermost`: it creates the command and prints its token for `command_token`.")
PRIVATE_HUB = N_(
    "Mattermost: {host} is a private address: buttons work only if Mattermost's setting "
    "ServiceSettings.AllowedUntrustedInternalConnections lists it"
)
_RENEW = N_("Run `hub setup mattermost` before: it creates a new token. Put it in hub.toml and restart the hub.")
_UNLIMIT = N_("Set ServiceSettings.PostEditTimeLimit to -1 in Mattermost's configuration.")
_UNSHARE = N_("Move dialogs to a channel of your own: set it in desks.….channel or accounts.….channel.")
_TRIGGER = "dialog"


@value
class Checks:
    """Checks the desk. `base`: the address at which Mattermost reaches the hub; "" if there is none."""

    api: Api
    server: Server
    audience: Audience
    settings: MattermostSettings
    base: str
    tr: Translator
    clock: Clock

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
        async for finding in self._token(str(user["id"])):
            yield finding
        for channel in await self.audience.channels():
            async for finding in self._channel(channel):
                yield finding
        yield await self._readers()
        yield await self._command()
        yield await self._callback()
        yield await self._names()
        async for finding in self._edits():
            yield finding
        if "system_admin" not in str(user.get("roles") or "").split():
            words = tr.gettext(
                "Mattermost: private answers arrive as direct messages, because the bot is not a system administrator"
            )
            yield Finding(True, words)

    async def _token(self, me: str) -> AsyncIterator[Finding]:
        """Yields a finding about a token that will end."""
        now = self.clock.now()
        try:
            ends = tokens.end_in_use(await self.api.sessions(me), now)
        except Rejected:
            return
        if ends is None:
            return
        words = self.tr.gettext("Mattermost: the bot's access token expires on {date}").format(date=ends.date())
        if ends - now > tokens.RENEWED_BEFORE:
            yield Finding(True, words)
        else:
            yield Finding(True, words, self.tr.gettext(_RENEW), warning=True)

    async def _channel(self, channel: str) -> AsyncIterator[Finding]:
        tr, me = self.tr, await self.server.me()
        try:
            about = await self.api.channel(channel)
            await self.api.member(channel, me.id)
        except Rejected:
            words = tr.gettext("Mattermost: the bot is not in ~{channel}").format(channel=self.settings.channel)
            yield Finding(False, words, tr.gettext(CHANNEL_ADVICE))
            return
        name = str(about.get("name") or channel)
        yield Finding(True, tr.gettext("Mattermost: the bot is in ~{channel}").format(channel=name))
        if about.get("shared"):
            words = tr.gettext(
                "Mattermost: ~{channel} is shared with another server, whose members can read dialogs there"
            )
            yield Finding(True, words.format(channel=name), tr.gettext(_UNSHARE), warning=True)

    async def _readers(self) -> Finding:
        """Counts the people who can read customers' messages with /dialog, wherever they are."""
        if self.settings.audience == "team":
            words = self.tr.gettext("Mattermost: everyone in the team except guests may use /dialog and read dialogs")
            return Finding(True, words)
        count = len([one for one in await self.audience.staff() if one.belongs is Belonging.MEMBER])
        words = self.tr.ngettext(
            "Mattermost: {n} channel member may use /dialog and read dialogs",
            "Mattermost: {n} channel members may use /dialog and read dialogs",
            count,
        )
        return Finding(True, words.format(n=count))

    async def _command(self) -> Finding:
        tr = self.tr
        if self.settings.command_token is None:
            words = tr.gettext("Mattermost: /dialog does not work: command_token is not set")
            return Finding(False, words, tr.gettext(_COMMAND_ADVICE))
        listed = await self.api.commands(await self.server.team())
        if any(command.get("trigger") == _TRIGGER for command in listed):
            return Finding(True, tr.gettext("Mattermost: the /dialog command exists"))
        words = tr.gettext("Mattermost: the team has no /dialog command")
        return Finding(False, words, tr.gettext(_COMMAND_ADVICE))

    async def _callback(self) -> Finding:
        tr, base = self.tr, self.base
        if not base:
            words = tr.gettext("Mattermost: buttons, forms and /dialog do not work: the hub has no address")
            return Finding(False, words, tr.gettext(CALLBACK_ADVICE))
        host = urlsplit(base).hostname or ""
        if await is_private(host):
            return Finding(True, tr.gettext(PRIVATE_HUB).format(host=host))
        return Finding(True, tr.gettext("Mattermost: button presses are sent to {base}").format(base=base))

    async def _names(self) -> Finding:
        features, tr = await self.server.features(), self.tr
        if features.drops_authors:
            words = tr.gettext(
                "Mattermost: customer names appear inside the text: since version 12, posts of bots have the bot's "
                "name and picture"
            )
            return Finding(True, words)
        if features.names and features.pictures:
            return Finding(True, tr.gettext("Mattermost: customers are shown under their own names and pictures"))
        words = tr.gettext(
            "Mattermost: customer names appear inside the text. Turn on EnablePostUsernameOverride and "
            "EnablePostIconOverride to show them as authors"
        )
        return Finding(True, words)

    async def _edits(self) -> AsyncIterator[Finding]:
        """Yields a finding about a time limit for changes."""
        seconds = (await self.server.features()).edits_for
        if seconds is None:
            return
        words = self.tr.gettext(
            "Mattermost: posts can be edited for {seconds} s only: later edits of customers appear as new posts, and "
            "since version 11.7 cards of older dialogs stay as they are"
        )
        yield Finding(True, words.format(seconds=seconds), self.tr.gettext(_UNLIMIT), warning=True)


async def is_private(host: str) -> bool:
    """Tells whether the name resolves to addresses that Mattermost does not call by default."""
    try:
        known = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in known]
    return any(not address.is_global for address in addresses)
