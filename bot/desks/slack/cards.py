"""Cards as Slack messages. Pure.

From top to bottom: the heading, the customer's words, the facts that matter now in two columns, the other facts folded,
and the buttons. A container (https://docs.slack.dev/reference/block-kit/blocks/container-block) folds; of the blocks in
one, Slack's documentation names more than Slack takes, so it holds sections alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContainerBlock,
    HeaderBlock,
    ImageElement,
    MarkdownTextObject,
    SectionBlock,
    TextObject,
)

from bot.desks.shared.pickers import without_longest
from bot.desks.slack import limits
from bot.desks.slack.format import mrkdwn, rich_text
from bot.desks.slack.render import Drawn, actions, notice, plain, size_of
from bot.domain.text import Span, Style, bold, line, shorten
from bot.domain.value import value
from bot.views.values import Button, Card, Fact

CELL = 120
"""Characters of a fact that stands beside another one."""

FEWEST = 2
"""Facts that are worth a fold, which takes a line itself."""


@value
class CardLook:
    """Looks of a card besides its content. `picture`: the customer's, at an address that Slack can load, or ""; `more`,
    `details`: names of the menu and of the folded facts; `folds`: the workspace takes containers."""

    picture: str = ""
    more: str = "…"
    details: str = "…"
    folds: bool = True


def card(card: Card, look: CardLook) -> Drawn:
    """Builds a card. A closed dialog's has no large heading."""
    blocks: list[Block] = []
    if card.open and len(card.heading) <= limits.HEADER:
        blocks.append(HeaderBlock(text=plain(card.heading)))
    else:
        blocks.append(rich_text(line(bold(card.heading))))
    if card.said:
        blocks.append(rich_text(line(Span("\n".join(one.words for one in card.said), Style.QUOTE))))
    folded = [one for one in card.facts if one.folded]
    if not look.folds or len(folded) < FEWEST:
        folded = []
    blocks += _sections([one for one in card.facts if one not in folded], look.picture, card.heading)
    if folded:
        inside = [*_sections(folded)][: limits.CONTAINED]
        blocks.append(
            ContainerBlock(title=plain(look.details), child_blocks=inside, is_collapsible=True, default_collapsed=True)
        )
    above = [block.to_dict() for block in blocks]
    return Drawn(notice(card.summary), [*above, *_rows(card, look, limits.MESSAGE_SIZE - size_of(above))])


def has_container(drawn: Drawn) -> bool:
    return any(block["type"] == ContainerBlock.type for block in drawn.blocks)


def _rows(card: Card, look: CardLook, room: int) -> list[dict[str, Any]]:
    """Builds the buttons and the menu, without the longest lists where the room is too small for them."""
    buttons: Sequence[Button] | None = card.buttons
    named = list[dict[str, Any]]()
    while buttons is not None:
        rows = [block.to_dict() for block in actions(buttons, card.menu, look.more)]
        named = [{**row, "block_id": f"actions-{number}-{card.chosen}"} for number, row in enumerate(rows)]
        buttons = without_longest(buttons) if size_of(named) > room else None
    return named


def _sections(facts: Sequence[Fact], picture: str = "", alt: str = "") -> Iterator[Block]:
    """Yields the facts in two columns, long ones in a line each. The picture goes beside the first columns."""
    cells = [_cell(fact) for fact in facts if len(fact.value.characters) <= CELL]
    image = ImageElement(image_url=picture, alt_text=shorten(alt, 200)) if picture else None
    for start in range(0, len(cells), limits.FIELDS):
        yield SectionBlock(fields=cells[start : start + limits.FIELDS], accessory=None if start else image)
    for fact in facts:
        if len(fact.value.characters) > CELL:
            yield SectionBlock(text=_cell(fact))


def _cell(fact: Fact) -> TextObject:
    written = mrkdwn(line(bold(f"{fact.label}: "), fact.value))
    if written is not None and len(written) <= limits.SECTION:
        return MarkdownTextObject(text=written, verbatim=True)
    return plain(shorten(f"{fact.label}: {fact.value.characters}", limits.SECTION))
