"""A sweep as pictures: a measure over two of its axes, and every run as a line through all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from bokeh.events import Tap
from bokeh.models import BasicTicker, ColumnDataSource, FixedTicker, LinearColorMapper
from bokeh.models.annotations import ColorBar
from numpy.typing import NDArray

from clara_app.theme import Look, look, paint_frame, plot
from clara_engine.evaluate.objective import RECALL_AUC_CHANCE
from clara_engine.studies.sweep import AXIS

__all__ = ["MEASURES", "ParallelPlot", "axis_title", "heat_cells", "sweep_axes", "value_text"]

#: Measure to title and what chance gives.
MEASURES: dict[str, tuple[str, str]] = {
    "objective": ("objective", "relative to this sweep"),
    "roc_auc": ("ROC-AUC", "chance 0.5"),
    "recall_top_5": ("recall in the top 5 %", "chance 0.05"),
    "lift": ("lift (score > 0)", "chance 1"),
    "recall_auc": ("recall AUC", f"chance {RECALL_AUC_CHANCE:.3f}"),
    "recall": ("recall (score > 0)", "chance: the anomaly rate"),
    "anomaly_rate": ("anomaly rate (score > 0)", "no chance level: the share that is flagged"),
}
PARALLEL = ("objective", "roc_auc", "recall", "anomaly_rate")
SHORT = {"objective": "objective", "roc_auc": "ROC-AUC", "recall": "recall", "anomaly_rate": "anomaly rate"}
UNITS = {"_days": "d", "_minutes": "min", "_hours": "h", "_ppm": "ppm"}
MOST_TEXTS = 12
MOST_TICKS = 8
REACH = 0.06


def sweep_axes(rows: pd.DataFrame) -> list[str]:
    """Columns of the axes along which the runs of a sweep differ."""
    return [name for name in rows if name.startswith(AXIS) and rows[name].nunique() > 1]


def axis_title(column: str) -> str:
    """An axis as people call it, with its unit: ``noise (ppm)``."""
    name = column.removeprefix(AXIS).split(".")[-1]
    ending = next((ending for ending in UNITS if name.endswith(ending)), "")
    unit = f" ({UNITS[ending]})" if ending else ""
    return name.removesuffix(ending).replace("_", " ") + unit


def value_text(value: Any) -> str:
    """A value of an axis; a range is stored as JSON."""
    if isinstance(value, str) and value.startswith("["):
        return "–".join(value_text(one) for one in json.loads(value))
    return f"{value:.6g}" if isinstance(value, int | float | np.number) else str(value)


def heat_cells(
    rows: pd.DataFrame, measure: str, x: str, y: str | None
) -> tuple[pd.DataFrame, dict[float, str], dict[float, str]]:
    """Cells of `HeatMap.show`, with the row of each in column ``run``, and the ticks of both axes.

    Parameters
    ----------
    rows : DataFrame
        Ranked runs of a sweep that differ in nothing but `x` and `y`.
    """
    values = {axis: sorted(rows[axis].unique()) for axis in (x, y) if axis is not None}
    places = {axis: {value: place for place, value in enumerate(known)} for axis, known in values.items()}
    column = rows[x].map(places[x]).to_numpy(int)
    row = rows[y].map(places[y]).to_numpy(int) if y is not None else np.zeros(len(rows), int)
    few = len(values[x]) <= MOST_TEXTS
    title, chance = MEASURES[measure]
    hovers = []
    for _, found in rows.iterrows():
        ends = ""
        if f"{measure}_low" in rows:
            ends = f", 95 % interval {found[f'{measure}_low']:.3f} to {found[f'{measure}_high']:.3f}"
        hovers.append(f"{found['name']}\n{title} {found[measure]:.3f}{ends}\n{chance}; click for this run")
    cells = pd.DataFrame(
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
    across = {float(place): value_text(value) for place, value in enumerate(values[x]) if place % step == 0}
    up = {float(place): value_text(value) for place, value in enumerate(values[y])} if y is not None else {}
    return cells, across, up


class ParallelPlot:
    """Parallel coordinates: an axis each for design and measures, a line a run, coloured by the objective.

    Parameters
    ----------
    tapped : callable
        Called with the id of the run whose line was clicked.
    """

    def __init__(self, tapped: Callable[[str], object]) -> None:
        self._tapped = tapped
        self._colours = look(False)
        self.runs: list[str] = []
        self.heights: NDArray[np.float64] = np.empty((0, 0))
        self.lines = ColumnDataSource({"x": [], "y": [], "value": []})
        self.here = ColumnDataSource({"x": [], "y": []})
        self.ticks = ColumnDataSource({"x": [], "y": [], "text": []})
        self.mapper = LinearColorMapper(palette=["#888888"], low=0, high=1)
        self.figure = plot(
            x_range=(-0.2, 0.6),
            y_range=(-0.06, 1.06),
            tools="",
            toolbar_location=None,
            min_border=4,
        )
        self.figure.yaxis.visible = False
        shade: Any = {"field": "value", "transform": self.mapper}
        self.posts = ColumnDataSource({"x": []})
        self._posts = self.figure.segment("x", 0, "x", 1, source=self.posts, line_width=1)
        self._lines = self.figure.multi_line("x", "y", source=self.lines, line_color=shade, line_width=1.5)
        self._here = self.figure.multi_line("x", "y", source=self.here, line_width=3.5)
        self._text = self.figure.text(
            "x",
            "y",
            "text",
            source=self.ticks,
            x_offset=5,
            text_baseline="middle",
            text_font_size="10px",
        )
        self.bar = ColorBar(
            color_mapper=self.mapper,
            width=8,
            padding=2,
            margin=0,
            ticker=BasicTicker(desired_num_ticks=5),
            label_standoff=4,
        )
        self.figure.add_layout(self.bar, "right")
        self.figure.on_event(Tap, self._tap)

    def show(self, rows: pd.DataFrame) -> None:
        """Draw the ranked runs of a sweep, the best on top."""
        rows = rows.iloc[::-1]
        self.runs = rows["run_id"].tolist()
        names = [*sweep_axes(rows), *PARALLEL]
        heights, marks = zip(*(_along(rows[name]) for name in names), strict=True)
        self.heights = np.column_stack(heights)
        places = list(range(len(names)))
        values = rows["objective"].to_numpy(float)
        low, high = float(values.min()), float(values.max())
        self.mapper.update(low=low, high=high if high > low else low + 1)
        self.lines.data = {
            "x": [places] * len(rows),
            "y": [line.tolist() for line in self.heights],
            "value": values.tolist(),
        }
        self.posts.data = {"x": places}
        found = [(place, height, text) for place, ticks in enumerate(marks) for height, text in ticks.items()]
        self.ticks.data = {name: [one[at] for one in found] for at, name in enumerate(("x", "y", "text"))}
        self.figure.x_range.update(start=-0.2, end=len(names) - 0.4)
        titles = {place: SHORT.get(name) or axis_title(name) for place, name in enumerate(names)}
        self.figure.xaxis[0].update(ticker=FixedTicker(ticks=places), major_label_overrides=titles)

    def mark(self, run_id: str) -> None:
        """Let the line of one run stand out."""
        lines = [self.heights[self.runs.index(run_id)].tolist()] if run_id in self.runs else []
        self.here.data = {"x": [list(range(len(line))) for line in lines], "y": lines}

    def tap(self, x: float, y: float) -> None:
        """Choose the run whose line is nearest to a place, where one is near."""
        if not self.runs or not 0 <= x <= self.heights.shape[1] - 1:
            return
        left = min(int(x), self.heights.shape[1] - 2)
        share = x - left
        distance = np.abs((1 - share) * self.heights[:, left] + share * self.heights[:, left + 1] - y)
        nearest = int(np.argmin(distance))
        if distance[nearest] < REACH:
            self._tapped(self.runs[nearest])

    def paint(self, colours: Look) -> None:
        """Take the colours of a look."""
        self._colours = colours
        paint_frame(self.figure, colours)
        self.mapper.palette = list(colours.ramp)
        self._posts.glyph.line_color = colours.quiet
        self._here.glyph.line_color = colours.warn
        self._text.glyph.update(
            text_color=colours.text, background_fill_color=colours.ground, background_fill_alpha=0.8
        )

    def _tap(self, event: Any) -> None:
        self.tap(float(event.x), float(event.y))


def _along(values: pd.Series) -> tuple[NDArray[np.float64], Mapping[float, str]]:
    """Heights from 0 to 1 along one axis, and its ticks; words stand at equal distances."""
    if not pd.api.types.is_numeric_dtype(values):
        words = sorted(values.unique())
        step = 1 / max(len(words) - 1, 1)
        place = {word: at * step for at, word in enumerate(words)}
        return values.map(place).to_numpy(float), {height: value_text(word) for word, height in place.items()}
    low, high = float(values.min()), float(values.max())
    known = sorted(values.unique()) if values.nunique() <= MOST_TICKS else [low, high]
    span = high - low or 1.0
    form = "{:.3g}" if values.nunique() > MOST_TICKS else "{:.6g}"
    ticks = {float((value - low) / span): form.format(value) for value in known}
    return ((values - low) / span).to_numpy(float), ticks
