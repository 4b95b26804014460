"""A workspace copied whole while it is in use, and brought back.

A backup is a bag (BagIt 1.0, RFC 8493), as a folder or a zip file: the files of the workspace below ``data/``, and
``manifest-sha256.txt`` with the digest of each, which ``sha256sum -c`` reads, too.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote

from clara_engine.errors import WorkspaceError
from clara_engine.files import PART, WRITER, check_writable, reading, whole_folder, write_atomically
from clara_engine.progress import Report, quiet
from clara_engine.store.database import DATABASE_FILE

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Backup", "restore_backup", "write_backup"]

ZIP = ".zip"
DECLARATION, INFO, MANIFEST, TAGS = "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#: Folders that are left out: what is computed again, and who runs which job now.
LEFT_OUT = ("cache", "jobs")
BLOCK = 1 << 20
#: No list of files is longer [bytes].
LONGEST = 1 << 28
#: What BagIt has escaped in names.
ESCAPED = {"%": "%25", "\n": "%0A", "\r": "%0D"}

Open = Callable[[str], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied.

    Attributes
    ----------
    place : Path
    files, bytes : int
    outside : int
        Light curves that lie outside of the workspace, so that they are not in it.
    """

    place: Path
    files: int
    bytes: int
    outside: int


def write_backup(store: Store, path: Path, report: Report = quiet) -> Backup:
    """Copy a workspace, while others may write to it.

    The database is copied first, as it is at one moment. All that its rows name is in its place by then, and files are
    only ever replaced whole, so that each is copied whole.

    Parameters
    ----------
    store : Store
    path : Path
        A file that ends in ``.zip``, or a folder that is not there yet, outside of the workspace.
    report : Report
        Learns the stage and how far it is; what it raises stops the work, and leaves nothing behind.

    Raises
    ------
    WorkspaceError
        When the place is not free or can't be written, or the database is damaged.
    """
    path = path.absolute()
    if path.resolve().is_relative_to(store.folder.resolve()):
        raise WorkspaceError(
            f"{path} lies in the workspace: a backup belongs elsewhere, on another disk if there is one"
        )
    outside = len(store.targets) - store.roots.inside()
    if path.suffix.lower() != ZIP:
        if path.exists():
            raise WorkspaceError(f"{path} is there already: name a folder that is not, or a file that ends in {ZIP}")
        with whole_folder(path) as beside:
            files, size = _fill(store, partial(_in_folder, beside), report)
        return Backup(path, files, size, outside)
    check_writable(path)
    found: list[tuple[int, int]] = []

    def write(beside: Path) -> None:
        with zipfile.ZipFile(beside, "w") as archive:
            found.append(_fill(store, partial(_in_zip, archive), report))

    write_atomically(path, write)
    return Backup(path, *found[0], outside)


def restore_backup(path: Path, folder: Path, report: Report = quiet) -> int:
    """Bring back a workspace from a backup, after every file has been compared with its digest.

    Parameters
    ----------
    path : Path
        The backup.
    folder : Path
        Of the workspace, which is not there yet.
    report : Report
        Learns the stage and how far it is; what it raises stops the work, and leaves nothing behind.

    Returns
    -------
    int
        How many files it has.

    Raises
    ------
    WorkspaceError
        When the folder is there, or the backup is none, or a file of it is not as it was written.
    """
    path, folder = path.absolute(), folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(f"{folder} is there already: a backup is brought back into a folder that is not")
    with _opened(path) as read:
        tags = _listed(read, TAGS, path)
        if _whole(read, DECLARATION, path) != BAGIT or MANIFEST not in tags:
            raise WorkspaceError(f"{path} is no backup: `clara backup FILE{ZIP}` writes one")
        if hashlib.sha256(_whole(read, MANIFEST, path)).hexdigest() != tags[MANIFEST]:
            raise _altered(path, MANIFEST)
        files = _listed(read, MANIFEST, path)
        if f"{PAYLOAD}/{DATABASE_FILE}" not in files:
            raise WorkspaceError(f"{path} holds no workspace")
        report.stage("bringing the workspace back")
        with whole_folder(folder) as beside:
            for done, (name, digest) in enumerate(files.items()):
                report(done, len(files))
                place = PurePosixPath(name)
                if place.parts[0] != PAYLOAD or place.is_absolute() or ".." in place.parts:
                    raise _altered(path, name)
                inner = str(place.relative_to(PAYLOAD))
                with _reading_of(path, name), read(name) as source, _in_folder(beside, inner) as sink:
                    if _copied(source, sink)[0] != digest:
                        raise _altered(path, name)
    return len(files)


