"""Files: a customer's in posts, an operator's, and those of a direct message."""

from __future__ import annotations

import pytest

from bot.domain import Content, FileRef, Key, Media, MediaKind, OperatorPosted
from bot.domain.text import Text
from bot.ports import Rejected, Transient, Unconfirmed
from bot.views.values import Post, PostAuthor, PostKind, Row, Table, View
from tests.contracts.desks import DeskRig
from tests.contracts.desks.samples import needs, open_thread
from tests.fakes.faults import Fault


@needs("keeps posts")
async def test_a_customers_files_arrive_byte_for_byte(rig: DeskRig) -> None:
    thread = await open_thread(rig)
    photo, table = bytes(range(256)) * 3000, b"a;b\n1;2\n"
    media = (
        Media(MediaKind.PHOTO, rig.file(photo, "cat.jpg", "image/jpeg"), "cat.jpg", "image/jpeg", len(photo)),
        Media(MediaKind.FILE, rig.file(table, "Отчёт № 1.csv", "text/csv"), "Отчёт № 1.csv", "text/csv"),
    )
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("look"), media), (Key("f"),), author=PostAuthor("Maria"))
    )
    seen = (await rig.thread(thread))[1:]
    assert "look" in "".join(post.words for post in seen)
    assert sorted(data for post in seen for _, data in post.files) == sorted([photo, table])
    assert "Отчёт № 1.csv" in {name for post in seen for name, _ in post.files}
    assert await rig.desk.find(thread.channel, thread, Key("f")) is not None


@needs("keeps posts")
@pytest.mark.parametrize("why", ["", "the file is empty"])
async def test_a_file_that_cannot_be_had_is_said_in_words(rig: DeskRig, why: str) -> None:
    thread = await open_thread(rig)
    file = rig.file(b"", "contract.pdf", "application/pdf") if why else FileRef("hub", "nowhere")
    gone = Media(MediaKind.FILE, file, "contract.pdf", "application/pdf")
    await rig.desk.post(
        thread, Post(PostKind.CUSTOMER, Content(Text.plain("here"), (gone,)), (Key("f"),), author=PostAuthor("Maria"))
    )
    seen = (await rig.thread(thread))[1:]
    words = "".join(post.words for post in seen)
    assert "contract.pdf" in words
    assert why in words
    assert not any(post.files for post in seen)


@needs("keeps posts")
@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
@pytest.mark.parametrize("step", ["post", "file"])
async def test_a_post_with_files_interrupted_anywhere_arrives_once(rig: DeskRig, step: str, fault: Fault) -> None:
    thread = await open_thread(rig)
    media = (Media(MediaKind.FILE, rig.file(b"abc", "a.txt", "text/plain"), "a.txt", "text/plain", 3),)
    post = Post(PostKind.CUSTOMER, Content(Text.plain("look"), media), (Key("f"),), author=PostAuthor("Maria"))
    rig.faults.add(rig.methods[step], fault, retry_after=0.01)
    with pytest.raises((Transient, Unconfirmed)):
        await rig.desk.post(thread, post)
    await rig.forget()
    assert await rig.desk.find(thread.channel, thread, Key("f")) or await rig.desk.post(thread, post)
    seen = (await rig.thread(thread))[1:]
    assert [data for post in seen for _, data in post.files] == [b"abc"]
    assert "".join(post.words for post in seen).count("look") == 1


@needs("keeps posts")
async def test_an_operators_files_can_be_had_byte_for_byte(rig: DeskRig) -> None:
    thread, data = await open_thread(rig), bytes(range(256)) * 1000
    await rig.writes("anna", thread, "the bill", files=[("bill.pdf", data), ("photo.png", b"\x89PNG")])
    event = await rig.core.next(OperatorPosted)
    first, second = event.content.attachments
    assert isinstance(first, Media)
    assert isinstance(second, Media)
    assert (first.name, first.size, first.file.origin) == ("bill.pdf", len(data), f"desk:{rig.name}")
    assert second.kind is MediaKind.PHOTO
    async with rig.desk.download(first.file) as download:
        assert b"".join([chunk async for chunk in download.chunks]) == data


async def test_a_file_that_is_gone_is_a_rejection(rig: DeskRig) -> None:
    with pytest.raises(Rejected):
        async with rig.desk.download(FileRef(f"desk:{rig.name}", "F0NONE")) as download:
            assert [chunk async for chunk in download.chunks]


def told_picture(rig: DeskRig) -> tuple[View, bytes, bytes]:
    picture, table = b"\x89PNG" + bytes(range(256)) * 400, "причина;сколько\nСпам;2\n".encode()
    media = (
        Media(MediaKind.PHOTO, rig.file(picture, "report.png", "image/png"), "report.png", "image/png", len(picture)),
        Media(MediaKind.FILE, rig.file(table, "report.csv", "text/csv"), "report.csv", "text/csv", len(table)),
    )
    loads = Table(("Name", "Closed"), (("Operators", ""), ("Anna *|* Petrova", "9")), frozenset({0}))
    rows = (Row(Text.plain("Nine dialogs were closed")),)
    return View(rows, "Report", (Key("report"),), files=media, table=loads), picture, table


@needs("files told")
async def test_a_direct_message_brings_files(rig: DeskRig) -> None:
    view, picture, table = told_picture(rig)
    await rig.desk.tell(rig.actor("anna").user, view)
    shown = await rig.direct_messages("anna")
    said = "".join(seen.words for seen in shown)
    assert "Nine dialogs were closed" in said
    assert said.index("Operators") < said.index("Anna *|* Petrova")
    assert sorted(file for seen in shown for file in seen.files) == [("report.csv", table), ("report.png", picture)]
    assert await rig.direct_messages("boris") == []


@needs("files told", "keeps posts")
@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TOO_MANY])
@pytest.mark.parametrize("step", ["tell", "file"])
async def test_a_direct_message_with_files_interrupted_anywhere_arrives_once(
    rig: DeskRig, step: str, fault: Fault
) -> None:
    view, picture, table = told_picture(rig)
    rig.faults.add(rig.methods[step], fault, retry_after=0.01)
    with pytest.raises((Transient, Unconfirmed)):
        await rig.desk.tell(rig.actor("anna").user, view)
    await rig.forget()
    await rig.desk.tell(rig.actor("anna").user, view)
    shown = await rig.direct_messages("anna")
    assert "".join(seen.words for seen in shown).count("Nine dialogs were closed") == 1
    assert sorted(file for seen in shown for file in seen.files) == [("report.csv", table), ("report.png", picture)]
