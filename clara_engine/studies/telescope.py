"""Is it the telescope, or an asteroid? What a workspace and its stars say of the events of one of them."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.archives import Archive, archives
from clara_engine.archives.intervals import DUMP, BadInterval, bad_intervals
from clara_engine.archives.skybot import RADIUS_ARCMIN, moving_objects
from clara_engine.errors import ArchiveError, ClaraError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.known_intervals import coverage_words, intervals_of
from clara_engine.periods.measurement import Transit
from clara_engine.periods.other_stars import dips_of_others, dumps_of, flagged_dumps
from clara_engine.periods.telescope import dump_result, interval_result, moving_words, others_result
from clara_engine.periods.vetting import VettingResult
from clara_engine.progress import Report, quiet
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.studies.simultaneous import OthersOfSector, others_of_sector
from clara_engine.text import agreeing, counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["telescope_tests"]

#: More events than this are not compared with other stars one by one: the first ones are.
MOST_EVENTS = 60
YEAR_DAYS = 365.0
#: After a failure nobody asks again for so long [s].
PATIENCE_S = 600.0
FAINT_V = 20.0
MOST_NAMED = 4
NOT_ASKED = "not looked up"

_failed: dict[str, float] = {}


def telescope_tests(
    store: Store | None,
    light_curve: LightCurve,
    ephemeris: Ephemeris,
    transit: Transit | None = None,
    *,
    ask: bool = False,
    archive: Archive | None = None,
    report: Report = quiet,
) -> tuple[VettingResult, ...]:
    """Events against bad intervals, momentum dumps, the other stars of the sector, and moving objects.

    Parameters
    ----------
    store : Store, optional
        Without one there are no other stars.
    light_curve : LightCurve
    ephemeris : Ephemeris
        Of the events.
    transit : Transit, optional
        Measured on the light curve; without it the events are where the ephemeris says.
    ask : bool
        Whether SkyBoT may be asked over the network; else what it said before is used.
    archive : Archive, optional
        SkyBoT, or what stands in for it; by default that of the manifest.
    report : Report
        Of the means of other stars, where they have to be made.

    Returns
    -------
    tuple of VettingResult
        Nothing for a simulation, or what is not of TESS. A moving object is spoken of for single events alone.
    """
    target = light_curve.target
    if target.catalogue != "TIC" or target.simulated:
        return ()
    table = bad_intervals(store.folder if store is not None else None)
    known = intervals_of(light_curve, table)
    time = light_curve.finite().time
    ends = (float(time.min()), float(time.max())) if time.size else (0.0, 0.0)
    if transit is not None:
        ephemeris = transit.ephemeris
        middles = [event.middle_btjd for event in transit.events]
    else:
        middles = [float(middle) for middle in ephemeris.expected_in(*ends)]
    results = [interval_result(middles, known, coverage_words(light_curve, table))]
    others: OthersOfSector | None = None
    if store is not None and target.sector > 0:
        others = others_of_sector(store, target, report)
    dumps = np.array([(one.begin_btjd + one.end_btjd) / 2 for one in known if one.kind == DUMP])
    if not dumps.size:
        dumps = flagged_dumps(light_curve)
    if not dumps.size and others is not None:
        dumps = dumps_of(others.stars)
    results.append(dump_result(ephemeris, middles, dumps, table.covered(target.sector), ends))
    results.append(_others(others, target, ephemeris, middles, known))
    if ephemeris.single:
        results.append(_moving(store, target, ephemeris, archive or archives()["skybot"], ask))
    return tuple(results)


def _others(
    others: OthersOfSector | None,
    target: Target,
    ephemeris: Ephemeris,
    middles: Sequence[float],
    known: Sequence[BadInterval],
) -> VettingResult:
    test = "other stars"
    if others is None:
        why = "several sectors are shown together" if target.sector < 1 else "needs a workspace with other stars"
        return VettingResult(test, "unknown", why)
    if others.missing:
        missing = f"{counted(others.missing, 'light curve')} of sector {target.sector}"
        said = f"not compared yet: {missing} {agreeing(others.missing, 'are')} to be prepared first"
        return VettingResult(test, "unknown", f"{said} (`clara prepare-sector {target.sector}`)")
    duration = ephemeris.duration_days
    if not np.isfinite(duration):
        return VettingResult(test, "unknown", "needs events that last for a while")
    found = partial(dips_of_others, middles_btjd=middles[:MOST_EVENTS], duration_days=duration, bad=known)
    return others_result(found(others.stars), found(others.camera), target.sector, target.camera)


def _moving(store: Store | None, target: Target, ephemeris: Ephemeris, archive: Archive, ask: bool) -> VettingResult:
    test = "moving object"
    epoch = ephemeris.epoch_btjd
    where = moving_words(target.ra, target.dec)
    if not np.isfinite([target.ra, target.dec]).all():
        return VettingResult(test, "unknown", f"{NOT_ASKED}: an asteroid or comet is possible; {where}")
    try:
        found = _objects(store, target.ra, target.dec, epoch, archive, ask)
    except ClaraError as error:
        return VettingResult(test, "unknown", f"{NOT_ASKED} ({error}): an asteroid or comet is possible; {where}")
    if found is None:
        return VettingResult(test, "unknown", f"{NOT_ASKED}: an asteroid or comet is possible; {where}")
    bright = found[found["v_mag"] <= FAINT_V]
    about = f"within {RADIUS_ARCMIN:.0f}′ as seen from the Earth (SkyBoT; TESS sees them up to 6′ elsewhere); {where}"
    if bright.empty:
        return VettingResult(test, "pass", f"none brighter than V {FAINT_V:.0f} {about}")
    named = [
        f"{row.name} (V {row.v_mag:.1f}, {row.distance_arcsec / 60:.1f}′)"
        for row in bright.head(MOST_NAMED).itertuples(index=False, name="Row")
    ]
    more = f" and {len(bright) - MOST_NAMED} more" if len(bright) > MOST_NAMED else ""
    return VettingResult(test, "unknown", f"near at that time: {', '.join(named)}{more} {about}")


def _objects(
    store: Store | None, ra: float, dec: float, epoch: float, archive: Archive, ask: bool
) -> pd.DataFrame | None:
    """What SkyBoT says, or said; None where it was never asked."""
    if store is None:
        return moving_objects(archive, ra, dec, epoch) if ask else None
    key = f"{ra:.4f} {dec:+.4f} {epoch:.2f}"
    cache = ArchiveCache.of(store)
    kept = cache.kept("skybot", [key])
    if kept.asked_at or not ask:
        return _of(kept.table, key) if kept.asked_at else None
    if clock.monotonic() - _failed.get(archive.address, -np.inf) < PATIENCE_S:
        raise ArchiveError(f"{archive.title} could not be reached")

    def question(keys: list[str]) -> pd.DataFrame:
        table = moving_objects(archive, ra, dec, epoch)
        return table.set_axis([key] * len(table))

    try:
        answer = cache.answer("skybot", [key], question, max_age_days=YEAR_DAYS)
    except ArchiveError:
        _failed[archive.address] = clock.monotonic()
        raise
    return _of(answer.table, key)


def _of(table: pd.DataFrame, key: str) -> pd.DataFrame:
    if table.empty:
        return pd.DataFrame({"v_mag": []})
    return table[table.index == key].sort_values("distance_arcsec")
