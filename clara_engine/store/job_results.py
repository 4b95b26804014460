"""Results of jobs that have no table or folder of their own; they outlive the process that made them."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from clara_engine.files import reading, write_atomically
from clara_engine.jobs import JobKind
from clara_engine.sealed import read_json, sealed
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.versions import Topic, Versions

__all__ = ["JobResults"]

#: Results of one kind that are kept, the latest ones.
MOST = 50


class JobResults:
    """One JSON file for each kind of job and its parameters; a later result replaces the earlier one.

    Parameters
    ----------
    folder : Path
    versions : Versions
        Counts what is kept as `Topic.STUDIES`.
    """

    def __init__(self, folder: Path, versions: Versions) -> None:
        self._folder = folder
        self._versions = versions

    def keep(self, kind: JobKind, asked: str, result: str) -> None:
        """Keep a result.

        Parameters
        ----------
        kind : JobKind
        asked : str
            What tells this result from others of its kind, such as the id of a run.
        result : str
            As JSON.

        Raises
        ------
        WorkspaceUnavailable
            When it can't be written now.
        """
        about = sealed({"kind": kind, "asked": asked, "result": json.loads(result)})
        write_atomically(
            self._path(kind, asked),
            lambda beside: beside.write_text(about, "utf-8"),
            home=self._folder.parent / DATABASE_FILE,
            within=self._versions.changing(Topic.STUDIES),
        )
        kept = sorted(self._folder.glob(f"{kind}-*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-MOST]:
            with suppress(OSError):
                path.unlink()

    def last(self, kind: JobKind, asked: str = "") -> str | None:
        """The last result as JSON; None where there is none, or only what can't be read any more.

        Parameters
        ----------
        kind : JobKind
        asked : str
            As in `keep`.

        Raises
        ------
        WorkspaceUnavailable
            When the disk can't be read now.
        """
        path = self._path(kind, asked)
        if not path.exists():
            return None
        with reading(path):
            return json.dumps(read_json(path)["result"])

    def _path(self, kind: JobKind, asked: str) -> Path:
        return self._folder / f"{kind}-{hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()}.json"
