"""What takes a while to make, is made by one test process and used by all."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

#: Folders that every test process reads. A test that changes a file there for a moment makes another one fail.
_shared: list[str] = []


def _only_read(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what would write into a shared folder (an audit hook of the interpreter)."""
    if not _shared:
        return
    if event == "open":
        paths = arguments[:1] if isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR) else ()
    elif event in {"os.remove", "os.truncate", "os.utime"}:
        paths = arguments[:1]
    elif event == "os.rename":
        paths = arguments[:2]
    else:
        return
    for path in paths:
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(tuple(_shared)):
            raise PermissionError(f"{path} is shared by all tests: change a copy")


sys.addaudithook(_only_read)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is made by whichever test process asks first, while the others wait; nobody writes into it after.

    Parameters
    ----------
    factory : TempPathFactory
    name : str
        Of the folder, in what is temporary of this run of the tests.
    make : callable
        Is given the folder, empty, and fills it.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    if f"{folder}/" not in _shared:
        _shared.append(f"{folder}/")
    return folder
