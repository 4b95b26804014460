"""Imports and compilation that the first user would wait for, done once when the server starts."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from threading import Event

import holoviews as hv
import numpy as np

from clara_app.plot_view import ONE_AT_A_TIME
from clara_engine.errors import Cancelled, DesignError
from clara_engine.forest import UnsupervisedForest, explain
from clara_engine.injected import get_workers_ready
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris, find_periods, measure_event
from clara_engine.plots import Shade
from clara_engine.plots.points import MOST_POINTS, mark_layers
from clara_engine.plots.theme import palette
from clara_engine.synthetic.limb_darkened import load_batman
from clara_engine.workers import give_way
from clara_engine.workspace import Workspace

__all__ = ["preload"]

with suppress(DesignError):  # as this is imported there are no threads yet, in one of which it could lock up
    load_batman()

#: So long whatever can wait leaves the processor to the first page [s].
PAGE_FIRST_S = 6.0
WORKERS_FROM = 100  # number of light curves from which a Retrain uses worker processes

log = logging.getLogger(__name__)


def preload(workspace: Workspace, for_a_page: Event, for_its_people: Event) -> None:
    """Load what the first page needs; then, a little later, what people may ask for on it.

    Parameters
    ----------
    workspace : Workspace
    for_a_page, for_its_people : Event
        Set when what each needs is loaded.
    """
    try:
        _load_for_a_page(len(workspace.targets))
    except Cancelled:  # the server ends
        return
    finally:
        for_a_page.set()
    time.sleep(PAGE_FIRST_S)
    give_way()
    try:
        _load_for_its_people()
        for_its_people.set()
        if workspace.workers.here and len(workspace.targets) >= WORKERS_FROM:
            get_workers_ready()
    except Cancelled:
        return
    except Exception:  # the first Retrain then starts them
        log.exception("the worker processes could not be started")


def _load_for_a_page(stars: int) -> None:
    """Compile what a crowded map and a star need."""
    days = np.arange(0, 10, 0.01)
    noise = np.random.default_rng(0).normal(1, 1e-4, days.size)
    flux = noise - 0.01 * (np.abs((days + 1.5) % 3 - 1.5) < 0.08)
    curve = LightCurve(time=days, flux=flux, target=Target(tic=0))
    find_periods(curve)
    measure_event(curve, Ephemeris(3.0, 3.0, 0.16))
    if stars > MOST_POINTS:
        few = np.linspace(0, 1, MOST_POINTS + 1, dtype=np.float32)
        with ONE_AT_A_TIME:
            mark_layers(few, few, Shade.of(few), [hv.Dimension("x"), hv.Dimension("y")], palette(False))


def _load_for_its_people() -> None:
    """Compile what the first Retrain and reasons need, and import what vetting needs."""
    rows = np.random.default_rng(0).normal(size=(8, 4))
    for bootstrap in (True, False):
        explain(UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(rows, rows + 1), rows)
    import exovetter.sweet
    import exovetter.transit_coverage  # noqa: F401
