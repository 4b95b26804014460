"""A list for follow-up: the stars that were vetted as what the search is for, and their next events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from clara_engine.archives.footprint import Seen, sectors_seeing
from clara_engine.archives.manifest import PointingTable, pointings
from clara_engine.errors import WorkspaceError
from clara_engine.lightcurve import Target
from clara_engine.periods.next_events import NextEvent, btjd_of
from clara_engine.progress import Report, quiet
from clara_engine.studies.event_table import event_table, next_of_row
from clara_engine.studies.known import known_of
from clara_engine.studies.star_kinds import star_kinds

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["FOLLOW_UP_COLUMNS", "ORDERS", "Order", "follow_up", "last_verdicts", "seen_event"]

Order = Literal["brightness", "error", "time"]
#: Orders of the list, with what comes first.
ORDERS: dict[Order, str] = {
    "brightness": "the brightest, by whole magnitudes, and among these the surest next event",
    "error": "the surest next event",
    "time": "the next event",
}
FOLLOW_UP_COLUMNS = (
    "tic",
    "name",
    "kind",
    "tmag",
    "period_days",
    "period_days_error",
    "epoch_btjd",
    "epoch_btjd_error",
    "depth_ppm",
    "duration_hours",
    "next_event_utc",
    "next_event_btjd",
    "next_event_error_hours",
    "next_event_sector",
    "seen_event_utc",
    "seen_event_sector",
    "sectors_to_come",
    "known_as",
    "label",
    "author",
    "sector",
    "run",
    "target_id",
    "problem",
)


@dataclass(frozen=True, slots=True)
class _Event:
    """What is said of one event: when, how sure, and the sector that sees it (0 for none)."""

    utc: str = ""
    btjd: float = np.nan
    error_hours: float = np.nan
    sector: int = 0


def last_verdicts(workspace: Store, labels: Sequence[str] | None = None) -> pd.DataFrame:
    """The last standing verdict of each star, of those whose label is one of some.

    Parameters
    ----------
    workspace : Store
    labels : sequence of str, optional
        By default those that the workspace's vocabulary calls an anomaly.

    Returns
    -------
    DataFrame
        As `VerdictLog.history`, a row a star, the newest first.

    Raises
    ------
    WorkspaceError
        When nobody uses one of the labels.
    """
    history = workspace.verdicts.history()
    standing = history[history["standing"]]
    anomalies = workspace.vocabulary.anomalies()
    unknown = [label for label in labels or () if label not in {*anomalies, *standing["label"]}]
    if unknown:
        raise WorkspaceError(f"no label {unknown[0]!r} in this workspace; there are: {', '.join(anomalies)}")
    wanted = set(labels) if labels else {name for name, anomaly in anomalies.items() if anomaly}
    stars = standing.drop_duplicates("star", keep="last")
    registered = set(workspace.targets.ids())
    return stars[stars["label"].isin(wanted) & stars["target_id"].isin(registered)].iloc[::-1].reset_index(drop=True)


def follow_up(
    workspace: Store,
    labels: Sequence[str] | None = None,
    *,
    run: Run | None = None,
    now: datetime | None = None,
    order: Order = "brightness",
    table: PointingTable | None = None,
    report: Report = quiet,
) -> pd.DataFrame:
    """The stars to follow up, measured where they were not yet.

    Parameters
    ----------
    workspace : Store
    labels : sequence of str, optional
        Of the last verdict of a star; by default those that the workspace's vocabulary calls an anomaly.
    run : Run, optional
        Gives the kind of each star, where it was classified.
    now : datetime, optional
        With its zone; by default the time it is.
    order : {"brightness", "error", "time"}
        What comes first, see `ORDERS`.
    table : PointingTable, optional
        By default that of the manifest.
    report : Report

    Returns
    -------
    DataFrame
        `FOLLOW_UP_COLUMNS`. Times are those of the barycentre, in UTC; ``next_event_sector`` is the sector that sees
        the next event and ``seen_event_utc`` the first event that one sees, by the pointings that are planned (0 and
        empty where none does, or the position is not known); ``sectors_to_come`` names all sectors that have not ended.

    Raises
    ------
    WorkspaceError
        When the order is unknown, or nobody uses one of the labels.
    """
    if order not in ORDERS:
        raise WorkspaceError(f"no order {order!r}: choose {', '.join(ORDERS)}")
    moment = now or datetime.now(UTC)
    verdicts = last_verdicts(workspace, labels)
    ids = list(verdicts["target_id"])
    events = event_table(workspace, ids, report=report)
    kinds = star_kinds(run, ids)
    targets = workspace.targets.frame().set_index("target_id")
    magnitudes = workspace.parameters.table()["tmag"]
    runs = {one.id: one.name for one in workspace.runs.list()}
    known_sectors = table or pointings()
    rows = []
    for verdict in verdicts.itertuples():
        star = targets.loc[verdict.target_id]
        measured = events.loc[verdict.target_id] if verdict.target_id in events.index else None
        sectors = _to_come(known_sectors, star, moment.date())
        following, seen = _foretold(measured, sectors, moment)
        period = float(measured["period_days"]) if measured is not None else np.nan
        known = known_of(workspace, _target(star), period)
        facts = measured[_MEASURED].to_dict() if measured is not None else dict.fromkeys(_MEASURED, np.nan)
        rows.append(
            facts
            | {
                "tic": int(star["tic"]),
                "name": verdict.star,
                "kind": kinds["kind"].get(verdict.target_id, ""),
                "tmag": float(magnitudes.get(verdict.target_id, np.nan)),
                "next_event_utc": following.utc,
                "next_event_btjd": following.btjd,
                "next_event_error_hours": following.error_hours,
                "next_event_sector": following.sector,
                "seen_event_utc": seen.utc,
                "seen_event_sector": seen.sector,
                "sectors_to_come": " ".join(str(one.sector) for one in sectors),
                "known_as": known.names(),
                "label": verdict.label,
                "author": verdict.author,
                "sector": int(star["sector"]),
                "run": runs.get(verdict.run_id, "") if verdict.run_id else "",
                "target_id": verdict.target_id,
                "problem": "no period was kept" if measured is None else measured["problem"],
            }
        )
    return _ordered(pd.DataFrame(rows, columns=list(FOLLOW_UP_COLUMNS)), order)


def seen_event(measured: pd.Series, sectors: Sequence[Seen], after_btjd: float) -> tuple[NextEvent, Seen] | None:
    """The first event that a sector sees, and that sector; None when none does.

    Parameters
    ----------
    measured : Series
        A row of `event_table`.
    sectors : sequence of Seen
        In order.
    after_btjd : float
        BTJD [days].
    """
    for sector in sectors:
        start, end = _btjd(sector.start), _btjd(sector.end)
        following = next_of_row(measured, max(after_btjd, start))
        if following and following[0].middle_btjd < end:
            return following[0], sector
    return None


def _target(star: pd.Series) -> Target:
    """The `Target` of a row of `TargetCatalog.frame`, as far as catalogues need it."""
    return Target(
        tic=int(star["tic"]),
        catalogue=str(star["catalogue"]),
        simulated=bool(star["simulated"]),
        ra=float(star["ra"]),
        dec=float(star["dec"]),
        pmra=float(star["pmra"]),
        pmdec=float(star["pmdec"]),
    )


_MEASURED = ["period_days", "period_days_error", "epoch_btjd", "epoch_btjd_error", "depth_ppm", "duration_hours"]


def _to_come(table: PointingTable, star: pd.Series, today: date) -> list[Seen]:
    if star["simulated"] or not (np.isfinite(star["ra"]) and np.isfinite(star["dec"])):
        return []
    return sectors_seeing(table, float(star["ra"]), float(star["dec"]), after=today)


def _foretold(measured: pd.Series | None, sectors: Sequence[Seen], now: datetime) -> tuple[_Event, _Event]:
    """The next event, and the first that a sector sees."""
    if measured is None:
        return _Event(), _Event()
    here = btjd_of(now)
    following = next_of_row(measured, here)
    if not following:
        return _Event(), _Event()
    seen = seen_event(measured, sectors, here)
    first = _said(following[0], 0)
    if seen is None:
        return first, _Event()
    same = seen[0].number == following[0].number
    return _said(following[0], seen[1].sector if same else 0), _said(seen[0], seen[1].sector)


def _said(event: NextEvent, sector: int) -> _Event:
    utc = event.middle_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    return _Event(utc, event.middle_btjd, event.error_hours, sector)


def _btjd(day: date) -> float:
    return btjd_of(datetime.combine(day, time(), UTC))


def _ordered(table: pd.DataFrame, order: Order) -> pd.DataFrame:
    if order == "brightness":
        keys = table.assign(_magnitude=np.floor(table["tmag"].astype(float)))
        by = ["_magnitude", "next_event_error_hours", "tmag"]
    else:
        keys, by = table, [{"error": "next_event_error_hours", "time": "next_event_btjd"}[order], "tmag"]
    return table.loc[keys.sort_values(by, kind="stable", na_position="last").index].reset_index(drop=True)
