"""Texts of the sample page."""

from __future__ import annotations

from bot.locale import N_, locale_of, translator

_WORDS = {
    "shop": N_("Hillside Tea"),
    "teas": N_("Teas"),
    "delivery": N_("Delivery"),
    "ask": N_("Ask us"),
    "headline": N_("Tea from small gardens, picked this spring"),
    "promise": N_("We know every farmer by name and answer every question ourselves."),
    "invite": N_("Ask us about tea"),
    "picture": N_("A teapot and a cup"),
    "green": N_("Mountain green"),
    "green_taste": N_("Fresh and light, with a note of chestnut."),
    "oolong": N_("Amber oolong"),
    "oolong_taste": N_("Honey, cream and a long aftertaste."),
    "evening": N_("Evening blend"),
    "evening_taste": N_("Thyme, mint and apple, without caffeine."),
    "parcels": N_("We ship every weekday at noon. Orders within the city arrive the same evening."),
    "footnote": N_("A sample page: neither the shop nor the tea exists. The chat is real."),
}


def words(locale: str) -> dict[str, str]:
    """Returns the text for each `$name` of the page, in the hub's language."""
    tr = translator(locale)
    return {"lang": locale_of(locale), **{name: tr.gettext(message) for name, message in _WORDS.items()}}
