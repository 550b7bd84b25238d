"""A Slack workspace: Web API, Socket Mode, events by HTTP, and people who use it.

    async with FakeSlack() as slack:
        settings = SlackSettings(kind="slack", bot_token=BOT_TOKEN, app_token=APP_TOKEN, channel="support",
                                 api_url=slack.api_url)
        …
        anna = slack.person("anna")
        post = await anna.posts(slack.messages("support")[0], "Good morning!")
        await anna.presses("Accept", slack.messages("support")[0])

By HTTP instead: `FakeSlack(request_url="http://…/slack/events")` (or set it later) and no app token.
It refuses what Slack refuses. `faults` make it fail: methods by their API names, `upload`, `download`,
`response_url`, `websocket`. `limits.enforce()` enforces Slack's own rate limits.
"""

from __future__ import annotations

from tests.fakes.slack.people import Person
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Button, File, Message, Window

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "SIGNING_SECRET",
    "Button",
    "FakeSlack",
    "File",
    "Message",
    "Person",
    "Window",
]
