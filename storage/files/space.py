"""Free space of the disks that the hub writes to."""

from __future__ import annotations

import shutil
from pathlib import Path


def free(folder: Path) -> int:
    """Returns the bytes free on the disk of a folder, which need not exist yet."""
    there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), Path("/"))
    return shutil.disk_usage(there).free
