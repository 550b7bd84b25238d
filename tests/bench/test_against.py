"""The side that measures two builds drives them from outside: it imports none of their modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.bench.against.rows import Figure

PRODUCT = {"bot", "bridges", "storage", "settings"}


@pytest.mark.parametrize("file", sorted((Path(__file__).parent / "against").glob("*.py")), ids=lambda file: file.name)
def test_the_measuring_side_imports_no_module_of_the_program(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    names |= {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    assert not {name for name in names if name.partition(".")[0] in PRODUCT}


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    seen = Figure("a message", "ms", rounds=((10.0, 5.0), (20.0, 4.0), (400.0, 40.0)), aim=0.5)
    assert seen.ratio == pytest.approx(0.2)
    assert seen.cells() == ("a message", "20", "5", "ms", "0.20", "0.50")
