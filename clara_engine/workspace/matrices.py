"""Features of the targets: extracted once, stored, and binned for the forest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.features import FeatureStore, extract, feature_set
from clara_engine.files import reading, whole_folder, write_atomically
from clara_engine.forest import BinnedFeatures, FeatureBinning
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_registered
from clara_engine.synthetic import SyntheticDesign
from clara_engine.workspace.database import DATABASE_FILE, PATIENCE_S
from clara_engine.workspace.injections import Injected, InjectionShelf, save_array
from clara_engine.workspace.targets import TargetCatalog
from clara_engine.workspace.versions import Topic, Versions

__all__ = ["Matrices", "save_array"]

Matrix = NDArray[np.float32]


class Matrices:
    """Feature rows of registered targets and of contrast sets, by feature set name."""

    def __init__(self, folder: Path, targets: TargetCatalog, versions: Versions) -> None:
        self._folder = folder
        self._versions = versions
        self._home = folder / DATABASE_FILE
        self._targets = targets
        self._fingerprints: dict[str, tuple[object, str]] = {}
        self._stores: dict[str, FeatureStore] = {}  # each has read its lists of rows, which takes a while

    def store(self, name: str) -> FeatureStore:
        """The stored rows of a feature set."""
        if name not in self._stores:
            self._stores[name] = FeatureStore(
                self._folder / "features", feature_set(name), home=self._home,
                within=partial(self._versions.changing, Topic.FEATURES),
            )  # fmt: skip
        return self._stores[name]

    def started(self, name: str) -> bool:
        """Whether anything of a feature set has been computed here."""
        return (self._folder / "features" / feature_set(name).id).is_dir()

    def extract(
        self, name: str, report: Report = quiet, *, ids: Sequence[str] | None = None, workers: int | None = None,
        retry: bool = False,
    ) -> int:  # fmt: skip
        """Compute what is missing, of all targets or of `ids`; returns how many rows were added.

        What has been stored stays when the work is stopped, and is not computed again. Targets whose light curve
        gives no features are kept with the reason (`FeatureStore.failures`) and left out, unless `retry`.
        """
        store = self.store(name)
        table = self._targets.frame().set_index("target_id")
        since = table["registered"].to_dict()
        missing = store.missing(self._targets.ids() if ids is None else ids, retry=retry, since=since)
        paths, columns = table["path"].to_dict(), table["columns"].to_dict()
        report.stage("extracting features")
        items = [
            (target_id, partial(read_registered, Path(paths[target_id]), target_id, columns=columns[target_id]))
            for target_id in missing
        ]
        return store.extend(extract(items, feature_set(name), workers=workers, progress=report))

    def ids(self, name: str) -> list[str]:
        """Registered targets that have features, in order."""
        stored = set(self.store(name).ids())
        return [target_id for target_id in self._targets.ids() if target_id in stored]

    def fingerprint(self, name: str) -> str:
        """Hash of the features of every registered target that has them."""
        store = self.store(name)
        now = self._versions.read(PATIENCE_S)
        state = (now[Topic.FEATURES], now[Topic.TARGETS])
        known = self._fingerprints.get(name)
        if known is None or known[0] != state:
            known = self._fingerprints[name] = (state, store.fingerprint(self.ids(name)))
        return known[1]

    def provenance(self, name: str, ids: Sequence[str]) -> str:
        """Hash of the features of some targets and of what processed them: pipeline version and data release.

        SPOC's releases of one sector give the published forests scores that differ by up to 0.29.
        """
        facts = self._targets.frame().set_index("target_id")[["procver", "data_release"]]
        lines = facts.loc[sorted(ids)].to_csv(sep="\t")
        rows = self.store(name).fingerprint(ids)
        return hashlib.blake2b(f"{rows}\n{lines}".encode(), digest_size=16).hexdigest()

    def matrix(self, name: str) -> tuple[list[str], Matrix]:
        """Ids and features, shape (n, d), of every registered target that has features.

        Raises
        ------
        WorkspaceError
            When there are none.
        """
        ids = self._some(name)
        return ids, self.store(name).matrix(ids)

    def _some(self, name: str) -> list[str]:
        ids = self.ids(name)
        if not ids:
            raise WorkspaceError("no features in this workspace yet: `clara ingest FOLDER`, then `clara features`")
        return ids

    def row(self, name: str, target_id: str) -> NDArray[np.float32]:
        """Features of one target, shape (d,)."""
        return self.store(name).matrix([target_id])[0]

    def median(self, name: str) -> NDArray[np.float32]:
        """Median feature row of the real targets, shape (d,)."""
        path = self._folder / "cache" / f"median-{name}-{self.fingerprint(name)[:16]}.npy"
        if not path.exists():
            middle = np.median(self.matrix(name)[1], axis=0)
            write_atomically(path, lambda beside: save_array(beside, middle), home=self._home)
        with reading(path):
            return np.asarray(np.load(path, allow_pickle=False))

    def binned(
        self, name: str, report: Report = quiet, *, ids: Sequence[str] | None = None
    ) -> tuple[list[str], BinnedFeatures]:
        """Ids and bin codes of targets that have features, by default of all; binned once, then mapped into memory."""
        ids = self._some(name) if ids is None else list(ids)
        path = self._folder / "cache" / f"binned-{name}-{self.store(name).fingerprint(ids)[:16]}"
        if not path.exists():
            features = self.store(name).matrix(ids)
            report.stage("binning features")
            binning = FeatureBinning.fit(features, feature_set=feature_set(name).id)
            binned = binning.bin(features, progress=report)
            with whole_folder(path, home=self._home) as beside:
                binned.save(beside)
        return ids, BinnedFeatures.open(path)

    def contrast(
        self, design: SyntheticDesign, name: str, report: Report = quiet, *, backgrounds: Sequence[str] = ()
    ) -> Matrix:
        """Features of a synthetic set, shape (curves, d); computed once for each design and its backgrounds.

        Parameters
        ----------
        backgrounds : sequence of target ids
            Whose light curves the signals are injected into, where the design asks for that.

        Raises
        ------
        DesignError
            When more than half of the curves have no features; fewer are left out.
        """
        return self.injected(design, name, report, backgrounds=backgrounds).rows

    def injected(
        self, design: SyntheticDesign, name: str, report: Report = quiet, *, backgrounds: Sequence[str] = ()
    ) -> Injected:
        """Features of a synthetic set with what was put into each curve; see `contrast` and `InjectionShelf.get`."""
        return InjectionShelf(self._folder / "cache" / "injected", self._targets).get(
            design, self.store(name), backgrounds, report
        )
