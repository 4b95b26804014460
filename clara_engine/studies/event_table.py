"""The event of each star that somebody decided about, measured once and kept: for exports and follow-up."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clara_engine import periods
from clara_engine.errors import ClaraError, FeatureError
from clara_engine.files import reading, write_atomically
from clara_engine.package_versions import code_digest
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.progress import Report, quiet
from clara_engine.sealed import read_json, sealed
from clara_engine.store.ephemerides import EphemerisBook

if TYPE_CHECKING:
    from clara_engine.archives.intervals import BadIntervals
    from clara_engine.lightcurve import LightCurve
    from clara_engine.periods import Transit
    from clara_engine.periods.next_events import NextEvent
    from clara_engine.store.store import Store

__all__ = ["EVENT_COLUMNS", "Start", "chosen_ephemerides", "event_table", "next_of_row"]

#: Columns of `event_table`: each value with its error, empty where the fit says nothing.
EVENT_COLUMNS = (
    "period_days",
    "period_days_error",
    "epoch_btjd",
    "epoch_btjd_error",
    "duration_hours",
    "duration_hours_error",
    "depth_ppm",
    "depth_ppm_error",
    "secondary_depth_ppm",
    "secondary_depth_ppm_error",
    "secondary_phase",
    "snr",
    "seen",
    "seen_number",
    "cut",
    "sectors",
    "ephemeris",
    "problem",
)
TEXT = ("sectors", "ephemeris", "problem")
KIND = "events"
#: A saved ephemeris is that of a verdict when their periods agree to this share, or one is half or twice the other.
SAME = 0.01
#: What the page shows is rounded by less than this [days].
ROUNDED = 2e-5
SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the measurement of a target begins: an ephemeris, a period alone, or a search; NaN is not known [days]."""

    source: str
    period_days: float = math.nan
    epoch_btjd: float = math.nan
    duration_days: float = math.nan


def chosen_ephemerides(workspace: Store, target_ids: Sequence[str], *, search: bool = False) -> dict[str, Start]:
    """Where to measure the event of each target, of those that have an ephemeris.

    A saved ephemeris whose period is that of the last verdict comes first, then the period that was on the screen when
    that verdict was given, then the ephemeris that was saved last.

    Parameters
    ----------
    workspace : Store
    target_ids : sequence of str
    search : bool
        Whether to search the periods of the others.
    """
    verdicts = workspace.verdicts.latest()["period_days"].to_dict()
    stars = workspace.targets.stars().to_dict()
    simulated = workspace.targets.frame().set_index("target_id")["simulated"].to_dict()
    saved = dict(iter(workspace.ephemerides.standing().groupby("star")))
    found: dict[str, Start] = {}
    for target_id in target_ids:
        if target_id not in stars:
            continue
        name = f"SIM {stars[target_id].split()[-1]}" if simulated[target_id] else stars[target_id]
        period = float(verdicts.get(target_id, math.nan) or math.nan)
        start = _start(saved.get(name), period)
        if start is None and search:
            start = Start(SEARCH)
        if start is not None:
            found[target_id] = start
    return found


def _start(saved: pd.DataFrame | None, period_days: float) -> Start | None:
    if saved is not None and len(saved):
        ratios = saved["period_days"] / period_days
        same = saved[np.min([abs(ratios / ratio - 1) for ratio in (0.5, 1.0, 2.0)], axis=0) < SAME]
        row = same.iloc[-1] if len(same) else saved.iloc[-1] if not period_days > 0 else None
        if row is not None:
            of = EphemerisBook.ephemeris(row)
            return Start(f"saved: {row['name']}", of.period_days, of.epoch_btjd, of.duration_days)
    return Start("verdict", period_days) if period_days > 0 else None


def event_table(
    workspace: Store,
    target_ids: Sequence[str],
    *,
    search: bool = False,
    measure: bool = True,
    report: Report = quiet,
) -> pd.DataFrame:
    """The measured event of each target, in all light curves of its star (`clara_engine.studies.joined_event`).

    Parameters
    ----------
    workspace : Store
    target_ids : sequence of str
    search : bool
        Whether to search the periods of targets without an ephemeris; a second or two each.
    measure : bool
        Whether to measure what is not kept yet; else it is left out.
    report : Report

    Returns
    -------
    DataFrame, indexed by target_id
        `EVENT_COLUMNS`; a row for each target that has an ephemeris. `sectors` names those that were measured together,
        `ephemeris` says where it is from, `problem` why it could not be measured: then its numbers are those it was
        saved with.
    """
    starts = chosen_ephemerides(workspace, target_ids, search=search)
    contents = workspace.targets.contents()
    targets = workspace.targets.frame().set_index("target_id")
    report.stage("measuring events")
    rows = {}
    for done, (target_id, start) in enumerate(starts.items()):
        report(done, len(starts))
        place = workspace.cache.place(KIND, f"{_digest(target_id, start, targets, contents)}.json")
        kept = _read(place)
        if kept is None and measure:
            kept = _measured(workspace, target_id, start, targets)
            _keep(workspace, place, kept)
        if kept is not None:
            rows[target_id] = kept | {"ephemeris": start.source}
    report(len(starts), len(starts))
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=list(EVENT_COLUMNS)).rename_axis("target_id")
    numbers = [name for name in EVENT_COLUMNS if name not in (*TEXT, "cut")]
    table[numbers] = table[numbers].astype(float)
    return table


