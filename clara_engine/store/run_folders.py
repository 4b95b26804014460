"""Folders of runs that no run is listed for."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from clara_engine.files import listed, unlisted
from clara_engine.store.database import Database

__all__ = ["remove_unlisted"]


def remove_unlisted(folder: Path, database: Database) -> int:
    """Remove the folders of runs whose process was killed before it could list them; returns how many.

    Parameters
    ----------
    folder : Path
        Of all runs.
    database : Database
    """
    removed = 0
    with suppress(OSError):
        for run in list(folder.iterdir()):
            with unlisted(run) as left:
                if not left:
                    continue
                if len(database.frame("SELECT run_id FROM runs WHERE run_id = ?", (run.name,))):
                    listed(run)
                else:
                    shutil.rmtree(run)
                    removed += 1
    return removed