def _fill(store: Store, open_: Open, report: Report) -> tuple[int, int]:
    """Write the bag: how many files of the workspace are in it, and their bytes."""
    digests: dict[str, str] = {}
    total = 0

    def add(name: str, source: IO[bytes]) -> int:
        with open_(name) as sink:
            digests[name], size = _copied(source, sink)
        return size

    with tempfile.TemporaryDirectory(prefix="clara-") as place:
        report.stage("copying the database")
        copy = Path(place) / DATABASE_FILE
        store.copy_database(copy)
        runs = _runs(copy)
        with reading(copy), copy.open("rb") as file:
            total += add(f"{PAYLOAD}/{DATABASE_FILE}", file)
    report.stage("copying the files")
    paths = list(_files(store.folder, runs))
    for done, path in enumerate(paths):
        report(done, len(paths))
        with reading(path):
            try:
                file = path.open("rb")
            except FileNotFoundError:  # a newer result has taken its place, or a person has deleted it
                continue
            with file:
                total += add(f"{PAYLOAD}/{path.relative_to(store.folder).as_posix()}", file)
    count = len(digests)
    info = f"Payload-Oxum: {total}.{count}\nExternal-Description: A workspace of CLARA; clara restore brings it back.\n"
    tags = {DECLARATION: BAGIT, INFO: info.encode(), MANIFEST: _lines(digests)}
    tags[TAGS] = _lines({name: hashlib.sha256(content).hexdigest() for name, content in tags.items()})
    for name, content in tags.items():
        with open_(name) as sink:
            sink.write(content)
    return count, total


def _files(folder: Path, runs: set[str]) -> Iterator[Path]:
    """The files of a workspace but the database; of runs only those that the database lists."""
    seen = {os.path.realpath(folder)}
    for place, folders, files in os.walk(folder, followlinks=True):
        below = Path(place).relative_to(folder)
        if not below.parts:
            folders[:] = [name for name in folders if name not in LEFT_OUT]
            files = [name for name in files if not name.startswith(DATABASE_FILE) or ".before-version-" in name]
        elif below.parts == ("runs",):
            folders[:] = [name for name in folders if name in runs]
        kept = []
        for name in sorted(folders):
            real = os.path.realpath(os.path.join(place, name))
            if not name.endswith(PART) and real not in seen:
                seen.add(real)
                kept.append(name)
        folders[:] = kept
        for name in sorted(files):
            path = Path(place, name)
            if not name.endswith(PART) and name != WRITER and path.is_file():
                yield path


def _runs(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {run_id for (run_id,) in connection.execute("SELECT run_id FROM runs")}


@contextmanager
def _in_folder(folder: Path, name: str) -> Iterator[IO[bytes]]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _in_zip(archive: zipfile.ZipFile, name: str) -> AbstractContextManager[IO[bytes]]:
    about = zipfile.ZipInfo(name)
    about.external_attr = 0o644 << 16
    return archive.open(about, "w", force_zip64=True)


@contextmanager
def _opened(path: Path) -> Iterator[Open]:
    """What opens the files of a bag by their names."""
    with ExitStack() as stack:
        with reading(path):
            archive = None if path.is_dir() else stack.enter_context(zipfile.ZipFile(path))
        yield (lambda name: (path / name).open("rb")) if archive is None else archive.open


@contextmanager
def _reading_of(path: Path, name: str) -> Iterator[None]:
    """Say of which file in a backup trouble is."""
    try:
        yield
    except (KeyError, FileNotFoundError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise _altered(path, name) from None


def _whole(read: Open, name: str, path: Path) -> bytes:
    try:
        with read(name) as file:
            return file.read(LONGEST)
    except (KeyError, OSError):
        raise WorkspaceError(f"{path} is no backup, it has no {name}: `clara backup FILE{ZIP}` writes one") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise _altered(path, name) from None


def _listed(read: Open, name: str, path: Path) -> dict[str, str]:
    """Digest of each file that a list names."""
    lines = _whole(read, name, path).decode(errors="surrogateescape").splitlines()
    return {unquote(words[1]): words[0] for line in lines if len(words := line.split(maxsplit=1)) > 1}


def _lines(digests: dict[str, str]) -> bytes:
    text = "".join(f"{digest}  {''.join(ESCAPED.get(one, one) for one in name)}\n" for name, digest in digests.items())
    return text.encode(errors="surrogateescape")


def _copied(source: IO[bytes], sink: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and bytes of what was copied."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        sink.write(block)
        size += len(block)
    return digest.hexdigest(), size


def _altered(path: Path, name: str) -> WorkspaceError:
    return WorkspaceError(f"{path}: {name} is not as it was written, so nothing is brought back: take another backup")
