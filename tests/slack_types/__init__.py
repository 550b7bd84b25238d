"""Slack's own TypeScript types, by which blocks and views are checked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
INSTALLED = Path(sys.prefix) / "slack-types"
"""Folder into which `make servers` installs the packages."""


def faults(messages: Sequence[Any], homes: Sequence[Any], windows: Sequence[Any], folder: Path) -> list[str]:
    """Compiles messages' blocks and views as literals of Slack's types, all in one run; returns what does not fit.
    `folder`: for the source, which has a literal on each line. Raises `LookupError` where there is no compiler."""
    compiler, node = INSTALLED / "node_modules/typescript/bin/tsc", shutil.which("node")
    if node is None or not compiler.exists():
        raise LookupError(f"node or {compiler} is missing: run “make servers”")
    kinds = (("KnownBlock[]", messages), ("HomeView", homes), ("ModalView", windows))
    lines = ['import type { HomeView, KnownBlock, ModalView } from "@slack/types";']
    for kind, values in kinds:
        lines += [f"export const {kind[0]}{number}: {kind} = {json.dumps(one)};" for number, one in enumerate(values)]
    (folder / "views.ts").write_text("\n".join(lines) + "\n")
    shutil.copy(HERE / "tsconfig.json", folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(INSTALLED / "node_modules")
    done = subprocess.run([node, str(compiler)], cwd=folder, capture_output=True, text=True, check=False)
    said = [one for one in done.stdout.splitlines() if one.startswith("views.ts(")]
    if done.returncode and not said:
        raise LookupError(done.stdout + done.stderr)
    return [f"{one}\n    {lines[_line(one)]}" for one in said]


def _line(fault: str) -> int:
    return int(fault.removeprefix("views.ts(").partition(",")[0]) - 1
