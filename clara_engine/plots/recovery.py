"""What share of injected events is found, by what they are."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd

from clara_engine.evaluate.recovery import recovery_cells
from clara_engine.plots.cells import HOVER, cells
from clara_engine.plots.theme import framed, palette

__all__ = ["RECOVERY_TITLES", "edge_ticks", "map_cells", "recovery_along", "recovery_map"]

#: Axis to title with unit, and what its values are multiplied with.
RECOVERY_TITLES = {
    "depth": ("depth, height or range (ppm)", 1e6),
    "period_days": ("period (d)", 1.0),
    "duration_hours": ("duration (h)", 1.0),
    "tmag": ("T magnitude (mag)", 1.0),
    "signal_to_noise": ("signal-to-noise", 1.0),
}


def recovery_map(
    injected: pd.DataFrame,
    *,
    x: str = "period_days",
    y: str = "depth",
    bins: int = 5,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw the share of events that are found, in cells of two of their properties.

    Parameters
    ----------
    injected : DataFrame
        A row an event, as `clara_engine.evaluate.recovery.recovery_cells` wants it: ``Recovery.injected``.
    x, y : str
        Two of `clara_engine.evaluate.recovery.AXES`.
    bins : int
        Cells along each.

    Raises
    ------
    DesignError
        When these events have no such property.
    """
    table = recovery_cells(injected, x=x, y=y, bins=bins)
    across, up = ((RECOVERY_TITLES[axis][0], edge_ticks(table, axis)) for axis in (x, y))
    shown = hv.Dimension("value", label="share found (0 to 1)")
    return cells(map_cells(table, x, y), x=across, y=up, ends=(0, 1), value=shown, dark=dark, **options)


def recovery_along(
    injected: pd.DataFrame, axis: str, chance: float, *, bins: int = 5, dark: bool = False, **options: Any
) -> hv.Overlay:
    """Draw the share of events that are found along one of their properties, with 95 % intervals, and chance dashed."""
    colours = palette(dark)
    table = recovery_cells(injected, x=axis, bins=bins)
    filled = (table["n"] > 0).to_numpy()
    place = np.flatnonzero(filled).astype(float)
    known = table[filled]
    hover = np.array(
        [
            f"{row.found:.0f} of {row.n:.0f} found\n95 % interval {row.low:.2f} to {row.high:.2f}"
            for row in known.itertuples()
        ],
        object,
    )
    title, ticks = RECOVERY_TITLES[axis][0], edge_ticks(table, axis)
    dims = [hv.Dimension("place", label=title), hv.Dimension("recovery", label="share found (0 to 1)")]
    low, high, share = (known[name].to_numpy(float) for name in ("low", "high", "recovery"))
    return framed(
        [
            hv.HLines([chance], dims[1]).opts(color=colours.warn, line_dash="dashed", line_width=1.5),
            hv.Segments((place, low, place, high), [*dims, "place1", "recovery1"]).opts(
                color=colours.accent, line_width=2
            ),
            hv.Scatter((place, share, hover), dims[0], [dims[1], "hover"]).opts(
                color=colours.accent, size=8, tools=["hover"], hover_tooltips=HOVER
            ),
        ],
        dark,
        options,
        tools=(),
        xlim=(-0.5, len(table) - 0.5),
        ylim=(0, 1),
        xlabel=title,
        ylabel="share found (0 to 1)",
        xticks=list(ticks.items()),
    )


def edge_ticks(table: pd.DataFrame, axis: str) -> dict[float, str]:
    """Ticks between the cells of an axis, as text with the axis' unit left to its title."""
    edges = sorted({*table[f"{axis}_low"], *table[f"{axis}_high"]})
    factor = RECOVERY_TITLES[axis][1]
    return {place - 0.5: _number(edge * factor) for place, edge in enumerate(edges)}


def map_cells(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Cells of `recovery_cells` as `clara_engine.plots.cells.cells` wants them."""
    places = {}
    for axis in (x, y):
        low = sorted(set(table[f"{axis}_low"]))
        places[axis] = table[f"{axis}_low"].map({edge: place for place, edge in enumerate(low)})
    texts, hovers = [], []
    for _, cell in table.iterrows():
        texts.append(f"{cell['recovery']:.2f}\n{cell['found']:.0f}/{cell['n']:.0f}" if cell["n"] else "–")
        interval = f"95 % interval {cell['low']:.2f} to {cell['high']:.2f}, {cell['stars']:.0f} stars"
        ends = interval if cell["n"] else "no event here"
        spans = "\n".join(
            f"{RECOVERY_TITLES[axis][0]}: {_number(cell[f'{axis}_low'] * RECOVERY_TITLES[axis][1])} to "
            f"{_number(cell[f'{axis}_high'] * RECOVERY_TITLES[axis][1])}"
            for axis in (x, y)
        )
        hovers.append(f"{cell['found']:.0f} of {cell['n']:.0f} found\n{ends}\n{spans}")
    return pd.DataFrame(
        {"column": places[x], "row": places[y], "value": table["recovery"], "text": texts, "hover": hovers}
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
