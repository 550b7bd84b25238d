"""A running bridge, and what passes through it both ways."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import (
    Attachment,
    Choice,
    Content,
    CustomerWrote,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Poll,
    SharedContact,
    Unshowable,
    Update,
)
from bot.domain.text import Span, Style, Text
from bot.ports import Bridge, Outgoing, Sent, Tools
from tests.contracts.bridges import Accepts, BridgeRig, Customer
from tests.samples import SAMPLES
from tests.tools import folder

TEXTS = {
    "plain": "Hello!",
    "tags": "is <b>a</b> < b && c > d &amp; &lt;i&gt; </b><script>?",
    "markdown": "*bold* _it_ ~no~ `code` [a](http://b.c) # 1. - > || \\* ![x]",
    "emoji": "👍🏽 👨‍👩‍👧 🇺🇦 ❤️ ☃ 1️⃣ 10:30:45 :smile:",
    "rtl": "שלום, world! مرحبا ‏x‎",
    "lines": "\n".join(f"line {n}" for n in range(10)) + "\n\n\nlast",
    "mentions": "<!channel> @all @here @channel <@U123> /dialog close // note",
    "spaces": "two  spaces, e\u0301 and \u00a0 nbsp",
}

RICH = Text.of(
    (
        Span("bold", Style.BOLD),
        Span("italic & <i>", Style.ITALIC),
        Span(" both", Style.BOLD | Style.ITALIC),
        Span(" plain * _ ` ~ > "),
        Span("struck", Style.STRIKE),
        Span("under", Style.UNDERLINE | Style.BOLD),
        Span(" code <x> ` & ", Style.CODE),
        Span(" hidden 👍🏽", Style.SPOILER),
        Span("\n"),
        Span("Heading\n", Style.HEADING),
        Span("quoted one\nquoted ", Style.QUOTE),
        Span("two", Style.QUOTE | Style.STRIKE),
        Span("\n"),
        Span("if a < b:\n    `pass`  # &amp;", Style.PRE, language="python"),
        Span("\nsee "),
        Span("our site", link="https://example.com/?a=1&b=2"),
        Span(" or "),
        Span("strange", link="javascript:alert(1)"),
        Span(" or "),
        Span("bold link", Style.BOLD, link="https://example.com/(x)"),
        Span(" end"),
    )
)

KINDS = tuple(MediaKind)

OTHERS: dict[str, Attachment] = {
    "location": Location(55.75, 37.5),
    "contact": SharedContact("Anna & Boris", ("+79990001122",)),
    "poll": Poll("Which one?", ("this", "that")),
    "choice": Choice("Yes", "yes"),
    "unshowable": Unshowable("gift"),
}


@dataclass
class World:
    """A running bridge between the hub (`accepts`) and its platform (`rig`)."""

    rig: BridgeRig
    tools: Tools
    bridge: Bridge
    accepts: Accepts
    name: str
    sends: int = 0

    async def send(self, to: Customer, content: Content | str, reply_to: ForeignId | None = None) -> Sent:
        self.sends += 1
        what = Content(Text.plain(content)) if isinstance(content, str) else content
        return await self.bridge.send(to.chat, Outgoing(what, reply_to=reply_to), Key(f"k{self.sends}"))

    def media(self, kind: MediaKind) -> Media:
        data, name, mime = SAMPLES[kind]
        return Media(kind, folder(self.tools).add(data, name, mime), name, mime, len(data))


def words(content: Content) -> str:
    return content.text.characters


def words_of(update: Update) -> str:
    return words(update.event.content) if isinstance(update.event, CustomerWrote) else type(update.event).__name__
