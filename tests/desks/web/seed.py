"""A morning at the desk, for looking at: `python -m tests.desks.web.seed` serves it on 127.0.0.1:8099."""

from __future__ import annotations

import asyncio
import struct
import sys
import tempfile
import zlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.desks.web.markdown import read
from bot.domain import (
    Addressee,
    Attachment,
    Author,
    Choice,
    Content,
    Delivery,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Occurrence,
    Poll,
    Reference,
    SharedContact,
    Status,
    Unshowable,
)
from bot.domain.text import Text, line, link
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
    board = hub.backend
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
    board.talks[1044].dialog = replace(
        board.talks[1044].dialog,
        status=Status.RETURNED,
        addressee=Addressee(board.operator("anna")),
    )
    closed = board.add(1031, "Ivan", "shop", status=Status.CLOSED, people=["boris"], at=now - timedelta(days=3))
    await board.customer_writes(1031, "All good now, thanks", now - timedelta(days=3))
    closed.dialog = replace(closed.dialog, waiting_since=None, reason="Purchased", closed_at=now - timedelta(days=3))
    notice = line("👉 You were asked to take ", link("#1044 · Liang Wei", "/desk#/dialog/1044"))
    await board.keep(hub.desk.name, "anna", View((Row(notice),)), None)


async def _long_talk(hub: Served, talk: Talk) -> None:
    """A dialog with one message of every kind."""
    face = hub.files.add(picture(96, 96, 200), "emma.png", "image/png")
    talk.contact = replace(talk.contact, phone="+49 170 5550147", email="emma@example.com", picture=face)
    talk.dialog = replace(talk.dialog, title="Return of order 77120", ordinal=3)
    talk.people = ["anna", "boris"]
    now = hub.tools.clock.now()
    for said in (*_yesterday(_files(hub)), *_today(_files(hub))):
        name = talk.contact.name if said.author is Author.CUSTOMER else said.who
        kept = hub.backend.append(
            talk,
            said.author,
            Content(read(said.text), said.attached, forwarded=said.forwarded),
            name,
            now - timedelta(minutes=said.minutes),
            writer=said.who if said.author in (Author.OPERATOR, Author.NOTE) else "",
            delivery=said.delivery,
            words=Text.plain(said.line),
            quoted=said.quoted,
        )
        kept.problem = said.problem
        changes: dict[str, Any] = {word: now if value == "now" else value for word, value in said.more.items()}
        kept.message = replace(kept.message, **changes)


