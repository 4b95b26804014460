"""A sweep as pictures: a measure over two of its axes, and every run as a line through all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.evaluate.objective import RECALL_AUC_CHANCE
from clara_engine.plots.cells import cells
from clara_engine.plots.theme import bar, framed, palette
from clara_engine.studies.sweep import AXIS
from clara_engine.studies.sweep_fields import field_title, shown_value

__all__ = [
    "SWEEP_MEASURES",
    "axis_title",
    "parallel_lines",
    "sweep_axes",
    "sweep_cells",
    "sweep_map",
    "sweep_parallel",
    "value_text",
]

#: Measure to title and what chance gives.
SWEEP_MEASURES: dict[str, tuple[str, str]] = {
    "objective": ("objective", "relative to this sweep"),
    "roc_auc": ("ROC-AUC", "chance 0.5"),
    "recall_top_5": ("recall in the top 5 %", "chance 0.05"),
    "lift": ("lift (score > 0)", "chance 1"),
    "recall_auc": ("recall AUC", f"chance {RECALL_AUC_CHANCE:.3f}"),
    "recall": ("recall (score > 0)", "chance: the anomaly rate"),
    "anomaly_rate": ("anomaly rate (score > 0)", "no chance level: the share that is flagged"),
}
PARALLEL = {"objective": "objective", "roc_auc": "ROC-AUC", "recall": "recall", "anomaly_rate": "anomaly rate"}
MOST_TEXTS = 12
MOST_TICKS = 8
#: Texts along an axis of `sweep_parallel` stand so far apart, where 1 is its height.
LEAST_APART = 0.05


def sweep_axes(rows: pd.DataFrame) -> list[str]:
    """Columns of the axes along which the runs of a sweep differ."""
    return [name for name in rows if name.startswith(AXIS) and rows[name].nunique() > 1]


def axis_title(column: str) -> str:
    """An axis as people call it, with its unit: ``noise (ppm)``."""
    return field_title(column.removeprefix(AXIS))


def value_text(column: str, value: Any) -> str:
    """A value of an axis, in the unit of its title; a range is stored as JSON."""
    return shown_value(column.removeprefix(AXIS), value)


def sweep_map(
    rows: pd.DataFrame,
    measure: str,
    x: str,
    y: str | None = None,
    *,
    ends: tuple[float, float] | None = None,
    run_id: str = "",
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw a measure of the runs of a sweep over two of its axes.

    Parameters
    ----------
    rows : DataFrame
        Ranked runs that differ in nothing but `x` and `y`: rows of `clara_engine.evaluate.objective.ranked`.
    measure : str
        One of `SWEEP_MEASURES`.
    x, y : str
        Columns of axes, see `sweep_axes`.
    ends : (float, float), optional
        Values of the first and the last colour; by default the least and the greatest.
    run_id : str
        The run that is framed.
    """
    table, across, up = sweep_cells(rows, measure, x, y)
    values = table["value"]
    return cells(
        table,
        x=(axis_title(x), across),
        y=(axis_title(y) if y else "", up),
        ends=ends or (float(values.min()), float(values.max())),
        value=hv.Dimension("value", label=SWEEP_MEASURES[measure][0]),
        ringed=table["run"] == run_id,
        dark=dark,
        **options,
    )


