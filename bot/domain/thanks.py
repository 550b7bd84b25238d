"""Recognition of words that only thank, or only say goodbye, in English and Russian: they need no reply. Pure."""

from __future__ import annotations

import re

from bot.domain.spelling import folded

LONGEST = 80
"""Characters of a text that may still be nothing but thanks."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_THANKS = _words("""
    thanks thank thx ty cheers appreciated grateful bye goodbye
    спасибо спасибки спс благодарю благодарим благодарен благодарна признательна признателен свидания
""")
"""Words of which a text must have at least one."""
_BESIDES = _words("""
    you u so very much a lot again many for the your help all that is thats it its was i we am are really great good
    perfect excellent super wonderful ok okay fine got have nice day evening weekend one too understood clear see and
    вам вас тебе тебя большое огромное за помощь ответ информацию все всё ок окей хорошо понял поняла понятно ясно
    отлично супер замечательно прекрасно я мы очень ещё еще раз и до всего доброго хорошего дня вечера выходных
    заранее взаимно пока
""")
"""Words that a text may have besides."""
_SIGNS = frozenset("👍🙏❤🧡💛💚💙💜🤍🖤🤎😊🙂☺😀😃😄😁🥰😍🤗👌🤝🌹💐🌷🌺🌸🔥💯🎉✨😉😌🫶")
_MODIFIERS = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[^\s\w]|\w")
_MARKS = frozenset(".,!)(…:;-–—\"'«»*")


def only_thanks(words: str) -> bool:
    """Tells whether a customer's words only thank: every word is one of thanks, and none is a question."""
    if len(words) > LONGEST:
        return False
    found = _WORD.findall(_MODIFIERS.sub("", folded(words)).replace("'", "").replace("’", ""))
    thankful = sum(one in _THANKS or one in _SIGNS for one in found)
    return thankful > 0 and all(one in _THANKS or one in _BESIDES or one in _SIGNS or one in _MARKS for one in found)
