"""Clusterings on disk: the request, the cluster of each star, and the names of the clusters."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import TypeAdapter

from clara_engine.clusters import ClusterQuality, ClusterSettings
from clara_engine.clusters.group import why_empty
from clara_engine.clusters.settings import DistanceSetting, KMeans
from clara_engine.errors import WorkspaceError
from clara_engine.files import reading, whole_folder, write_atomically, writing
from clara_engine.sealed import built, read_json, read_table, sealed, write_table
from clara_engine.setting import Range, Setting
from clara_engine.store.changes import Change
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.sources import FEATURES, Source
from clara_engine.store.versions import Topic, Versions
from clara_engine.text import typed

__all__ = ["ClusterRequest", "ClusteringStore", "KeptClustering"]

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

    @property
    def reason(self) -> str:
        """Why there is no cluster; empty where there is one."""
        return "" if self.quality.clusters else why_empty(self.request.method, self.targets)

    def labels(self) -> pd.DataFrame:
        """Cluster of every star: target_id, cluster (−1 for none), membership (0 to 1)."""
        path = self.folder / "labels.parquet"
        return read_table(path, ("cluster",), finite=("membership",), unique="target_id")

    def names(self) -> dict[int, str]:
        """Name of every cluster by its number: what a person called it, else its number; −1 is no cluster."""
        path = self.folder / "names.json"
        with reading(path):
            named = read_json(path) if path.exists() else {}
            given = TypeAdapter(dict[int, str]).validate_python(named)
        usual = {-1: "no cluster"} | {number: f"cluster {number}" for number in range(self.quality.clusters)}
        return usual | given


class ClusteringStore:
    """The clusterings of a workspace, a folder each."""

    def __init__(self, folder: Path, versions: Versions) -> None:
        self._folder = folder
        self._versions = versions

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

    def rename(self, clustering_id: str, cluster: int, name: str, author: str = "unknown") -> None:
        """Name a cluster; an empty name restores its number.

        Parameters
        ----------
        clustering_id : str
        cluster : int
            Its number.
        name : str
        author : str
            Who names it.

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
        given = read_json(path) if path.exists() else {}
        given = {number: known for number, known in given.items() if number != str(cluster)}
        given |= {str(cluster): name} if name else {}
        change = Change("cluster named", f"{kept.id}/{cluster}", name, author)
        within = self._versions.changing(Topic.CLUSTERINGS, change)
        write_atomically(path, lambda beside: beside.write_text(sealed(given)), within=within)

    def delete(self, clustering_id: str) -> None:
        """Remove a clustering for good."""
        folder = self.get(clustering_id).folder
        with writing(folder), self._versions.changing(Topic.CLUSTERINGS):
            shutil.rmtree(folder)

    def add(self, kept: KeptClustering, table: pd.DataFrame) -> KeptClustering:
        """Keep a clustering; its folder appears whole.

        Parameters
        ----------
        kept : KeptClustering
            Its folder is where the clustering goes.
        table : DataFrame
            target_id, cluster, membership.
        """
        record = {
            "request": kept.request.model_dump(mode="json"),
            "quality": asdict(kept.quality),
            "created": kept.created,
            "targets": kept.targets,
            "left_out": kept.left_out,
            "seconds": kept.seconds,
        }
        folder = self._folder / kept.id
        change = self._versions.changing(Topic.CLUSTERINGS)
        with whole_folder(folder, home=self._folder.parent / DATABASE_FILE, within=change) as beside:
            write_table(table, beside / "labels.parquet")
            (beside / "clustering.json").write_text(sealed(record))
        return _read(folder)


def _read(folder: Path) -> KeptClustering:
    path = folder / "clustering.json"
    with reading(path):
        record = read_json(path)
        if absent := {"source", "name", "method"} - record["request"].keys():
            raise ValueError(f"its request has no {sorted(absent)[0]}")
        record["request"] = ClusterRequest(**record["request"])
        record["quality"] = built(ClusterQuality, record["quality"])
        return built(KeptClustering, {**record, "id": folder.name, "folder": folder})
