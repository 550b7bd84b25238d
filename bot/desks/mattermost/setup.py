"""`hub setup mattermost`: creates in Mattermost what the hub needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from mattermostautodriver import AsyncTypedDriver  # type: ignore[import-untyped]

from bot.desks.mattermost.api import Json, driver_for
from bot.desks.mattermost.errors import translated
from bot.locale import Translator, translator
from bot.ports import DeliveryError, Finding, Rejected, RejectReason, Unavailable

BOT = "hub"
TRIGGER = "dialog"
_PURPOSE = "dialog hub"


async def setup(
    url: str, admin_token: str, team: str, channel: str, public_url: str, locale: str = "en"
) -> Sequence[Finding]:
    """Creates the bot account `@hub` with an access token, adds it to the team and the channel, and creates the slash
    command `/dialog`. Existing ones are kept or corrected. A token is created only if there is none, because Mattermost
    shows a token only once.

    `admin_token`: personal access token of a system administrator, not stored and used for nothing else. Returns one
    finding per step; the last successful one has the section for hub.toml, ready to paste. Stops at the first step that
    fails; never raises.
    """
    tr = translator(locale)
    async with aiohttp.ClientSession() as http:
        made = _Setup(driver_for(url, admin_token, 15, http), tr, url, public_url.rstrip("/"))
        try:
            await made.run(team.strip().lower(), channel.strip().lstrip("~").lower())
        except Unavailable as error:
            made.findings.append(Finding(False, f"Mattermost: {error.detail}", tr.gettext(error.advice)))
        except DeliveryError as error:
            advice = tr.gettext("Check the address, and that the token belongs to a system administrator.")
            made.findings.append(Finding(False, f"Mattermost: {error}", advice))
        finally:
            await made.driver.close()
    return made.findings


@dataclass
class _Setup:
    driver: AsyncTypedDriver
    tr: Translator
    url: str
    public_url: str
    findings: list[Finding] = field(default_factory=list)

    async def run(self, team_name: str, channel_name: str) -> None:
        team = await self._ask(self.driver.teams.get_team_by_name, team_name)
        channel = await self._ask(self.driver.channels.get_channel_by_name, team["id"], channel_name)
        bot = await self._bot()
        token = await self._token(bot)
        await self._ask(self.driver.teams.add_team_member, team["id"], bot)
        await self._ask(self.driver.channels.add_channel_member, channel["id"], user_id=bot)
        self._done(self.tr.gettext("@{bot} is in ~{channel}").format(bot=BOT, channel=channel_name))
        command = await self._command(str(team["id"])) if self.public_url else ""
        self._done(self._section(team_name, channel_name, token, command))

    async def _ask(self, question: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Any:
        with translated():
            return await question(*given, **named)

    def _done(self, what: str) -> None:
        self.findings.append(Finding(True, what))

    async def _bot(self) -> str:
        """Returns the bot's user id. Reactivates a deactivated bot; leaves a human user of that name alone."""
        try:
            user = await self._ask(self.driver.users.get_user_by_username, BOT)
        except Rejected as error:
            if error.reason is not RejectReason.GONE:
                raise
            made = await self._ask(
                self.driver.bots.create_bot, BOT, display_name="Dialog hub", description="Customers' conversations"
            )
            self._done(self.tr.gettext("bot @{bot} created").format(bot=BOT))
            return str(made["user_id"])
        if not user.get("is_bot"):
            advice = self.tr.gettext("Rename that user, or create a bot with another name by hand and use its token.")
            raise Unavailable(self.tr.gettext("@{bot} is a user, not a bot").format(bot=BOT), advice)
        if user.get("delete_at"):
            await self._ask(self.driver.bots.enable_bot, user["id"])
        self._done(self.tr.gettext("bot @{bot} already exists").format(bot=BOT))
        return str(user["id"])

    async def _token(self, bot: str) -> str:
        """Returns a new token, or "" if the bot already has one, which cannot be shown again."""
        known = await self._ask(self.driver.users.get_user_access_tokens_for_user, bot)
        if any(token.get("is_active", True) and token.get("description") == _PURPOSE for token in known):
            return ""
        made = await self._ask(self.driver.users.create_user_access_token, bot, _PURPOSE)
        return str(made["token"])

    async def _command(self, team: str) -> str:
        """Returns the token of `/dialog`; redirects a command with another address to this hub."""
        wanted: Json = {
            "team_id": team,
            "trigger": TRIGGER,
            "method": "P",
            "url": f"{self.public_url}/mattermost/command",
            "display_name": "Dialog hub",
            "description": self.tr.gettext("Customer dialogs"),
            "username": BOT,
            "auto_complete": True,
            "auto_complete_desc": self.tr.gettext("Customer dialogs"),
            "auto_complete_hint": "[help | accept | close | mine | new …]",
        }
        for command in await self._ask(self.driver.commands.list_commands, team_id=team, custom_only=True):
            if command.get("trigger") == TRIGGER:
                if command.get("url") != wanted["url"]:
                    await self._ask(self.driver.commands.update_command, command["id"], {**command, **wanted})
                self._done(self.tr.gettext("command /dialog already exists"))
                return str(command["token"])
        # By path: the driver's `create_command` supports only four of its fields.
        made = await self._ask(self.driver.client.post, "/api/v4/commands", options=wanted)
        self._done(self.tr.gettext("command /dialog created"))
        return str(made["token"])

    def _section(self, team: str, channel: str, token: str, command: str) -> str:
        lines = [
            self.tr.gettext("Add this to hub.toml:"),
            "",
            f"[desks.{_desk_name(self.url)}]",
            'kind = "mattermost"',
            f'url = "{self.url}"',
            f'token = "{token}"' if token else "# token: " + self.tr.gettext("as before; revoke it to get a new one"),
            f'team = "{team}"',
            f'channel = "{channel}"',
        ]
        if command:
            lines.append(f'command_token = "{command}"')
        else:
            lines.append(
                "# " + self.tr.gettext("for /dialog and the buttons, set public_url in [hub] and run this again")
            )
        return "\n".join(lines)


def _desk_name(url: str) -> str:
    """Suggests a short name: the first word of the host."""
    first = (urlsplit(url).hostname or "").split(".")[0]
    return first if first.isalpha() else "main"
