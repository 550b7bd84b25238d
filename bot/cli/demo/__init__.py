"""`hub demo`: the hub of `hub run` in a temporary folder, with simulated customers.

They write through the HTTP channel like any real customer. A simulated colleague serves some; the others wait for the
person trying the demo, and continue when answered.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

import uvloop

from bot.app import commands
from bot.cli.configured import Configured
from bot.cli.demo.people import Channel, Colleague, browser
from bot.cli.demo.stories import REASONS, STORIES, Story, Who
from bot.cli.language import LOCALE, _
from bot.cli.running import say_where, usable
from bot.cli.screen import Screen
from bot.locale import Translator, translator
from bot.runtime import logs
from settings import Settings, embedded

if TYPE_CHECKING:
    from bot.app.assembly import App

COLLEAGUE = "boris"
PACE = (8.0, 20.0)
LATER_PACE = (120.0, 300.0)
"""Seconds between two stories: until each was told once, and afterwards."""


def demo() -> None:
    """Runs the demo until SIGINT or SIGTERM. Raises `Faults`."""
    from bot.app import assembly

    with TemporaryDirectory(prefix="hub-demo-") as folder:
        settings = settings_in(Path(folder))
        logs.set_up(os.environ.get("HUB_LOG_LEVEL", "WARNING"), settings.secrets())
        with usable(settings):
            uvloop.run(assembly.serve(settings, lambda running: _begin(settings, running)))


def settings_in(folder: Path) -> Settings:
    """Settings of the demo: two more accounts and a role. Environment variables override them as usual."""
    tr = translator(LOCALE)
    reasons = ",".join(tr.gettext(reason) for reason in REASONS)
    given = {"HUB__ROLES__SALES": "anna,boris"}
    for account, title in (("shop", _("Shop")), ("app", _("Mobile app"))):
        given |= {
            f"HUB__ACCOUNTS__{account}__KIND": "api",
            f"HUB__ACCOUNTS__{account}__TITLE": title,
            f"HUB__ACCOUNTS__{account}__TOKEN": secrets.token_urlsafe(24),
            f"HUB__ACCOUNTS__{account}__INITIAL__REASONS": reasons,
        }
    return embedded(folder, {**given, **os.environ}, LOCALE)


def _begin(settings: Settings, running: App) -> None:
    say_where(Configured(settings, None), running)
    Screen().say(_("Simulated customers are writing: sign in as anna and reply to them. Ctrl+C ends the demo."))
    running.supervisor.add("demo", lambda: perform(settings, running.url))


async def perform(settings: Settings, url: str, *, haste: float = 1) -> None:
    """Plays stories for ever. `haste`: how many times faster than real people."""
    tr = translator(settings.hub.locale)
    async with browser() as http, asyncio.TaskGroup() as tasks:
        channels = {
            str(name): Channel(http, url, name, token.get_secret_value())
            for name, token in commands.api_tokens(settings).items()
        }
        colleague = Colleague(http, url, commands.web_desk_keys(settings)[COLLEAGUE].get_secret_value())
        await colleague.sign_in()
        for channel in channels.values():
            tasks.create_task(channel.listen())
        begun_stories = 0
        while True:
            story = STORIES[begun_stories % len(STORIES)]
            tasks.create_task(_tell(story, channels[story.account], colleague, tr, haste))
            begun_stories += 1
            await asyncio.sleep(random.uniform(*(PACE if begun_stories < len(STORIES) else LATER_PACE)) / haste)


async def _tell(story: Story, channel: Channel, colleague: Colleague, tr: Translator, haste: float) -> None:
    """Plays one conversation from first to last turn; ends early when nobody answers for an hour."""
    conversation, dialog = uuid4().hex, 0
    sender = {"name": tr.gettext(story.name), "phone": story.phone, "email": story.email}
    for turn in story.turns:
        await asyncio.sleep(turn.pause / haste)
        words = tr.gettext(turn.words) if turn.words else ""
        if turn.who is Who.CUSTOMER:
            dialog = await channel.write(conversation, words, sender)
        elif turn.who is Who.OPERATOR:
            await colleague.post(dialog, words)
        elif turn.who is Who.COMMAND:
            await colleague.command(dialog, f"{turn.verb} {words}".strip())
        else:
            try:
                await asyncio.wait_for(channel.answer(conversation), 3600)
            except TimeoutError:
                return
