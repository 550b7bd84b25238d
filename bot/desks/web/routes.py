"""The desk's routes, shared by all web desks: the key decides whose desk it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from bot.desks.web.auth import Authenticator, Member
from bot.desks.web.commands import Commands
from bot.desks.web.desk import WebDesk
from bot.desks.web.lookups import Lookups
from bot.desks.web.pages import DeskPages
from bot.desks.web.queries import Queries
from bot.desks.web.references import References
from bot.desks.web.wire import Wire
from bot.domain import DeskName
from bot.locale import locale_of, translator
from bot.ports import Desk, EventHandler, Route


def routes(desks: Mapping[DeskName, Desk], handlers: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    web = {name: desk for name, desk in desks.items() if isinstance(desk, WebDesk)}
    if not web:
        return ()
    tools = next(iter(web.values())).tools
    auth, locale = Authenticator(web, handlers), locale_of(tools.locale)
    pages = DeskPages(locale)
    references, tr = References(*tools.secrets), translator(locale)

    def shapes(reader: Member) -> Wire:
        return Wire(tools.files, tools.public_url, tr, partial(references.seal, reader))

    queries, commands = Queries(auth, shapes, locale), Commands(auth, shapes)
    lookups = Lookups(auth, shapes, references)
    return (
        Route(("GET",), "/desk", pages.page),
        Route(("GET",), "/desk/assets/{version}/{name}", pages.asset),
        Route(("GET",), "/desk/api/words", pages.words),
        Route(("POST",), "/desk/api/session", commands.sign_in),
        Route(("DELETE",), "/desk/api/session", commands.sign_out),
        Route(("DELETE",), "/desk/api/sessions", commands.sign_out_everywhere),
        Route(("GET",), "/desk/api/state", queries.state),
        Route(("GET",), "/desk/api/emoji", queries.emoji),
        Route(("GET",), "/desk/api/live", queries.live),
        Route(("GET",), "/desk/api/dialogs", queries.dialogs),
        Route(("GET",), "/desk/api/dialogs/{dialog}", queries.dialog),
        Route(("GET",), "/desk/api/search", lookups.search),
        Route(("GET",), "/desk/api/contacts/{contact}", lookups.contact),
        Route(("GET",), "/desk/api/contacts/{contact}/correspondence", lookups.correspondence),
        Route(("GET",), "/desk/api/contacts/{contact}/files", lookups.files),
        Route(("POST",), "/desk/api/dialogs/{dialog}/kind", commands.kind),
        Route(("POST",), "/desk/api/dialogs/{dialog}/posts", commands.post),
        Route(("PATCH",), "/desk/api/dialogs/{dialog}/posts/{post}", commands.edit),
        Route(("DELETE",), "/desk/api/dialogs/{dialog}/posts/{post}", commands.delete),
        Route(("POST",), "/desk/api/dialogs/{dialog}/posts/{post}/reactions", commands.react),
        Route(("POST",), "/desk/api/press", commands.press),
        Route(("POST",), "/desk/api/submit", commands.submit),
        Route(("POST",), "/desk/api/command", commands.command),
    )
