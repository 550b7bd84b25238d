"""Every feature in the list is shown by a scenario in every desk, and docs/features.md says by which."""

from __future__ import annotations

import subprocess
import sys

from tests.features import ROOT


def test_every_line_is_shown_in_every_desk() -> None:
    """Runs in a process of its own: pytest does not collect within pytest."""
    done = subprocess.run([sys.executable, "-m", "tests.features", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
