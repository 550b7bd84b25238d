"""The checks that `hub check` makes on a Slack desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.desks.slack import views
from bot.desks.slack.audience import Audience
from bot.desks.slack.errors import ADD_SCOPES, INVITE, code_of
from bot.desks.slack.manifest import BOT_SCOPES
from bot.desks.slack.view_state import ViewState
from bot.desks.slack.workspace import BotIdentity, Workspace
from bot.domain import Belonging
from bot.locale import N_, Translator
from bot.ports import DeliveryError, Finding, Rejected, Unavailable
from bot.views.answers import says

OPTIONAL = {"chat:write.customize", "dnd:read"}


async def findings(workspace: Workspace, audience: Audience, tr: Translator) -> AsyncIterator[Finding]:
    try:
        identity = await workspace.introduce()
        yield Finding(True, tr.gettext("Slack: {name} in {team}").format(name=identity.name, team=identity.team))
        for finding in _scopes(identity, tr):
            yield finding
        for channel in await audience.channels():
            for finding in await _channel(workspace, channel, tr):
                yield finding
        yield await _readers(workspace, audience, tr)
        async for finding in _home(workspace, audience, tr):
            yield finding
        if workspace.settings.app_token is not None:
            token = workspace.settings.app_token.get_secret_value()
            await workspace.call("apps.connections.open", app_token=token)
            yield Finding(True, tr.gettext("Slack: Socket Mode works"))
    except Unavailable as error:
        yield Finding(False, f"Slack: {error.detail}", tr.gettext(error.advice))
    except DeliveryError as error:
        advice = tr.gettext("Unexpected response from Slack: check the network and api_url, then retry.")
        yield Finding(False, f"Slack: {error}", advice)


def _scopes(identity: BotIdentity, tr: Translator) -> list[Finding]:
    missing = [scope for scope in BOT_SCOPES if not identity.may(scope)]
    needed = [scope for scope in missing if scope not in OPTIONAL]
    if needed:
        what = tr.gettext("Slack: the app lacks scopes: {scopes}").format(scopes=", ".join(needed))
        return [Finding(False, what, tr.gettext(ADD_SCOPES))]
    if "chat:write.customize" in missing:
        return [
            Finding(True, tr.gettext("Slack: customer names appear inside the text (chat:write.customize is missing)"))
        ]
    return [Finding(True, tr.gettext("Slack: the app has all scopes"))]


async def _home(workspace: Workspace, audience: Audience, tr: Translator) -> AsyncIterator[Finding]:
    """Checks that the app has a Home tab, which Slack only tells when one is published. An impossible hash
    leaves an existing Home unchanged; an operator without one gets a hint how to open it."""
    people = await audience.staff()
    if not people:
        return
    words = tr.gettext("Reopen this tab to see your dialogs.")
    home = views.home(says(words), ViewState(home=""))
    try:
        await workspace.call("views.publish", user_id=people[0].user, view=home, hash="0.check")
    except Unavailable as refused:
        if code_of(refused) != "not_enabled":
            raise
        yield Finding(False, tr.gettext("Slack: the app has no Home tab"), tr.gettext(refused.advice))
        return
    except Rejected as refused:
        if code_of(refused) != "hash_conflict":
            raise
    yield Finding(True, tr.gettext("Slack: the app has a Home tab"))


async def _channel(workspace: Workspace, channel: str, tr: Translator) -> list[Finding]:
    about = (await workspace.call("conversations.info", channel=channel))["channel"]
    name = str(about.get("name") or channel)
    if not about.get("is_member"):
        return [
            Finding(False, tr.gettext("Slack: the app is not in #{channel}").format(channel=name), tr.gettext(INVITE))
        ]
    found = [Finding(True, tr.gettext("Slack: the app is in #{channel}").format(channel=name))]
    for flag, what, advice in _SHARED:
        if about.get(flag):
            return [*found, Finding(True, tr.gettext(what).format(channel=name), tr.gettext(advice), warning=True)]
    return found


_UNSHARE = N_("Move dialogs to a channel of your own: set it in desks.….channel or accounts.….channel.")
_SHARED = (
    (
        "is_ext_shared",
        N_("Slack: #{channel} is shared with another company, whose members can read dialogs there"),
        _UNSHARE,
    ),
    (
        "is_pending_ext_shared",
        N_("Slack: another company is invited to #{channel}; its members would be able to read dialogs there"),
        N_("Withdraw the invitation in the channel's settings, or move dialogs to another channel."),
    ),
    (
        "is_org_shared",
        N_("Slack: #{channel} is shared with other workspaces, whose members can read dialogs there"),
        _UNSHARE,
    ),
    ("is_shared", N_("Slack: #{channel} is shared: members of other teams can read dialogs there"), _UNSHARE),
)


async def _readers(workspace: Workspace, audience: Audience, tr: Translator) -> Finding:
    """Counts the people who can read customers' messages with /dialog, wherever they are."""
    if workspace.settings.audience == "team":
        words = tr.gettext("Slack: everyone in the workspace except guests may use /dialog and read dialogs")
        return Finding(True, words)
    count = len([one for one in await audience.staff() if one.belongs is Belonging.MEMBER])
    words = tr.ngettext(
        "Slack: {n} channel member may use /dialog and read dialogs",
        "Slack: {n} channel members may use /dialog and read dialogs",
        count,
    )
    return Finding(True, words.format(n=count))
