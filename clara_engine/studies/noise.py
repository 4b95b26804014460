"""White noise of every light curve, measured once and kept as the parameter ``noise_ppm``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.errors import ClaraError
from clara_engine.progress import Report, quiet
from clara_engine.timeseries import good_samples, robust_noise

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["NOISE", "measure_noise"]

NOISE = "noise_ppm"
SOURCE = "CLARA: scatter of the differences of neighbouring samples"
AT_ONCE = 500  # light curves, after which they are kept


def measure_noise(store: Store, report: Report = quiet) -> int:
    """Measure what has not been measured yet; returns how many light curves were.

    The noise of one sample [ppm of the median flux]: the robust standard deviation of the differences of neighbouring
    samples, over √2. Slow changes do not count.

    Parameters
    ----------
    store : Store
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    known = store.labels.parameters()
    done = set(known.index[known[NOISE].notna()]) if NOISE in known else set()
    ids = [target_id for target_id in store.targets.ids() if target_id not in done]
    if not ids:
        return 0
    report.stage("noise of light curves")
    found: dict[str, float] = {}
    for number, target_id in enumerate(ids, start=1):
        try:
            flux = good_samples(store.targets.light_curve(target_id), least=3).flux
        except ClaraError:  # what can't be read has no noise
            continue
        finally:
            report(number, len(ids))
        found[target_id] = 1e6 * robust_noise(np.diff(flux)) / np.sqrt(2)
        if number % AT_ONCE == 0:
            _keep(store, found)
            found = {}
    _keep(store, found)
    return len(ids)


def _keep(store: Store, found: dict[str, float]) -> None:
    if found:
        store.labels.add_parameters(pd.DataFrame({NOISE: found}), SOURCE)
