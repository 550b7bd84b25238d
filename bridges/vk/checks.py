"""The checks that `hub check` makes on a VK community."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence

from bot.locale import N_, Translator
from bot.ports import DeliveryError, Finding, Unavailable
from bridges.shared.fields import Fields
from bridges.vk import community_settings
from bridges.vk.api import ApiCall
from bridges.vk.kinds import OLDEST
from bridges.vk.settings import VkSettings

RIGHTS = ("manage", "messages", "photos", "docs")
EVENTS = N_("The hub turns them on on start. By hand: Manage → API usage → Event types.")


async def check(
    ask: ApiCall, settings: VkSettings, tr: Translator, receiving: Callable[[], Awaitable[Sequence[Finding]]]
) -> Sequence[Finding]:
    """Checks the token, its permissions and how events arrive, which `receiving` judges. Never raises."""
    try:
        found = [await _community(ask, settings, tr)]
        if found[0].ok:
            found.append(await _rights(ask, tr))
        return [*found, *await receiving()] if found[-1].ok else found
    except Unavailable as error:
        return [Finding(False, tr.gettext("VK rejects the token: {detail}").format(detail=error), error.advice)]
    except DeliveryError as error:
        advice = tr.gettext("Check that this machine can reach VK (api_url), then retry.")
        return [Finding(False, tr.gettext("VK does not respond: {detail}").format(detail=error), advice)]


async def _community(ask: ApiCall, settings: VkSettings, tr: Translator) -> Finding:
    """Compares the community with the token's own, which VK returns when called without an id."""
    found = await ask("groups.getById")
    groups = Fields({"groups": found if isinstance(found, list) else Fields(found).raw.get("groups")}).objects("groups")
    group = groups[0] if groups else Fields(None)
    if group.number("id") != settings.group_id:
        what = tr.gettext("The token belongs to another community: {name}").format(name=group.text("name"))
        return Finding(False, what, tr.gettext("Put group_id and token of the same community in hub.toml."))
    return Finding(True, tr.gettext("The community is “{name}”").format(name=group.text("name")))


async def _rights(ask: ApiCall, tr: Translator) -> Finding:
    given = Fields(await ask("groups.getTokenPermissions")).objects("permissions")
    names = {one.text("name") for one in given}
    lacking = [name for name in RIGHTS if name not in names]
    if lacking:
        what = tr.gettext("The token lacks rights: {names}").format(names=", ".join(lacking))
        return Finding(False, what, tr.gettext("Create a token with all of them: Manage → API usage → Access tokens."))
    return Finding(True, tr.gettext("The token has all rights it needs"))


async def long_poll(ask: ApiCall, settings: VkSettings, tr: Translator) -> Sequence[Finding]:
    found = Fields(await ask("groups.getLongPollSettings", group_id=settings.group_id))
    if not community_settings.is_on(found.raw.get("is_enabled")):
        return [Finding(True, tr.gettext("The hub turns on Long Poll on start"))]
    return _events(found, tr) or [Finding(True, tr.gettext("Long Poll is in use"))]


async def callback(ask: ApiCall, settings: VkSettings, url: str, tr: Translator) -> Sequence[Finding]:
    """Checks the Callback API. `url`: the address VK should call, "" when the hub has no public address."""
    if not url:
        advice = tr.gettext('Set hub.public_url, or receive = "longpoll" for this account.')
        return [Finding(False, tr.gettext("VK has no Callback API address"), advice)]
    group = settings.group_id
    found = await _confirmation(ask, settings, tr)
    server = await community_settings.server_at(ask, group, url)
    if not server:
        return [*found, Finding(True, tr.gettext("The hub sets the Callback API address on start"))]
    callback = Fields(await ask("groups.getCallbackSettings", group_id=group, server_id=server.number("id")))
    found += [*_server(server, settings, tr), *_events(callback, tr)]
    return found or [Finding(True, tr.gettext("VK sends events to the hub"))]


async def _confirmation(ask: ApiCall, settings: VkSettings, tr: Translator) -> list[Finding]:
    kept = settings.confirmation
    code = await community_settings.confirmation(ask, settings.group_id)
    if kept is None or hmac.compare_digest(kept.get_secret_value().encode(), code.encode()):
        return []
    what = tr.gettext("VK's confirmation string differs from hub.toml")
    return [Finding(False, what, tr.gettext("Remove confirmation: the hub gets it from VK."))]


def _server(server: Fields, settings: VkSettings, tr: Translator) -> list[Finding]:
    found: list[Finding] = []
    status = server.text("status")
    if status != community_settings.CONFIRMED:
        what = tr.gettext("VK could not confirm the hub's address: {status}").format(status=status)
        advice = tr.gettext(
            "Check that hub.public_url is reachable from outside, then confirm it: Manage → API usage → Callback API."
        )
        found.append(Finding(False, what, advice))
    secret = settings.secret.get_secret_value() if settings.secret else ""
    if not hmac.compare_digest(server.text("secret_key").encode(), secret.encode()):
        what = tr.gettext("VK's secret key differs from hub.toml")
        advice = tr.gettext("Put the same value in Manage → API usage → Callback API → Secret key and in secret.")
        found.append(Finding(False, what, advice))
    return found


def _events(settings: Fields, tr: Translator) -> list[Finding]:
    """Reports event types that are off; nothing if all are on."""
    found: list[Finding] = []
    if lacking := community_settings.off(settings):
        what = tr.gettext("VK does not send these events: {kinds}").format(kinds=", ".join(lacking))
        found.append(Finding(False, what, tr.gettext(EVENTS)))
    version = settings.text("api_version")
    if version and _numbers(version) < OLDEST:
        what = tr.gettext("VK sends events in the old version {version}").format(version=version)
        found.append(Finding(False, what, tr.gettext("Choose 5.199 there: Manage → API usage → API version.")))
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
