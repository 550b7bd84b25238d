"""`hub setup mattermost`: creates in Mattermost what the hub needs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from mattermostautodriver import AsyncTypedDriver  # type: ignore[import-untyped]
from mattermostautodriver.exceptions import NoAccessTokenProvided  # type: ignore[import-untyped]

from bot.desks.mattermost import tokens
from bot.desks.mattermost.api import Json, driver_for, named
from bot.desks.mattermost.checks import PRIVATE_HUB, is_private
from bot.desks.mattermost.errors import ADDRESS_ADVICE, translated
from bot.desks.mattermost.features import Features
from bot.locale import N_, Translator, translator
from bot.ports import DeliveryError, Finding, Rejected, RejectReason, Unavailable

BOT = "hub"
TRIGGER = "dialog"
_PURPOSE = "dialog hub"
_TOKEN = N_("Create a token as a system administrator: Profile → Security → Personal Access Tokens.")
_NAMES = N_("Take the names from the address in the browser: …/TEAM/channels/CHANNEL.")
_BY_HAND = N_("Allow it in Mattermost's System Console → Integrations, then run this again: what exists is kept.")


async def setup(
    url: str, admin_token: str, team: str, channel: str, public_url: str, locale: str = "en"
) -> Sequence[Finding]:
    """Creates the bot account `@hub` with an access token, adds it to the team and the channel, and creates the slash
    command `/dialog`. Existing ones are kept or corrected. A token is created only if there is none that lasts, because
    Mattermost shows a token only once; where the server limits their life, the new one has the longest.

    `admin_token`: personal access token of a system administrator, not stored and used for nothing else. Returns one
    finding per step; the last successful one has the section for hub.toml, ready to paste. Stops at the first step that
    fails; never raises.
    """
    tr, team = translator(locale), team.strip().strip("/").lower()
    address = _address(re.sub(rf"/{re.escape(team)}(/channels/.*)?$", "", url.strip().rstrip("/")))
    async with aiohttp.ClientSession() as http:
        made = _Setup(driver_for(address, admin_token.strip(), 15, http), tr, address, _address(public_url))
        try:
            await made.run(team, channel.strip().lstrip("~").lower())
        except Unavailable as error:
            made.findings.append(Finding(False, f"Mattermost: {error.detail}", tr.gettext(error.advice)))
        except Rejected as error:
            made.findings.append(Finding(False, f"Mattermost: {error.detail}", tr.gettext(_BY_HAND)))
        except DeliveryError as error:
            words = tr.gettext("{address} does not answer as Mattermost: {why}").format(address=address, why=error)
            made.findings.append(Finding(False, words, tr.gettext(ADDRESS_ADVICE)))
        finally:
            await made.driver.close()
    return made.findings


def _address(typed: str) -> str:
    """Completes an address that was typed without https://; "" stays as it is."""
    typed = typed.strip().rstrip("/")
    return typed if "://" in typed or not typed else f"https://{typed}"


@dataclass
class _Setup:
    driver: AsyncTypedDriver
    tr: Translator
    url: str
    public_url: str
    findings: list[Finding] = field(default_factory=list)

    async def run(self, team_name: str, channel_name: str) -> None:
        await self._check_administrator()
        team = await self._found(
            self.tr.gettext("Mattermost has no team “{name}”").format(name=team_name),
            lambda: self.driver.teams.get_team_by_name(named(team_name)),
        )
        channel = await self._found(
            self.tr.gettext("the team “{team}” has no channel “{name}”").format(team=team_name, name=channel_name),
            lambda: self.driver.channels.get_channel_by_name(team["id"], named(channel_name)),
        )
        bot = await self._bot()
        token, ends = await self._token(bot)
        await self._ask(self.driver.teams.add_team_member, team["id"], bot)
        await self._ask(self.driver.channels.add_channel_member, channel["id"], user_id=bot)
        self._done(self.tr.gettext("@{bot} is in ~{channel}").format(bot=BOT, channel=channel_name))
        command = await self._command(str(team["id"])) if self.public_url else ""
        await self._check_reach()
        self._done(self._section(team_name, channel_name, token, ends, command))

    async def _check_administrator(self) -> None:
        """Raises `Unavailable` unless the token belongs to a system administrator."""
        try:
            user = await self._ask(self.driver.users.get_user, "me")
        except Unavailable as error:
            if not isinstance(error.__cause__, NoAccessTokenProvided):
                raise
            raise Unavailable(self.tr.gettext("the administrator's token is not valid"), _TOKEN) from error
        if "system_admin" not in str(user.get("roles") or "").split():
            words = self.tr.gettext("the token belongs to @{name}, who is not a system administrator")
            raise Unavailable(words.format(name=user.get("username")), _TOKEN)

    async def _found(self, absent: str, look_up: Callable[[], Awaitable[Any]]) -> Json:
        """Returns what is there under a name. Raises `Unavailable` with the words `absent`."""
        try:
            with translated():
                return dict(await look_up())
        except Rejected as error:
            raise Unavailable(absent, _NAMES) from error

    async def _check_reach(self) -> None:
        """Adds a finding if Mattermost may not be allowed to call the hub."""
        host = urlsplit(self.public_url).hostname or ""
        if host and await is_private(host):
            self._done(self.tr.gettext(PRIVATE_HUB).format(host=host))

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

    async def _token(self, bot: str) -> tuple[str, datetime | None]:
        """Returns a new token and its end, or "" if the bot already has one, which cannot be shown again."""
        now, known = datetime.now(UTC), await self._ask(self.driver.users.get_user_access_tokens_for_user, bot)
        ours = [token for token in known if token.get("description") == _PURPOSE and tokens.is_lasting(token, now)]
        if ours:
            return "", tokens.ended_by(ours[0])
        config = await self._ask(self.driver.client.get, "/api/v4/config/client", params={"format": "old"})
        ends = tokens.longest(Features.of(config).token_days, now)
        wanted: Json = {"description": _PURPOSE, **({"expires_at": tokens.milliseconds(ends)} if ends else {})}
        # By path: the driver's method does not know `expires_at`.
        made = await self._ask(self.driver.client.post, f"/api/v4/users/{bot}/tokens", options=wanted)
        return str(made["token"]), ends

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

    def _section(self, team: str, channel: str, token: str, ends: datetime | None, command: str) -> str:
        tr, lines = self.tr, [self.tr.gettext("Add this to hub.toml:"), ""]
        if self.public_url:
            lines += ["[hub]", f'public_url = "{self.public_url}"', ""]
        lines += [f"[desks.{_desk_name(self.url)}]", 'kind = "mattermost"', f'url = "{self.url}"']
        lines.append(
            f'token = "{token}"' if token else "# token: " + tr.gettext("as before; revoke it to get a new one")
        )
        if ends is not None:
            words = tr.gettext("the token expires on {date}: run this again in the last {days} days before")
            lines.append("# " + words.format(date=ends.date(), days=tokens.RENEWED_BEFORE.days))
        lines += [f'team = "{team}"', f'channel = "{channel}"']
        if command:
            lines.append(f'command_token = "{command}"')
        else:
            lines.append("# " + tr.gettext("for /dialog and the buttons, run this again with --public-url"))
        return "\n".join(lines)


def _desk_name(url: str) -> str:
    """Suggests a short name: the first word of the host."""
    first = (urlsplit(url).hostname or "").split(".")[0]
    return first if first.isalpha() else "main"
