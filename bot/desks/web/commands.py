"""Operators' actions: each is one event for the core, whose answer goes straight back to the page."""

from __future__ import annotations

from fastapi import Request, Response

from bot.desks.web import answers, bodies
from bot.desks.web.auth import Authenticator, Member, refuse
from bot.desks.web.bodies import Number
from bot.desks.web.desk import thread_of
from bot.desks.web.markdown import read as read_markdown
from bot.desks.web.queries import answer
from bot.desks.web.wire import Shapes
from bot.domain import (
    Commanded,
    Content,
    DeskEvent,
    DialogId,
    Key,
    MessageId,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    OperatorReacted,
    Place,
    PostId,
    Pressed,
    Submitted,
)
from bot.ports import Forged, MessageView, Page

_NOTHING_NEW = 2**62
"""A revision that no dialog reaches: requests a dialog without its messages."""


class Commands:
    """Endpoints. Each authenticates by `Authenticator`, which admits only the hub's own page."""

    def __init__(self, auth: Authenticator, shapes: Shapes) -> None:
        self._auth, self._shapes = auth, shapes

    # ----------------------------------------------------------------------------- coming and going

    async def sign_in(self, request: Request) -> Response:
        self._auth.own_page(request)
        asked = await bodies.read(request, bodies.SignIn, bodies.LARGEST_SIGN_IN)
        session = await self._auth.sign_in(request, asked.key.strip(), asked.name, asked.desk)
        response = answer({"user": session.user, "desk": session.desk})
        self._auth.keep(response, request, session)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Signs out this browser."""
        self._auth.own_page(request)
        await self._auth.sign_out(request)
        return self._signed_out()

    async def sign_out_everywhere(self, request: Request) -> Response:
        """Signs out every browser of this operator."""
        me = await self._auth.changing(request)
        await me.desk.sign_ins.end_all(me.desk.name, me.actor.user)
        return self._signed_out()

    def _signed_out(self) -> Response:
        response = answer({})
        self._auth.forget(response)
        return response

    # ------------------------------------------------------------------------------------- messages

    async def post(self, request: Request, dialog: Number) -> Response:
        me = await self._auth.changing(request)
        page = await self._here(me, dialog)
        if not page.may_write:
            refuse(403, "read_only")
        if page.dialog.thread is None:
            refuse(409, "opening", "the dialog's thread is about to open: ask again in a moment")
        draft, form = await bodies.read_draft(request, me.desk.file_bytes)
        try:
            media = await bodies.save_files(form, me.desk.tools.files, me.desk.file_bytes) if form else ()
        finally:
            if form:
                await form.close()
        content = Content(read_markdown(draft.text), media)
        if not content:
            refuse(422, "empty")
        key = _key(me, draft.id)
        event = OperatorPosted(
            key,
            me.actor,
            self._place(me, page, PostId(key)),
            content,
            me.desk.tools.clock.now(),
            names=me.desk.names(internal=draft.note),
            quoted=PostId(draft.reply_to) if draft.reply_to else None,
        )
        return await self._done(me, event, post=key)

    async def edit(self, request: Request, dialog: Number, post: str, message: Number) -> Response:
        """Changes the text of the operator's own message; its files stay."""
        me = await self._auth.changing(request)
        page, shown = await self._own(me, dialog, PostId(post), message)
        asked = await bodies.read(request, bodies.EditBody)
        content = Content(read_markdown(asked.text), shown.message.content.attachments)
        if not content:
            refuse(422, "empty")
        place = self._place(me, page, shown.post)
        return await self._done(me, OperatorEdited(_key(me, asked.id), me.actor, place, content, me.desk.names()))

    async def kind(self, request: Request, dialog: Number) -> Response:
        """Classifies a draft before it is sent."""
        me = await self._auth.changing(request)
        asked = await bodies.read(request, bodies.TypedBody)
        content = Content(read_markdown(asked.text))
        kind = await me.desk.backend.kind(
            me.desk.name, me.actor, DialogId(dialog), content, me.desk.names(internal=asked.note)
        )
        return answer(kind and {"kind": kind.kind, "command": kind.command, "asked": kind.asked})

    async def delete(self, request: Request, dialog: Number, post: str, message: Number) -> Response:
        me = await self._auth.changing(request)
        page, shown = await self._own(me, dialog, PostId(post), message)
        event = OperatorDeleted(Key(f"{shown.post}:deleted"), me.actor, self._place(me, page, shown.post))
        return await self._done(me, event)

    async def react(self, request: Request, dialog: Number, post: str) -> Response:
        me = await self._auth.changing(request)
        page = await self._here(me, dialog)
        asked = await bodies.read(request, bodies.ReactionBody)
        place = self._place(me, page, PostId(post))
        event = OperatorReacted(_key(me, asked.id), me.actor, place, asked.emoji, asked.on, pressed=True)
        return await self._done(me, event)

    # ------------------------------------------------------------------- buttons, forms and commands

    async def press(self, request: Request) -> Response:
        me = await self._auth.changing(request)
        asked = await bodies.read(request, bodies.PressBody)
        place = await self._somewhere(me, asked.dialog)
        return await self._done(me, Pressed(_key(me, asked.id), me.actor, place, asked.token, picked=asked.picked))

    async def submit(self, request: Request) -> Response:
        me = await self._auth.changing(request)
        asked = await bodies.read(request, bodies.SubmitBody)
        place = await self._somewhere(me, asked.dialog)
        return await self._done(me, Submitted(_key(me, asked.id), me.actor, place, asked.token, asked.values))

    async def command(self, request: Request) -> Response:
        me = await self._auth.changing(request)
        asked = await bodies.read(request, bodies.CommandBody)
        place = await self._somewhere(me, asked.dialog)
        return await self._done(me, Commanded(_key(me, asked.id), me.actor, place, asked.words.strip()))

    # ------------------------------------------------------------------------------------- together

    async def _done(self, me: Member, event: DeskEvent, **more: str) -> Response:
        """Passes an event to the core. A failure there becomes a 500: nothing was stored, and the page may retry with
        the same id."""
        try:
            said = await me.handler.accept(event)
        except Forged:
            refuse(403, "forged", "this button or form is not the hub's, or not meant for you")
        return answer({"answer": answers.answer(said, self._shapes(me)), **more})

    async def _page(self, me: Member, dialog: int) -> Page:
        page = await me.desk.backend.page(me.desk.name, me.actor, DialogId(dialog), since=_NOTHING_NEW)
        return page or refuse(404, "no_such_dialog")

    async def _here(self, me: Member, dialog: int) -> Page:
        """Returns a dialog whose thread is on this desk. Dialogs of other team chats are read-only here."""
        page = await self._page(me, dialog)
        if page.dialog.desk != me.desk.name:
            refuse(403, "elsewhere")
        return page

    async def _own(self, me: Member, dialog: int, post: PostId, message: int) -> tuple[Page, MessageView]:
        """Returns a message that this operator wrote. Other team chats enforce authorship themselves; here the hub
        must."""
        before = MessageId(message + 1)
        page = await me.desk.backend.page(me.desk.name, me.actor, DialogId(dialog), before=before)
        shown = (
            next((one for one in page.shown if one.message.id == message and one.post == post), None) if page else None
        )
        if page is None or shown is None:
            refuse(404, "no_such_message")
        if not shown.mine or shown.message.deleted_at:
            refuse(403, "not_yours")
        return page, shown

    async def _somewhere(self, me: Member, dialog: int | None) -> Place:
        """Returns the place of a button, form or command: a dialog of this desk, or no thread at all."""
        page = None if dialog is None else await self._page(me, dialog)
        if page is None or page.dialog.desk != me.desk.name:
            return Place(me.desk.name, me.desk.channel)
        return self._place(me, page)

    def _place(self, me: Member, page: Page, post: PostId | None = None) -> Place:
        """Builds the place. Before the courier has opened the thread, its future name is used."""
        known = page.dialog
        return Place(me.desk.name, known.channel or me.desk.channel, known.thread or thread_of(known.id), post)


def _key(me: Member, born: str) -> Key:
    """Builds a key with the operator's name, since pages create ids independently."""
    return Key(f"{me.actor.user}:{born}")
