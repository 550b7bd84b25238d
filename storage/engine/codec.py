"""Conversion of domain values to JSON text and back."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from bot.domain import Content, FileRef, Line, Profile, Receipt
from bot.domain.account_rules import AccountRules
from bot.views.values import View

T = TypeVar("T")


class Codec(Generic[T]):
    def __init__(self, kind: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def dump(self, value: T) -> str:
        try:
            return self._written(value)
        except PydanticSerializationError:  # half of a surrogate pair somewhere in the text
            plain = json.dumps(self._adapter.dump_python(value), ensure_ascii=False, default=str)
            return plain.encode("utf-8", "replace").decode()

    def load(self, text: str) -> T:
        return self._adapter.validate_json(text)

    def _written(self, value: T) -> str:
        return self._adapter.dump_json(value).decode()


class RecentCodec(Codec[T]):
    """Codec that remembers the latest values: what was just written is soon read, and more than once."""

    MOST = 256

    def __init__(self, kind: type[T]) -> None:
        super().__init__(kind)
        self._recent: dict[str, T] = {}

    def load(self, text: str) -> T:
        found = self._recent.get(text)
        return self._remember(text, super().load(text)) if found is None else found

    def _written(self, value: T) -> str:
        text = super()._written(value)
        self._remember(text, value)
        return text

    def _remember(self, text: str, value: T) -> T:
        if len(self._recent) >= self.MOST:
            del self._recent[next(iter(self._recent))]
        self._recent[text] = value
        return value


content = RecentCodec(Content)
view = Codec(View)
rules = Codec(AccountRules)
load_rules = lru_cache(maxsize=256)(rules.load)
"""Account rules from JSON, cached: they are read with every message and seldom change. The result is frozen."""
line = Codec(Line)
file = Codec(FileRef)
receipt = Codec(Receipt)
profile = Codec(Profile)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump_plain(value: Any) -> str:
    """Dumps plain JSON values, such as payloads and request bodies."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:  # as in `Codec.dump`
        return _encode(value)


load_plain = json.loads
