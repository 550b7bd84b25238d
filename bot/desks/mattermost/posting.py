"""Posts into threads, in one or several pieces; each arrives exactly once, whatever fails on the way.

Mattermost has no lasting idempotency key, so the hub's keys are in the post's props (`hub_keys`). A post of several
pieces numbers them: `hub_keys` in the first, `hub_of` in the others, `hub_part` in all. `find` does not find an
incomplete post, and the next attempt sends only the missing pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.desks.mattermost import render, views
from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.authors import Authors, Byline
from bot.desks.mattermost.format import write
from bot.desks.mattermost.hooks import ButtonSurface
from bot.desks.mattermost.render import Buttons, PostBody
from bot.desks.mattermost.server import Server
from bot.desks.mattermost.uploading import Uploader
from bot.desks.mattermost.wire import MARKER
from bot.domain import Key, Media
from bot.domain.spelling import composed
from bot.domain.text import Text
from bot.domain.value import value
from bot.locale import Translator
from bot.ports import Files, Rejected, RejectReason, Transient, Unconfirmed, Unexplained
from bot.views.values import Post, View
from bot.views.words import describe, spelled_out

FILES = 5

Creates = Callable[[str, str, PostBody, Json, str, Sequence[str]], Awaitable[Json]]
"""Signature of `Posting.create` and `into_channel`."""


@value
class PostPart:
    """One of the posts that a `Post` is split into. `byline`: of the first; the others follow it."""

    body: PostBody
    files: tuple[Media, ...]
    props: Json
    byline: Byline = Byline()


class Posting:
    def __init__(
        self, api: Api, server: Server, uploader: Uploader, buttons: Buttons, files: Files, tr: Translator
    ) -> None:
        self._api, self._server, self._uploader = api, server, uploader
        self._buttons, self._tr = buttons, tr
        self._authors = Authors(server, files)
        self._threads: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(
        self,
        channel: str,
        root: str,
        body: PostBody,
        props: Json,
        key: str,
        files: Sequence[str] = (),
        *,
        shared: bool = False,
    ) -> Json:
        """Creates one post and returns it as it stands. One at a time per thread: on older servers concurrent first
        replies fail. `shared`: the channel is one of the desk's, not a direct message's."""
        me = await self._server.me()
        request: Json = {
            "channel_id": channel,
            "root_id": root or None,
            "message": body.message,
            "props": {MARKER: True, **body.props, **props},
            "file_ids": list(files) or None,
            "pending_post_id": f"{me.id}:{key}" if key else None,
            **((await self._server.features()).urgency if body.urgent else {}),
        }
        async with self._threads.setdefault(root or key, asyncio.Lock()):
            return await self._created(root, request, channel if shared else "")

    async def _created(self, root: str, request: Json, channel: str) -> Json:
        """Creates a post, plainly if the server does not take its priority: the licence has ended. The server says that
        a thread is gone when it could not read it, too."""
        try:
            return await self._api.create(request, channel)
        except (Rejected, Unexplained) as refused:
            if request.pop("metadata", None):
                return await self._created(root, request, channel)
            if not isinstance(refused, Rejected) or not root or refused.reason is not RejectReason.GONE:
                raise
            await self._api.post(root, channel)  # raises `Rejected` if it is gone
            raise Unexplained(refused.detail) from refused

    async def into_channel(
        self, channel: str, root: str, body: PostBody, props: Json, key: str, files: Sequence[str] = ()
    ) -> Json:
        """Creates a post in a channel with customers' messages. What is wrong with the channel is not the fault of one
        post, and nothing that waits is given up. Raises `Unavailable`."""
        return await self.create(channel, root, body, props, key, files, shared=True)

    async def post(self, channel: str, root: str, given: Post) -> str:
        """Returns the id of the first piece. Raises `Unconfirmed` when a later piece of several parcels' messages
        fails: what stands must be withdrawn before they go alone."""
        pieces = await self._pieces(given, root, await self._authors.of_new(given.author))
        there = await self._there(channel, root, given) if len(pieces) > 1 else {}
        first = str(there[0]["id"]) if 0 in there else ""
        try:
            for number, piece in enumerate(pieces):
                if number not in there:
                    sent = await self._send(channel, root, piece, _key(given, number))
                    first = first or sent
        except (Transient, Rejected) as failed:
            if first and len(given.keys) > 1:
                raise Unconfirmed(failed.detail) from failed
            raise
        return first

    async def tell(self, user: str, view: View, where: str = "") -> None:
        """Sends a direct message. A repetition after an uncertain outcome does not send pieces that are already there.
        `where`: see `hooks`."""
        channel = await self._server.direct(user)
        bodies = views.messages(view, self._buttons, where, ButtonSurface.DIRECT)
        bodies[0] = replace(bodies[0], urgent=view.urgent)
        filled: list[tuple[PostBody, tuple[Media, ...]]] = [(body, ()) for body in bodies]
        filled[-1] = (bodies[-1], view.files[:FILES])
        filled += [(PostBody(), view.files[start : start + FILES]) for start in range(FILES, len(view.files), FILES)]
        there = _parts(await self._api.latest(channel), view.keys[0]) if view.keys else {}
        for number, (body, files) in enumerate(filled):
            if number not in there:
                key = f"{view.keys[0]}:{user}:{number}" if view.keys else ""
                piece = PostPart(body, files, _identity(view.keys, number, len(filled)))
                await self._send(channel, "", piece, key, into=self.create)

    async def retell(self, user: str, key: Key, view: View) -> None:
        """Replaces the direct message with this key, if there is one. After `PostEditTimeLimit` its words stay, and the
        new ones take the place of its buttons."""
        there = _parts(await self._api.latest(await self._server.direct(user)), key)
        if 0 not in there:
            return
        body = views.messages(view, self._buttons, "", ButtonSurface.DIRECT)[0]
        post, props = str(there[0]["id"]), {MARKER: True, **body.props, **_identity((key,), 0, 1)}
        try:
            await self._api.change("", post, props, body.message)
        except Rejected as refused:
            if refused.reason is not RejectReason.TOO_LATE:
                raise
            await self._api.change("", post, {**props, "attachments": [{"fallback": "", "text": body.message}]})
        for number in sorted(there.keys() - {0}):
            await self._api.delete("", str(there[number]["id"]))

    async def change(self, channel: str, post: str, given: Post) -> None:
        """Updates a post's text, buttons and author; its files and keys stay. Pieces are added or removed at the
        end."""
        now = await self._api.post(post, channel)
        root = str(now.get("root_id") or "")
        if keys := _props(now).get("hub_keys"):
            given = replace(given, keys=tuple(keys))
        byline = await self._authors.of_standing(given.author, now)
        pieces = await self._pieces(given, root, byline, shown=_file_names(now))
        there = {0: now}
        if len(pieces) > 1 or "hub_part" in _props(now):
            there |= await self._there(channel, root, given)
        for number, piece in enumerate(pieces):
            if number in there:
                await self._redraw(channel, there[number], piece)
            else:
                await self._send(channel, root, piece, _key(given, number))
        for number in sorted(there.keys() - range(len(pieces))):
            await self._api.delete(channel, str(there[number]["id"]))

    async def _redraw(self, channel: str, standing: Json, piece: PostPart) -> None:
        """Updates one piece. A message that stays as it is is left out: after `PostEditTimeLimit` a change with one is
        refused."""
        piece = replace(piece, body=render.boxed(piece.body)) if _is_box(standing) else piece
        message = None if standing.get("message") == piece.body.message else piece.body.message
        props = {MARKER: True, **piece.body.props, **piece.props}
        await self._named(channel, await self._api.change(channel, str(standing["id"]), props, message), piece)

    async def find(self, channel: str, root: str, key: Key) -> str | None:
        """Returns the post with this key, if all of its pieces are there. An incomplete one that shows several parcels'
        messages is withdrawn, its beginning last, since they go alone now."""
        posts = await self._api.thread(root, channel)
        for post in posts:
            keys: list[str] = _props(post).get("hub_keys") or []
            if key not in keys:
                continue
            there = _parts(posts, keys[0])
            if len(there) >= _total(post):
                return str(post["id"])
            for number in sorted(there, reverse=True) if len(keys) > 1 else ():
                await self._api.delete(channel, str(there[number]["id"]))
        return None

    # ---------------------------------------------------------------------------------------- pieces

    async def _pieces(
        self, given: Post, root: str, byline: Byline, shown: frozenset[str] | None = None
    ) -> list[PostPart]:
        """Splits a post. `shown`: when updating, the names of the files that are already there (`composed`)."""
        content = spelled_out(given.content, self._tr)
        text, media = content.text, tuple(one for one in content.attachments if isinstance(one, Media))
        if shown is not None:
            absent = [describe(one, self._tr) for one in media if composed(one.name) not in shown]
            text, media = _with_words(text, absent), ()
        bodies = render.post(given, text, self._buttons, root, named=byline.named)
        filled: list[tuple[PostBody, tuple[Media, ...]]] = [(body, ()) for body in bodies]
        filled[-1] = (bodies[-1], media[:FILES])
        filled += [(PostBody(), media[start : start + FILES]) for start in range(FILES, len(media), FILES)]
        return [
            PostPart(
                body,
                files,
                {**byline.props, **_identity(given.keys, number, len(filled))},
                Byline() if number else byline,
            )
            for number, (body, files) in enumerate(filled)
        ]

    async def _send(self, channel: str, root: str, piece: PostPart, key: str, into: Creates | None = None) -> str:
        uploaded = await self._uploader.upload(channel, piece.files)
        message = _with_lines(piece.body.message, uploaded.words)
        if not message and not uploaded.files and not piece.body.attachments:
            message = "…"  # nothing to show, but something arrived
        body = replace(piece.body, message=message)
        made = await (into or self.into_channel)(channel, root, body, piece.props, key, tuple(uploaded.files))
        self._authors.learn(piece.props, made)
        if left_out := self._uploader.left_out(uploaded.files, made):
            body = replace(body, message=_with_lines(message, left_out))
            props = {MARKER: True, **body.props, **piece.props}
            made = await self._api.change(channel, str(made["id"]), props, body.message)
        await self._named(channel, made, replace(piece, body=body))
        return str(made["id"])

    async def _named(self, channel: str, made: Json, piece: PostPart) -> None:
        """Puts the author's name into the text of a post from which the server has dropped it."""
        if piece.byline.author is None or not piece.byline.missing(made):
            return
        message = piece.body.message
        if not piece.byline.named:
            message = render.under_name(piece.byline.author, message)
        await self._api.change(channel, str(made["id"]), {MARKER: True, **piece.body.props, **piece.props}, message)

    async def _there(self, channel: str, root: str, given: Post) -> dict[int, Json]:
        """Returns the pieces that are already in the thread, by number."""
        return _parts(await self._api.thread(root, channel), given.keys[0]) if given.keys else {}


