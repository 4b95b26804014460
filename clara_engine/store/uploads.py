"""Files that came through the page."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from clara_engine.errors import WorkspaceUnavailable
from clara_engine.files import write_atomically
from clara_engine.store.database import DATABASE_FILE

__all__ = ["keep_upload"]

UPLOADS = "uploads"


def keep_upload(folder: Path, name: str, content: bytes) -> Path:
    """Keep a file in a workspace folder; the same content is kept once, another of the same name takes nobody's place.

    Parameters
    ----------
    folder : Path
        Of the workspace.
    name : str
        As the browser calls the file.
    content : bytes

    Raises
    ------
    WorkspaceError
        When it can't be written, or the workspace is not there any more.
    """
    plain = re.sub(r"[^\w.+-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".") or "file"
    path = folder / UPLOADS / hashlib.sha256(content).hexdigest()[:12] / plain[-120:]
    if not path.exists():
        try:
            write_atomically(path, lambda beside: beside.write_bytes(content), home=folder / DATABASE_FILE)
        except WorkspaceUnavailable as error:
            raise WorkspaceUnavailable(f"{plain} can't be kept: {error}") from None
    return path
