"""The archive of a backup, damaged by one bit anywhere."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.backups import BadBackup
from storage.backups.archive import BackupReader, BackupWriter, Manifest


def test_one_wrong_bit_is_never_more_than_a_bad_backup(tmp_path: Path) -> None:
    content, path = tmp_path / "content", tmp_path / "backup.zip"
    content.write_bytes(random.Random(7).randbytes(300) + b"the same words again and again " * 200)
    with BackupWriter(path) as archive:
        archive.add("database", content)
        archive.close(Manifest("sqlite", "0001", datetime(2026, 3, 2, tzinfo=UTC), "1.0", "hash"))
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        with suppress(BadBackup), BackupReader(path) as damaged:
            damaged.verify()
