"""The folder ``cache`` of a workspace: results kept to save time. It is bounded, and may be deleted."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["CacheFolder"]

#: How large the folder may be [bytes], when entries are deleted, and how long one that was used is left alone [s].
MOST_BYTES = 20e9
DAY_S = 86400.0
STAMP = ".looked_at"


class CacheFolder:
    """Entries named by everything that determines them, so none is ever stale; the least recently used go first.

    An entry is a file or a folder, ``cache/KIND/NAME``. Its time of modification is when it was used last.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, kind: str, name: str) -> Path:
        """Where an entry is, or is to be put; from now on it counts as used today.

        Before one is added, the folder is trimmed.

        Parameters
        ----------
        kind : str
            Of letters only.
        name : str
            A digest of all that fixes what is kept.
        """
        path = self.folder / kind / name
        try:
            os.utime(path)
        except OSError:  # it does not exist yet
            self.trim()
        return path

    def trim(self, most_bytes: float = MOST_BYTES) -> int:
        """Delete what was used longest ago until the rest is small enough; returns how many entries that were.

        What was used within a day stays. Without effect when the folder was looked at within a day.

        Parameters
        ----------
        most_bytes : float
            How large the folder may be.
        """
        stamp, now = self.folder / STAMP, time.time()
        try:
            if not self.folder.is_dir() or (stamp.exists() and now - stamp.stat().st_mtime < DAY_S):
                return 0
            stamp.touch()
            return self._trim(most_bytes, now - DAY_S)
        except OSError:  # it can't be written, or another process is deleting
            return 0

    def _trim(self, most_bytes: float, before: float) -> int:
        entries = sorted(
            ((used, size, path) for path in self._entries() for used, size in _facts(path)), key=lambda entry: entry[0]
        )
        total, gone = sum(size for _, size, _ in entries), 0
        for used, size, path in entries:
            if total <= most_bytes or used > before:
                break
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            total, gone = total - size, gone + 1
        return gone

    def _entries(self) -> Iterator[Path]:
        for child in self.folder.iterdir():
            if child.is_dir() and child.name.isalpha():
                yield from child.iterdir()
            elif child.name != STAMP:  # where an earlier version put it
                yield child


def _facts(path: Path) -> Iterator[tuple[float, int]]:
    """When an entry was used last, and how large it is [bytes]; nothing when it is gone meanwhile."""
    with suppress(OSError):
        files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
        yield path.stat().st_mtime, sum(file.stat().st_size for file in files)