def next_of_row(row: pd.Series, after_btjd: float, count: int = 1) -> tuple[NextEvent, ...]:
    """The first events after a time, from a row of `event_table`.

    Parameters
    ----------
    row : Series
    after_btjd : float
        BTJD [days].
    count : int
        How many.
    """
    from clara_engine.periods.next_events import next_events

    if not (np.isfinite(row["period_days"]) and np.isfinite(row["epoch_btjd"])):
        return ()
    return next_events(
        Ephemeris(row["period_days"], row["epoch_btjd"]),
        after_btjd,
        count,
        epoch_error_days=row["epoch_btjd_error"],
        period_error_days=row["period_days_error"],
        covariance_days2=-row["seen_number"] * row["period_days_error"] ** 2,
    )


def _digest(target_id: str, start: Start, targets: pd.DataFrame, contents: pd.Series) -> str:
    """All that fixes the measurement of a target."""
    from clara_engine.studies.joined_event import light_curves_of  # compiles the searches

    facts = [
        target_id,
        *(contents[one] for one in light_curves_of(targets, target_id)),
        start.source == SEARCH,
        start.period_days,
        start.epoch_btjd,
        start.duration_days,
    ]
    return hashlib.blake2b(json.dumps([*facts, _code()]).encode(), digest_size=16).hexdigest()


def _measured(workspace: Store, target_id: str, start: Start, targets: pd.DataFrame) -> dict[str, Any]:
    from clara_engine.studies.joined_event import joined_event  # compiles the searches

    try:
        ephemeris = _ephemeris(workspace, target_id, start, targets)
        if ephemeris is None:
            return {"problem": "no period stands out"}
        found = joined_event(workspace, target_id, ephemeris)
        sectors = [targets["sector"].get(one, 0) for one in found.target_ids]
        return _row(found.event) | {"sectors": " ".join(str(sector) for sector in sectors if sector)}
    except (ClaraError, OSError) as error:
        known = {"period_days": start.period_days, "epoch_btjd": start.epoch_btjd}
        return known | {"duration_hours": start.duration_days * 24, "problem": str(error).splitlines()[0]}


def _ephemeris(workspace: Store, target_id: str, start: Start, targets: pd.DataFrame) -> Ephemeris | None:
    from clara_engine.archives.intervals import bad_intervals  # what is imported here compiles the searches
    from clara_engine.periods.search import find_periods
    from clara_engine.periods.transit import with_duration
    from clara_engine.studies.joined_event import joined_light_curve, light_curves_of

    table = bad_intervals(workspace.folder)
    if start.source == SEARCH:
        curve = joined_light_curve(workspace, light_curves_of(targets, target_id))
        best = find_periods(curve, table=table).best
        return best.ephemeris if best is not None else None
    curve = workspace.targets.light_curve(target_id)
    for found, shown in _found(curve, table):
        if _is_it(shown, start):
            return found  # where what was on the screen is measured from, too
    if np.isfinite(start.epoch_btjd):
        return Ephemeris(start.period_days, start.epoch_btjd, start.duration_days)
    return with_duration(curve, Ephemeris(start.period_days, float(curve.finite().time[0])))


def _found(curve: LightCurve, table: BadIntervals) -> Iterator[tuple[Ephemeris, Ephemeris]]:
    """What a search finds, with what the page shows of it: itself, or what is fitted to it."""
    from clara_engine.periods.search import find_periods  # as above
    from clara_engine.periods.transit import measure_event

    with suppress(FeatureError):
        best = find_periods(curve, table=table).best
        if best is not None:
            yield best.ephemeris, best.ephemeris
            yield best.ephemeris, measure_event(curve, best.ephemeris).ephemeris


def _is_it(shown: Ephemeris, start: Start) -> bool:
    """Whether a measurement begins at what was shown: the same numbers; about the period where only that is known."""
    if np.isfinite(start.epoch_btjd):
        named, here = (start.period_days, start.epoch_btjd), (shown.period_days, shown.epoch_btjd)
        return bool(np.allclose(here, named, rtol=0, atol=ROUNDED, equal_nan=True))
    return abs(shown.period_days / start.period_days - 1) < SAME


def _row(measured: Transit) -> dict[str, Any]:
    numbers = [event.number for event in measured.events]
    return {
        "period_days": measured.ephemeris.period_days,
        "period_days_error": measured.period_error_days,
        "epoch_btjd": measured.ephemeris.epoch_btjd,
        "epoch_btjd_error": measured.epoch_error_days,
        "duration_hours": measured.duration_hours,
        "duration_hours_error": measured.duration_error_hours,
        "depth_ppm": measured.depth_ppm,
        "depth_ppm_error": measured.depth_error_ppm,
        "secondary_depth_ppm": measured.secondary_depth_ppm,
        "secondary_depth_ppm_error": measured.secondary_depth_error_ppm,
        "secondary_phase": measured.secondary_phase,
        "snr": measured.snr,
        "seen": len(numbers),
        "seen_number": float(np.mean(numbers)) if numbers else 0.0,
        "cut": measured.cut,
        "problem": "",
    }


def _keep(workspace: Store, place: Path, row: dict[str, Any]) -> None:
    plain = {key: value if isinstance(value, str) or np.isfinite(value) else None for key, value in row.items()}
    write_atomically(place, lambda beside: beside.write_text(sealed(plain)), home=workspace.folder)


def _read(place: Path) -> dict[str, Any] | None:
    if not place.exists():
        return None
    with reading(place):
        found = read_json(place)
        return {key: math.nan if value is None else value for key, value in found.items()}


@cache
def _code() -> str:
    """Changes with what the measurement does."""
    return code_digest(Path(periods.__file__).parent.glob("*.py"))
