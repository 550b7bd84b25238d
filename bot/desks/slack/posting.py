"""Posts in threads: one may take several Slack messages, and arrives exactly once, whatever fails on the way."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.desks.slack import limits, posted_keys, render
from bot.desks.slack.files import AT_ONCE, SlackFiles, UploadedFile
from bot.desks.slack.posted_keys import PostedParts
from bot.desks.slack.workspace import Workspace
from bot.domain import Content, Key, Media, PostId, PostRef, ThreadId, ThreadRef
from bot.domain.text import Text, line, shorten
from bot.locale import Translator
from bot.ports import Files, Rejected, RejectReason, Transient, Unconfirmed
from bot.views.values import Card, Post, PostAuthor, PostKind
from bot.views.words import describe, spelled_out

REMEMBERED = 1000  # unfinished posts remembered
CARDS_LOOKED_AT = 5  # pages of a channel's newest messages that are searched for a card
PAGE = 200
WHOLE_THREAD = 999


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
        self._posted: OrderedDict[Key, PostedParts] = OrderedDict()

    # ------------------------------------------------------------------------------------- writing

    async def open(self, channel: str, card: Card, key: Key) -> str:
        """Posts the card and returns the new thread's id."""
        drawn = self._card(card)
        answer = await self._workspace.post(
            channel, drawn.text, drawn.blocks, metadata=posted_keys.label([key], trace=card.trace)
        )
        return str(answer["ts"])

    async def post(self, thread: ThreadRef, post: Post) -> PostRef:
        """Sends a post, continuing an earlier attempt that `find` has found."""
        posted = self._posted.get(post.keys[0], PostedParts()) if post.keys else PostedParts()
        worded, media = self._worded(post)
        files = [await self._slack_files.upload(one) for one in media]
        ready = [file for file in files if isinstance(file, UploadedFile)]
        worded = _with_notes(worded, [file for file in files if isinstance(file, str)])
        try:
            await self._pieces(thread, post, worded, ready, posted)
        except (Transient, Rejected) as failed:
            if posted.parts and len(post.keys) > 1:  # what stands must be withdrawn before its messages go alone
                raise Unconfirmed(failed.detail) from failed
            raise
        self._forget(post.keys)
        return PostRef(thread.desk, thread.channel, PostId(posted.first))

    async def _pieces(
        self, thread: ThreadRef, post: Post, worded: Post, ready: Sequence[UploadedFile], posted: PostedParts
    ) -> None:
        """Posts the messages and files of a post that do not stand yet."""
        name, looks = await self._authorship(post.author)
        drawn = render.post(worded, name)
        for number, message in enumerate(drawn, 1):
            if number not in posted.parts:
                titles = [file.title for file in ready] if number == len(drawn) else []
                metadata = posted_keys.label(post.keys, number, len(drawn), titles)
                answer = await self._reply(thread, message, metadata=metadata, **looks)
                posted.parts[number] = str(answer["ts"])
                self._remember(post.keys, posted)
        await self._share(thread, ready, posted)

    async def _share(self, thread: ThreadRef, files: Sequence[UploadedFile], posted: PostedParts) -> None:
        """Shows the files that are not in the thread yet."""
        missing = Counter(posted.missing([file.title for file in files]))
        waiting = []
        for file in files:
            if missing[file.title] > 0:
                missing[file.title] -= 1
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

    def _worded(self, post: Post) -> tuple[Post, list[Media]]:
        """Separates a post into text and files; a post of files only gets their descriptions as its text."""
        content = spelled_out(post.content, self._tr)
        media = [one for one in content.attachments if isinstance(one, Media)]
        text = content.text or Text.plain("\n".join(describe(one, self._tr).characters for one in media))
        return replace(post, content=Content(text)), media

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

    def _card(self, card: Card) -> render.Drawn:
        picture = self._files.link(card.picture, "picture.jpg", "image/jpeg") if card.picture and self._public else ""
        return render.card(card, picture, self._tr.gettext("More…"))

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
        await self._change(ref.channel, ref.post, self._card(card), **label)

    async def redraw(self, ref: PostRef, post: Post) -> None:
        """Redraws a post with as many messages as it now takes. Files stay as they are."""
        worded, _ = self._worded(post)
        name, looks = await self._authorship(post.author)
        drawn = render.post(worded, name)
        thread, parts, keys = await self._parts(ref)
        keys = list(dict.fromkeys((*keys, *post.keys)))
        for number, message in enumerate(drawn, 1):
            metadata = posted_keys.label(keys, number, len(drawn))
            if number <= len(parts):
                await self._change(ref.channel, parts[number - 1], message, metadata=metadata)
            else:
                await self._reply(thread, message, metadata=metadata, **looks)
        for superfluous in parts[len(drawn) :]:
            await self._delete(ref.channel, superfluous)

    async def delete(self, ref: PostRef) -> None:
        _, parts, _ = await self._parts(ref)
        for part in parts:
            await self._delete(ref.channel, part)

    async def _parts(self, ref: PostRef) -> tuple[ThreadRef, Sequence[str], Sequence[Key]]:
        """Returns a post's thread, all its messages in order, and its keys."""
        found = await self._thread(ref.channel, ref.post)
        us = (await self._workspace.identity()).us
        first = next((message for message in found if message.get("ts") == ref.post), {})
        thread = ThreadRef(ref.desk, ref.channel, ThreadId(str(first.get("thread_ts") or ref.post)))
        keys = posted_keys.keys_of(first, us)
        if not keys or posted_keys.alone(first, us):
            return thread, [ref.post], keys
        after = await self._thread(ref.channel, thread.thread, oldest=ref.post, inclusive=True)
        whole = posted_keys.posted_parts(after, keys[0], us) or PostedParts({1: ref.post})
        return thread, [whole.parts[number] for number in sorted(whole.parts)], keys

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


def _with_notes(post: Post, notes: Sequence[str]) -> Post:
    """Adds notes on files that could not be shown."""
    text = post.content.text
    for note in notes:
        text = line(text, "\n" if text else "", note)
    return replace(post, content=Content(text))
