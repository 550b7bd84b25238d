"""The checks that `hub check` makes on a Telegram bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiogram.methods import GetMe, GetWebhookInfo, TelegramMethod

from bot.locale import Translator
from bot.ports import DeliveryError, Finding, Unavailable
from bridges.shared.fields import Fields

RECENT = timedelta(minutes=10)


class BotCall(Protocol):
    def __call__(self, method: TelegramMethod[Any], *, repeatable: bool = False) -> Awaitable[Any]: ...


async def check(call: BotCall, tr: Translator, receiving: Callable[[Fields], Finding]) -> Sequence[Finding]:
    """Checks the token and how updates arrive; `receiving` judges `getWebhookInfo`. Never raises."""
    try:
        bot = Fields(await call(GetMe(), repeatable=True))
        hook = Fields(await call(GetWebhookInfo(), repeatable=True))
    except Unavailable as error:
        return [Finding(False, tr.gettext("Telegram rejects the bot's token"), error.advice)]
    except DeliveryError as error:
        advice = tr.gettext("Check that this machine can reach Telegram (api_url), then retry.")
        return [Finding(False, tr.gettext("Telegram does not respond: {detail}").format(detail=error), advice)]
    name = tr.gettext("The bot is @{name}").format(name=bot.text("username"))
    return [Finding(True, name), receiving(hook)]


def polling(hook: Fields, tr: Translator) -> Finding:
    if hook.text("url"):
        what = tr.gettext("Another program has set a webhook for this bot: {url}").format(url=hook.text("url"))
        advice = tr.gettext("The hub removes it on start. Stop the other program or give it its own bot.")
        return Finding(False, what, advice)
    return Finding(True, tr.gettext("Polling; {count} updates pending").format(count=_waiting(hook)))


def webhook(hook: Fields, ours: str, now: datetime, tr: Translator) -> Finding:
    """Judges the webhook. `ours`: the address Telegram should call, "" when the hub has no public address."""
    url = hook.text("url")
    if not ours:
        what = tr.gettext("Telegram has no webhook address")
        return Finding(False, what, tr.gettext('Set hub.public_url, or receive = "polling" for this account.'))
    if url and url != ours:
        what = tr.gettext("Telegram sends updates to another address: {url}").format(url=url)
        advice = tr.gettext("The hub changes it on start. Stop the other program or give it its own bot.")
        return Finding(False, what, advice)
    failed_at = hook.moment("last_error_date")
    if url and failed_at and now - failed_at < RECENT:
        what = tr.gettext("Telegram could not reach the hub: {words}").format(words=hook.text("last_error_message"))
        return Finding(
            False, what, tr.gettext("Check that hub.public_url is reachable from outside and has a valid certificate.")
        )
    if not url:
        return Finding(True, tr.gettext("The hub sets the webhook on start"))
    return Finding(True, tr.gettext("Telegram sends updates to the hub; {count} pending").format(count=_waiting(hook)))


def _waiting(hook: Fields) -> int:
    return hook.size("pending_update_count") or 0
