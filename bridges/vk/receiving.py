"""The two ways of receiving events: Long Poll and the Callback API. Both acknowledge after the commit, never before."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence

import structlog

from bot.domain import AccountName
from bot.ports import Accept, Finding, Forged, Hook, HookReply, Rejected, Tools, Unavailable
from bridges.shared.fields import Fields
from bridges.vk import checks, community_settings
from bridges.vk.api import PATIENCE
from bridges.vk.bridge import VkBridge
from bridges.vk.confirmation import Confirmation
from bridges.vk.feed import Feed
from bridges.vk.settings import VkSettings

log = structlog.get_logger(__name__)

AT_ONCE = 100  # events in one transaction


class LongPollVk(VkBridge):
    """Polls for events; needs no public address."""

    def __init__(self, account: AccountName, settings: VkSettings, tools: Tools, patience: float = PATIENCE) -> None:
        super().__init__(account, settings, tools, patience)
        self._feed = Feed(tools.lasting_http, self._api.ask, tools.mailbox, account, settings.group_id, patience)

    async def run(self, accept: Accept) -> None:
        try:
            await community_settings.long_poll_on(self._api.ask, self._settings.group_id)
        except Rejected as refused:  # `getLongPollServer` will report the cause
            log.warning("failed to set up Long Poll", account=self._account, detail=refused.detail)
        while True:
            events = await self._feed.read()
            for start in range(0, len(events), AT_ONCE):
                await self._take(events[start : start + AT_ONCE], accept)
            self._feed.confirm()

    async def _receiving(self) -> Sequence[Finding]:
        return await checks.long_poll(self._api.ask, self._settings, self._tr)


class CallbackVk(VkBridge):
    """Receives events by VK's Callback API."""

    def __init__(self, account: AccountName, settings: VkSettings, tools: Tools, patience: float = PATIENCE) -> None:
        super().__init__(account, settings, tools, patience)
        self._registered = ""
        self._confirmation = Confirmation(account, settings, tools, self._api.ask)

    async def register(self, url: str) -> None:
        """Registers the hub's address; VK asks for the confirmation string meanwhile."""
        secret, self._registered = self._secret().decode(), url
        registering = self._confirmation.registering
        try:
            await community_settings.callback_on(self._api.ask, self._settings.group_id, url, secret, registering)
        except (Rejected, Unavailable) as refused:  # administrators may have entered the address: `check` tells
            self._confirmation.by_hand = True
            log.warning("failed to set the Callback API address", account=self._account, detail=refused.detail)

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        """Answers exactly "ok" to acknowledge; VK retries anything else."""
        event, proved = self._read_event(hook.body)
        if event.text("type") == "confirmation":
            asked = self._confirmation.fetch if proved else self._confirmation.for_anybody
            return HookReply(200, (await asked()).encode())
        await self._take([event.raw], accept)
        return HookReply(200, b"ok")

    def _read_event(self, body: bytes) -> tuple[Fields, bool]:
        """Returns the event without its secret, and whether the secret was right. Only a request for the confirmation
        string may lack it: VK asks before the secret is set. Raises `Forged`."""
        try:
            event = Fields(json.loads(body))
        except (ValueError, RecursionError):
            raise Forged from None
        group = str(event.number("group_id")).encode()
        given = event.raw.get("secret")
        proof = given.encode(errors="replace") if isinstance(given, str) else b""
        ours = hmac.compare_digest(group, str(self._settings.group_id).encode())
        proved = hmac.compare_digest(proof, self._secret())
        if not ours or not (proved or (given is None and event.text("type") == "confirmation")):
            raise Forged
        return Fields({key: value for key, value in event.raw.items() if key != "secret"}), proved

    def _secret(self) -> bytes:
        secret = self._settings.secret
        assert secret is not None, "the settings see to it"
        return secret.get_secret_value().encode()

    async def _receiving(self) -> Sequence[Finding]:
        public, url = self._tools.public_url, self._registered
        if not url and public:
            url = f"{public.rstrip('/')}/hooks/{self._account}"
        return await checks.callback(self._api.ask, self._settings, url, self._tr)
