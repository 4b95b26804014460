"""Clusterings: what was asked, which star fell where, and where that is kept."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.clusters import ClusterQuality, ClusterSettings, cluster
from clara_engine.clusters.settings import DistanceSetting, KMeans
from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.enrichment import enrichment
from clara_engine.files import reading, whole_folder, write_atomically, writing
from clara_engine.maps.reduction import LeafReduction, StandardReduction
from clara_engine.progress import Report, quiet
from clara_engine.setting import Range, Setting
from clara_engine.text import typed
from clara_engine.workspace.database import DATABASE_FILE
from clara_engine.workspace.label_families import LabelFamilies
from clara_engine.workspace.rows import FEATURES, LEAVES, Rows, RowSource, Source
from clara_engine.workspace.versions import Topic, Versions

__all__ = ["ClusterRequest", "ClusteringShelf", "KeptClustering"]

FOLDED_SET = "folded"
LONGEST_NAME = 40


class ClusterRequest(Setting):
    """Everything that fixes a clustering, given what the workspace holds.

    Attributes
    ----------
    title : str
        What the user calls it.
    source : {"features", "leaves", "parameters"}
    name : str
        Feature set, run id, or parameter names joined by commas.
    method : ClusterSettings
        With ``metric="dtw"`` the source must be the feature set ``folded``.
    components : int
        Principal components of the standardised rows that are grouped; not used by ``dtw``.
    seed : int
    targets : tuple of str
        Only these target ids; empty takes them all.
    """

    title: str = ""
    source: Source = FEATURES
    name: str = "flux_power"
    method: ClusterSettings = KMeans()
    components: Annotated[int, Range(1, 500)] = 10
    seed: Annotated[int, Range(0, 2**32 - 1)] = 0
    targets: tuple[str, ...] = ()

    @property
    def warps(self) -> bool:
        """Whether folded curves are compared by dynamic time warping."""
        return isinstance(self.method, DistanceSetting) and self.method.metric == "dtw"


@dataclass(frozen=True, slots=True)
class KeptClustering:
    """A finished clustering.

    Attributes
    ----------
    created : float
        Unix time [s].
    targets, left_out : int
        Stars that were grouped, and stars that were asked for but lack the rows.
    seconds : float
        How long it took.
    """

    id: str
    request: ClusterRequest
    quality: ClusterQuality
    created: float
    targets: int
    left_out: int
    seconds: float
    folder: Path

    def labels(self) -> pd.DataFrame:
        """Cluster of every star: target_id, cluster (−1 for none), membership (0 to 1)."""
        path = self.folder / "labels.parquet"
        with reading(path):
            return pd.read_parquet(path)

    def names(self) -> dict[int, str]:
        """Name of every cluster by its number: what a person called it, else its number; −1 is no cluster."""
        path = self.folder / "names.json"
        with reading(path):
            named = json.loads(path.read_text()) if path.exists() else {}
            given = {int(number): name for number, name in named.items()}
        usual = {-1: "no cluster"} | {number: f"cluster {number}" for number in range(self.quality.clusters)}
        return usual | given


class ClusteringShelf:
    """The clusterings of a workspace, a folder each."""

    def __init__(self, folder: Path, source: RowSource, families: LabelFamilies, versions: Versions) -> None:
        self._folder = folder
        self._source = source
        self._families = families
        self._versions = versions

    def make(self, request: ClusterRequest, report: Report = quiet) -> KeptClustering:
        """Cluster what `request` names, and keep it.

        Raises
        ------
        ClaraError
            When there is nothing to cluster, or the request can't be met; one line says why.
        """
        typed(request.title, "the name of a clustering")
        begun = time.perf_counter()
        report.stage("reading features")
        given = self._rows(request)
        report.stage("clustering")
        points = given.rows if request.warps else _coordinates(given.rows, request)
        result = cluster(points, request.method, seed=request.seed, progress=report)
        table = pd.DataFrame({"target_id": given.ids, "cluster": result.labels, "membership": result.membership})
        kept = KeptClustering(
            id=time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:6], request=request, quality=result.quality,
            created=time.time(), targets=len(given.ids), left_out=given.left_out, seconds=time.perf_counter() - begun,
            folder=self._folder,
        )  # fmt: skip
        return self._add(kept, table)

    def list(self) -> list[KeptClustering]:
        """Every clustering, newest first."""
        found = [_read(path.parent) for path in self._folder.glob("[!.]*/clustering.json")]
        return sorted(found, key=lambda kept: (kept.created, kept.id), reverse=True)

    def get(self, name: str) -> KeptClustering:
        """Return the clustering with this id, or the newest of this title; ``"latest"`` is the newest of all."""
        known = self.list()
        for kept in known:
            if name in (kept.id, kept.request.title, "latest"):
                return kept
        ids = ", ".join(kept.id for kept in known[:8]) or "none yet: `clara cluster` makes one"
        raise WorkspaceError(f"no clustering {name!r} in this workspace; clusterings: {ids}")

    def table(self) -> pd.DataFrame:
        """Every clustering of every star: target_id, clustering_id, title, cluster, membership."""
        tables = [kept.labels().assign(clustering_id=kept.id, title=kept.request.title) for kept in self.list()]
        columns = ["target_id", "clustering_id", "title", "cluster", "membership"]
        return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)

    def rename(self, clustering_id: str, cluster: int, name: str) -> None:
        """Call a cluster something; an empty name gives it its number back.

        Raises
        ------
        WorkspaceError
            When there is no such cluster, or the name is too long.
        """
        kept = self.get(clustering_id)
        name = typed(name, "the name of a cluster")
        if cluster not in kept.names() or len(name) > LONGEST_NAME:
            raise WorkspaceError(f"cluster {cluster} of {kept.id} can't be called {name[:LONGEST_NAME]!r}")
        path = kept.folder / "names.json"
        with reading(path):
            given = json.loads(path.read_text()) if path.exists() else {}
        given = {number: known for number, known in given.items() if number != str(cluster)}
        given |= {str(cluster): name} if name else {}
        change = self._versions.changing(Topic.CLUSTERINGS)
        write_atomically(path, lambda beside: beside.write_text(json.dumps(given)), within=change)

    def delete(self, clustering_id: str) -> None:
        """Remove a clustering for good."""
        folder = self.get(clustering_id).folder
        with writing(folder), self._versions.changing(Topic.CLUSTERINGS):
            shutil.rmtree(folder)

    def enrichment(self, name: str) -> pd.DataFrame:
        """Test every cluster for every label of today, as `clara_engine.evaluate.enrichment` says."""
        table = self.get(name).labels()
        return enrichment(table["cluster"], self._families.members(table["target_id"].tolist()))

    def _rows(self, request: ClusterRequest) -> Rows:
        if request.warps and (request.source, request.name) != (FEATURES, FOLDED_SET):
            raise WorkspaceError(f"dynamic time warping compares folded curves: choose the feature set {FOLDED_SET}")
        given = self._source.rows(request.source, request.name)
        if not request.targets:
            return given
        asked = set(request.targets)
        chosen = [i for i, target_id in enumerate(given.ids) if target_id in asked]
        return Rows([given.ids[i] for i in chosen], given.rows[chosen], len(asked) - len(chosen))

    def _add(self, kept: KeptClustering, table: pd.DataFrame) -> KeptClustering:
        """The folder appears whole."""
        folder = self._folder / kept.id
        record = {
            "request": kept.request.model_dump(mode="json"), "quality": asdict(kept.quality), "created": kept.created,
            "targets": kept.targets, "left_out": kept.left_out, "seconds": kept.seconds,
        }  # fmt: skip
        change = self._versions.changing(Topic.CLUSTERINGS)
        with whole_folder(folder, home=self._folder.parent / DATABASE_FILE, within=change) as beside:
            table.to_parquet(beside / "labels.parquet", index=False)
            (beside / "clustering.json").write_text(json.dumps(record, indent=1))
        return _read(folder)


def _read(folder: Path) -> KeptClustering:
    path = folder / "clustering.json"
    with reading(path):
        record = json.loads(path.read_text())
        request, quality = ClusterRequest(**record.pop("request")), ClusterQuality(**record.pop("quality"))
        return KeptClustering(id=folder.name, request=request, quality=quality, folder=folder, **record)


def _coordinates(rows: NDArray[Any], request: ClusterRequest) -> NDArray[np.float64]:
    """Leading components; with leaves, of which leaves a star ends in."""
    if len(rows) < 2:
        return np.asarray(rows, np.float64)
    fit = LeafReduction.fit if request.source == LEAVES else StandardReduction.fit
    return fit(rows, request.components, request.seed).transform(rows)
