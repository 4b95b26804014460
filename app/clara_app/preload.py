"""Imports and compilation that the first user would wait for, done once when the server starts."""

from __future__ import annotations

import gc
import logging
from contextlib import suppress
from threading import Event

import holoviews as hv
import numpy as np

from clara_app.plot_view import ONE_AT_A_TIME
from clara_engine.errors import Cancelled, DesignError
from clara_engine.forest import UnsupervisedForest, explain
from clara_engine.injected import get_workers_ready
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import find_periods
from clara_engine.plots import Shade
from clara_engine.plots.points import MOST_POINTS, mark_layers
from clara_engine.plots.theme import palette
from clara_engine.synthetic.limb_darkened import load_batman
from clara_engine.workspace import Workspace

__all__ = ["preload"]

with suppress(DesignError):  # as this is imported there are no threads yet, in one of which it could lock up
    load_batman()

WORKERS_FROM = 100  # number of light curves from which a Retrain uses worker processes

log = logging.getLogger(__name__)


def preload(workspace: Workspace, done: Event) -> None:
    """Import and compile what is needed soon, then set `done`; then start the worker processes of Retrain."""
    try:
        _load(len(workspace.targets))
    except Cancelled:  # the server ends
        return
    finally:
        done.set()
    if len(workspace.targets) >= WORKERS_FROM:
        try:
            get_workers_ready()
        except Exception:  # the first Retrain then starts them
            log.exception("the worker processes could not be started")


def _load(stars: int) -> None:
    """Compile what the first Retrain, the first star and a crowded map need.

    The objects that exist afterwards stay for ever, so they are frozen: the garbage collector spent half of the time of
    making a page on visiting them.
    """
    if stars > MOST_POINTS:
        few = np.linspace(0, 1, MOST_POINTS + 1, dtype=np.float32)
        with ONE_AT_A_TIME:
            mark_layers(few, few, Shade.of(few), [hv.Dimension("x"), hv.Dimension("y")], palette(False))

    rows = np.random.default_rng(0).normal(size=(8, 4))
    for bootstrap in (True, False):
        explain(UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(rows, rows + 1), rows)
    time = np.arange(0, 10, 0.01)
    find_periods(LightCurve(time=time, flux=1 + 1e-3 * np.sin(9 * time), target=Target(tic=0)))
    import exovetter.sweet
    import exovetter.transit_coverage  # noqa: F401

    gc.collect()
    gc.freeze()
