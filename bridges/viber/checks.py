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
        what = tr.gettext("Viber refuses the bot: {detail}").format(detail=error.detail)
        return [Finding(False, what, error.advice)]
    except DeliveryError as error:
        advice = tr.gettext("See whether this machine reaches Viber (api_url) and try again.")
        return [Finding(False, tr.gettext("Viber does not answer: {detail}").format(detail=error), advice)]
    people = info.size("subscribers_count") or 0
    named = tr.gettext("The bot is “{name}”; subscribers: {count}").format(name=info.text("name"), count=people)
    return [Finding(True, named), _webhook(info.text("webhook"), ours, tr)]


def _webhook(url: str, ours: str, tr: Translator) -> Finding:
    if not ours:
        advice = tr.gettext("Set hub.public_url: Viber calls the hub there, and fetches files from it.")
        return Finding(False, tr.gettext("Viber has no address to call"), advice)
    if not url:
        return Finding(True, tr.gettext("Viber will be told our address when the hub starts"))
    if url != ours:
        what = tr.gettext("Viber calls another address: {url}").format(url=url)
        advice = tr.gettext("The hub changes it when it starts; stop the other program, or give it a bot of its own.")
        return Finding(False, what, advice)
    return Finding(True, tr.gettext("Viber calls the hub"))
