"""The checks that `hub check` makes on a MAX bot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.locale import Translator
from bot.ports import DeliveryError, Finding, Unavailable
from bridges.max.client import Client
from bridges.shared.fields import Fields


async def check(client: Client, tr: Translator, receiving: Callable[[Sequence[str]], Finding]) -> Sequence[Finding]:
    """Checks the token and how updates arrive; `receiving` judges the addresses that MAX calls. Never raises."""
    try:
        bot = await client.call("GET", "/me", repeatable=True)
        subscribed = addresses(await client.call("GET", "/subscriptions", repeatable=True))
    except Unavailable as error:
        return [Finding(False, tr.gettext("MAX rejects the bot: {detail}").format(detail=error.detail), error.advice)]
    except DeliveryError as error:
        advice = tr.gettext("Check that this machine can reach MAX (api_url), then retry.")
        return [Finding(False, tr.gettext("MAX does not respond: {detail}").format(detail=error), advice)]
    name = bot.text("username") or bot.text("first_name") or bot.text("name")
    return [Finding(True, tr.gettext("The bot is @{name}").format(name=name)), receiving(subscribed)]


def addresses(found: Fields) -> list[str]:
    """Extracts the addresses from the answer to `GET /subscriptions`."""
    return [url for one in found.objects("subscriptions") if (url := one.text("url"))]


def polling(subscribed: Sequence[str], tr: Translator) -> Finding:
    if subscribed:
        what = tr.gettext("Another program has set a webhook for this bot: {url}").format(url=subscribed[0])
        advice = tr.gettext("The hub removes it on start. Stop the other program or give it its own bot.")
        return Finding(False, what, advice)
    return Finding(True, tr.gettext("Polling"))


def webhook(subscribed: Sequence[str], ours: str, registered: bool, tr: Translator) -> Finding:
    """Judges the webhook. `ours`: the address MAX should call, "" when the hub has no public address; `registered`:
    whether this process has registered it."""
    if not ours:
        what = tr.gettext("MAX has no webhook address")
        return Finding(False, what, tr.gettext('Set hub.public_url, or receive = "polling" for this account.'))
    others = [url for url in subscribed if url != ours]
    if others:
        what = tr.gettext("MAX also sends updates to {url}").format(url=others[0])
        advice = tr.gettext("Stop the other program or give it its own bot; otherwise both reply to the customer.")
        return Finding(False, what, advice)
    if ours in subscribed:
        return Finding(True, tr.gettext("MAX sends updates to the hub"))
    if registered:
        what = tr.gettext("MAX has stopped sending updates: the hub did not respond for 8 hours")
        return Finding(False, what, tr.gettext("Restart the hub: it sets the webhook again."))
    return Finding(True, tr.gettext("MAX sends no updates yet: the hub sets the webhook on start"))
