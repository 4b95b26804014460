"""The runs of a workspace: kept, listed, renamed, pinned, removed and brought back."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.files import whole_folder, write_atomically
from clara_engine.sealed import built, write_table
from clara_engine.store.changes import Change
from clara_engine.store.database import Database
from clara_engine.store.runs import SCORE_COLUMNS, Run, RunSpec, Scoring

if TYPE_CHECKING:
    from clara_engine.forest import UnsupervisedForest

__all__ = ["KEPT_DAYS", "RunStore"]

#: How long a run that was removed can be brought back [days].
KEPT_DAYS = 7


class RunStore:
    """The runs of a workspace: a row of the database and a folder each."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def add(
        self,
        spec: RunSpec,
        forest: UnsupervisedForest,
        scores: pd.DataFrame,
        unranked: pd.DataFrame,
        *,
        fingerprint: str,
        timings: dict[str, float],
        versions: dict[str, str],
        measures: dict[str, Any],
        scoring: Scoring,
        notes: Sequence[str] = (),
        catalogues: dict[str, dict[str, Any]] | None = None,
        also: Callable[[Path], None] | None = None,
        author: str = "",
    ) -> Run:
        """Keep a run. The folder appears whole, with what `also` writes into it, then the row that names it.

        Parameters
        ----------
        spec : RunSpec
        forest : UnsupervisedForest
            Fitted.
        scores : DataFrame
            Of the run's group, by target id.
        unranked : DataFrame
            Scores of light curves of other groups.
        fingerprint : str
            Hash of the features that trained it.
        timings : dict of str to float
            Stage to seconds.
        versions : dict of str to str
            Package to version.
        measures : dict of str to any
            Label to measures.
        scoring : Scoring
            How the stars that train are scored.
        notes : sequence of str
            Lines that a person should read beside the scores.
        catalogues : dict, optional
            See `Run`.
        also : callable, optional
            Called with the folder before it takes its place.
        author : str
            Who asked for it.
        """
        run_id = time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:6]
        folder = self._folder / run_id
        run = Run(
            id=run_id,
            spec=spec,
            created=time.time(),
            folder=folder,
            fingerprint=fingerprint,
            targets=len(scores),
            trained=int(scores["trained"].sum()),
            timings=timings,
            versions=versions,
            measures=measures,
            scoring=scoring,
            notes=tuple(notes),
            catalogues=catalogues or {},
            author=author,
        )
        record = _record(run)

        def list_it() -> None:
            with self._database.transaction() as connection:
                connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (run_id, spec.name, run.created, record))

        with whole_folder(folder, then=list_it, home=self._database.path) as beside:
            forest.save(beside / "model")
            write_table(scores[SCORE_COLUMNS], beside / "scores.parquet")
            if len(unranked):
                write_table(unranked, beside / "unranked.parquet")
            (beside / "run.json").write_text(record)
            if spec.design is not None:
                (beside / "design.toml").write_text(spec.design.to_toml())
            if also is not None:
                also(beside)
        return run

    def list(self) -> list[Run]:
        """Every run that nobody removed, newest first."""
        return [run for run in self.every() if not run.removed]

    def every(self) -> Sequence[Run]:
        """Every run, also those that were removed and can be brought back."""
        table = self._database.frame("SELECT run_id, record FROM runs ORDER BY created DESC, run_id DESC")
        return [self._read(row.run_id, row.record) for row in table.itertuples()]

    def get(self, name: str) -> Run:
        """Return the run with this id, or the newest of this name; ``"latest"`` is the newest of all."""
        runs = self.list()
        for run in runs:
            if name in (run.id, run.name, "latest"):
                return run
        known = ", ".join(run.name for run in runs[:8]) or "none yet: `clara train` makes one"
        raise WorkspaceError(f"no run {name!r} in this workspace; runs: {known}")

    def delete(self, run_id: str) -> None:
        """Remove a run for good."""
        self._erase(self.get(run_id))

    def _erase(self, run: Run) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM runs WHERE run_id = ?", (run.id,))
        shutil.rmtree(run.folder, ignore_errors=True)

    def rename(self, run_id: str, name: str, author: str = "unknown") -> Run:
        """Give a run another name.

        Parameters
        ----------
        run_id : str
        name : str
            As `RunSpec` takes it.
        author : str
            Who renames it.

        Raises
        ------
        DesignError
            The name is empty, too long, or holds what no line has.
        """
        run = self.get(run_id)
        renamed = replace(run, spec=RunSpec.checked(**run.spec.model_dump() | {"name": name.strip()}))
        return self._rewrite(renamed, Change("run renamed", run.id, renamed.name, author))

    def pin(self, run_id: str, pinned: bool = True) -> Run:
        """Put a run before the others, or back among them.

        Parameters
        ----------
        run_id : str
        pinned : bool
        """
        return self._rewrite(replace(self.get(run_id), pinned=pinned))

    def remove(self, run_id: str, author: str = "unknown") -> Run:
        """Take a run out of the list; `restore` brings it back, until it has been away for `KEPT_DAYS`.

        Parameters
        ----------
        run_id : str
        author : str
            Who removes it.
        """
        for old in self.every():
            if 0 < old.removed < time.time() - 86_400 * KEPT_DAYS:
                self._erase(old)
        run = self.get(run_id)
        return self._rewrite(replace(run, removed=time.time()), Change("run removed", run.id, run.name, author))

    def restore(self, run_id: str, author: str = "unknown") -> Run:
        """Bring back a run that was removed.

        Parameters
        ----------
        run_id : str
        author : str
            Who brings it back.

        Raises
        ------
        WorkspaceError
            It is gone for good.
        """
        for run in self.every():
            if run.id == run_id:
                return self._rewrite(replace(run, removed=0.0), Change("run restored", run.id, run.name, author))
        raise WorkspaceError(f"the run {run_id} is gone for good: runs that were removed are kept for {KEPT_DAYS} days")

    def update_measures(
        self, run: Run, measures: dict[str, Any], catalogues: dict[str, dict[str, Any]] | None = None
    ) -> Run:
        """Replace the measures of a run, after labels have changed.

        Parameters
        ----------
        run : Run
        measures : dict of str to any
            Label to measures, ready for JSON.
        catalogues : dict, optional
            The tables that labels are from, see `Run`; by default those that it has.
        """
        known = run.catalogues if catalogues is None else catalogues
        return self._rewrite(replace(run, measures=measures, catalogues=known))

    def _rewrite(self, run: Run, change: Change | None = None) -> Run:
        record = _record(run)
        write_atomically(run.folder / "run.json", lambda path: path.write_text(record), home=run.folder)
        with self._database.transaction() as connection:
            connection.execute("UPDATE runs SET name = ?, record = ? WHERE run_id = ?", (run.name, record, run.id))
            if change is not None:
                change.keep(connection)
        return run

    def _read(self, run_id: str, record: str) -> Run:
        with self._database.row("runs", run_id):
            values = json.loads(record)
            values["spec"] = RunSpec(**values["spec"])
            return built(Run, {**values, "id": run_id, "folder": self._folder / run_id})


def _record(run: Run) -> str:
    values = {name: getattr(run, name) for name in Run.__dataclass_fields__ if name not in ("id", "folder", "spec")}
    return json.dumps({"spec": run.spec.model_dump(mode="json"), **values}, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON")
