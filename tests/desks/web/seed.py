"""A morning at the desk, to look at: `python -m tests.desks.web.seed` serves it on 127.0.0.1:8099."""

from __future__ import annotations

import asyncio
import struct
import sys
import tempfile
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.model import (
    Addressee,
    Author,
    Choice,
    Content,
    Delivery,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Poll,
    SharedContact,
    Status,
    Unshowable,
)
from bot.text import Span, Style, Text, line, link
from bot.views.values import Quoted, Row, View
from tests.desks.web.fakes import Talk
from tests.desks.web.serving import KEYS, Served, served

PEOPLE = (
    ("Maria Gonzalez", "shop", "Hello! Has my order 88213 been sent yet?", 4),
    ("Пётр Васильев", "site", "Добрый день, подскажите, пожалуйста, работаете ли вы в субботу?", 11),
    ("Liang Wei", "shop", "The size is too small, can I exchange it for an XL?", 38),
    ("Yusuf Demir", "site", "I would like an invoice for our company", 95),
    ("Ольга", "shop", "Спасибо!", 150),
    ("Chloé Martin", "shop", "Is the blue one back in stock?", 190),
    ("Sam Okafor", "site", "The code SUMMER does not work at checkout 😕", 260),
    ("Emma Schmidt", "shop", "Great, thank you so much for the quick help", 300),
    ("Noah", "shop", "📷 photo", 1500),
    ("Priya Raman", "site", "Can the delivery be moved to Friday afternoon?", 2900),
)

LONG = 1049


