"""Locks on files that a process is writing: the system releases them when the process ends, however it ends.

Process numbers come again and are not told apart between containers; a lock on the file itself holds wherever the file
is seen, and needs no clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows, where an open file can't be deleted anyway
    fcntl = None

__all__ = ["OLD_S", "hold", "left_behind"]

#: Where files can't be locked, a lock file older than this [s] is taken as abandoned.
OLD_S = 86400.0


def hold(handle: int) -> bool | None:
    """Lock an open file for as long as it is open: False when another holds it, None where files can't be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


@contextmanager
def left_behind(path: Path) -> Iterator[bool]:
    """Whether a file has no lock any more. Within the block no other process can lock it, so it may be deleted.

    A file that is not there, or may not be opened, is not ours to judge: False.
    """
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        yield False
        return
    try:
        taken = hold(handle)
        yield taken if taken is not None else time.time() - os.fstat(handle).st_mtime > OLD_S
    finally:
        os.close(handle)
