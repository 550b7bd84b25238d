"""Generates `emoji.json`, the data of `bot.desks.shared.emoji`. The program itself never imports this file.

Run it in an empty folder when a new version of Unicode's emoji is out:

    npm pack emoji-datasource emojibase-data
    for package in *.tgz; do tar xzf "$package"; done
    python -m bot.desks.shared.emoji_build package/emoji.json package/en/shortcodes/github.json

Slack names emoji as `emoji-datasource` does (MIT, by the maker of Slack's emoji). Mattermost uses the same
names plus GitHub's older ones, which `emojibase-data` (MIT) lists. Where the two assign a name differently,
`emoji-datasource` is right for both platforms.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("emoji.json")


def characters(unified: str) -> str:
    """Decodes "0033-FE0F-20E3" into the emoji."""
    return "".join(chr(int(code, 16)) for code in unified.split("-"))


def bare(emoji: str) -> str:
    """Removes variation selectors, in which spellings of one emoji differ."""
    return emoji.replace("\ufe0f", "")


def pair_template(unified: str, variations: dict[str, Any]) -> str | None:
    """Returns an emoji of two people with "{0}" and "{1}" in place of the skin tones."""
    pairs = {key: characters(found["unified"]) for key, found in variations.items() if "-" in key}
    if not pairs:
        return None
    first, second = next(key for key in pairs if len(set(key.split("-"))) == 2).split("-")
    template = pairs[f"{first}-{second}"].replace(characters(first), "{0}").replace(characters(second), "{1}")
    for key, expected in pairs.items():
        if template.format(*map(characters, key.split("-"))) != expected:
            raise ValueError(f"the tones of {unified} follow no pattern: {key}")
    return template


def build(datasource: list[dict[str, Any]], github: dict[str, str | list[str]]) -> dict[str, Any]:
    emoji: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for entry in sorted(datasource, key=lambda entry: int(entry["sort_order"])):
        picture = characters(entry["unified"])
        emoji[picture] = " ".join(entry["short_names"])
        if template := pair_template(entry["unified"], entry.get("skin_variations", {})):
            pairs[picture] = template
    taken = {name for names in emoji.values() for name in names.split()}
    spelling = {bare(picture): picture for picture in emoji}
    more: dict[str, str] = {}
    for code, found in github.items():
        picture = spelling.get(bare(characters(code)), "")
        names = [name for name in ([found] if isinstance(found, str) else found) if name not in taken]
        if picture and names:
            more[picture] = " ".join(names)
    return {"emoji": emoji, "more": more, "pairs": pairs}


def main() -> None:
    datasource, github = (json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:3])
    table = build(datasource, github)
    TARGET.write_text(json.dumps(table, ensure_ascii=False, indent=0, sort_keys=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
