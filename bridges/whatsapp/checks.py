"""The checks that `hub check` makes on a WhatsApp number."""

from __future__ import annotations

from collections.abc import Sequence

from bot.locale import Translator
from bot.ports import DeliveryError, Finding, Unavailable
from bridges.shared.fields import Fields
from bridges.whatsapp.graph import Graph
from bridges.whatsapp.settings import WhatsAppSettings

NUMBER = "display_phone_number,verified_name,webhook_configuration"


async def check(graph: Graph, settings: WhatsAppSettings, ours: str, tr: Translator) -> Sequence[Finding]:
    """Checks the token, the number and the webhook. `ours`: the address Meta should call, "" when the hub has no public
    address. Never raises."""
    try:
        number = await graph.get(settings.phone_id, fields=NUMBER)
    except DeliveryError as error:
        return [_unreached(error, tr)]
    name, phone = number.text("verified_name"), number.text("display_phone_number")
    found = [Finding(True, tr.gettext("The number is {phone}, {name}").format(phone=phone, name=name))]
    found.append(_called(number.object("webhook_configuration"), ours, tr))
    if not settings.waba_id:
        return [*found, Finding(True, tr.gettext("waba_id is not set: templates are unavailable"))]
    return [*found, *await _account(graph, settings.waba_id, tr)]


async def _account(graph: Graph, waba_id: str, tr: Translator) -> Sequence[Finding]:
    try:
        apps = (await graph.get(f"{waba_id}/subscribed_apps")).objects("data")
        listed = (await graph.get(f"{waba_id}/message_templates", status="APPROVED", limit="100")).objects("data")
    except DeliveryError as error:
        what = tr.gettext("Could not get the templates: {detail}").format(detail=error)
        advice = tr.gettext("Check waba_id, and that the token has whatsapp_business_management for this account.")
        return [Finding(False, what, advice)]
    templates = Finding(True, tr.gettext("Approved templates: {count}").format(count=len(listed)))
    if apps:
        return [templates]
    what = tr.gettext("No app is subscribed to the WhatsApp account: no messages will arrive")
    advice = tr.gettext("App Dashboard → WhatsApp → Configuration: subscribe to the webhook field messages.")
    return [Finding(False, what, advice), templates]


def _called(webhook: Fields, ours: str, tr: Translator) -> Finding:
    """Checks the webhook's address: the number's own takes precedence over the account's, and that over the app's."""
    url = next(filter(None, map(webhook.text, ("phone_number", "whatsapp_business_account", "application"))), "")
    if not ours:
        what = tr.gettext("Meta has no webhook address")
        return Finding(False, what, tr.gettext("Set hub.public_url: WhatsApp messages arrive only by webhook."))
    if url == ours:
        return Finding(True, tr.gettext("Meta sends updates to the hub"))
    advice = tr.gettext(
        "App Dashboard → WhatsApp → Configuration: enter {url} and your verify_token while the hub is running."
    ).format(url=ours)
    if url:
        return Finding(False, tr.gettext("Meta sends updates to another address: {url}").format(url=url), advice)
    return Finding(False, tr.gettext("Meta does not know the hub's address"), advice)


def _unreached(error: DeliveryError, tr: Translator) -> Finding:
    if isinstance(error, Unavailable):
        what = tr.gettext("WhatsApp rejects the account: {detail}").format(detail=error)
        return Finding(False, what, error.advice)
    what = tr.gettext("WhatsApp does not respond: {detail}").format(detail=error)
    return Finding(False, what, tr.gettext("Check phone_id, and that this machine can reach graph.facebook.com."))
