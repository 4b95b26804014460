"""The folder that holds everything a user works with, and that can be copied."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import platformdirs

from clara_engine.errors import WorkspaceError
from clara_engine.files import remove_left_behind
from clara_engine.store.cache_folder import CacheFolder
from clara_engine.store.changes import ChangeLog
from clara_engine.store.database import DATABASE_FILE, PATIENCE_S, Database
from clara_engine.store.job_log import JobLog
from clara_engine.store.job_results import JobResults
from clara_engine.store.label_families import LabelFamilies
from clara_engine.store.labels import LabelBook
from clara_engine.store.roots import Roots, resolved
from clara_engine.store.run_folders import remove_unlisted
from clara_engine.store.selections import SelectionBook
from clara_engine.store.targets import TargetCatalog
from clara_engine.store.verdicts import VerdictLog
from clara_engine.store.versions import Versions
from clara_engine.store.vocabulary import Vocabulary
from clara_engine.workers import Workers

if TYPE_CHECKING:
    from clara_engine.store.clusterings import ClusteringStore
    from clara_engine.store.ephemerides import EphemerisBook
    from clara_engine.store.failures import FailureBook
    from clara_engine.store.feature_rows import FeatureRows
    from clara_engine.store.maps import MapStore
    from clara_engine.store.run_store import RunStore
    from clara_engine.store.star_parameters import StarParameters

__all__ = ["Store", "default_folder"]

#: Folders whose partial files are resumed, not removed.
KEPT_PARTS = ("downloads",)
RUNS = "runs"


def default_folder() -> Path:
    """``CLARA_WORKSPACE``, or the user's data folder."""
    return Path(os.environ.get("CLARA_WORKSPACE") or platformdirs.user_data_path("clara") / "workspace")


class Store:
    """Everything that a workspace keeps on disk, with one object for each kind.

    Studies are given a store. `clara_engine.workspace.Workspace` is a store that can also run them. What needs forests,
    features, maps or clusters is made when it is first asked for: to import these takes longer than most commands.

    Attributes
    ----------
    targets : TargetCatalog
    roots : Roots
        The folders outside that files of targets lie in.
    labels : LabelBook
    verdicts : VerdictLog
    vocabulary : Vocabulary
        The labels that verdicts are made of.
    families : LabelFamilies
        Labels and verdicts side by side.
    ephemerides : EphemerisBook
    selections : SelectionBook
    changes : ChangeLog
    runs : RunStore
    features : FeatureRows
        Features of the targets.
    parameters : StarParameters
        What catalogues and headers say of the stars.
    maps : MapStore
    clusterings : ClusteringStore
    failures : FailureBook
    job_log : JobLog
    job_results : JobResults
    cache : CacheFolder
        What is computed again when it is gone.
    workers : Workers
        What work on many light curves is spread over; on a cluster they refuse where light curves can't be seen.
    upgraded : str
        What a person should know when it was of an older version and has just been brought up to date; else nothing.
    waiting : callable
        ``with store.waiting(30):`` lets this thread wait so many seconds for a lock; see `Database`.
    versions : callable
        ``store.versions()``: a number a topic, which every write raises; see `Versions.read`.
    copy_database : callable
        ``store.copy_database(place)`` copies the database, while others write; see `Database.copy_to`.
    database_faults : callable
        ``store.database_faults()``: a line for each thing that is wrong with the database; see `Database.faults`.
    changing : callable
        ``with store.changing(Topic.CLAIMS):`` around what puts a file into its place; see `Versions.changing`.
    """

    def __init__(
        self, folder: Path, patience: float = PATIENCE_S, *, create: bool = True, workers: Workers | None = None
    ) -> None:
        self.folder = folder
        self._workers = workers or Workers()
        self._database = database = Database(folder / DATABASE_FILE, patience, create=create)
        self.waiting = database.waiting
        self._versions = versions = Versions(database)
        self.versions, self.changing = versions.read, versions.changing
        self.upgraded, self.copy_database = database.upgraded, database.copy_to
        self.database_faults = database.faults
        self.roots = Roots(database)
        self.targets = TargetCatalog(database)
        self.labels = LabelBook(database)
        self.verdicts = VerdictLog(database)
        self.vocabulary = Vocabulary(folder / "verdict_labels.json", versions)
        self.families = LabelFamilies(self.labels, self.verdicts)
        self.selections = SelectionBook(database)
        self.changes = ChangeLog(database)
        self.job_log = JobLog(database, folder / "jobs")
        self.job_results = JobResults(folder / "job_results", versions)
        self.cache = CacheFolder(folder / "cache")

    @property
    def workers(self) -> Workers:
        """What work on many light curves is spread over."""
        return self._workers if self._workers.here else self._workers.seeing(*self.roots.in_use())

    @cached_property
    def ephemerides(self) -> EphemerisBook:
        """The ephemerides of catalogues."""
        from clara_engine.store.ephemerides import EphemerisBook

        return EphemerisBook(self._database)

    @cached_property
    def runs(self) -> RunStore:
        """The runs."""
        from clara_engine.store.run_store import RunStore

        return RunStore(self._database, self.folder / RUNS)

    @cached_property
    def features(self) -> FeatureRows:
        """Features of the targets."""
        from clara_engine.store.feature_rows import FeatureRows

        return FeatureRows(self.folder, self.targets, self._versions)

    @cached_property
    def parameters(self) -> StarParameters:
        """What catalogues and headers say of the stars."""
        from clara_engine.store.star_parameters import StarParameters

        return StarParameters(self.targets, self.labels)

    @cached_property
    def maps(self) -> MapStore:
        """The maps."""
        from clara_engine.store.maps import MapStore
        from clara_engine.store.sources import SourceFingerprints

        sources = SourceFingerprints(self.runs, self.features, self.parameters)
        return MapStore(self.folder / "maps", sources, self._versions)

    @cached_property
    def clusterings(self) -> ClusteringStore:
        """The clusterings."""
        from clara_engine.store.clusterings import ClusteringStore

        return ClusteringStore(self.folder / "clusterings", self._versions)

    @cached_property
    def failures(self) -> FailureBook:
        """What failed, with what is needed to try again."""
        from clara_engine.store.failures import FailureBook

        return FailureBook(self._database, self.targets, self.features)

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        create: bool = True,
        patience: float = PATIENCE_S,
        workers: Workers | None = None,
    ) -> Self:
        """Open a workspace, by default that of `default_folder`.

        Parameters
        ----------
        folder : str or Path, optional
            By default that of `default_folder`.
        create : bool
            Whether to make it when it is not there. Nothing else makes a workspace.
        patience : float
            How long writing waits for others who write [s]; see `Database`.
        workers : Workers, optional
            What work on many light curves is spread over: this machine, or what `dask_cluster.connect` gives.

        Raises
        ------
        WorkspaceError
            When the folder is no workspace, can't be written, or is absent and `create` is False.
        """
        path = Path(folder) if folder is not None else default_folder()
        path = resolved(path.expanduser())
        if create:
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise WorkspaceError(f"{path} can't be a workspace: {error.strerror}") from None
        opened = cls(path, patience, create=create, workers=workers)
        opened.job_log.end_lost()
        remove_left_behind(path, keep=KEPT_PARTS)
        remove_unlisted(path / RUNS, opened._database)
        return opened

    @property
    def simulated(self) -> bool:
        """Whether any target is a simulation, which every view of it then has to say."""
        return bool(self.targets.frame()["simulated"].any())