def _identity(keys: Sequence[Key], number: int, total: int) -> Json:
    if not keys:
        return {}
    said: Json = {"hub_keys": list(keys)} if number == 0 else {"hub_of": keys[0]}
    return {**said, "hub_part": f"{number}/{total}"} if total > 1 else said


def _parts(posts: Sequence[Json], key: str) -> dict[int, Json]:
    found: dict[int, Json] = {}
    for post in posts:
        props = _props(post)
        if key in (props.get("hub_of"), *(props.get("hub_keys") or ())[:1]):
            found.setdefault(int(str(props.get("hub_part", "0/1")).split("/")[0]), post)
    return found


def _total(post: Json) -> int:
    return int(str(_props(post).get("hub_part", "0/1")).split("/")[1])


def _is_box(post: Json) -> bool:
    """Tells whether a post's words are all in an attachment, as those of technical lines were in an older hub."""
    return not post.get("message") and any(one.get("text") for one in _props(post).get("attachments") or ())


def _props(post: Json) -> Json:
    return post.get("props") or {}


def _key(given: Post, number: int) -> str:
    """Returns what the server recognizes repetitions by, for a moment. A post of several parcels is not its first
    one's."""
    joint = f"+{len(given.keys) - 1}" if len(given.keys) > 1 else ""
    return f"{given.keys[0]}{joint}:{number}" if given.keys else ""


def _file_names(post: Json) -> frozenset[str]:
    return frozenset(composed(str(file.get("name"))) for file in (post.get("metadata") or {}).get("files") or ())


def _with_words(text: Text, more: Sequence[Text]) -> Text:
    for words in more:
        text = text + Text.plain("\n") + words if text else words
    return text


def _with_lines(message: str, more: Sequence[Text]) -> str:
    return "\n".join(filter(None, (message, *map(write, more))))
