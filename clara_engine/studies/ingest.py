"""Ingesting light-curve files: finding, reading and registering them as targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from clara_engine.errors import UnreadableLightCurve
from clara_engine.progress import Progress, silent
from clara_engine.readers.columns import Columns
from clara_engine.readers.remote import url_of, written
from clara_engine.store.file_summary import FileSummary, stamp_of, summarise_files
from clara_engine.store.light_curve_files import find_files
from clara_engine.store.roots import resolved
from clara_engine.store.targets import Ingested
from clara_engine.text import visible

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["ingest"]


def ingest(
    store: Store,
    places: Sequence[str | Path],
    progress: Progress = silent,
    *,
    columns: str = "",
    readable: Callable[[Path], bool] = lambda path: True,
) -> Ingested:
    """Register light-curve files. Their samples are read; what can't be read is listed with its reason.

    Ids are given by the rules of `clara_engine.store.identity`. What has been read when `progress` stops it is
    registered. Files that an older version registered are read again, for what it did not keep.

    Parameters
    ----------
    store : Store
    places : sequence of str or Path
        Files, and folders that hold some; or their URLs in object storage, ``s3://bucket/prefix``.
    progress : Progress
    columns : str
        Which columns of the files are what (``"time=TIME flux=FLUX"``); that is kept with them, and they are always
        read so.
    readable : callable
        Whether a file may be read; others are passed over.
    """
    given = str(Columns.parse(columns)) if columns else ""
    offered = [resolved(Path(place)) for place in places]
    found = find_files(offered, progress, every_table=bool(given), readable=readable)
    known, incomplete = store.targets.registered_files()
    usual = store.targets.usual_path()
    wanted: dict[str, str] = {}
    touched: dict[str, tuple[int, int]] = {}
    unchanged = 0
    for path in dict.fromkeys(usual(str(path)) for path in found.light_curves):
        named = given or (known[path].columns if path in known else "")
        stamp = _stamp(path)
        same = path in known and known[path].columns == named and known[path].is_same(path, stamp)
        unchanged += same
        if not same or path in incomplete:
            wanted[path] = named
        elif stamp != known[path].stamp:
            touched[path] = stamp
            progress(0, 1)
    store.targets.touch(touched)
    read: dict[str, FileSummary] = {}
    workers = store.workers.seeing(*(place for place in offered if not url_of(place) and place.exists()))
    try:
        for one in summarise_files(list(wanted.items()), progress, workers):
            read[one.path] = one
    finally:
        # A name that is not UTF-8 comes back as it is shown.
        in_turn = [read.get(path) or read.get(visible(path)) for path in wanted]
        result = store.targets.register([one for one in in_turn if one is not None], offered, known)
    progress(len(wanted), len(wanted))
    return replace(result, known=unchanged, other_tables=tuple(map(written, found.other_tables)))


def _stamp(path: str) -> tuple[int, int]:
    try:
        return stamp_of(path)
    except (OSError, UnreadableLightCurve):
        return (-1, -1)
