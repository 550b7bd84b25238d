"""Settings, errors, the keys of posts, the manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import aiohttp
import pytest
from pydantic import ValidationError
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.actions import ACTIONS
from bot.desks.slack import posted_keys, wire
from bot.desks.slack.context import Us
from bot.desks.slack.errors import code_of, translated
from bot.desks.slack.manifest import BOT_SCOPES, OF_LINKS, SHORTCUTS_AT_MOST, Shortcut, manifest
from bot.desks.slack.posted_keys import PostedParts
from bot.desks.slack.settings import SlackSettings
from bot.domain import DeskName, Key
from bot.locale import translator
from bot.ports import DeliveryError, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from tests.fakes.slack.api import METHODS

# --------------------------------------------------------------------------------------------- settings


def settings(**given: str) -> SlackSettings:
    return SlackSettings.model_validate({"kind": "slack", "bot_token": "xoxb-1", "app_token": "xapp-1", **given})


def test_settings_are_tidied_up() -> None:
    found = settings(channel=" #support ", api_url="http://127.0.0.1:1/api")
    assert (found.channel, found.api_url) == ("support", "http://127.0.0.1:1/api/")
    assert "xoxb" not in repr(found)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"bot_token": "xapp-1"}, "begins with xoxb-"),
        ({"app_token": "xoxb-1"}, "begins with xapp-"),
        ({"api_url": "slack.com"}, "must be an address"),
        ({"tokens": "x"}, "Extra inputs"),
    ],
)
def test_wrong_settings_say_what_is_wrong(given: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(**given)


def test_some_way_in_is_needed() -> None:
    with pytest.raises(ValidationError, match="signing_secret"):
        SlackSettings.model_validate({"kind": "slack", "bot_token": "xoxb-1"})


# ----------------------------------------------------------------------------------------------- errors


def refused(code: str, status: int = 200, headers: dict[str, str] | None = None, **more: Any) -> SlackApiError:
    data = {"ok": False, "error": code, **more} if code else "<html>"
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="x",
        req_args={},
        data=data,  # type: ignore[arg-type]
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


async def said(method: str, error: BaseException) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        async with translated(method):
            raise error
    return caught.value


@pytest.mark.parametrize(
    ("method", "error", "expected"),
    [
        ("chat.postMessage", refused("invalid_auth"), Unavailable),
        ("chat.postMessage", refused("channel_not_found"), Unavailable),
        ("chat.postMessage", refused("is_archived"), Unavailable),
        ("chat.postMessage", refused("internal_error"), Unconfirmed),
        ("chat.postMessage", refused("fatal_error", 500), Unconfirmed),
        ("chat.postMessage", refused("", 502), Unconfirmed),
        ("chat.postMessage", refused("", 200), Unconfirmed),
        ("chat.update", refused("", 503), Transient),
        ("chat.postMessage", refused("ratelimited"), Transient),
        ("chat.postMessage", TimeoutError(), Unconfirmed),
        ("conversations.history", TimeoutError(), Transient),
        ("chat.postMessage", aiohttp.ServerDisconnectedError(), Unconfirmed),
        ("chat.postMessage", aiohttp.ClientPayloadError(), Unconfirmed),
        ("chat.postMessage", ConnectionResetError(), Unconfirmed),
        ("views.open", aiohttp.ClientOSError(), Unconfirmed),
        ("chat.postMessage", SlackRequestError("bad"), Unexplained),
        ("chat.postMessage", refused("brand_new_error"), Unexplained),
        ("chat.postMessage", refused("Brand_New"), Unexplained),
        ("chat.postMessage", refused("restricted_action_thread_only_channel"), Unavailable),
    ],
)
async def test_each_error_has_its_kind(method: str, error: BaseException, expected: type[DeliveryError]) -> None:
    assert type(await said(method, error)) is expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("msg_too_long", RejectReason.TOO_LONG),
        ("msg_blocks_too_long", RejectReason.TOO_LONG),
        ("invalid_blocks", RejectReason.INVALID),
        ("message_not_found", RejectReason.GONE),
        ("file_deleted", RejectReason.FILE_GONE),
        ("cant_update_message", RejectReason.FORBIDDEN),
    ],
)
async def test_each_refusal_has_its_reason(code: str, reason: RejectReason) -> None:
    error = await said("chat.update", refused(code, response_metadata={"messages": ["[ERROR] text"]}))
    assert isinstance(error, Rejected)
    assert (error.reason, error.detail) == (reason, f"chat.update: {code}; [ERROR] text")
    assert code_of(error) == code


async def test_a_missing_scope_is_named() -> None:
    error = await said("files.info", refused("missing_scope", needed="files:read"))
    assert isinstance(error, Unavailable)
    assert "files:read" in error.detail
    assert error.advice


@pytest.mark.parametrize(
    ("method", "scope"),
    [("chat.postMessage", "channel"), ("chat.update", "update"), ("reactions.add", "mark"), ("users.info", "")],
)
async def test_too_many_requests_hold_up_their_budget(method: str, scope: str) -> None:
    error = await said(method, refused("ratelimited", 429, {"Retry-After": "30"}))
    assert isinstance(error, Transient)
    assert (error.retry_after, error.scope) == (30, scope)


async def test_nothing_listens_so_nothing_was_sent() -> None:
    web = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/", retry_handlers=[])
    with pytest.raises(Transient):
        async with translated("chat.postMessage"):
            await web.chat_postMessage(channel="C1", text="x")


# ----------------------------------------------------------------------------------------------- posted_keys

US = Us(DeskName("main"), "U0", "B0")


def ours(ts: str, *keys: str, part: int = 1, of: int = 1, files: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"ts": ts, "bot_id": "B0", "metadata": posted_keys.label([Key(key) for key in keys], part, of, files)}


def shared(ts: str, *names: str, user: str = "U0") -> dict[str, Any]:
    return {"ts": ts, "user": user, "files": [{"title": name} for name in names]}


@pytest.mark.parametrize(
    ("messages", "complete"),
    [
        ([ours("1", "k")], True),
        ([ours("1", "j", "k")], True),
        ([ours("1", "k", of=2)], False),
        ([ours("1", "k", of=2), ours("2", "k", part=2, of=2)], True),
        ([ours("2", "k", part=2, of=2)], False),
        ([ours("1", "k", files=("a",))], False),
        ([ours("1", "k", files=("a",)), shared("2", "a")], True),
        ([ours("1", "k", files=("a", "a")), shared("2", "a")], False),
        ([ours("1", "k", files=("a", "b")), shared("2", "b"), shared("3", "a")], True),
        ([ours("1", "k", files=("a",)), shared("2", "a", user="U9")], False),
        ([ours("1", "k", files=("a",)), ours("2", "x"), shared("3", "a")], False),
    ],
)
def test_what_stands_of_a_post(messages: list[dict[str, Any]], complete: bool) -> None:
    found = posted_keys.posted_parts(messages, Key("k"), US)
    assert found is not None
    assert found.complete is complete


def test_others_cannot_forge_our_keys() -> None:
    assert posted_keys.posted_parts([{**ours("1", "k"), "bot_id": "B9"}], Key("k"), US) is None
    assert posted_keys.posted_parts([{**ours("1", "k"), "user": "U9", "bot_id": None}], Key("k"), US) is None


# --------------------------------------------------------------------------------------------- manifest


def test_the_manifest_asks_for_what_the_desk_uses() -> None:
    found = json.loads(manifest("https://hub.example.com/", socket_mode=False))
    scopes = set(found["oauth_config"]["scopes"]["bot"])
    assert {scope for _, scope in METHODS.values() if scope} <= scopes == {*BOT_SCOPES, *OF_LINKS}
    events = {event.partition(".")[0] for event in found["settings"]["event_subscriptions"]["bot_events"]}
    assert all(wire.known({"event": {"type": event}}) for event in events)
    addresses = {
        found["settings"]["event_subscriptions"]["request_url"],
        found["settings"]["interactivity"]["request_url"],
        found["features"]["slash_commands"][0]["url"],
    }
    assert addresses == {"https://hub.example.com/slack/events"}
    assert not found["settings"]["socket_mode_enabled"]
    assert found["features"]["unfurl_domains"] == ["hub.example.com"]


def test_socket_mode_needs_no_address() -> None:
    text = manifest("", socket_mode=True)
    assert "http" not in text
    assert json.loads(text)["settings"]["socket_mode_enabled"]
    assert "link" not in text


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_every_action_for_single_messages_is_in_their_menu(locale: str) -> None:
    """Their names are never cut."""
    tr = translator(locale)
    offered = [one for one in ACTIONS.values() if one.shortcut]
    shortcuts = [Shortcut(one.word, tr.gettext(one.label), tr.gettext(one.about)) for one in offered]
    drawn = json.loads(manifest("", socket_mode=True, shortcuts=shortcuts))["features"]["shortcuts"]
    assert [one["name"] for one in drawn] == [one.name for one in shortcuts]
    assert {one["callback_id"] for one in drawn} == {one.word for one in offered}
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in drawn)
    assert 0 < len(drawn) <= SHORTCUTS_AT_MOST


def test_the_manifest_switches_the_home_tab_on() -> None:
    found = json.loads(manifest("", socket_mode=True))
    assert found["features"]["app_home"]["home_tab_enabled"]
    assert "app_home_opened" in found["settings"]["event_subscriptions"]["bot_events"]


def _words(value: object, place: str = "") -> Iterator[str]:
    """Texts that people read in a manifest."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _words(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one, place)
    elif place in ("name", "description"):
        yield str(value)


def test_the_manifest_is_whole_in_its_language() -> None:
    tr = translator("ru")
    offered = [one for one in ACTIONS.values() if one.shortcut]
    shortcuts = [Shortcut(one.word, tr.gettext(one.label), tr.gettext(one.about)) for one in offered]
    found = json.loads(manifest("", True, shortcuts, tr))
    said = list(_words(found))
    assert len(said) > 2 * len(offered)
    assert not [one for one in said if not re.search("[А-я]", one)]


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_manifest_keeps_slacks_limits(locale: str) -> None:
    found = json.loads(manifest("", socket_mode=True, tr=translator(locale)))
    assert len(found["display_information"]["name"]) <= 35
    assert len(found["display_information"]["description"]) <= 140


def test_a_file_is_there_however_its_name_is_composed() -> None:
    """Otherwise it would be shared twice after a failure."""
    found = PostedParts(shared=[normalize("NFC", "Счёт новый.pdf"), "photo.jpg"])
    titles = [normalize("NFD", "Счёт новый.pdf"), "photo.jpg", "photo.jpg"]
    assert found.missing(titles) == ["photo.jpg"]
