"""The bot in the documentation works as printed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.app.http_client import caller
from bot.automation import bot_answers, protocol, signing
from bot.domain import (
    AccountName,
    Author,
    ChatId,
    Contact,
    ContactId,
    Content,
    DeskName,
    Dialog,
    DialogId,
    Key,
    Message,
    MessageId,
)
from bot.domain.text import Text
from bot.locale import translator
from bot.ports import Called, Transient
from tests.free_ports import free_port
from tests.waiting import ANSWER, FACT

DOCUMENT = Path(__file__).parents[2] / "docs/workplace/automatic.md"
NOW = datetime.now(UTC)
SHOP = AccountName("shop")


@pytest.fixture
async def url() -> AsyncIterator[str]:
    [program] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)
    port = free_port()
    program = program.replace("9000", str(port))
    environ = {**os.environ, "BOT_KEY": signing.key_of("secret", SHOP)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=environ, stderr=asyncio.subprocess.DEVNULL
    )
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    await process.wait()


async def ask(url: str, words: str, key: str) -> Called:
    dialog = Dialog(DialogId(1), SHOP, ChatId("7"), ContactId(1), DeskName("main"), "c", NOW)
    message = Message(MessageId(1), dialog.id, Author.CUSTOMER, NOW, Content(Text.plain(words)))
    contact = Contact(ContactId(1), "Vera")
    body = protocol.question(Key("k"), dialog, contact, message, (), NOW, translator("en"), lambda *_: "")
    headers = {signing.SIGNATURE: signing.signature(key, body), signing.TIMESTAMP: str(int(time.time()))}
    async with aiohttp.ClientSession() as http, asyncio.timeout(FACT):
        while True:
            try:
                return await caller(http)(url, body, headers, seconds=ANSWER, most=1000)
            except Transient:  # it has not started yet
                await asyncio.sleep(0.02)


async def test_the_example_answers_and_hands_over(url: str) -> None:
    key = signing.key_of("secret", SHOP)
    open_at = await ask(url, "When are you open?", key)
    assert bot_answers.read(open_at.body).replies == ("Monday to Friday, nine to six.",)
    assert bot_answers.read((await ask(url, "Help!", key)).body).hand_over
    assert (await ask(url, "Help!", "another key")).status == 401


def test_the_documented_question_has_the_fields_that_are_sent() -> None:
    documented = json.loads(re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)[0])
    dialog = Dialog(DialogId(1), SHOP, ChatId("7"), ContactId(1), DeskName("main"), "c", NOW)
    message = Message(MessageId(1), dialog.id, Author.CUSTOMER, NOW, Content(Text.plain("Hi")))
    asked = (Key("k"), dialog, Contact(ContactId(1), "Vera"), message, [message], NOW, translator("en"))
    sent = json.loads(protocol.question(*asked, lambda *_: ""))
    assert sent.keys() == documented.keys()
    for part in ("contact", "message"):
        assert sent[part].keys() == documented[part].keys()
    assert sent["history"][0].keys() == documented["history"][0].keys()