def picture(width: int, height: int, hue: int) -> bytes:
    """A PNG with a soft gradient."""
    rows = b"".join(
        b"\0" + b"".join(bytes(((hue + x * 90 // width) % 256, 120 + y * 90 // height, 190)) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def fill(hub: Served) -> None:
    now = hub.tools.clock.now()
    board = hub.board
    for number, (name, account, words, minutes) in enumerate(PEOPLE, 1042):
        at = now - timedelta(minutes=minutes)
        talk = board.add(number, name, account, at=at - timedelta(minutes=20))
        if number == LONG:
            await _long_talk(hub, talk)
        else:
            await board.customer_writes(number, "Hi 👋", at - timedelta(minutes=1))
            await board.customer_writes(number, words, at)
        if number > 1045:
            talk.people = talk.people or ["anna" if number % 2 else "boris"]
            talk.dialog = replace(
                talk.dialog, status=Status.IN_PROGRESS, waiting_since=None, responsible=board.operator(talk.people[0])
            )
    board.talks[1044].dialog = replace(  # type: ignore[index]
        board.talks[1044].dialog,
        status=Status.RETURNED,
        addressee=Addressee(board.operator("anna")),  # type: ignore[index]
    )
    closed = board.add(1031, "Ivan", "shop", status=Status.CLOSED, people=["boris"], at=now - timedelta(days=3))
    await board.customer_writes(1031, "All good now, thanks", now - timedelta(days=3))
    closed.dialog = replace(closed.dialog, waiting_since=None, reason="Bought", closed_at=now - timedelta(days=3))
    told = line("👉 You were asked to take ", link("#1044 · Liang Wei", "/desk#/dialog/1044"))
    await board.keep(hub.desk.name, "anna", View((Row(told),)), None)


async def _long_talk(hub: Served, talk: Talk) -> None:
    """One of everything."""
    add, board, add_file = board_append(hub, talk), hub.board, hub.files.add
    talk.contact = replace(
        talk.contact,
        phone="+49 170 5550147",
        email="emma@example.com",
        picture=add_file(picture(96, 96, 200), "e.png", "image/png"),
    )
    talk.dialog = replace(talk.dialog, title="Return of order 77120", ordinal=3)
    talk.people = ["anna", "boris"]
    day, hour = 60 * 24, 60
    c, o, n, h = Author.CUSTOMER, Author.OPERATOR, Author.NOTE, Author.HUB
    photo = Media(
        MediaKind.PHOTO, add_file(picture(640, 420, 20), "damage.png", "image/png"), "damage.png", "image/png", 48_213
    )
    tall = Media(
        MediaKind.PHOTO, add_file(picture(300, 520, 90), "label.png", "image/png"), "label.png", "image/png", 30_100
    )
    bill = Media(
        MediaKind.FILE,
        add_file(b"%PDF-1.4 ", "x.pdf", "application/pdf"),
        "Invoice 77120 (copy).pdf",
        "application/pdf",
        184_320,
    )
    voice = Media(MediaKind.VOICE, add_file(_silence(), "v.wav", "audio/wav"), "", "audio/wav", 16_044, 2)
    sticker = Media(
        MediaKind.STICKER, add_file(picture(160, 160, 150), "s.png", "image/png"), "", "image/png", emoji="🎉"
    )
    add(c, day + 300, "Hello, the lamp arrived broken 😞 What can I do?")
    add(h, day + 295, words="✋ anna accepted the dialog")
    add(
        o,
        day + 290,
        Text.of(
            [
                Span("Hello Emma, I am "),
                Span("so sorry", Style.BOLD),
                Span(" to hear that! Could you send us a photo of the damage and of the shipping label?"),
            ]
        ),
        read=True,
    )
    album = board.append(
        talk,
        c,
        Content(Text.plain("Here they are"), (photo, tall)),
        talk.contact.name,
        hub.tools.clock.now() - timedelta(minutes=day + 240),
    )
    album.message = replace(album.message, important=True)
    add(n, day + 235, "@boris do we still have the brass one in the warehouse?")
    add(n, day + 230, "Yes, 4 left. I have put one aside.", who="boris")
    add(
        o,
        day + 225,
        Text.of(
            [
                Span(
                    "Thank you! We will send a new one today. You can keep the broken one. Track it here: https://track.example.com/77120 – or read "
                ),
                Span("our guarantee", link="https://example.com/guarantee"),
                Span("."),
            ]
        ),
        read=True,
    )
    quoted = add(c, day + 200, "Wonderful, thank you!! Can the courier leave it with the neighbour? ❤️")
    quoted.quoted = Quoted("Thank you! We will send a new one today. You can keep the broken one.", "anna", "")
    add(c, 8 * hour, Content(attachments=(Location(52.52437, 13.41053, "Neighbour", "Alexanderplatz 1, Berlin"),)))
    add(
        c,
        8 * hour - 1,
        Content(attachments=(SharedContact("Jonas Weber", ("+49 30 5550199",), ("jonas@example.com",)),)),
    )
    add(c, 8 * hour - 2, Content(attachments=(voice,)))
    mine = add(
        o,
        7 * hour,
        Content(
            Text.of(
                [
                    Span("Of course. Your invoice is attached; the reference is "),
                    Span("RMA-77120", Style.CODE),
                    Span("."),
                ]
            ),
            (bill,),
        ),
        read=True,
    )
    mine.message = replace(mine.message, reactions=("👍", "❤️"), edited_at=hub.tools.clock.now())
    add(c, 6 * hour, Content(attachments=(sticker,)))
    add(
        c,
        5 * hour + 30,
        Content(
            forwarded=(Forwarded("DHL", Content(Text.plain("Your parcel 00340 was handed to Jonas Weber")), None),)
        ),
    )
    add(
        c,
        5 * hour + 29,
        Content(Text(), (Poll("When may we call you?", ("Morning", "Evening")), Choice("Evening"), Unshowable("dice"))),
    )
    add(
        o,
        5 * hour + 10,
        Text.of(
            [
                Span("In the manual, on page 12:\n"),
                Span("Hold the lamp upright.\nTurn the knob twice.", Style.QUOTE),
                Span("\nor run\n"),
                Span("$ lamp --reset\nok", Style.PRE),
            ]
        ),
        delivery=Delivery.DELIVERED,
    )
    gone = add(c, 5 * hour + 5, "wrong chat, sorry")
    gone.message = replace(gone.message, deleted_at=hub.tools.clock.now())
    failed = add(o, 5 * hour + 1, "Please write to us if anything else comes up.", delivery=Delivery.FAILED)
    failed.problem = "the channel did not take it after many tries"
    add(o, 5 * hour, "Have a lovely day, Emma!", delivery=Delivery.PENDING)
    talk.dialog = replace(talk.dialog, last_words="Have a lovely day, Emma!")


def board_append(hub: Served, talk: Talk):  # type: ignore[no-untyped-def]
    now = hub.tools.clock.now()

    def add(author, minutes, content=None, *, who="anna", read=False, delivery=None, words=""):  # type: ignore[no-untyped-def]
        said = Content(Text.plain(content)) if isinstance(content, str) else content or Content()
        said = Content(said) if isinstance(said, Text) else said
        name = talk.contact.name if author is Author.CUSTOMER else who
        state = delivery or (Delivery.READ if read else Delivery.INTERNAL if author is Author.NOTE else Delivery.NONE)
        writer = who if author in (Author.OPERATOR, Author.NOTE) else ""
        return hub.board.append(
            talk,
            author,
            said,
            name,
            now - timedelta(minutes=minutes),
            writer=writer,
            delivery=state,
            words=Text.plain(words),
        )

    return add


def _silence() -> bytes:
    """Two seconds of it."""
    data = b"\0" * 16000
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


async def main(port: int, locale: str) -> None:
    with tempfile.TemporaryDirectory() as path:
        async with served(Path(path), port=port, locale=locale) as hub:
            hub.office.instant = True
            await fill(hub)
            print(f"{hub.url}/desk, keys: {KEYS}", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8099, sys.argv[2] if len(sys.argv) > 2 else "en"))
