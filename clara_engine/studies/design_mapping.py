"""Which parameter of a design moves which measure: the published mapping from design to result, after a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.design_shares import (
    anova,
    bootstrapped,
    encoded,
    few_tree_shares,
    forest_shares,
    marginal_curve,
    spearman,
)
from clara_engine.evaluate.objective import PUBLISHED, Objective, ranked
from clara_engine.frames import Frame
from clara_engine.progress import Report, quiet
from clara_engine.studies.sweep import AXIS, Label, Sweeps
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = [
    "ALPHAS",
    "MEASURES",
    "OBJECTIVE",
    "PUBLISHED_SHARES",
    "DesignMapping",
    "design_mapping",
    "map_designs",
]

Float = NDArray[np.float64]

#: Measures that are mapped, by their columns of a sweep, and what people call them.
MEASURES: MappingProxyType[str, str] = MappingProxyType(
    {
        "recall": "recall",
        "anomaly_rate": "anomaly rate",
        f"{PUBLISHED}recall_auc": "recall AUC",
        f"{PUBLISHED}importance_auc": "importance AUC",
        f"{PUBLISHED}importance_top_20": "importance in the top 20 %",
        f"{PUBLISHED}t10": "place of the most important",
    }
)
#: Name of the objective among the measures.
OBJECTIVE = "objective"
ALPHAS = tuple(round(0.1 * step, 1) for step in range(11))
#: The published shares of the objective at α = .5, by the last word of the axis (Dasgupta 2025, part 1).
PUBLISHED_SHARES: MappingProxyType[str, float] = MappingProxyType(
    {"noise_ppm": 0.330, "curves": 0.263, "cadence_minutes": 0.238, "span_days": 0.168}
)
FEWEST = 8
DRAWS = 100


@dataclass(frozen=True, slots=True, eq=False)
class DesignMapping:
    """What the parameters of the designs of a sweep do to its measures.

    Attributes
    ----------
    sweep, label : str
        What was mapped, and what its runs were measured against.
    objective : str
        As in `clara_engine.evaluate.objective.OBJECTIVES`. Of "auc" and "published_auc" α·recall AUC + (1 − α)·
        importance AUC is taken without normalising, as the publication did for its mapping.
    runs : int
    shares : DataFrame
        Columns measure, alpha (of the objective, else NaN), parameter; forest, its share of the variance by a
        random-forest regressor, with forest_low and forest_high; anova, with anova_low, anova_high and p_value.
        Intervals are 95 %, by drawing runs with replacement.
    correlations : DataFrame
        Columns parameter, measure, alpha, spearman, low, high. Words have none.
    curves : DataFrame
        Columns parameter, measure, alpha, value, mean, low, high, runs.
    """

    sweep: str
    label: str
    objective: str
    runs: int
    shares: Frame
    correlations: Frame
    curves: Frame

    @property
    def parameters(self) -> list[str]:
        """Axes along which the runs differ."""
        return list(dict.fromkeys(self.shares["parameter"]))

    @staticmethod
    def at(table: pd.DataFrame, measure: str, alpha: float = 0.5) -> pd.DataFrame:
        """The rows of a measure; of the objective those of an α.

        Parameters
        ----------
        table : DataFrame
            `shares`, `correlations` or `curves`.
        measure : str
            One of `MEASURES`, or `OBJECTIVE`.
        alpha : float
            One of `ALPHAS`.
        """
        rows = table[table["measure"] == measure]
        return rows[np.isclose(rows["alpha"], alpha)] if measure == OBJECTIVE else rows

    @staticmethod
    def title(measure: str) -> str:
        """What people call a measure."""
        return MEASURES.get(measure, measure)

    @staticmethod
    def word(parameter: str) -> str:
        """What people call a parameter: the last word of its axis."""
        return parameter.removeprefix(AXIS).split(".")[-1]

    def published(self, parameter: str) -> float | None:
        """The published share of a parameter in the objective at α = .5; None for other parameters and objectives."""
        return PUBLISHED_SHARES.get(self.word(parameter)) if self.objective == "published_auc" else None


def map_designs(
    rows: pd.DataFrame,
    name: str = "",
    *,
    objective: Objective = "published_auc",
    draws: int = DRAWS,
    seed: int = 42,
    report: Report = quiet,
) -> DesignMapping:
    """Map the design parameters of a sweep's table to its measures.

    Parameters
    ----------
    rows : DataFrame
        As `clara_engine.studies.sweep.Sweeps.measured` gives it: a row a run.
    name : str
        Of the sweep.
    objective : {"final", "auc", "published", "published_auc"}
        Which is mapped for every α.
    draws : int
        Of the bootstrap over runs.
    seed : int
        Of the draws.
    report : Report
        Learns how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When there are too few runs, or they differ in nothing.
    """
    axes = [column for column in rows if column.startswith(AXIS) and rows[column].nunique() > 1]
    if len(rows) < FEWEST or not axes:
        raise WorkspaceError(
            f"{counted(len(rows), 'run')} that differ in {counted(len(axes), 'parameter')} tell nothing of what moves "
            f"a measure: sweep at least {FEWEST} designs, such as `clara sweep paper36`"
        )
    design = np.column_stack([encoded(rows[axis]) for axis in axes])
    numeric = [axis for axis in axes if pd.api.types.is_numeric_dtype(rows[axis])]
    targets = list(_targets(rows, objective))
    shares, correlations, curves = [], [], []
    for done, (measure, alpha, values) in enumerate(targets):
        report(done, len(targets))
        of = {"measure": measure, "alpha": alpha}
        shares.append(_shares(design, values, draws, seed).assign(parameter=axes, **of))
        for place, axis in enumerate(axes):
            curves.append(marginal_curve(rows[axis].astype(object), values, seed=seed).assign(parameter=axis, **of))
            if axis in numeric:
                correlations.append({"parameter": axis, **of} | _correlation(design[:, place], values, draws, seed))
    report(len(targets), len(targets))
    found = pd.concat(shares, ignore_index=True)
    return DesignMapping(
        sweep=name,
        label=str(rows["label"].iloc[0]) if "label" in rows else "",
        objective=objective,
        runs=len(rows),
        shares=found[
            ["measure", "alpha", "parameter", *(c for c in found if c not in ("measure", "alpha", "parameter"))]
        ],
        correlations=pd.DataFrame(correlations, columns=["parameter", "measure", "alpha", "spearman", "low", "high"]),
        curves=pd.concat(curves, ignore_index=True)[
            ["parameter", "measure", "alpha", "value", "mean", "low", "high", "runs"]
        ],
    )


def design_mapping(
    workspace: Store,
    name: str,
    *,
    label: Label | None = None,
    objective: Objective = "published_auc",
    draws: int = DRAWS,
    report: Report = quiet,
) -> DesignMapping:
    """Map the designs of a sweep of this workspace to its measures.

    Parameters
    ----------
    workspace : Store
    name : str
        Of the sweep.
    label : Label, optional
        Family and value; by default what the sweep was measured against.
    objective : {"final", "auc", "published", "published_auc"}
    draws : int
        Of the bootstrap over runs.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    rows = Sweeps(workspace).table(name, label, report)
    report.stage("mapping designs to measures")
    return map_designs(rows, name, objective=objective, draws=draws, report=report)