@dataclass(frozen=True)
class Said:
    """A message from so many minutes ago. `more`: fields of the message; "now" is replaced by the time."""

    author: Author
    minutes: int
    text: str = ""
    attached: tuple[Attachment, ...] = ()
    delivery: Delivery = Delivery.NONE
    who: str = "anna"
    line: str = ""
    problem: str = ""
    quoted: Quoted | None = None
    forwarded: tuple[Forwarded, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


CUSTOMER, OPERATOR, NOTE = Author.CUSTOMER, Author.OPERATOR, Author.NOTE
INTERNAL, READ = Delivery.INTERNAL, Delivery.READ


def _files(hub: Served) -> dict[str, Media]:
    def media(kind: MediaKind, data: bytes, name: str, mime: str, **more: Any) -> Media:
        return Media(kind, hub.files.add(data, name, mime), name, mime, len(data), **more)

    return {
        "photo": media(MediaKind.PHOTO, picture(640, 420, 20), "damage.png", "image/png"),
        "tall": media(MediaKind.PHOTO, picture(300, 520, 90), "label.png", "image/png"),
        "bill": media(MediaKind.FILE, b"%PDF-1.4 " * 9000, "Invoice 77120 (copy).pdf", "application/pdf"),
        "voice": media(MediaKind.VOICE, _silence(), "", "audio/wav", seconds=2),
        "sticker": media(MediaKind.STICKER, picture(160, 160, 150), "", "image/png", emoji="🎉"),
    }


def _yesterday(files: dict[str, Media]) -> tuple[Said, ...]:
    day = 24 * 60
    thanks = (
        "Thank you! We will send a new one today. You can keep the broken one. "
        "Track it here: https://track.example.com/77120 or read [our guarantee](https://example.com/guarantee)."
    )
    asked = "Hello Emma, I am **so sorry** to hear that! Could you send us a photo of the damage and of the label?"
    reply = Quoted("Thank you! We will send a new one today. You can keep the broken one.", "anna")
    return (
        Said(CUSTOMER, day + 300, "Hello, the lamp arrived broken 😞 What can I do?"),
        Said(Author.HUB, day + 295, line="✋ anna accepted the dialog"),
        Said(OPERATOR, day + 290, asked, delivery=READ),
        Said(CUSTOMER, day + 240, "Here they are", (files["photo"], files["tall"]), more={"important": True}),
        Said(NOTE, day + 235, "@boris do we still have the brass one in the warehouse?", delivery=INTERNAL),
        Said(NOTE, day + 230, "Yes, 4 left. I have put one aside.", delivery=INTERNAL, who="boris"),
        Said(OPERATOR, day + 225, thanks, delivery=READ),
        Said(CUSTOMER, day + 200, "Wonderful!! Can the courier leave it with the neighbour? ❤️", quoted=reply),
    )


def _today(files: dict[str, Media]) -> tuple[Said, ...]:
    hour = 60
    place = Location(52.52437, 13.41053, "Neighbour", "Alexanderplatz 1, Berlin")
    company, site, address = "Weber & Sons", "weber.example", "Alexanderplatz 1, 10178 Berlin"
    person = SharedContact(
        "Jonas Weber", ("+49 30 5550199",), ("jonas@example.com",), company, "Joiner", (site,), (address,)
    )
    evening = Choice("Evening", about="from 6 to 9 p.m.")
    poll = (Poll("When may we call you?", ("Morning", "Evening")), evening, Unshowable("dice"))
    ad = Reference(
        "📣", "Lamps for every room", "Two years of guarantee.\nFree delivery.", "https://weber.example/lamps"
    )
    parcel = Forwarded("DHL", Content(Text.plain("Your parcel 00340 was handed to Jonas Weber")))
    invoice = "Of course. Your invoice is attached; the reference is `RMA-77120`."
    manual = "In the manual, on page 12:\n> Hold the lamp upright.\n> Turn the knob twice.\n\n"
    manual += "or run\n```\n$ lamp --reset\nok\n```"
    gone, given_up = "wrong chat, sorry", "the messenger did not accept it after several attempts"
    changed: dict[str, Any] = {"reactions": ("👍", "❤️"), "edited_at": "now"}
    return (
        Said(CUSTOMER, 8 * hour, attached=(place,)),
        Said(CUSTOMER, 8 * hour - 1, attached=(person,)),
        Said(CUSTOMER, 8 * hour - 2, attached=(files["voice"],)),
        Said(OPERATOR, 7 * hour, invoice, (files["bill"],), READ, more=changed),
        Said(CUSTOMER, 6 * hour, attached=(files["sticker"],)),
        Said(CUSTOMER, 5 * hour + 30, forwarded=(parcel,)),
        Said(CUSTOMER, 5 * hour + 29, attached=poll),
        Said(CUSTOMER, 5 * hour + 28, "Do you have this one?", (ad, Reference("🛒", "lamp-77"))),
        Said(CUSTOMER, 5 * hour + 20, attached=(Occurrence("call_missed"),)),
        Said(Author.OUTSIDE, 5 * hour + 15, "I have just called you back 🙂", who="Answered outside the hub"),
        Said(OPERATOR, 5 * hour + 10, manual, delivery=Delivery.DELIVERED),
        Said(CUSTOMER, 5 * hour + 5, gone, more={"deleted_at": "now"}),
        Said(OPERATOR, 5 * hour + 1, "Please write if anything else comes up.", (), Delivery.FAILED, problem=given_up),
        Said(OPERATOR, 5 * hour, "Have a lovely day, Emma!", delivery=Delivery.PENDING),
    )


def _silence() -> bytes:
    """Two seconds of silence."""
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
            hub.core.instant = True
            await fill(hub)
            print(f"{hub.url}/desk, keys: {KEYS}", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8099, sys.argv[2] if len(sys.argv) > 2 else "en"))
