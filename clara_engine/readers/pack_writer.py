"""Writing packs (`clara_engine.readers.pack`): every number as it is, in as few bytes as Parquet's encodings allow."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import LightCurve
from clara_engine.readers.pack import CENTROIDS, ENDING, KEY, VERSION
from clara_engine.readers.summary import Summary

__all__ = ["pack_name", "write_pack"]

#: Between 1024 and 2048 BTJD a float64 is a whole number of 2**-42 days; earlier times need finer ticks.
LOG2S = (42, 43, 44, 46, 48, 50, 52)
LARGEST = 2.0**62
LEVEL = 9

Float = NDArray[np.float64]


def pack_name(number: int) -> str:
    """The name of a pack by its number."""
    return f"{number:04d}{ENDING}"


def write_pack(curves: Sequence[LightCurve], path: Path, *, centroids: bool = False) -> None:
    """Write light curves as one Parquet file, a row group each.

    Times become whole ticks that are stored by their differences, where that is exact; fluxes are stored in single
    precision where no digit is lost, their bytes sorted by significance, compressed by zstd.

    Parameters
    ----------
    curves : sequence of LightCurve
    path : Path
    centroids : bool
        Whether centroids are kept, where all curves have them; they take more room than all the rest.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    log2 = next((log2 for log2 in LOG2S if all(_whole(curve.time, log2) for curve in curves)), None)
    kept = centroids and all(curve.centroid_column is not None for curve in curves)
    columns = {
        "pdcsap_flux": [curve.flux for curve in curves],
        "pdcsap_flux_err": [curve.flux_err for curve in curves],
        **({name: [getattr(curve, name) for curve in curves] for name in CENTROIDS} if kept else {}),
    }
    kinds = {name: pa.float32() if all(map(_single, each)) else pa.float64() for name, each in columns.items()}
    time = ("time", pa.float64()) if log2 is None else ("time_ticks", pa.int64())
    index = {"version": VERSION, "ticks_a_day_log2": log2 or 0, "curves": [_facts(curve) for curve in curves]}
    fields = [("target_id", pa.string()), time, *kinds.items(), ("quality", pa.int32())]
    schema = pa.schema(fields, metadata={KEY: json.dumps(index).encode()})
    split = "BYTE_STREAM_SPLIT"
    encodings = dict.fromkeys(kinds, split) | {time[0]: split if log2 is None else "DELTA_BINARY_PACKED"}
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=["target_id", "quality"],
        column_encoding=encodings,
        write_statistics=False,
        write_page_checksum=True,
    ) as writer:
        for place, curve in enumerate(curves):
            known = np.isfinite(curve.time)
            ticks = np.where(known, curve.time, 0.0) * 2.0 ** (log2 or 0)
            times = pa.array(curve.time) if log2 is None else pa.array(ticks.astype(np.int64), mask=~known)
            arrays = [pa.array([curve.target.id] * len(curve)), times]
            arrays += [pa.array(columns[name][place].astype(kind.to_pandas_dtype())) for name, kind in kinds.items()]
            table = pa.table([*arrays, pa.array(curve.quality)], schema=schema)
            writer.write_table(table, row_group_size=max(len(curve), 1))


def _whole(time: Float, log2: int) -> bool:
    """Whether every time is a whole number of ticks."""
    with np.errstate(over="ignore"):
        known = time[np.isfinite(time)] * 2.0**log2
    return bool(np.isfinite(time[~np.isnan(time)]).all() and (np.abs(known) < LARGEST).all() and (known % 1 == 0).all())


def _single(values: Float) -> bool:
    """Whether no digit is lost in single precision."""
    with np.errstate(over="ignore"):
        return bool(np.array_equal(values.astype(np.float32).astype(np.float64), values, equal_nan=True))


def _facts(curve: LightCurve) -> dict[str, Any]:
    summary = Summary.of(curve)
    target = {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in asdict(curve.target).items()
    }
    return {
        "target": target,
        "flux_unit": curve.flux_unit,
        "notes": list(curve.notes),
        "begin_btjd": summary.begin_btjd,
        "end_btjd": summary.end_btjd,
        "samples": summary.samples,
    }