def _targets(rows: pd.DataFrame, objective: Objective) -> Iterator[tuple[str, float, Float]]:
    """Measures and, for every α, the objective: name, α, and its value of each run."""
    for column in MEASURES:
        if column in rows:
            yield column, float("nan"), rows[column].to_numpy(float)
    for alpha in ALPHAS:
        if objective in ("auc", "published_auc"):
            before = PUBLISHED if objective == "published_auc" else ""
            recall, importance = (rows[f"{before}{name}_auc"].to_numpy(float) for name in ("recall", "importance"))
            yield OBJECTIVE, alpha, alpha * recall + (1 - alpha) * importance
        else:
            order = ranked(rows.assign(_row=range(len(rows))), alpha, objective).sort_values("_row")
            yield OBJECTIVE, alpha, order["objective"].to_numpy(float)


def _shares(design: Float, values: Float, draws: int, seed: int) -> pd.DataFrame:
    forest = forest_shares(design, values)
    ends = bootstrapped(few_tree_shares, design, values, draws, seed)
    variance = anova(design, values)
    low, high = bootstrapped(lambda *some: anova(*some).shares, design, values, draws, seed)
    return pd.DataFrame(
        {
            "forest": forest,
            "forest_low": ends[0],
            "forest_high": ends[1],
            "anova": variance.shares,
            "anova_low": low,
            "anova_high": high,
            "p_value": variance.p_values,
        }
    )


def _correlation(column: Float, values: Float, draws: int, seed: int) -> dict[str, float]:
    low, high = bootstrapped(
        lambda some, its: np.array([spearman(some[:, 0], its)]), column[:, None], values, draws, seed
    )
    return {"spearman": spearman(column, values), "low": float(low[0]), "high": float(high[0])}
