"""The event of a star in all that was observed of it: sectors are joined, and measured once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clara_engine.archives.intervals import bad_intervals
from clara_engine.errors import ClaraError, FeatureError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, Transit, find_periods, measure_event
from clara_engine.readers import stitch
from clara_engine.studies.one_at_a_time import one_at_a_time

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.store.store import Store

__all__ = ["JoinedEvent", "joined_event", "joined_light_curve", "light_curves_of"]

#: Share by which periods of one event may differ, and their ratios.
SAME, RATIOS = 0.01, (0.5, 1.0, 2.0)
#: Of a duration: an event that is surer than that is told from its neighbours.
SURE = 0.5


@dataclass(frozen=True, slots=True)
class JoinedEvent:
    """An event, and the light curves that it was measured in."""

    event: Transit
    target_ids: tuple[str, ...]


def light_curves_of(targets: pd.DataFrame, target_id: str) -> tuple[str, ...]:
    """Ids of the light curves of the star of a target, one for each time, its own among them.

    Parameters
    ----------
    targets : DataFrame, indexed by target id
        See `TargetCatalog.frame`.
    target_id : str
    """
    own = targets.loc[target_id]
    same = [targets[name] == own[name] for name in ("tic", "catalogue", "simulated")]
    return one_at_a_time(targets[np.logical_and.reduce(same)], target_id).ids


def joined_light_curve(store: Store, target_ids: Sequence[str]) -> LightCurve:
    """Light curves of one star, stitched where they are several.

    Parameters
    ----------
    store : Store
    target_ids : sequence of str
        At different times.
    """
    curves = [store.targets.light_curve(target_id) for target_id in target_ids]
    return stitch(curves) if len(curves) > 1 else curves[0]


def joined_event(store: Store, target_id: str, ephemeris: Ephemeris, *, alone: Transit | None = None) -> JoinedEvent:
    """Measure the event of an ephemeris in all light curves of the star.

    An ephemeris of one sector may not count the events up to another: then the period is searched for in all of them,
    and where that gives another one, the sector is measured alone.

    Parameters
    ----------
    store : Store
    target_id : str
    ephemeris : Ephemeris
        As it is known from that target.
    alone : Transit, optional
        What `measure_event` gave for it in that target, where that was asked already.

    Raises
    ------
    ClaraError
        When it can't be measured.
    """
    own = store.targets.light_curve(target_id)
    ids = light_curves_of(store.targets.frame().set_index("target_id"), target_id)
    problem = None
    try:
        alone = alone or measure_event(own, ephemeris)
    except FeatureError as error:  # all of them may know more
        if len(ids) == 1:
            raise
        problem = error
    if alone is not None and len(ids) == 1:
        return JoinedEvent(alone, (target_id,))
    try:
        joined = joined_light_curve(store, ids)
        start = ephemeris if ephemeris.single else _carried(alone, joined) or _found(store, joined, ephemeris)
        if start is not None:
            return JoinedEvent(measure_event(joined, start), ids)
    except (ClaraError, OSError):
        if problem is not None:
            raise
    if alone is None:
        raise problem or FeatureError(f"{own.target.name}: no such period in its sectors")
    return JoinedEvent(alone, (target_id,))


def _carried(alone: Transit | None, joined: LightCurve) -> Ephemeris | None:
    """What one sector says, where that tells all events apart."""
    if alone is None:
        return None
    at, time = alone.ephemeris, joined.finite().time
    cycles = max(abs(time[0] - at.epoch_btjd), abs(time[-1] - at.epoch_btjd)) / at.period_days
    error = float(np.hypot(alone.epoch_error_days, cycles * alone.period_error_days))
    return at if error < SURE * at.duration_days else None


def _found(store: Store, joined: LightCurve, ephemeris: Ephemeris) -> Ephemeris | None:
    """What a search of all sectors finds, where it is the same."""
    best = find_periods(joined, table=bad_intervals(store.folder)).best
    if best is None or best.ephemeris.single:
        return None
    ratio = best.period_days / ephemeris.period_days
    return best.ephemeris if min(abs(ratio / one - 1) for one in RATIOS) < SAME else None
