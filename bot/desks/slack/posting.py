"""Posts in threads: one may take several Slack messages, and arrives exactly once, whatever fails on the way."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from bot.desks.slack import album, cards, limits, posted_keys, render
from bot.desks.slack.album import Picture
from bot.desks.slack.errors import code_of
from bot.desks.slack.files import AT_ONCE, SlackFiles, UploadedFile
from bot.desks.slack.layout import ArrangedPost, Layout
from bot.desks.slack.posted_keys import PostedParts
from bot.desks.slack.workspace import Workspace
from bot.domain import Content, Key, PostId, PostRef, ThreadId, ThreadRef
from bot.domain.spelling import composed
from bot.domain.text import shorten
from bot.domain.value import replace, value
from bot.locale import Translator
from bot.ports import Files, Rejected, RejectReason, Transient, Unconfirmed
from bot.views.values import Card, Post, PostAuthor, PostKind

log = structlog.get_logger(__name__)
T = TypeVar("T")

REMEMBERED = 1000  # unfinished posts remembered
CARDS_LOOKED_AT = 5  # pages of a channel's newest messages that are searched for a card
PAGE = 200
WHOLE_THREAD = 999
_MALFORMED = frozenset({"invalid_blocks", "invalid_blocks_format"})


@value
class StandingPost:
    """A post as it stands in its thread. `parts`: its messages, in order."""

    thread: ThreadRef
    parts: tuple[str, ...]
    keys: tuple[Key, ...] = ()
    pictures: tuple[Picture, ...] = ()


class Posting:
    """Writes to channels and threads, and finds what it wrote."""

    def __init__(
        self, workspace: Workspace, slack_files: SlackFiles, files: Files, tr: Translator, public: bool
    ) -> None:
        """`public`: Slack can load the addresses that `files.link` returns."""
        self._workspace, self._slack_files, self._files, self._tr, self._public = (
            workspace,
            slack_files,
            files,
            tr,
            public,
        )
        self._layout = Layout(slack_files, tr)
        self._posted: OrderedDict[Key, PostedParts] = OrderedDict()
        self._folds = True

    # ------------------------------------------------------------------------------------- writing

    async def open(self, channel: str, card: Card, key: Key) -> str:
        """Posts the card and returns the new thread's id."""
        label = posted_keys.label([key], trace=card.trace)
        answer = await self._drawn(
            card, lambda drawn: self._workspace.post(channel, drawn.text, drawn.blocks, metadata=label)
        )
        return str(answer["ts"])

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        """Sends a post, continuing an earlier attempt that `find` has found."""
        posted = self._posted.get(post.keys[0], PostedParts()) if post.keys else PostedParts()
        try:
            arranged = await self._layout.arranged(post, album_within=not posted.worded)
            try:
                await self._pieces(thread, arranged, posted)
            except Rejected as refused:
                if not arranged.pictures or refused.reason is not RejectReason.INVALID:
                    raise
                await self._slack_files.discard([one.file for one in arranged.pictures])
                await self._pieces(thread, await self._layout.arranged(post), posted)
        except (Transient, Rejected) as failed:
            if posted.parts and len(post.keys) > 1:  # what stands must be withdrawn before its messages go alone
                raise Unconfirmed(failed.detail) from failed
            raise
        self._forget(post.keys)
        return PostRef(thread.desk, thread.channel, PostId(posted.first))

    async def _pieces(self, thread: ThreadRef, arranged: ArrangedPost, posted: PostedParts) -> None:
        """Posts the messages and files of a post that do not stand yet."""
        post = arranged.worded
        name, looks = await self._authorship(post.author)
        drawn = render.post(post, name, album.blocks(arranged.pictures))
        for number, message in enumerate(drawn, 1):
            if number not in posted.parts:
                last = arranged if number == len(drawn) else ArrangedPost(post)
                titles = tuple(file.title for file in last.beside)
                metadata = posted_keys.label(post.keys, number, len(drawn), titles, pictures=last.pictures)
                answer = await self._reply(thread, message, metadata=metadata, **looks)
                posted.parts[number] = str(answer["ts"])
                posted.of, posted.expected = len(drawn), titles
                self._remember(post.keys, posted)
        await self._share(thread, arranged.beside, posted)

    async def _share(self, thread: ThreadRef, files: Sequence[UploadedFile], posted: PostedParts) -> None:
        """Shows the files that are not in the thread yet."""
        missing = Counter(map(composed, posted.missing(posted.expected)))
        waiting = []
        for file in files:
            if missing[composed(file.title)] > 0:
                missing[composed(file.title)] -= 1
                waiting.append(file)
        for start in range(0, len(waiting), AT_ONCE):
            together = waiting[start : start + AT_ONCE]
            try:
                await self._slack_files.share(together, thread.channel, thread.thread)
            except Rejected as refused:
                if refused.reason is RejectReason.GONE:
                    raise
                refusals = self._slack_files.refusals(together, refused.reason)
                await self._reply(thread, render.post(Post(PostKind.LINE, Content(refusals), ()))[0])
            posted.shared += [file.title for file in together]

    async def _reply(self, thread: ThreadRef, drawn: render.Drawn, **more: Any) -> Any:
        """Posts a reply. Raises `Rejected(GONE)` if the thread is gone: Slack then silently posts at the top level, and
        that message is deleted."""
        answer = await self._workspace.post(thread.channel, drawn.text, drawn.blocks, thread_ts=thread.thread, **more)
        if (answer.get("message") or {}).get("thread_ts") != thread.thread:
            with suppress(Rejected):
                await self._workspace.call("chat.delete", channel=thread.channel, ts=answer["ts"])
            raise Rejected(RejectReason.GONE, "the thread was deleted")
        return answer

    async def _authorship(self, author: PostAuthor | None) -> tuple[str, dict[str, str]]:
        """Returns the name to write into the text or, if Slack allows it, the message's own name and picture."""
        if author is None:
            return "", {}
        if not (await self._workspace.identity()).may("chat:write.customize"):
            return author.name, {}
        looks = {"username": shorten(author.name, limits.NAME)}
        if author.picture is not None and self._public:
            looks["icon_url"] = self._files.link(author.picture, "picture.jpg", "image/jpeg")
        return "", looks

    async def _drawn(self, card: Card, send: Callable[[render.Drawn], Awaitable[T]]) -> T:
        """Sends a card. In a workspace that refuses the fold, its facts stand in the open."""
        picture = self._files.link(card.picture, "picture.jpg", "image/jpeg") if card.picture and self._public else ""
        look = cards.CardLook(picture, self._tr.gettext("More…"), self._tr.gettext("Details"), self._folds)
        drawn = cards.card(card, look)
        try:
            return await send(drawn)
        except Rejected as refused:
            if not cards.has_container(drawn) or code_of(refused) not in _MALFORMED:
                raise
        sent = await send(cards.card(card, replace(look, folds=False)))
        self._folds = False
        log.info("the workspace takes no containers: cards show all facts", desk=self._workspace.desk)
        return sent

    # ------------------------------------------------------------------------------------- reading

    async def find(self, thread: ThreadRef, key: Key) -> str | None:
        """Returns a post's first message if all of its parts are in the thread. An incomplete one is remembered, and
        the next attempt continues it; one that shows several parcels' messages is withdrawn, since they go alone
        now."""
        us = (await self._workspace.identity()).us
        found = posted_keys.posted_parts(await self._thread(thread.channel, thread.thread), key, us)
        if found is None or found.complete:
            return found.first if found else None
        if found.joint:
            await self._withdraw(thread.channel, found)
            self._forget([key])
        else:
            self._remember([key], found)
        return None

    async def _withdraw(self, channel: str, posted: PostedParts) -> None:
        """Deletes an incomplete post, its beginning last: what is left after a failure still shows what it is of."""
        for ts in (*posted.beside, *(posted.parts[number] for number in sorted(posted.parts, reverse=True))):
            await self._delete(channel, ts)

    async def find_card(self, channel: str, key: Key, pages: int = CARDS_LOOKED_AT) -> str | None:
        """Searches the channel's newest messages for a card."""
        us = (await self._workspace.identity()).us
        listed = self._workspace.pages(
            "conversations.history", "messages", pages, channel=channel, limit=PAGE, include_all_metadata=True
        )
        async for page in listed:
            for message in page:
                if key in posted_keys.keys_of(message, us):
                    return str(message["ts"])
        return None

    async def _thread(self, channel: str, ts: str, **more: Any) -> list[dict[str, Any]]:
        """Returns all messages, oldest first; none if the thread is gone."""
        messages: list[dict[str, Any]] = []
        try:
            async for page in self._workspace.pages(
                "conversations.replies",
                "messages",
                channel=channel,
                ts=ts,
                limit=WHOLE_THREAD,
                include_all_metadata=True,
                **more,
            ):
                messages += page
        except Rejected as refused:
            if refused.reason is not RejectReason.GONE:
                raise
        return messages

    # ------------------------------------------------------------------------------------ changing

    async def redraw_card(self, ref: PostRef, card: Card) -> None:
        label = {"metadata": posted_keys.label([], trace=card.trace)} if card.trace is not None else {}
        await self._drawn(card, lambda drawn: self._change(ref.channel, ref.post, drawn, **label))

    async def redraw(self, ref: PostRef, post: Post) -> None:
        """Redraws a post with as many messages as it now takes. Files stay as they are."""
        name, looks = await self._authorship(post.author)
        standing = await self._standing(ref)
        worded = self._layout.worded(post, bool(standing.pictures))
        drawn = render.post(worded, name, album.blocks(standing.pictures))
        keys = list(dict.fromkeys((*standing.keys, *post.keys)))
        for number, message in enumerate(drawn, 1):
            pictures = standing.pictures if number == len(drawn) else ()
            metadata = posted_keys.label(keys, number, len(drawn), pictures=pictures)
            if number <= len(standing.parts):
                await self._change(ref.channel, standing.parts[number - 1], message, metadata=metadata)
            else:
                await self._reply(standing.thread, message, metadata=metadata, **looks)
        for superfluous in standing.parts[len(drawn) :]:
            await self._delete(ref.channel, superfluous)

    async def delete(self, ref: PostRef) -> None:
        for part in (await self._standing(ref)).parts:
            await self._delete(ref.channel, part)

    async def _standing(self, ref: PostRef) -> StandingPost:
        found = await self._thread(ref.channel, ref.post)
        us = (await self._workspace.identity()).us
        first = next((message for message in found if message.get("ts") == ref.post), {})
        thread = ThreadRef(ref.desk, ref.channel, ThreadId(str(first.get("thread_ts") or ref.post)))
        keys = posted_keys.keys_of(first, us)
        if not keys:
            return StandingPost(thread, (ref.post,))
        alone = posted_keys.alone(first, us)
        after = [first] if alone else await self._thread(ref.channel, thread.thread, oldest=ref.post, inclusive=True)
        whole = posted_keys.posted_parts(after, keys[0], us) or PostedParts({1: ref.post})
        parts = tuple(whole.parts[number] for number in sorted(whole.parts))
        return StandingPost(thread, parts, tuple(keys), whole.pictures)

    async def _change(self, channel: str, ts: str, drawn: render.Drawn, **more: Any) -> None:
        await self._workspace.call("chat.update", channel=channel, ts=ts, text=drawn.text, blocks=drawn.blocks, **more)

    async def _delete(self, channel: str, ts: str) -> None:
        try:
            await self._workspace.call("chat.delete", channel=channel, ts=ts)
        except Rejected as refused:
            if refused.reason is not RejectReason.GONE:
                raise

    # -------------------------------------------------------------------------------------- memory

    def _remember(self, keys: Sequence[Key], posted: PostedParts) -> None:
        if keys:
            self._posted[keys[0]] = posted
            while len(self._posted) > REMEMBERED:
                self._posted.popitem(last=False)

    def _forget(self, keys: Sequence[Key]) -> None:
        if keys:
            self._posted.pop(keys[0], None)
