"""The state of the house in figures: `python -m tests.house` prints them, tests/test_house.py holds them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = ("bot", "bridges", "storage", "settings.py")
OPENING = re.compile(r"(What(ever)?|Whether|Whose?|Those|Of|How|Where|When|Which|That|Such)\b")
"""No docstring begins so: it begins with a noun or a third-person verb."""
LONG_FILE, LONG_FUNCTION = 300, 40
"""Lines. Migrations are left out: they are written once and never change."""

FROZEN = frozenset({"tests/upgrade/make.py"})
"""Files that run with the code of an earlier commit and never change."""

SHARED_NAMES: dict[str, str] = {
    "Api": "calls of a platform's API, in Mattermost's desk and in VK's bridge: plug-ins never see each other",
    "Audience": "who may use a desk: each desk asks its own platform",
    "Client": "HTTP calls of a bridge: MAX and Viber",
    "ContactPart": "a shared contact in a channel's plan of messages: Telegram and Viber",
    "FilePart": "a file in a channel's plan of messages: Viber and WhatsApp",
    "LocationPart": "a location in a channel's plan of messages: Telegram and Viber",
    "MessagePart": "one message of a channel's plan: MAX and VK",
    "Posting": "sends posts into a desk's threads: Slack and Mattermost",
    "Profiles": "looks up customers' profiles: MAX and VK",
    "TextPart": "text in a channel's plan of messages: Telegram, Viber and WhatsApp",
}
"""Class names that stand in several modules on purpose → why."""


@dataclass(frozen=True)
class Place:
    path: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}"


def modules(*roots: str) -> Iterator[tuple[str, ast.Module, int]]:
    """Path from the root of the project, syntax tree, number of lines."""
    for root in roots:
        paths = sorted((ROOT / root).rglob("*.py")) if (ROOT / root).is_dir() else [ROOT / root]
        for path in paths:
            relative = str(path.relative_to(ROOT))
            if "/migrations/" not in relative and relative not in FROZEN:
                source = path.read_text("utf-8")
                yield relative, ast.parse(source), source.count("\n")


def oblique_docstrings() -> list[Place]:
    """Docstrings, and texts under a name, that begin with a word of `OPENING`; tests included."""
    found: list[Place] = []
    for path, tree, _lines in modules(*PROGRAM, "tests"):
        texts = (text for node in ast.walk(tree) for text in _texts(node))
        said = ((text.lineno, str(text.value).strip()) for text in texts)
        found += [Place(path, line, words.split("\n")[0]) for line, words in said if OPENING.match(words)]
    return found


def _texts(node: ast.AST) -> Iterator[ast.Constant]:
    """Strings that stand alone in a body: docstrings, and those under an assignment."""
    for one in getattr(node, "body", []) if not isinstance(node, ast.Lambda | ast.IfExp) else []:
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str):
            yield one.value


def repeated_classes() -> dict[str, list[Place]]:
    """Class names of the program that more than one module defines at its top level."""
    found = defaultdict(list)
    for path, tree, _lines in modules(*PROGRAM):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(Place(path, node.lineno, node.name))
    return {name: places for name, places in sorted(found.items()) if len(places) > 1}


def long_files() -> list[Place]:
    return [Place(path, lines, "") for path, _tree, lines in modules(*PROGRAM) if lines > LONG_FILE]


def long_functions() -> list[Place]:
    found = []
    for path, tree, _lines in modules(*PROGRAM):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > LONG_FUNCTION:
                    found.append(Place(path, node.lineno, f"{node.name}: {length} lines"))
    return found


def undocumented_ports() -> list[Place]:
    """Public functions and methods of `bot.ports` without a docstring."""
    found = []
    for path, tree, _lines in modules("bot/ports"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            if ast.get_docstring(node) is None:
                found.append(Place(path, node.lineno, node.name))
    return found


def main() -> None:
    figures: dict[str, Sequence[Place | str]] = {
        "docstrings that begin with What, Whether, Who …": oblique_docstrings(),
        "class names defined more than once": [
            f"{name}: {', '.join(place.path for place in places)} ({SHARED_NAMES.get(name, 'no reason given')})"
            for name, places in repeated_classes().items()
        ],
        f"files over {LONG_FILE} lines": long_files(),
        f"functions over {LONG_FUNCTION} lines": long_functions(),
        "public functions of ports without a docstring": undocumented_ports(),
    }
    for title, found in figures.items():
        print(f"{title}: {len(found)}")
        for one in found:
            print(f"    {one}")


if __name__ == "__main__":
    main()
