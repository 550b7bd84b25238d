"""All words of the page itself. The page asks for them by their English text; `tests` see to it that every
word its scripts use stands here and is translated. In JavaScript they are written `t("…")`."""

from __future__ import annotations

from bot.locale import Translator

PAGE: tuple[str, ...] = ()


def page_words(tr: Translator) -> dict[str, str]:
    """English text → the reader's, where it differs."""
    return {words: told for words in PAGE if (told := tr.gettext(words)) != words}
