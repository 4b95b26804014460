"""A new sector seen by an old run: which of its stars are new and strange, which changed their place, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.agreement import spearman
from clara_engine.features import feature_set
from clara_engine.forest import explain
from clara_engine.frames import Frame
from clara_engine.progress import Report, quiet
from clara_engine.store.runs import Run
from clara_engine.studies.sector_matrix import fair_scores
from clara_engine.studies.validate import scores_in

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["NewSector", "new_sector"]

LEAST_PAIRS = 10
#: Standard deviations of the usual change that make a change worth telling.
UNUSUAL = 3.0
MAD_TO_SIGMA = 1.4826
REASONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class NewSector:
    """What an old run makes of light curves that came later.

    Attributes
    ----------
    stars : DataFrame
        A row a new light curve, strangest first: target_id, star, sector, anomaly_score, place (its rank if it stood
        among the earlier light curves) and percentile (share of these below it [%]); of a star that was seen before
        also before_id (its last light curve), before_score, before_percentile, change (of the score) and unusual (the
        change in standard deviations of that of all stars seen again, robust; NaN with fewer than ten).
    reasons : DataFrame
        Of the stars whose change is unusual: target_id, feature, before and now (its values), and change (what its
        change added to the score); the features that matter most, and the row "all others".
    earlier, seen_before : int
        Light curves that the run is compared with, and new ones of stars among these.
    trained : int
        New light curves that trained the run, if it has seen them.
    shift, shift_low, shift_high : float
        Median change of the score of stars seen again, with its 95 % interval over stars: what the sector itself does.
    agreement : float
        Spearman's ρ of the scores before and now.
    least : float
        From how many standard deviations on a change is unusual.
    """

    stars: Frame
    reasons: Frame
    earlier: int
    seen_before: int
    trained: int
    shift: float
    shift_low: float
    shift_high: float
    agreement: float
    least: float = UNUSUAL

    def new(self, top_percent: float = 5.0) -> pd.DataFrame:
        """Stars that were not seen before, among the top `top_percent` of the earlier light curves."""
        return self.stars[self.stars["before_id"].isna() & (self.stars["percentile"] >= 100 - top_percent)]

    def changed(self) -> pd.DataFrame:
        """Stars whose score changed by more than is usual, the largest change first."""
        found = self.stars[self.stars["unusual"].abs() >= self.least]
        return found.iloc[np.argsort(-found["unusual"].abs().to_numpy(), kind="stable")]


def new_sector(
    workspace: Store,
    run: Run,
    sector: int | None = None,
    *,
    unusual: float = UNUSUAL,
    most_reasons: int = 20,
    report: Report = quiet,
) -> NewSector:
    """Score what came after a run was trained, and compare it with what the run knew.

    Every score is of trees that saw no light curve of the star, where the forest has such.

    Parameters
    ----------
    workspace : Store
    run : Run
    sector : int, optional
        Light curves of this sector are the new ones; by default those that the run has not ranked.
    unusual : float
        From how many standard deviations on a change is told.
    most_reasons : int
        Stars whose change is explained.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When nothing is new, or everything.
    """
    table = scores_in(workspace, run, report).set_index("target_id")
    table = table[~table["set_aside"]]
    ranked = run.scores().set_index("target_id")
    known = table.index[table.index.isin(ranked.index)]
    table.loc[known, "anomaly_score"] = fair_scores(workspace, run, list(known))
    fresh = ~table.index.isin(known) if sector is None else (table["sector"] == sector).to_numpy()
    now, earlier = table[fresh], table[~fresh]
    if now.empty or earlier.empty:
        what = "new" if now.empty else "known from before"
        where = "" if sector is None else f" beside sector {sector}"
        raise WorkspaceError(
            f"run {run.name!r}: no light curve is {what}{where}: fetch or ingest some, or name a sector"
        )
    stars = _placed(now, earlier)
    again = stars["before_id"].notna().to_numpy()
    change = stars["change"].to_numpy(float)[again]
    shift, low, high = _shift(change)
    stars["unusual"] = (stars["change"] - shift) / _spread(change)
    found = NewSector(
        stars=stars.reset_index(names="target_id"),
        reasons=pd.DataFrame(columns=["target_id", "feature", "before", "now", "change"]),
        earlier=len(earlier),
        seen_before=int(again.sum()),
        trained=int(ranked["trained"].reindex(now.index).eq(True).sum()),
        shift=shift,
        shift_low=low,
        shift_high=high,
        agreement=spearman(stars["before_score"][again], stars["anomaly_score"][again]) if again.sum() > 2 else np.nan,
        least=unusual,
    )
    return replace(found, reasons=_reasons(workspace, run, found.changed().head(most_reasons), report))


def _placed(now: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """New light curves with their places among the earlier ones, and what the run made of the same stars before."""
    ascending = np.sort(earlier["anomaly_score"].to_numpy(float))

    def percentile(scores: pd.Series) -> Any:
        return 100 * np.searchsorted(ascending, scores.to_numpy(float)) / ascending.size

    last = (
        earlier.sort_values("sector", kind="stable").reset_index(names="before_id").drop_duplicates("star", keep="last")
    )
    before = last.set_index("star")[["before_id", "anomaly_score"]].rename(columns={"anomaly_score": "before_score"})
    table = now[["star", "sector", "anomaly_score"]].join(before, on="star")
    table["percentile"] = percentile(table["anomaly_score"])
    table["before_percentile"] = np.where(table["before_id"].isna(), np.nan, percentile(table["before_score"]))
    table["place"] = 1 + ascending.size - np.searchsorted(ascending, table["anomaly_score"].to_numpy(float), "right")
    table["change"] = table["anomaly_score"] - table["before_score"]
    columns = ["star", "sector", "anomaly_score", "place", "percentile"]
    columns += ["before_id", "before_score", "before_percentile", "change"]
    return table[columns].sort_values("anomaly_score", ascending=False, kind="stable")


def _shift(change: NDArray[np.float64]) -> tuple[float, float, float]:
    """Median, with its 95 % interval by bootstrap over stars."""
    if change.size < LEAST_PAIRS:
        return (float("nan"),) * 3
    draws = np.random.default_rng(53).choice(change, (1000, change.size))
    low, high = np.percentile(np.median(draws, axis=1), [2.5, 97.5])
    return float(np.median(change)), float(low), float(high)


def _spread(change: NDArray[np.float64]) -> float:
    """Robust standard deviation, the plain one where half of the stars have one change; NaN where none is known."""
    if change.size < LEAST_PAIRS:
        return float("nan")
    robust = MAD_TO_SIGMA * float(np.median(np.abs(change - np.median(change))))
    return robust or float(np.std(change)) or float("nan")


def _reasons(workspace: Store, run: Run, changed: pd.DataFrame, report: Report) -> pd.DataFrame:
    """What changed in the features of stars, and what that did to their scores: both by the same trees."""
    forest, names = run.forest(), feature_set(run.spec.feature_set)
    stored = workspace.features.rows(run.spec.feature_set)
    found: list[dict[str, Any]] = []
    report.stage("finding out why")
    for done, row in enumerate(changed.itertuples(), start=1):
        report(done, len(changed))
        values = stored.matrix([row.before_id, row.target_id])
        use = forest.trees_for([row.star, row.star])
        use[~use.any(axis=1)] = True
        taken_apart = explain(forest, values, use).contributions
        moved = taken_apart[1] - taken_apart[0]
        first = np.argsort(-np.abs(moved), kind="stable")[:REASONS]
        for place in first[moved[first] != 0]:
            known = {"before": float(values[0, place]), "now": float(values[1, place]), "change": float(moved[place])}
            found.append({"target_id": row.target_id, "feature": names.label(int(place)), **known})
        rest = float(moved.sum() - moved[first].sum())
        found.append(
            {"target_id": row.target_id, "feature": "all others", "before": np.nan, "now": np.nan, "change": rest}
        )
    return pd.DataFrame(found, columns=["target_id", "feature", "before", "now", "change"])
