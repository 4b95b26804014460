"""What was downloaded into a folder: name, address, size, checksum and time, a line a file, beside the files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from clara_engine.progress import Progress, silent

__all__ = ["RECORD", "Receipt", "altered", "digest", "receipts", "record"]

RECORD = "downloads.jsonl"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One download.

    Attributes
    ----------
    fetched : float
        Unix time [s].
    tag : str
        ``ETag`` or ``Last-Modified`` of the archive, empty when it gave none.
    """

    name: str
    address: str
    bytes: int
    sha256: str
    fetched: float
    tag: str = ""


def receipts(folder: Path) -> dict[str, Receipt]:
    """The last receipt of every file of a folder, by name. A damaged line is passed over."""
    found: dict[str, Receipt] = {}
    try:
        lines = (folder / RECORD).read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        try:
            receipt = Receipt(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[receipt.name] = receipt
    return found


def record(folder: Path, receipt: Receipt) -> None:
    """Add a receipt; one write, so that lines of two processes don't mix.

    Parameters
    ----------
    folder : Path
        Where the file is.
    receipt : Receipt
    """
    with (folder / RECORD).open("ab") as file:
        file.write(b"\n" + json.dumps(asdict(receipt)).encode())


def altered(folder: Path, progress: Progress = silent) -> list[str]:
    """Names of the files of a folder whose content is no longer what was downloaded, or that are gone.

    Parameters
    ----------
    folder : Path
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    """
    known = receipts(folder)
    found = []
    for done, (name, receipt) in enumerate(known.items()):
        progress(done, len(known))
        path = folder / name
        if not path.is_file() or path.stat().st_size != receipt.bytes or digest(path) != receipt.sha256:
            found.append(name)
    progress(len(known), len(known))
    return sorted(found)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
