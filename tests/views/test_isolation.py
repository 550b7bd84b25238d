"""Right-to-left names beside other words, in whatever the hub shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import Span, Style, Text, bold, line, link
from bot.locale import bare
from bot.locale.bidi import ISOLATE as FSI
from bot.locale.bidi import POP as PDI
from bot.views import isolation
from bot.views.values import Fact, Quoted

NAME = "משה כהן"
ALONE = f"{FSI}{NAME}{PDI}"
SAID = "שלום, iPhone יש לכם?"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("#7 · Vera · Shop", "#7 · Vera · Shop"),
        (f"🆕 #7 · {NAME} · Shop", f"🆕 #7 · {ALONE} · Shop"),
        (f"{NAME}: {SAID}", f"{ALONE}: {FSI}{SAID}{PDI}"),
        (SAID, SAID),
        (f"Vera\n{SAID}\n{NAME} · Shop", f"Vera\n{SAID}\n{ALONE} · Shop"),
        (f"✋ {ALONE} accepted the dialog", f"✋ {ALONE} accepted the dialog"),
        (f"Before: “{FSI}{NAME}: {SAID}{PDI}”", f"Before: “{FSI}{NAME}: {SAID}{PDI}”"),
        (f"{NAME} → {NAME}", f"{ALONE} → {ALONE}"),
    ],
)
def test_parts_of_a_line_are_isolated(words: str, expected: str) -> None:
    assert isolation.settled_words(words) == expected
    assert isolation.settled_words(expected) == expected


def test_looks_and_links_stay_with_their_words() -> None:
    text = line("👤 ", bold(NAME), " · ", link(f"#7 · {NAME}", "https://x"), f"\n{SAID}")
    settled = isolation.settled_text(text)
    assert [(span.text, span.style, span.link) for span in settled.spans] == [
        ("👤 ", Style.NONE, ""),
        (ALONE, Style.BOLD, ""),
        (" · ", Style.NONE, ""),
        (f"#7 · {ALONE}", Style.NONE, "https://x"),
        (f"\n{SAID}", Style.NONE, ""),
    ]


def test_values_behind_a_label_are_isolated() -> None:
    value = Text.of([Span(NAME, Style.BOLD)])
    assert isolation.settled_value(value).characters == ALONE
    assert isolation.settled_value(Text.plain("Anna")) == Text.plain("Anna")
    assert isolation.settled_value(Text.plain(f"{NAME}, prospect")).characters == f"{ALONE}, prospect"
    assert isolation.settled_value(Text.plain(f"{NAME}, {NAME}")).characters == f"{FSI}{NAME}, {NAME}{PDI}"
    assert isolation.settled_value(Text.plain(f"{NAME} · new")).characters == f"{ALONE} · new"
    assert Fact("Owner", isolation.settled_value(value)).value.spans[1].style is Style.BOLD
    assert isolation.quoted(Quoted(SAID, NAME)) == Quoted(f"{FSI}{SAID}{PDI}", ALONE)


PIECES = st.sampled_from([NAME, "Vera", " ", " · ", ": ", "“", "”", "\n", "👤 ", "#7", FSI, PDI, "\u202e", "2"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_put_together_closes_what_it_opens(words: str) -> None:
    """And nothing but isolation is added to the words."""
    shown = isolation.settled_words(words)
    assert bare(shown) == bare(words)
    if FSI not in words and PDI not in words:
        assert all(one.count(FSI) == one.count(PDI) for one in shown.split("\n"))
