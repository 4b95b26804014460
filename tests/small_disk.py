"""A small disk of its own, for what happens when one is full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk mounted at `place`; where none can be mounted, the test that asks skips."""
    place.mkdir()
    size = f"size={megabytes}m"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", place], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here: that takes root and CAP_SYS_ADMIN")
    yield place
    subprocess.run(["umount", "-l", place], check=False)


def fill(place: Path) -> None:
    """Leave no room on a disk."""
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return
