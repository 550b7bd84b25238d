"""The checks that `hub check` makes on a Viber bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.locale import Translator
from bot.ports import DeliveryError, Finding, Unavailable
from bridges.shared.fields import Fields


async def check(ask: Callable[[], Awaitable[Fields]], ours: str, tr: Translator) -> Sequence[Finding]:
    """Checks the token and the webhook. `ask`: calls `get_account_info`. `ours`: the address Viber should call, "" when
    the hub has no public address. Never raises."""
    try:
        info = await ask()
    except Unavailable as error:
        what = tr.gettext("Viber rejects the bot: {detail}").format(detail=error.detail)
        return [Finding(False, what, error.advice)]
    except DeliveryError as error:
        advice = tr.gettext("Check that this machine can reach Viber (api_url), then retry.")
        return [Finding(False, tr.gettext("Viber does not respond: {detail}").format(detail=error), advice)]
    people = info.size("subscribers_count") or 0
    named = tr.gettext("The bot is “{name}”; subscribers: {count}").format(name=info.text("name"), count=people)
    return [Finding(True, named), _webhook(info.text("webhook"), ours, tr)]


def _webhook(url: str, ours: str, tr: Translator) -> Finding:
    if not ours:
        advice = tr.gettext("Set hub.public_url: Viber sends updates there and downloads files from it.")
        return Finding(False, tr.gettext("Viber has no webhook address"), advice)
    if not url:
        return Finding(True, tr.gettext("The hub sets the webhook on start"))
    if url != ours:
        what = tr.gettext("Viber sends updates to another address: {url}").format(url=url)
        advice = tr.gettext("The hub changes it on start. Stop the other program or give it its own bot.")
        return Finding(False, what, advice)
    return Finding(True, tr.gettext("Viber sends updates to the hub"))
