"""Names of customers above their posts, where the server shows them; elsewhere the name stands in the text.

From version 12 on, Mattermost silently drops `override_username`, `override_icon_url` and `from_webhook` from posts of
bots, whatever `EnablePostUsernameOverride` says; a post from before keeps its own. So the setting says what to try, and
what the answer to a post still holds says what to do with the next one.
"""

from __future__ import annotations

from dataclasses import field

from bot.desks.mattermost.api import Json
from bot.desks.mattermost.render import under_name
from bot.desks.mattermost.server import Server
from bot.domain.value import value
from bot.ports import Files
from bot.views.values import PostAuthor

USERNAME = "override_username"
_PICTURE_NAME, _PICTURE_TYPE = "picture.jpg", "image/jpeg"


@value
class Byline:
    """Statement of who wrote a post. `props`: for the server to show the author; `named`: the name is in the text."""

    author: PostAuthor | None = None
    props: Json = field(default_factory=dict)
    named: bool = False

    def missing(self, answer: Json) -> bool:
        """Tells whether a new post, as the server answered, shows the author nowhere."""
        if self.author is None or (answer.get("props") or {}).get(USERNAME):
            return False
        return not str(answer.get("message") or "").startswith(under_name(self.author))


class Authors:
    def __init__(self, server: Server, files: Files) -> None:
        self._server, self._files = server, files

    async def of_new(self, author: PostAuthor | None) -> Byline:
        """Returns the byline of a new post. Where version 12 makes it unlikely that the server keeps the author, the
        first post tries and says the name in its text as well."""
        features = await self._server.features()
        if author is None or not features.names or self._server.keeps_authors is False:
            return Byline(author, {}, author is not None)
        doubted = features.drops_authors and self._server.keeps_authors is None
        return Byline(author, self._props(author, features.pictures), doubted)

    async def of_standing(self, author: PostAuthor | None, post: Json) -> Byline:
        """Returns the byline of a post that is there already: it stays as it is, since the server may not let a change
        add an author."""
        features = await self._server.features()
        if author is None or not features.names or not (post.get("props") or {}).get(USERNAME):
            return Byline(author, {}, author is not None)
        return Byline(author, self._props(author, features.pictures))

    def learn(self, sent: Json, answer: Json) -> None:
        """Takes note of what the answer to a new post still holds of the author."""
        if USERNAME in sent:
            self._server.keeps_authors = bool((answer.get("props") or {}).get(USERNAME))

    def _props(self, author: PostAuthor, pictures: bool) -> Json:
        shown: Json = {"from_webhook": "true", USERNAME: " ".join(author.name.split())}
        if pictures and author.picture is not None:
            url = self._files.link(author.picture, _PICTURE_NAME, _PICTURE_TYPE)
            if url.startswith("http"):
                shown["override_icon_url"] = url
        return shown
