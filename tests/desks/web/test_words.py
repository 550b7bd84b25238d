"""Words of the page's scripts all exist, and the scripts avoid what is forbidden to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.desks.web.assets
from bot.desks.web.assets import assets
from bot.desks.web.words import PAGE, page_words
from bot.locale import LOCALES, translator

HERE = Path(bot.desks.web.assets.__file__).parent
SCRIPTS = {path.name: path.read_text("utf-8") for path in HERE.glob("*.js")}
FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
    r"|\beval\b|new Function|srcdoc"
)
SAID = {words for script in SCRIPTS.values() for words in re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', script)}


def test_every_word_of_the_page_is_known() -> None:
    assert sorted(SAID) == sorted(PAGE)


@pytest.mark.parametrize("locale", [one for one in LOCALES if one != "en"])
def test_every_word_of_the_page_is_translated(locale: str) -> None:
    assert set(PAGE) - set(page_words(translator(locale))) == set()


def test_words_keep_their_placeholders() -> None:
    russian = page_words(translator("ru"))
    for words, translated in russian.items():
        assert re.findall(r"{\w+}", words) == re.findall(r"{\w+}", translated), words


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_makes_markup_or_code_out_of_words(name: str) -> None:
    assert re.findall(FORBIDDEN, SCRIPTS[name]) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_import_what_exists_and_use_it(name: str) -> None:
    for names, module in re.findall(r'import \{([^}]*?),?\s*\} from "\./([\w.]+)"', SCRIPTS[name]):
        for one in filter(str.strip, names.split(",")):
            imported = one.split(" as ")[0].strip()
            assert re.search(rf"export (?:async )?(?:function|const|class) {imported}\b", SCRIPTS[module]), one
            assert len(re.findall(rf"\b{one.split(' as ')[-1].strip()}\b", SCRIPTS[name])) > 1, f"{one} is not used"


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    """The policy forbids them, so they would have no effect."""
    page = assets().page.decode()
    assert not re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", page)
    assert "{version}" not in page
