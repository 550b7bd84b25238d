"""Short replies that only one person sees."""

from __future__ import annotations

from bot.domain.text import Text, line
from bot.views.values import Button, Row, View, Whisper


def says(words: str | Text, *buttons: Button) -> View:
    return View((Row(line(words), buttons),))


def whisper(words: str | Text, *buttons: Button) -> Whisper:
    return Whisper(says(words, *buttons))
