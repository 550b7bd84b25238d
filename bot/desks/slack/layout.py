"""Layout of a post with files: in its own message, or in messages beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.desks.slack import album
from bot.desks.slack.album import Picture
from bot.desks.slack.files import SlackFiles, UploadedFile
from bot.domain import Content, Media
from bot.domain.text import Text, line
from bot.domain.value import value
from bot.locale import Translator
from bot.views.values import Post
from bot.views.words import describe, spelled_out


@value
class ArrangedPost:
    """A post whose files are uploaded. `worded`: its text; `pictures`: shown in its own message; `beside`: in messages
    after it."""

    worded: Post
    pictures: tuple[Picture, ...] = ()
    beside: tuple[UploadedFile, ...] = ()


class Layout:
    def __init__(self, slack_files: SlackFiles, tr: Translator) -> None:
        self._slack_files, self._tr = slack_files, tr

    async def arranged(self, post: Post, *, album_within: bool = False) -> ArrangedPost:
        """Uploads a post's files. `album_within`: its pictures become part of its own message, if Slack can show them
        there."""
        media = [one for one in spelled_out(post.content, self._tr).attachments if isinstance(one, Media)]
        files = [(one, await self._slack_files.upload(one)) for one in media]
        inside: list[tuple[Picture, UploadedFile]] = []
        beside: list[UploadedFile] = []
        for one, file in files:
            if isinstance(file, UploadedFile) and album_within and album.is_picture(one):
                inside.append((album.picture(file.id, describe(one, self._tr).characters), file))
            elif isinstance(file, UploadedFile):
                beside.append(file)
        if inside and not await self._slack_files.keep([file for _, file in inside]):
            await self._slack_files.discard([file.id for _, file in inside])
            return await self.arranged(post)
        worded = _with_notes(self.worded(post, bool(inside)), [file for _, file in files if isinstance(file, str)])
        return ArrangedPost(worded, tuple(one for one, _ in inside), tuple(beside))

    def worded(self, post: Post, album_within: bool) -> Post:
        """Reduces a post to its text; one of files only gets the descriptions of those that it does not show itself."""
        content = spelled_out(post.content, self._tr)
        media = [one for one in content.attachments if isinstance(one, Media)]
        beside = [describe(one, self._tr).characters for one in media if not (album_within and album.is_picture(one))]
        return replace(post, content=Content(content.text or Text.plain("\n".join(beside))))


def _with_notes(post: Post, notes: Sequence[str]) -> Post:
    """Adds notes on files that could not be shown."""
    text = post.content.text
    for note in notes:
        text = line(text, "\n" if text else "", note)
    return replace(post, content=Content(text))
