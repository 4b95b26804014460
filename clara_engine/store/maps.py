"""Maps on disk, found again as long as the rows that they show are unchanged."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pyarrow.parquet as pq

from clara_engine.files import reading, write_atomically
from clara_engine.maps import FittedMap, MapSettings, TsneMap, map_settings
from clara_engine.sealed import read_table, sealed, unsealed, write_table
from clara_engine.setting import Range, Setting
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.sources import FEATURES, PARAMETERS, Source, SourceFingerprints
from clara_engine.store.versions import Topic, Versions

__all__ = ["MapRequest", "MapStore", "places"]

FACTS = b"clara"


class MapRequest(Setting):
    """Everything that fixes a map, given what the workspace holds.

    Attributes
    ----------
    source : {"features", "leaves", "parameters"}
    name : str
        Feature set, run id, or parameter names joined by commas.
    settings : PcaMap, TsneMap or UmapMap
    seed : int
    targets : tuple of str
        Only these target ids; empty takes them all.
    """

    source: Source = FEATURES
    name: str = "flux_power"
    settings: MapSettings = TsneMap()
    seed: Annotated[int, Range(0, 2**32 - 1)] = 0
    targets: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Source, name: str, kind: str, seed: int = 0, **settings: Any) -> MapRequest:
        """A request for a kind of map; `DesignError` or `FeatureError` when a setting can't be.

        Parameters
        ----------
        source : Source
            What the map is made of.
        name : str
            Feature set, or id of the run.
        kind : {"pca", "tsne", "umap"}
        seed : int
            Fixes all that is drawn.
        **settings : any
            Of the kind of map; the others keep their defaults.
        """
        return cls(source=source, name=name, settings=map_settings(kind, **settings), seed=seed)

    @property
    def recipe(self) -> str:
        """Short hash of the settings, the seed, and the targets where these are not all."""
        words = [self.settings.model_dump_json(), str(self.seed), *sorted(self.targets)]
        return hashlib.sha256(" ".join(words).encode()).hexdigest()[:8]

    @property
    def place(self) -> str:
        """The part of a file name that says what is shown."""
        if self.source == PARAMETERS:
            return f"parameters-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"
        plain = re.sub(r"[^\w.-]", "_", self.name)
        return plain if self.source == FEATURES else f"leaves-{plain}"


class MapStore:
    """Two files a map: Parquet with places and facts, and arrays that new stars are placed with."""

    def __init__(self, folder: Path, sources: SourceFingerprints, versions: Versions) -> None:
        self._folder = folder
        self._sources = sources
        self._versions = versions

    def kept(self, kind: str, feature_set: str) -> pd.DataFrame | None:
        """The usual map of a feature set for the present targets, if it has been computed: target_id, x, y.

        Parameters
        ----------
        kind : {"pca", "tsne", "umap"}
        feature_set : str
            Its name.
        """
        return self.find(MapRequest.of(FEATURES, feature_set, kind))

    def find(self, request: MapRequest) -> pd.DataFrame | None:
        """A map for the present targets, if it has been computed: target_id, x, y."""
        path = self._path(request)
        return _places(path) if path.exists() else None

    def facts(self, request: MapRequest) -> dict[str, Any]:
        """Settings, seed, quality figures, counts and seconds of a map that has been computed; else empty."""
        path = self._path(request)
        return _facts(path) if path.exists() else {}

    def fitted(self, request: MapRequest) -> FittedMap | None:
        """What places new stars on a map that has been computed."""
        path = self._path(request)
        return FittedMap.load(path.with_suffix(".npz"), request.settings) if path.exists() else None

    def newest(self, request: MapRequest, *, of_any_run: bool = False) -> Path | None:
        """The newest map of this kind, of the present targets or of earlier ones; of leaves of any run if need be.

        Parameters
        ----------
        request : MapRequest
        of_any_run : bool
            Whether a map of the leaves of another run will do.

        Returns
        -------
        Path or None
            Of its table.
        """
        place = "leaves" if of_any_run else request.place
        pattern = f"{request.settings.kind}-{place}-*-{request.recipe}.parquet"
        found = sorted(self._folder.glob(pattern), key=lambda path: (_made(path), path.name))
        whole = [path for path in found if path.with_suffix(".npz").exists()]
        return whole[-1] if whole else None

    def add(self, request: MapRequest, ids: list[str], fitted: FittedMap, facts: dict[str, Any]) -> pd.DataFrame:
        """Keep a map of the present targets: target_id, x, y.

        Parameters
        ----------
        request : MapRequest
        ids : list of str
            Target ids, n of them.
        fitted : FittedMap
            Their map; its plane has shape (n, 2).
        facts : dict of str to any
            What is kept beside, ready for JSON.
        """
        path = self._path(request)
        home = self._folder.parent / DATABASE_FILE
        write_atomically(path.with_suffix(".npz"), fitted.save, home=home)
        frame = pd.DataFrame({"target_id": ids, "x": fitted.plane[:, 0], "y": fitted.plane[:, 1]})
        about = {FACTS: sealed(facts).encode()}
        change = self._versions.changing(Topic.MAPS)
        write_atomically(path, lambda beside: write_table(frame, beside, about), within=change)
        return frame

    def _path(self, request: MapRequest) -> Path:
        data = self._sources.fingerprint(request.source, request.name)[:16]
        return self._folder / f"{request.settings.kind}-{request.place}-{data}-{request.recipe}.parquet"


def places(path: Path) -> pd.DataFrame:
    """x and y of a kept map by target id."""
    return _places(path).set_index("target_id")[["x", "y"]]


def _places(path: Path) -> pd.DataFrame:
    return read_table(path, finite=("x", "y"), unique="target_id")


def _made(path: Path) -> float:
    """When a map was made [Unix s]. One of an older version says only when its file was written, or copied."""
    return float(_facts(path).get("created", path.stat().st_mtime))


def _facts(path: Path) -> dict[str, Any]:
    with reading(path):
        facts: dict[str, Any] = unsealed((pq.read_schema(path).metadata or {}).get(FACTS, b"{}"))
        return facts
