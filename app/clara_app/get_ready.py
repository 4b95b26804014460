"""What takes long at first is done once when a server begins, before anybody has to wait for it."""

from __future__ import annotations

import gc
import logging
from threading import Event

import numpy as np

from clara_app.map_choice import MOST_POINTS
from clara_app.raster import warm_up
from clara_engine.forest import UnsupervisedForest, explain
from clara_engine.injected import get_workers_ready
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import find_periods
from clara_engine.workspace import Workspace

__all__ = ["get_ready"]

WORTH_WORKERS = 100  # light curves from which on a Retrain uses processes

log = logging.getLogger(__name__)


def get_ready(workspace: Workspace, warm: Event) -> None:
    """Load and compile what is needed soon, then set `warm`; then start the processes that a Retrain uses."""
    try:
        _load(len(workspace.targets))
    finally:
        warm.set()
    if len(workspace.targets) >= WORTH_WORKERS:
        try:
            get_workers_ready()
        except Exception:  # a Retrain starts them anew
            log.exception("the workers could not be made ready")


def _load(stars: int) -> None:
    """Load what is compiled before the first Retrain, the first star and a crowded map have to wait for it.

    The garbage collector then leaves alone what stays anyway: it took half of the time in which a page is made.
    """
    if stars > MOST_POINTS:
        import holoviews.operation.datashader  # noqa: F401

        warm_up()

    rows = np.random.default_rng(0).normal(size=(8, 4))
    for bootstrap in (True, False):
        explain(UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(rows, rows + 1), rows)
    time = np.arange(0, 10, 0.01)
    find_periods(LightCurve(time=time, flux=1 + 1e-3 * np.sin(9 * time), target=Target(tic=0)))
    import exovetter.sweet
    import exovetter.transit_coverage  # noqa: F401

    gc.collect()
    gc.freeze()