def sweep_cells(
    rows: pd.DataFrame, measure: str, x: str, y: str | None
) -> tuple[pd.DataFrame, dict[float, str], dict[float, str]]:
    """Cells of `clara_engine.plots.cells.cells`, with the run of each in column ``run``, and the ticks of both axes."""
    values = {axis: sorted(rows[axis].unique()) for axis in (x, y) if axis is not None}
    places = {axis: {value: place for place, value in enumerate(known)} for axis, known in values.items()}
    column = rows[x].map(places[x]).to_numpy(int)
    row = rows[y].map(places[y]).to_numpy(int) if y is not None else np.zeros(len(rows), int)
    few = len(values[x]) <= MOST_TEXTS
    title, chance = SWEEP_MEASURES[measure]
    hovers = []
    for _, found in rows.iterrows():
        ends = ""
        if f"{measure}_low" in rows:
            ends = f", 95 % interval {found[f'{measure}_low']:.3f} to {found[f'{measure}_high']:.3f}"
        hovers.append(f"{found['name']}\n{title} {found[measure]:.3f}{ends}\n{chance}; click for this run")
    table = pd.DataFrame(
        {
            "column": column,
            "row": row,
            "value": rows[measure].to_numpy(float),
            "text": [f"{value:.2f}" if few else "" for value in rows[measure]],
            "hover": hovers,
            "run": rows["run_id"].tolist(),
        }
    )
    step = -(-len(values[x]) // MOST_TEXTS)
    across = {float(place): value_text(x, value) for place, value in enumerate(values[x]) if place % step == 0}
    up = {float(place): value_text(y, value) for place, value in enumerate(values[y])} if y is not None else {}
    return table, across, up


def sweep_parallel(rows: pd.DataFrame, *, run_id: str = "", dark: bool = False, **options: Any) -> hv.Overlay:
    """Draw parallel coordinates: an axis each for design and measures, a line a run, coloured by the objective.

    Parameters
    ----------
    rows : DataFrame
        As `clara_engine.evaluate.objective.ranked`, the best first; it is drawn on top.
    run_id : str
        The run whose line stands out.
    """
    colours = palette(dark)
    names, runs, heights, marks = parallel_lines(rows)
    dims = [hv.Dimension("axis", label="setting or measure"), hv.Dimension("height", label="lowest to highest")]
    places = np.arange(len(names), dtype=float)
    values = rows["objective"].to_numpy(float)[::-1] if len(rows) else np.empty(0)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    objective = hv.Dimension("value", label="objective")
    lines = [{"axis": places, "height": line, "value": value} for line, value in zip(heights, values, strict=True)]
    here = [{"axis": places, "height": heights[runs.index(run_id)]}] if run_id in runs else []
    ticks = [(place, height, text) for place, known in enumerate(marks) for height, text in known.items()]
    titles = [(place, PARALLEL.get(name) or axis_title(name)) for place, name in enumerate(names)]
    zeros = np.zeros(places.size)
    return framed(
        [
            hv.Segments((places, zeros, places, zeros + 1), [*dims, "axis1", "height1"]).opts(
                color=colours.quiet, line_width=1
            ),
            hv.Path(lines, dims, objective).opts(
                color="value",
                cmap=list(colours.ramp),
                clim=(low, high if high > low else low + 1),
                line_width=1.5,
                **bar(),
            ),
            hv.Path(here, dims, group="Here").opts(color=colours.warn, line_width=3.5),
            hv.Labels(
                (
                    np.array([tick[0] for tick in ticks], float) + 0.04,
                    np.array([tick[1] for tick in ticks], float),
                    np.array([tick[2] for tick in ticks], object),
                ),
                dims,
                "text",
            ).opts(text_color=colours.text, text_font_size="10px", text_align="left"),
        ],
        dark,
        options,
        tools=(),
        yaxis=None,
        xlabel="setting or measure, each from its lowest to its highest value",
        xlim=(-0.2, max(len(names) - 0.4, 0.6)),
        ylim=(-0.06, 1.06),
        xticks=titles,
    )


def parallel_lines(
    rows: pd.DataFrame,
) -> tuple[list[str], list[str], NDArray[np.float64], list[Mapping[float, str]]]:
    """The axes of `sweep_parallel`, its runs (the best last), their heights [0 to 1], and the ticks of each axis."""
    if not len(rows):
        return [], [], np.empty((0, 0)), []
    rows = rows.iloc[::-1]
    names = [*sweep_axes(rows), *PARALLEL]
    heights, marks = zip(*(_along(rows[name]) for name in names), strict=True)
    return names, rows["run_id"].tolist(), np.column_stack(heights), list(marks)


def _along(values: pd.Series) -> tuple[NDArray[np.float64], Mapping[float, str]]:
    """Heights from 0 to 1 along one axis, and its ticks; words stand at equal distances."""
    if not pd.api.types.is_numeric_dtype(values):
        words = sorted(values.unique())
        step = 1 / max(len(words) - 1, 1)
        place = {word: at * step for at, word in enumerate(words)}
        return values.map(place).to_numpy(float), {
            height: value_text(str(values.name), word) for word, height in place.items()
        }
    low, high = float(values.min()), float(values.max())
    few = values.nunique() <= MOST_TICKS
    span = high - low or 1.0
    form = "{:.6g}" if few and values.name not in PARALLEL else "{:.3g}"
    ticks = {
        float((value - low) / span): form.format(value) for value in (sorted(values.unique()) if few else [low, high])
    }
    return ((values - low) / span).to_numpy(float), _apart(ticks)


def _apart(ticks: Mapping[float, str]) -> Mapping[float, str]:
    """Those of some ticks, in rising order, whose texts don't lie on each other; the first and the last always."""
    kept = dict(list(ticks.items())[:1])
    last = max(ticks, default=0.0)
    for height, text in ticks.items():
        if height == last or (height - max(kept) >= LEAST_APART and last - height >= LEAST_APART):
            kept[height] = text
    return kept
