"""Reading of one account's messages: the origin of their files and the language of the words that the hub adds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import get_currency_precision

from bot.domain import Attachment
from bot.domain.text import Text, line
from bot.domain.value import value
from bot.locale import Translator, locale_of, translator
from bridges.shared.fields import Fields

Found = tuple[Text, tuple[Attachment, ...]]
"""Text and attachments of a message."""


@value
class Reading:
    """`origin`: of files. `locale`: of the readers."""

    origin: str
    locale: str = "en"

    @property
    def tr(self) -> Translator:
        return translator(self.locale)

    def say(self, message: str, **values: object) -> str:
        """Translates a message and fills it in."""
        return self.tr.gettext(message).format(**values)

    def date(self, at: datetime | None) -> str:
        return format_date(at, "d MMM y", locale=locale_of(self.locale)) if at else ""


def lines(*parts: str) -> Text:
    """Joins those of the lines that say something."""
    return Text.plain("\n".join(filter(None, parts)))


def joined(parts: Iterable[Text]) -> Text:
    """Joins those of the texts that say something, each on a line of its own."""
    text = Text()
    for part in filter(None, parts):
        text = line(text, "\n", part) if text else part
    return text


def listed(names: Iterable[str]) -> str:
    return ", ".join(filter(None, names))


def amount(number: int | None, currency: str) -> str:
    """Sum of money from the smallest units of its currency; "" for none. XTR: Telegram Stars; TON: nanograms."""
    if number is None:
        return ""
    if currency == "XTR":
        return f"⭐ {number}"
    digits = 9 if currency == "TON" else get_currency_precision(currency)
    value = Decimal(number).scaleb(-digits)
    return f"{value.normalize() if currency == 'TON' else value:f} {currency}".strip()


def money(source: Fields) -> str:
    """Sum of an invoice, a payment or a price."""
    total = source.number("total_amount") if "total_amount" in source else source.number("amount")
    return amount(total, source.text("currency"))
