"""Features of the targets: extracted once, stored, and binned for the forest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clara_engine.features import extract, feature_set
from clara_engine.files import whole_folder, write_atomically
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_registered
from clara_engine.sealed import read_array, save_array
from clara_engine.store.database import DATABASE_FILE

if TYPE_CHECKING:
    from clara_engine.features.feature_store import FeatureStore
    from clara_engine.forest import BinnedFeatures
    from clara_engine.store import Store

__all__ = ["binned_features", "extract_features", "median_features"]

#: Features whose medians are taken at a time.
AT_ONCE = 1000


def extract_features(
    store: Store,
    name: str,
    report: Report = quiet,
    *,
    ids: Sequence[str] | None = None,
    workers: int | None = None,
    retry: bool = False,
) -> int:
    """Compute what is missing of a feature set; returns how many rows were added.

    What has been stored stays when the work is stopped, and is not computed again. Targets whose light curve gives no
    features are kept with the reason (`FeatureStore.failures`).

    Parameters
    ----------
    store : Store
    name : str
        Feature set.
    report : Report
    ids : sequence of target ids, optional
        By default all targets.
    workers : int, optional
        Processes; by default one a core, or the store's own workers.
    retry : bool
        Whether to try targets again that gave no features before.
    """
    rows = store.features.rows(name)
    table = store.targets.frame().set_index("target_id")
    since = table["registered"].to_dict()
    missing = rows.missing(store.targets.ids() if ids is None else ids, retry=retry, since=since)
    paths, columns = table["path"].to_dict(), table["columns"].to_dict()
    report.stage("extracting features")
    items = [
        (target_id, partial(read_registered, Path(paths[target_id]), target_id, columns=columns[target_id]))
        for target_id in missing
    ]
    return rows.extend(extract(items, feature_set(name), workers=workers or store.workers, progress=report))


def median_features(store: Store, name: str) -> NDArray[np.float32]:
    """Median feature row of the real targets, shape (d,).

    Parameters
    ----------
    store : Store
    name : str
        Feature set.
    """
    path = store.cache.place("median", f"{name}-{store.features.fingerprint(name)[:16]}.npy")
    if not path.exists():
        rows, ids, size = store.features.rows(name), store.features.ids(name), feature_set(name).size
        parts = [slice(at, min(at + AT_ONCE, size)) for at in range(0, size, AT_ONCE)]
        middle = np.concatenate([_medians(rows, ids, part) for part in parts])
        write_atomically(path, lambda beside: save_array(beside, middle), home=store.folder / DATABASE_FILE)
    return read_array(path, (feature_set(name).size,), "float32")


def _medians(rows: FeatureStore, ids: Sequence[str], part: slice) -> NDArray[np.float32]:
    """Medians of some features; all features of many light curves, and what sorts them, are larger than memory."""
    values, done = np.empty((len(ids), part.stop - part.start), np.float32), 0
    for block in rows.blocks(ids):
        values[done : done + len(block)] = block[:, part]
        done += len(block)
    return np.asarray(np.median(values, axis=0, overwrite_input=True))


def binned_features(
    store: Store, name: str, report: Report = quiet, *, ids: Sequence[str] | None = None
) -> tuple[list[str], BinnedFeatures]:
    """Ids and bin codes of targets that have features, by default of all; binned once, then mapped into memory.

    Parameters
    ----------
    store : Store
    name : str
        Feature set.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    ids : sequence of str, optional
        Target ids; by default all that have features.
    """
    from clara_engine.forest import BinnedFeatures, FeatureBinning

    ids = store.features.some_ids(name) if ids is None else list(ids)
    rows = store.features.rows(name)
    path = store.cache.place("binned", f"{name}-{rows.fingerprint(ids)[:16]}")
    if not path.exists():
        features = rows.matrix(ids)
        report.stage("binning features")
        binning = FeatureBinning.fit(features, feature_set=feature_set(name).id)
        binned = binning.bin(features, progress=report)
        with whole_folder(path, home=store.folder / DATABASE_FILE) as beside:
            binned.save(beside)
    return ids, BinnedFeatures.open(path, len(ids))
