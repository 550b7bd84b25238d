"""Pictures as blocks of a post's own message: under the customer's name, at no public address, for as long as Slack
keeps the files. Pure.

https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ImageBlock
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.desks.slack import limits
from bot.domain import Media
from bot.domain.text import shorten
from bot.domain.value import value

FORMATS = frozenset({"image/png", "image/jpeg", "image/gif"})
"""Types of files that Slack can show in a block."""


@value
class Picture:
    """A file in Slack. `words`: its description, for those who do not see it."""

    file: str
    words: str

    def dump(self) -> str:
        return f"{self.file} {self.words}"

    @classmethod
    def load(cls, dumped: str) -> Picture:
        file, _, words = dumped.partition(" ")
        return cls(file, words)


def is_picture(media: Media) -> bool:
    return (media.mime or mimetypes.guess_type(media.name)[0]) in FORMATS


def picture(file: str, words: str) -> Picture:
    return Picture(file, shorten(words, limits.ALT) or "🖼")


def blocks(pictures: Sequence[Picture]) -> list[Block]:
    return [ImageBlock(alt_text=one.words, slack_file=SlackFile(id=one.file)) for one in pictures]
