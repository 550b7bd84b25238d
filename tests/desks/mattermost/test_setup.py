"""Creating the bot and the command, checking them, and a desk's settings."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr, ValidationError

from bot.desks.mattermost.desk import MattermostDesk
from bot.desks.mattermost.settings import MattermostSettings
from bot.desks.mattermost.setup import setup
from bot.domain import DeskName, Key
from bot.ports import Finding
from tests.contracts.desks.samples import card
from tests.fakes.mattermost import ADMIN_TOKEN, BOT_TOKEN, FakeMattermost
from tests.tools import tools
from tests.waiting import ANSWER

HUB = "https://hub.example.com"


def section(findings: list[Finding]) -> dict[str, Any]:
    text = findings[-1].what
    return dict(tomllib.loads(text[text.index("[desks.") :])["desks"]["main"])


async def run(mm: FakeMattermost, public_url: str = HUB, token: str = ADMIN_TOKEN, **changes: str) -> list[Finding]:
    where = {"team": "acme", "channel": "support", **changes}
    return list(await setup(mm.url, token, where["team"], where["channel"], public_url, "en"))


async def test_setup_makes_everything_a_desk_needs(tmp_path: Path) -> None:
    async with FakeMattermost(bare=True) as mm, aiohttp.ClientSession() as http:
        findings = await run(mm)
        assert all(finding.ok for finding in findings), findings
        settings = MattermostSettings.model_validate(section(findings))
        desk = MattermostDesk(DeskName("main"), settings, tools(tmp_path, http, public_url=HUB))
        try:
            assert (await desk.open("", card(), Key("k"))).thread
            assert all(finding.ok for finding in await desk.check())
        finally:
            await desk.close()
        (command,) = mm.state.commands.values()
        assert command["url"] == f"{HUB}/mattermost/command"
        assert settings.command_token is not None
        assert settings.command_token.get_secret_value() == command["token"]


async def test_setup_twice_changes_nothing_and_shows_no_second_token() -> None:
    async with FakeMattermost(bare=True) as mm:
        first = section(await run(mm))
        again = section(await run(mm))
        assert "token" not in again
        assert again["command_token"] == first["command_token"]
        assert (len(mm.state.commands), len(mm.state.access_tokens)) == (1, 1)


async def test_setup_leads_the_command_to_a_new_address_and_brings_the_bot_back() -> None:
    async with FakeMattermost(bare=True) as mm:
        await run(mm)
        bot = mm.state.user_called("hub")
        assert bot is not None
        bot["delete_at"] = 5
        await run(mm, "https://elsewhere.example.com")
        (command,) = mm.state.commands.values()
        assert command["url"] == "https://elsewhere.example.com/mattermost/command"
        assert bot["delete_at"] == 0


async def test_setup_without_an_address_makes_no_command() -> None:
    async with FakeMattermost(bare=True) as mm:
        findings = await run(mm, "")
        assert "command_token" not in section(findings)
        assert "--public-url" in findings[-1].what
        assert mm.state.commands == {}


@pytest.mark.parametrize(
    ("changes", "token"),
    [({}, "wrong"), ({"team": "nowhere"}, ADMIN_TOKEN), ({"channel": "nowhere"}, ADMIN_TOKEN)],
)
async def test_setup_says_what_failed_and_what_to_do(changes: dict[str, str], token: str) -> None:
    async with FakeMattermost(bare=True) as mm:
        findings = await run(mm, token=token, **changes)
        assert not findings[-1].ok
        assert findings[-1].advice


async def test_setup_leaves_a_person_of_the_bots_name_alone() -> None:
    async with FakeMattermost(("hub",), bare=True) as mm:
        findings = await run(mm)
        assert not findings[-1].ok
        assert "a user, not a bot" in findings[-1].what


async def test_setup_by_somebody_who_may_not() -> None:
    async with FakeMattermost(bare=True) as mm:
        mm.state.tokens["annas"] = mm.state.id_of("anna")
        findings = await run(mm, token="annas")
        assert not findings[-1].ok


# -------------------------------------------------------------------------------------------------- check


async def checked(mm: FakeMattermost, tmp_path: Path, public_url: str = HUB, **changes: Any) -> list[Finding]:
    settings = {"url": mm.url, "token": SecretStr(BOT_TOKEN), "team": "acme", "channel": "support"}
    settings |= {"command_token": SecretStr("command-token"), "timeout": ANSWER, **changes}
    async with aiohttp.ClientSession() as http:
        given = tools(tmp_path, http, public_url=public_url)
        desk = MattermostDesk(DeskName("office"), MattermostSettings(**settings), given)
        try:
            return list(await desk.check())
        finally:
            await desk.close()


def faults(findings: list[Finding]) -> list[str]:
    assert all(finding.advice for finding in findings if not finding.ok)
    return [finding.what for finding in findings if not finding.ok]


async def test_check_of_a_good_desk(tmp_path: Path) -> None:
    async with FakeMattermost() as mm:
        mm.serve_commands(f"{HUB}/mattermost/command")
        findings = await checked(mm, tmp_path)
        assert faults(findings) == []
        assert any("@hub" in finding.what for finding in findings)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"token": SecretStr("wrong")}, "session"),
        ({"team": "nowhere"}, "nowhere"),
        ({"channel": "nowhere"}, "nowhere"),
        ({"command_token": None}, "/dialog"),
        ({"url": "http://127.0.0.1:9"}, "127.0.0.1:9: connection refused"),
        ({"public_url": ""}, "no address"),
    ],
)
async def test_check_names_each_fault(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    async with FakeMattermost() as mm:
        mm.serve_commands(f"{HUB}/mattermost/command")
        (fault,) = faults(await checked(mm, tmp_path, **changes))
        assert said in fault


async def test_check_sees_that_the_bot_is_not_in_the_channel_and_that_the_command_is_missing(tmp_path: Path) -> None:
    async with FakeMattermost() as mm:
        mm.state.members[mm.channel].discard(mm.state.id_of("hub"))
        found = faults(await checked(mm, tmp_path))
        assert len(found) == 2


async def test_check_mentions_what_only_could_be_better(tmp_path: Path) -> None:
    async with FakeMattermost(overrides=False, ephemerals=False) as mm:
        mm.serve_commands("http://127.0.0.1/mattermost/command")
        findings = await checked(mm, tmp_path, "http://127.0.0.1:8080")
        assert faults(findings) == []
        said = " ".join(finding.what for finding in findings)
        for words in ("AllowedUntrustedInternalConnections", "EnablePostUsernameOverride", "direct message"):
            assert words in said


# ------------------------------------------------------------------------------------- tokens, addresses, words


async def test_where_tokens_may_not_live_for_ever_the_new_one_has_the_longest_life() -> None:
    async with FakeMattermost(bare=True, version="12.0.0") as mm:
        mm.state.token_days = 90
        findings = await run(mm)
        assert all(finding.ok for finding in findings), findings
        ends = datetime.fromtimestamp(mm.state.access_tokens[0]["expires_at"] / 1000, UTC)
        assert timedelta(days=89) < ends - datetime.now(UTC) < timedelta(days=90)
        assert f"the token expires on {ends.date()}" in findings[-1].what
        assert "token" not in section(await run(mm)), "it lasts"
        mm.state.access_tokens[0]["expires_at"] = mm.state.now() + 20 * 86_400_000
        assert section(await run(mm))["token"], "it has to be replaced in time"


async def test_the_section_can_be_pasted_and_works(tmp_path: Path) -> None:
    """People copy addresses from the browser, and leave out what browsers leave out."""
    async with FakeMattermost(bare=True) as mm:
        findings = await setup(f"{mm.url}/acme/channels/support ", ADMIN_TOKEN, "acme", "support", "hub.example.com/")
        pasted = tomllib.loads(findings[-1].what.partition("\n")[2])
        assert pasted["hub"] == {"public_url": "https://hub.example.com"}
        (desk,) = pasted["desks"].values()
        assert desk["url"] == mm.url
        MattermostSettings.model_validate(desk)


@pytest.mark.parametrize(
    ("changes", "token", "said"),
    [
        ({}, "wrong", "the administrator's token is not valid"),
        ({}, "annas", "@anna, who is not a system administrator"),
        ({"team": "nowhere"}, ADMIN_TOKEN, "no team “nowhere”"),
        ({"team": "Acme Ltd"}, ADMIN_TOKEN, "no team “acme ltd”"),
        ({"channel": "nowhere"}, ADMIN_TOKEN, "the team “acme” has no channel “nowhere”"),
    ],
)
async def test_setup_says_which_of_them_is_wrong(
    changes: dict[str, str], token: str, said: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeMattermost(bare=True) as mm:
        mm.state.tokens["annas"] = mm.state.id_of("anna")
        (finding,) = await run(mm, token=token, **changes)
        assert said in finding.what
        assert finding.advice
        assert "app_error" not in finding.what + "".join(capfd.readouterr()) + caplog.text


async def test_setup_at_an_address_where_no_mattermost_is() -> None:
    (finding,) = await setup("http://127.0.0.1:9", ADMIN_TOKEN, "acme", "support", HUB)
    assert "127.0.0.1:9: connection refused" in finding.what
    assert finding.advice
    async with FakeMattermost(bare=True) as mm:
        (finding,) = await setup(f"{mm.url}/elsewhere", ADMIN_TOKEN, "acme", "support", HUB)
        assert not finding.ok
        assert finding.advice


@pytest.mark.parametrize(("days", "warning"), [(200, False), (20, True)])
async def test_check_warns_before_the_token_expires(tmp_path: Path, days: int, warning: bool) -> None:
    async with FakeMattermost() as mm:
        mm.serve_commands(f"{HUB}/mattermost/command")
        now, day = mm.state.now(), 86_400_000
        in_use = {"props": {"type": "UserAccessToken"}, "last_activity_at": now, "expires_at": now + days * day}
        replaced = {**in_use, "last_activity_at": now - day, "expires_at": now + day}
        by_hand = {"props": {}, "last_activity_at": now, "expires_at": now + day}
        mm.state.sessions[mm.state.id_of("hub")] = [replaced, by_hand, in_use]
        findings = await checked(mm, tmp_path)
        (found,) = [finding for finding in findings if "access token expires" in finding.what]
        assert (found.warning, bool(found.advice)) == (warning, warning)
        mm.state.sessions[mm.state.id_of("hub")] = [{**in_use, "expires_at": now + 36_500 * day}]
        assert not any("access token expires" in finding.what for finding in await checked(mm, tmp_path))


async def test_check_says_what_version_12_and_a_limit_of_edits_mean(tmp_path: Path) -> None:
    async with FakeMattermost(version="12.0.0") as mm:
        mm.serve_commands(f"{HUB}/mattermost/command")
        mm.state.edit_limit = 300
        findings = await checked(mm, tmp_path)
        assert faults(findings) == []
        said = " ".join(finding.what for finding in findings)
        assert "since version 12, posts of bots have the bot's name" in said
        assert "posts can be edited for 300 s only" in said


# ----------------------------------------------------------------------------------------------- settings

GOOD = {"url": "https://chat.example.com/", "token": "t", "team": " Acme", "channel": "~support"}


def test_settings_take_what_people_copy() -> None:
    settings = MattermostSettings.model_validate(GOOD)
    assert (settings.url, settings.team, settings.channel) == ("https://chat.example.com", "acme", "support")
    assert "t" not in repr(settings.token).removeprefix("SecretStr")


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "chat.example.com"},
        {"url": ""},
        {"url": "https://chat.example.com?x=1"},
        {"url": "https://anna:secret@chat.example.com"},
        {"callback_url": "hub.example.com"},
        {"team": ""},
        {"channel": ""},
        {"rate": 0},
        {"chanel": "x"},
        {"token": None},
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        MattermostSettings.model_validate({**GOOD, **changes})
    assert caught.value.error_count() == 1


async def test_a_server_under_a_path_is_asked_under_that_path(tmp_path: Path) -> None:
    async with FakeMattermost() as mm:
        findings = await checked(mm, tmp_path, url=f"{mm.url}/chat")
        assert not findings[0].ok
        assert mm.rest.log == []  # nothing of ours is at /api/v4 when the server is under /chat
