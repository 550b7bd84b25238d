"""Texts in both languages, times and sizes as people write them; and nothing is left untranslated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message

from bot.locale import LOCALES, ago, catalogues, lasting, locale_of, moment, size, taking, translator
from tests import messages

TRANSLATED = [locale for locale in LOCALES if locale != "en"]


def _plural(ids: Any, forms: Any) -> Message:
    """Plural of a message; babel's types know messages of one form alone."""
    return Message(ids, forms)


# ---------------------------------------------------------------------------------------- the words


@pytest.mark.parametrize("locale", TRANSLATED)
def test_everything_is_translated(locale: str) -> None:
    """`make messages` prints the same list."""
    assert "\n".join(messages.missing(locale)) == ""


@pytest.mark.parametrize("locale", TRANSLATED)
def test_nothing_is_translated_that_is_not_said(locale: str) -> None:
    """A renamed message leaves its old translation behind."""
    said = {word.id for word in messages.words()}
    ids = [entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogues.catalogue(locale) if entry.id]
    assert [left for left in ids if left not in said] == []


@pytest.mark.parametrize("locale", TRANSLATED)
def test_no_message_is_translated_in_two_ways(locale: str) -> None:
    found: dict[object, tuple[object, Path]] = {}
    for path in catalogues.files(locale):
        for entry in catalogues.read(path, locale):
            key = entry.id if isinstance(entry.id, str) else tuple(entry.id)
            if key and (before := found.setdefault(key, (entry.string, path)))[0] != entry.string:
                pytest.fail(f"{entry.id!r} in {before[1].name} and {path.name}")


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (Message("{n} files", "{n} файлов"), []),
        (Message('for example { a = "b" }', "например"), []),
        (Message("{n} files", ""), ["empty"]),
        (Message("{n} files", "{m} файлов"), ["placeholders ['m'] instead of ['n']"]),
        (_plural(("{n} file", "{n} files"), ("{n} файл", "{n} файла", "{n} файлов")), []),
        (_plural(("one file", "{n} files"), ("один файл", "{n} файла", "{n} файлов")), []),
        (_plural(("{n} file", "{n} files"), ("{n} файл", "{n} файлов")), ["2 plural forms instead of 3"]),
        (Message("file", "файл", flags=["fuzzy"]), ["fuzzy"]),
    ],
)
def test_wrong_translations_are_found(entry: Message, wrong: list[str]) -> None:
    assert list(messages.faults(entry, 3)) == wrong


def test_words_of_every_form_are_found() -> None:
    """Messages in calls, in marks and in descriptions of settings."""
    said = {word.id for word in messages.words()}
    assert {"just now", "must be text in quotes", "Enter the path of a folder."} <= said


# ------------------------------------------------------------------------------------- translators


def test_english_is_what_stands_in_the_program() -> None:
    tr = translator("en")
    assert tr.gettext("just now") == "just now"
    assert [tr.ngettext("{n} file", "{n} files", n) for n in (1, 2)] == ["{n} file", "{n} files"]


def test_russian_numbers_have_three_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ru/parts").mkdir(parents=True)
    (tmp_path / "ru/LC_MESSAGES").mkdir()
    (tmp_path / "ru/LC_MESSAGES/hub.po").write_text('msgid "yes"\nmsgstr "да"\n')
    (tmp_path / "ru/parts/files.po").write_text(
        'msgid "yes"\nmsgstr "ага"\n\n'
        'msgid "{n} file"\nmsgid_plural "{n} files"\n'
        'msgstr[0] "{n} файл"\nmsgstr[1] "{n} файла"\nmsgstr[2] "{n} файлов"\n'
    )
    monkeypatch.setattr(catalogues, "HERE", tmp_path)
    catalogues._translations.cache_clear()
    tr = translator("ru_RU.UTF-8")
    catalogues._translations.cache_clear()
    texts = [tr.ngettext("{n} file", "{n} files", n).format(n=n) for n in (1, 2, 5, 11, 21, 22, 112)]
    assert texts == ["1 файл", "2 файла", "5 файлов", "11 файлов", "21 файл", "22 файла", "112 файлов"]
    assert tr.gettext("yes") == "да"
    assert tr.gettext("no") == "no"


def test_catalogues_have_the_languages_own_plural_rule() -> None:
    assert [catalogues.catalogue(locale).num_plurals for locale in TRANSLATED] == [Catalog("ru").num_plurals]


