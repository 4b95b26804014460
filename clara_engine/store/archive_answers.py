"""Answers of archives, stored with time and query, so that they are available when an archive is not."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from clara_engine.archives.cancellable import call_cancellable
from clara_engine.errors import ArchiveError, ClaraError
from clara_engine.files import write_atomically
from clara_engine.progress import Progress, silent
from clara_engine.sealed import read_table, sealed, unsealed, write_table
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.versions import Topic

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Answer", "ArchiveCache", "whole_catalogues"]

DAY_S = 86400.0
META = b"clara"
KEY = "_key"
#: How earlier versions wrote that a file is a whole table.
WHOLE_ONCE = ("all",)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What is known of some keys (TIC identifiers, names of lists …).

    Attributes
    ----------
    table : DataFrame
        Rows indexed by key; a key that the archive does not know has none.
    asked_at : dict
        Key to the Unix time [s] at which the archive answered.
    unanswered : tuple
        Keys that the archive was never asked for with success.
    whole_at : float or None
        Unix time [s] at which the archive gave a table that answers for every key, where it is asked for that.
    problem : str
        Why something is old or unanswered, empty when all went well.
    digest : str
        SHA-256 of the content of such a table; "" for what an older version kept.
    question : str
        What was asked, or which file was read.
    """

    table: pd.DataFrame
    asked_at: dict[Any, float]
    unanswered: tuple[Any, ...] = ()
    problem: str = ""
    whole_at: float | None = None
    digest: str = ""
    question: str = ""

    @property
    def oldest(self) -> float | None:
        """Unix time [s] of the oldest part."""
        return min(self.asked_at.values(), default=self.whole_at)

    @property
    def newest(self) -> float | None:
        """Unix time [s] of the newest part."""
        return max(self.asked_at.values(), default=self.whole_at)

    def answered(self, keys: Iterable[Any]) -> set[Any]:
        """Those of some keys that the archive has answered for, whether it knows them or not."""
        return set(keys) if self.whole_at is not None else set(keys) & self.asked_at.keys()

    @property
    def age_days(self) -> float:
        """Age of the oldest part [days], 0 when there is none."""
        return 0.0 if self.oldest is None else max(0.0, time.time() - self.oldest) / DAY_S


@dataclass(frozen=True, slots=True)
class _AnswerFile:
    """One file: which keys were asked, or the whole of a table, and when."""

    path: Path
    asked_at: float
    keys: tuple[Any, ...]
    whole: bool
    digest: str = ""
    question: str = ""


