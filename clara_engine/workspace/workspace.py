"""One folder that holds everything a person works with, and that can be copied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import platformdirs

from clara_engine.errors import WorkspaceError
from clara_engine.files import remove_left_behind
from clara_engine.progress import Report, quiet
from clara_engine.workspace.clusterings import ClusteringShelf
from clara_engine.workspace.database import DATABASE_FILE, PATIENCE_S, Database
from clara_engine.workspace.ephemerides import EphemerisBook
from clara_engine.workspace.failures import FailureBook
from clara_engine.workspace.job_log import JobLog
from clara_engine.workspace.label_families import LabelFamilies
from clara_engine.workspace.labels import LabelBook
from clara_engine.workspace.maps import MapShelf
from clara_engine.workspace.matrices import Matrices
from clara_engine.workspace.nulls import NullShelf
from clara_engine.workspace.population import Population
from clara_engine.workspace.reasons import Reasons
from clara_engine.workspace.roots import Roots, settled
from clara_engine.workspace.rows import RowSource
from clara_engine.workspace.runs import Run, RunSpec, RunStore
from clara_engine.workspace.selections import SelectionBook
from clara_engine.workspace.similarity import Similarity
from clara_engine.workspace.targets import TargetCatalog
from clara_engine.workspace.verdicts import VerdictLog
from clara_engine.workspace.versions import Versions
from clara_engine.workspace.vocabulary import Vocabulary

if TYPE_CHECKING:
    from clara_engine.forest import Trial

__all__ = ["Workspace", "default_folder"]

#: What arrives here is resumed, not removed.
KEPT_PARTS = ("downloads",)


def default_folder() -> Path:
    """``CLARA_WORKSPACE``, or the user's data folder."""
    return Path(os.environ.get("CLARA_WORKSPACE") or platformdirs.user_data_path("clara") / "workspace")


class Workspace:
    """The nouns of a workspace, each in its own hands.

    Attributes
    ----------
    targets : TargetCatalog
    roots : Roots
        The folders outside that files of targets lie in.
    labels : LabelBook
    verdicts : VerdictLog
    vocabulary : Vocabulary
        The labels that verdicts are made of.
    ephemerides : EphemerisBook
    selections : SelectionBook
    runs : RunStore
    matrices : Matrices
        Features of the targets, as stored and as the forest reads them.
    nulls : NullShelf
        Features of null light curves, that p-values are ranked among.
    reasons : Reasons
        Why a run finds a star strange, and what is like it.
    maps : MapShelf
    clusterings : ClusteringShelf
    similarity : Similarity
        Matches stars to labelled ones.
    population : Population
    failures : FailureBook
    job_log : JobLog
    upgraded : str
        What a person should know when it was of an older version and has just been brought up to date; else nothing.
    waiting : callable
        ``with workspace.waiting(30):`` lets this thread wait so many seconds for a lock; see `Database`.
    versions : callable
        ``workspace.versions()``: a number a topic, which every write raises; see `Versions.read`.
    changing : callable
        ``with workspace.changing(Topic.CLAIMS):`` around what puts a file into its place; see `Versions.changing`.
    """

    def __init__(self, folder: Path, patience: float = PATIENCE_S, *, create: bool = True) -> None:
        self.folder = folder
        database = Database(folder / DATABASE_FILE, patience, create=create)
        self.waiting = database.waiting
        versions = Versions(database)
        self.versions, self.changing = versions.read, versions.changing
        self.upgraded = database.upgraded
        self.roots = Roots(database)
        self.targets = TargetCatalog(database)
        self.labels = LabelBook(database)
        self.verdicts = VerdictLog(database)
        self.vocabulary = Vocabulary(folder / "verdict_labels.json", versions)
        self.ephemerides = EphemerisBook(database)
        self.selections = SelectionBook(database)
        self.runs = RunStore(database, folder / "runs")
        self.matrices = Matrices(folder, self.targets, versions)
        self.nulls = NullShelf(folder / "cache" / "nulls", self.targets)
        self.reasons = Reasons(self.matrices)
        self.population = Population(self.targets, self.labels)
        rows = RowSource(self.targets, self.runs, self.matrices, self.reasons, self.population)
        self.maps = MapShelf(folder / "maps", rows, versions)
        families = LabelFamilies(self.labels, self.verdicts)
        self.clusterings = ClusteringShelf(folder / "clusterings", rows, families, versions)
        self.similarity = Similarity(self.targets, rows, families)
        self.failures = FailureBook(database, self.targets, self.matrices)
        self.job_log = JobLog(database, folder / "jobs")

    @classmethod
    def open(cls, folder: str | Path | None = None, *, create: bool = True, patience: float = PATIENCE_S) -> Workspace:
        """Open a workspace, by default that of `default_folder`.

        Parameters
        ----------
        create : bool
            Whether to make it when it is not there. Nothing else makes a workspace.
        patience : float
            How long writing waits for others who write [s]; see `Database`.

        Raises
        ------
        WorkspaceError
            When the folder is no workspace, can't be written, or is absent and `create` is False.
        """
        path = Path(folder) if folder is not None else default_folder()
        path = settled(path.expanduser())
        if create:
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise WorkspaceError(f"{path} can't be a workspace: {error.strerror}") from None
        opened = cls(path, patience, create=create)
        opened.job_log.end_lost()
        remove_left_behind(path, keep=KEPT_PARTS)
        opened.runs.remove_unlisted()
        return opened

    @property
    def simulated(self) -> bool:
        """Whether any target is a simulation, which every view of it then has to say."""
        return bool(self.targets.frame()["simulated"].any())

    def train(self, spec: RunSpec, report: Report = quiet, *, wait_for_claims: bool = True) -> Run:
        """Train a forest as `spec` says, score every target, and keep the run; see `training.train`."""
        from clara_engine.workspace.training import train  # compiles the kernel; only training needs it

        return train(self, spec, report, wait_for_claims=wait_for_claims)

    def tune(self, spec: RunSpec, *, draws: int = 30, folds: int = 3, report: Report = quiet) -> list[Trial]:
        """The published random search for forest settings, best accuracy first."""
        from clara_engine.workspace.training import tune_forest

        return tune_forest(self, spec, draws=draws, folds=folds, report=report)

    def importances(self, run: Run, *, repeats: int = 3, report: Report = quiet) -> pd.DataFrame:
        """Features of a run's forest beside what shuffled labels give; see `training.importances`."""
        from clara_engine.workspace.training import importances

        return importances(self, run, repeats=repeats, report=report)

    def score_files(
        self, run: Run, paths: Sequence[Path], report: Report = quiet, *, columns: str = ""
    ) -> tuple[pd.DataFrame, list[str]]:
        """Score light-curve files that need not be registered.

        Parameters
        ----------
        columns : str
            Which columns of the files are what (``"time=TIME flux=FLUX"``); by default what was named of a file when it
            was registered.

        Returns
        -------
        table, problems
            Columns path, target_id, anomaly_score, anomaly_spread, weirdness, percentile (among the run's targets);
            and a line for every file that could not be scored.
        """
        from clara_engine.workspace.training import score_files

        return score_files(self, run, paths, report, columns=columns)