@pytest.mark.parametrize(
    ("name", "locale"),
    [("ru", "ru"), ("ru_RU.UTF-8", "ru"), ("ru-RU", "ru"), ("RU", "ru"), ("C.UTF-8", "en"), ("de", "en"), ("", "en")],
)
def test_locales_by_any_name(name: str, locale: str) -> None:
    assert locale_of(name) == locale


# ---------------------------------------------------------------------------------- times and sizes


@pytest.mark.parametrize(
    ("passed", "english", "russian"),
    [
        (timedelta(seconds=-5), "just now", "только что"),
        (timedelta(seconds=59), "just now", "только что"),
        (timedelta(seconds=60), "1 minute ago", "1 минуту назад"),
        (timedelta(minutes=5), "5 minutes ago", "5 минут назад"),
        (timedelta(hours=3), "3 hours ago", "3 часа назад"),
        (timedelta(days=2), "2 days ago", "2 дня назад"),
    ],
)
def test_how_long_ago(passed: timedelta, english: str, russian: str) -> None:
    assert (ago(passed, "en"), ago(passed, "ru")) == (english, russian)


@pytest.mark.parametrize(
    ("span", "english", "russian"),
    [
        (timedelta(seconds=5), "less than a minute", "меньше минуты"),
        (timedelta(minutes=21), "21 minutes", "21 минута"),
        (timedelta(days=1), "1 day", "1 день"),
    ],
)
def test_how_long(span: timedelta, english: str, russian: str) -> None:
    assert (lasting(span, "en"), lasting(span, "ru")) == (english, russian)


@pytest.mark.parametrize(
    ("minutes", "nearest", "at_most", "russian"),
    [
        (0.5, "less than a minute", "1 minute", "1 минута"),
        (1, "1 minute", "1 minute", "1 минута"),
        (17.5, "17.5 minutes", "17.5 minutes", "17,5 минуты"),
        (17.51, "17.5 minutes", "17.6 minutes", "17,6 минуты"),
        (59.99, "1 hour", "1 hour", "1 час"),
        (60.01, "1 hour", "1 hour 1 minute", "1 час 1 минута"),
        (89, "1 hour 29 minutes", "1 hour 29 minutes", "1 час 29 минут"),
        (1439.9, "1 day", "1 day", "1 день"),
        (1450, "1 day", "1 day 1 hour", "1 день 1 час"),
        (51 * 60, "2 days 3 hours", "2 days 3 hours", "2 дня 3 часа"),
    ],
)
def test_how_long_something_took(minutes: float, nearest: str, at_most: str, russian: str) -> None:
    span = timedelta(minutes=minutes)
    assert (taking(span, "en"), taking(span, "en", up=True), taking(span, "ru", up=True)) == (nearest, at_most, russian)


def test_a_moment_is_told_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 22, 22, 5, tzinfo=UTC)
    moscow = ZoneInfo("Europe/Moscow")
    assert moment(at, "en", moscow) == "23 Nov 2026, 01:05"
    assert moment(at, "ru", moscow) == "23 нояб. 2026, 01:05"
    assert moment(at, "en", UTC, now=at) == "22 Nov, 22:05"
    assert moment(at, "en", UTC, now=at.replace(year=2027)) == "22 Nov 2026, 22:05"


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (0, "0 bytes", "0 байт"),
        (1, "1 byte", "1 байт"),
        (999, "999 bytes", "999 байт"),
        (1000, "1 kB", "1 кБ"),
        (1_234_567, "1.2 MB", "1,2 МБ"),
        (50 * 1024 * 1024, "50 MB", "50 МБ"),
        (3 * 10**12, "2.7 TB", "2,7 ТБ"),
        (10**16, "9,095 TB", "9\xa0095 ТБ"),
    ],
)
def test_sizes(count: int, english: str, russian: str) -> None:
    assert (size(count, "en"), size(count, "ru")) == (english, russian)


def test_english_shows_no_contexts() -> None:
    """The bar of "Closed|section" is for translators; bars in commands stay."""
    english = translator("en")
    assert english.gettext("Closed|section") == "Closed"
    assert english.gettext("redirect @operator|role") == "redirect @operator|role"
    assert translator("ru").gettext("Closed|section") == "Закрытые"