class ArchiveCache:
    """Stored answers of archives: one folder for each archive, one Parquet file for each query.

    A file names its question, its time and its keys in its metadata. For each key the newest file counts; a file that
    no key needs any more is deleted, and one that can't be read counts as not there.

    Parameters
    ----------
    folder : Path
    home : Path, optional
        What must be there for anything to be kept; see `write_atomically`.
    within : callable
        Makes the context in which an answer takes its place, for whoever counts changes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        home: Path | None = None,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.folder = folder
        self._home = home
        self._within = within

    @classmethod
    def of(cls, workspace: Store) -> ArchiveCache:
        """The answers that a workspace keeps."""
        folder, counted = workspace.folder, partial(workspace.changing, Topic.ARCHIVES)
        return cls(folder / "archives", home=folder / DATABASE_FILE, within=counted)

    def answer(
        self,
        name: str,
        keys: Sequence[Any],
        ask: Callable[[list[Any]], pd.DataFrame],
        *,
        max_age_days: float = 30.0,
        chunk: int = 500,
        refresh: bool = False,
        question: str = "",
        progress: Progress = silent,
    ) -> Answer:
        """Rows of keys: those that are kept and fresh, and for the others what the archive says now.

        Every chunk is kept as soon as it has arrived. When the archive fails, what is kept is used, however old.

        Parameters
        ----------
        name : str
            Of the archive and what is asked of it, e.g. ``"gaia"``.
        keys : sequence of any
            What is asked about, such as numbers of stars.
        ask : callable
            Takes a list of keys, returns rows indexed by key, and raises `ArchiveError`.
        max_age_days : float
            Older answers are asked for again.
        chunk : int
            Keys in one question.
        refresh : bool
            Ask for everything again.
        question : str
            Kept beside the answer, for whoever wonders.
        progress : callable
            Called as ``progress(done, total)``; what it raises stops the work.

        Raises
        ------
        ArchiveError
            When the archive fails and nothing of this is kept.
        """
        now = time.time()
        owners = self._owners(name)
        fresh = {key for key, file in owners.items() if now - file.asked_at < max_age_days * DAY_S}
        wanted = [key for key in dict.fromkeys(keys) if refresh or key not in fresh]
        problem = ""
        for start in range(0, len(wanted), chunk):
            progress(len(keys) - len(wanted) + start, len(keys))
            some = wanted[start : start + chunk]
            done = len(keys) - len(wanted) + start
            try:
                rows = call_cancellable(partial(ask, some), partial(progress, done, len(keys)))
                self._keep(name, rows, {"keys": some, "question": question})
            except ArchiveError as error:
                problem = str(error)
                break
        if wanted:
            self._sweep(name)
        progress(len(keys), len(keys))
        found = self.kept(name, keys)
        if problem and not found.asked_at:
            raise ArchiveError(problem)
        return Answer(found.table, found.asked_at, found.unanswered, problem)

    def whole(
        self,
        name: str,
        ask: Callable[[], pd.DataFrame],
        *,
        max_age_days: float = 30.0,
        refresh: bool = False,
        question: str = "",
        progress: Progress = silent,
    ) -> Answer:
        """A table that an archive gives as a whole: what is kept and fresh, else what it says now.

        When the archive fails, what is kept is used, however old.

        Parameters
        ----------
        name : str
            Of the archive and what is asked of it, e.g. ``"toi"``.
        ask : callable
            Takes nothing, returns rows indexed by key, of which one may have several, and raises `ArchiveError`.
        max_age_days : float
            An older table is asked for again.
        refresh : bool
            Ask for it again in any case.
        question : str
            Kept beside the answer, for whoever wonders.
        progress : Progress

        Raises
        ------
        ArchiveError
            When the archive fails and nothing is kept.
        """
        kept, problem = self.kept(name), ""
        fresh = kept.whole_at is not None and time.time() - kept.whole_at < max_age_days * DAY_S
        progress(0, 1)
        if refresh or not fresh:
            try:
                rows = call_cancellable(ask, partial(progress, 0, 1))
                self._keep(name, rows, {"keys": [], "whole": True, "question": question})
                self._sweep(name)
                kept = self.kept(name)
            except ArchiveError as error:
                problem = str(error)
                if kept.whole_at is None:
                    raise
        progress(1, 1)
        return replace(kept, problem=problem)

    def kept(self, name: str, keys: Sequence[Any] | None = None) -> Answer:
        """What is kept of keys, or of every key, without asking anybody.

        Parameters
        ----------
        name : str
            As in `answer`.
        keys : sequence of any, optional
            By default every key.
        """
        whole = self._whole(name)
        if whole is not None:
            rows = _rows(whole.path)
            some = rows if keys is None else rows[rows.index.isin(list(keys))]
            return Answer(some, {}, whole_at=whole.asked_at, digest=whole.digest, question=whole.question)
        owners = self._owners(name)
        chosen = list(owners) if keys is None else [key for key in dict.fromkeys(keys) if key in owners]
        missing = () if keys is None else tuple(key for key in dict.fromkeys(keys) if key not in owners)
        of_file: dict[Path, list[Any]] = {}
        for key in chosen:
            of_file.setdefault(owners[key].path, []).append(key)
        tables = [
            table for path, its in of_file.items() if len(table := _rows(path).loc[lambda t, k=its: t.index.isin(k)])
        ]
        table = pd.concat(tables) if tables else pd.DataFrame()
        return Answer(table, {key: owners[key].asked_at for key in chosen}, missing)

    def wholes(self) -> dict[str, dict[str, Any]]:
        """Of each whole table that is kept when it was got, its digest and the question; its rows are not read."""
        kept = {path.name: self._whole(path.name) for path in sorted(self.folder.glob("*")) if path.is_dir()}
        return {
            name: {"asked_at": whole.asked_at, "digest": whole.digest, "question": whole.question}
            for name, whole in kept.items()
            if whole is not None
        }

    def _whole(self, name: str) -> _AnswerFile | None:
        files = [file for path in self._paths(name) if (file := _answer_file(path)) and file.whole]
        return max(files, key=lambda file: file.asked_at, default=None)

    def _owners(self, name: str) -> dict[Any, _AnswerFile]:
        files = [file for path in self._paths(name) if (file := _answer_file(path))]
        owners: dict[Any, _AnswerFile] = {}
        for file in sorted(files, key=lambda file: file.asked_at):
            owners |= dict.fromkeys(file.keys, file)
        return owners

    def _keep(self, name: str, rows: pd.DataFrame, asked: dict[str, Any]) -> None:
        asked_at = time.time()
        about = {"archive": name, "asked_at": asked_at, "digest": _digest(rows)} | asked
        table, metadata = rows.rename_axis(KEY).reset_index(), {META: sealed(about).encode()}
        path = self.folder / name / f"{int(asked_at)}-{uuid.uuid4().hex[:8]}.parquet"
        write_atomically(
            path,
            lambda beside: write_table(table, beside, metadata),
            home=self._home,
            within=self._within(),
        )

    def _sweep(self, name: str) -> None:
        """Delete the answers that no key needs any more."""
        needed = {file.path for file in self._owners(name).values()}
        whole = self._whole(name)
        needed |= {whole.path} if whole is not None else set()
        for path in self._paths(name):
            if path not in needed and _answer_file(path):
                path.unlink(missing_ok=True)

    def _paths(self, name: str) -> list[Path]:
        return [path for path in (self.folder / name).glob("*.parquet") if not path.name.startswith(".")]


def whole_catalogues(workspace: Store) -> dict[str, dict[str, Any]]:
    """The whole tables of catalogues that a workspace keeps, see `ArchiveCache.wholes`."""
    return ArchiveCache.of(workspace).wholes()


def _answer_file(path: Path) -> _AnswerFile | None:
    try:
        about = unsealed(pq.read_schema(path).metadata[META])
        keys = tuple(about["keys"])
        whole = about.get("whole", keys == WHOLE_ONCE)
        told = {name: str(about.get(name, "")) for name in ("digest", "question")}
        return _AnswerFile(path, float(about["asked_at"]), keys, whole, **told)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def _digest(rows: pd.DataFrame) -> str:
    return hashlib.sha256(rows.to_csv(lineterminator="\n").encode()).hexdigest()


def _rows(path: Path) -> pd.DataFrame:
    try:
        table = read_table(path, [KEY]).set_index(KEY)
        return table.set_axis(table["tic"].to_numpy()) if len(table) and table.index[0] == WHOLE_ONCE[0] else table
    except ClaraError:
        return pd.DataFrame(index=pd.Index([], name=KEY))
