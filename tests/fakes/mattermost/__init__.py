"""A Mattermost server: REST, websocket, slash commands, buttons, dialogs, and people who use it.

    async with FakeMattermost() as mm:
        settings = MattermostSettings(url=mm.url, token=BOT_TOKEN, team="acme", channel="support", …)
        mm.serve_commands("http://127.0.0.1:…/mattermost/command")      # where /dialog leads
        anna = mm.person("anna")
        root = mm.posts("support")[0]["id"]
        post = await anna.posts(root, "Good morning!")
        await anna.presses("Accept", root)
        await anna.commands("/dialog mine")

It refuses what Mattermost refuses, and reproduces quirks measured on a real server: integrations are
stripped from posts that are read, an action id with anything but letters and digits gives 404, concurrent first
replies fail with 500, `pending_post_id` dedupes for 30 s, `posts?since=` returns up to a thousand rows, unordered.
`faults` make it fail, by these names: `posts`, `posts.patch`, `posts.delete`, `posts.get`, `thread`,
`channel.posts`, `ephemeral`, `reactions`, `files`, `files.get`, `dialogs.open`, `direct`, `users`, `config`,
`following`, `websocket`, and `rest` for all others. `notified` records who was notified of a post, also by an edit, of
which the server tells nobody; `Person.unread` and `follows` say what a person sees (`threads`).
"""

from __future__ import annotations

from tests.fakes.mattermost.people import Person, Refused
from tests.fakes.mattermost.server import FakeMattermost
from tests.fakes.mattermost.state import ADMIN_TOKEN, BOT_TOKEN, COMMAND_TOKEN, Notified, Window

__all__ = [
    "ADMIN_TOKEN",
    "BOT_TOKEN",
    "COMMAND_TOKEN",
    "FakeMattermost",
    "Notified",
    "Person",
    "Refused",
    "Window",
]
