"""Maps of the targets: computed once, kept, recoloured ever after."""

from __future__ import annotations

import hashlib
import json
import re
import time
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clara_engine.files import reading, write_atomically
from clara_engine.maps import FittedMap, MapSettings, TsneMap, fit_leaf_map, fit_map, map_settings
from clara_engine.progress import Report, quiet
from clara_engine.setting import Range, Setting
from clara_engine.workspace.database import DATABASE_FILE
from clara_engine.workspace.rows import FEATURES, LEAVES, PARAMETERS, Rows, RowSource, Source
from clara_engine.workspace.versions import Topic, Versions

__all__ = ["MapRequest", "MapShelf"]

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
    """

    source: Source = FEATURES
    name: str = "flux_power"
    settings: MapSettings = TsneMap()
    seed: Annotated[int, Range(0, 2**32 - 1)] = 0

    @classmethod
    def of(cls, source: Source, name: str, kind: str, seed: int = 0, **settings: Any) -> MapRequest:
        """A request for a kind of map; `DesignError` or `FeatureError` when a setting can't be."""
        return cls(source=source, name=name, settings=map_settings(kind, **settings), seed=seed)

    @property
    def recipe(self) -> str:
        """Short hash of the settings and the seed."""
        return hashlib.sha256(f"{self.settings.model_dump_json()} {self.seed}".encode()).hexdigest()[:8]

    @property
    def place(self) -> str:
        """The part of a file name that says what is shown."""
        if self.source == PARAMETERS:
            return f"parameters-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"
        plain = re.sub(r"[^\w.-]", "_", self.name)
        return plain if self.source == FEATURES else f"leaves-{plain}"


class MapShelf:
    """Two files a map: Parquet with places and facts, and arrays that new stars are placed with."""

    def __init__(self, folder: Path, source: RowSource, versions: Versions) -> None:
        self._folder = folder
        self._source = source
        self._versions = versions

    def kept(self, kind: str, feature_set: str) -> pd.DataFrame | None:
        """The usual map of a feature set for the present targets, if it has been computed: target_id, x, y."""
        return self.find(MapRequest.of(FEATURES, feature_set, kind))

    def get(self, kind: str, feature_set: str, report: Report = quiet) -> pd.DataFrame:
        """The usual map of a feature set for the present targets, computed if need be: target_id, x, y."""
        return self.make(MapRequest.of(FEATURES, feature_set, kind), report)

    def find(self, request: MapRequest) -> pd.DataFrame | None:
        """A map for the present targets, if it has been computed: target_id, x, y."""
        path = self._path(request)
        with reading(path):
            return pd.read_parquet(path) if path.exists() else None

    def facts(self, request: MapRequest) -> dict[str, Any]:
        """Settings, seed, quality figures, counts and seconds of a map that has been computed; else empty."""
        path = self._path(request)
        return _facts(path) if path.exists() else {}

    def make(self, request: MapRequest, report: Report = quiet) -> pd.DataFrame:
        """A map for the present targets, computed if need be: target_id, x, y.

        A map of a run's leaves starts from the newest such map of another run, so that points stay put.
        """
        found = self.find(request)
        if found is not None:
            return found
        path = self._path(request)
        report.stage("reading features")
        begun = time.perf_counter()
        given = self._source.rows(request.source, request.name)
        report.stage(f"{request.settings.kind} map")
        before = self._before(request)
        fit = fit_leaf_map if request.source == LEAVES else fit_map
        fitted, quality = fit(
            given.rows, request.settings, seed=request.seed, start=_start(before, given.ids), progress=report
        )
        facts = {
            "source": request.source, "name": request.name, "settings": request.settings.model_dump(),
            "seed": request.seed, "targets": len(given.ids), "left_out": given.left_out, "quality": asdict(quality),
            "started_from": before.stem if before else None, "seconds": time.perf_counter() - begun,
            "created": time.time(),
        }  # fmt: skip
        home = self._folder.parent / DATABASE_FILE
        write_atomically(path.with_suffix(".npz"), fitted.save, home=home)
        return _write(path, given, fitted.plane, facts, self._versions.changing(Topic.MAPS))

    def extended(self, request: MapRequest) -> pd.DataFrame | None:
        """The newest map of this kind with stars that came later placed into it: target_id, x, y, placed.

        Nothing that lay on the map moves; stars that have gone are left out. None when no such map was ever computed.
        """
        path = self._newest(f"{request.settings.kind}-{request.place}-*-{request.recipe}.parquet")
        if path is None:
            return None
        with reading(path):
            known = pd.read_parquet(path).set_index("target_id")
        given = self._source.rows(request.source, request.name)
        new = np.flatnonzero(~np.isin(given.ids, known.index))
        table = known.reindex(given.ids).assign(placed=False)
        if new.size:
            fitted = FittedMap.load(path.with_suffix(".npz"), request.settings)
            table.iloc[new, :2] = fitted.place(given.rows[new])
            table.iloc[new, 2] = True
        return table.rename_axis("target_id").reset_index()

    def place(self, request: MapRequest, rows: NDArray[Any]) -> NDArray[np.float64] | None:
        """Places of rows of stars that need not be registered, shape (m, 2); None when there is no such map."""
        path = self._path(request)
        if not path.exists():
            return None
        return FittedMap.load(path.with_suffix(".npz"), request.settings).place(rows)

    def _before(self, request: MapRequest) -> Path | None:
        if request.source != LEAVES:
            return None
        return self._newest(f"{request.settings.kind}-leaves-*-{request.recipe}.parquet")

    def _newest(self, pattern: str) -> Path | None:
        found = sorted(self._folder.glob(pattern), key=lambda path: (_made(path), path.name))
        whole = [path for path in found if path.with_suffix(".npz").exists()]
        return whole[-1] if whole else None

    def _path(self, request: MapRequest) -> Path:
        data = self._source.fingerprint(request.source, request.name)[:16]
        return self._folder / f"{request.settings.kind}-{request.place}-{data}-{request.recipe}.parquet"


def _start(before: Path | None, ids: list[str]) -> NDArray[np.float64] | None:
    """Places on an earlier map, NaN for stars that were not on it."""
    if before is None:
        return None
    with reading(before):
        return pd.read_parquet(before).set_index("target_id").reindex(ids)[["x", "y"]].to_numpy(np.float64)


def _write(
    path: Path, given: Rows, plane: NDArray[np.float64], facts: dict[str, Any], within: AbstractContextManager[None]
) -> pd.DataFrame:
    frame = pd.DataFrame({"target_id": given.ids, "x": plane[:, 0], "y": plane[:, 1]})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), FACTS: json.dumps(facts).encode()})
    write_atomically(path, lambda beside: pq.write_table(table, beside), within=within)
    return frame


def _made(path: Path) -> float:
    """When a map was made [Unix s]. One of an older version says only when its file was written, or copied."""
    return float(_facts(path).get("created", path.stat().st_mtime))


def _facts(path: Path) -> dict[str, Any]:
    with reading(path):
        facts: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {}).get(FACTS, b"{}"))
        return facts
