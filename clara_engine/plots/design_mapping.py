"""What the parameters of designs do to the measures of a sweep: shares of the variance, and marginal means."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.models import AllLabels

from clara_engine.plots.bars import bars
from clara_engine.plots.sweep import axis_title, value_text
from clara_engine.plots.theme import framed, palette
from clara_engine.studies.design_mapping import OBJECTIVE, DesignMapping

__all__ = ["marginal_curves", "parameter_shares"]


def parameter_shares(
    mapping: DesignMapping | None,
    measure: str = OBJECTIVE,
    alpha: float = 0.5,
    *,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw the share of the variance that each parameter explains, by random forest and by ANOVA.

    Marks are the published shares where these runs are comparable (objective of the areas, α = .5), else one over the
    number of parameters, which a random forest gives where no parameter matters.

    Parameters
    ----------
    mapping : DesignMapping or None
        Nothing is drawn without it.
    measure : str
        One of `clara_engine.studies.design_mapping.MEASURES`, or the objective.
    alpha : float
        Of the objective.
    """
    table = pd.DataFrame() if mapping is None else mapping.at(mapping.shares, measure, alpha)
    names, values, ends, marks, hovers, second = [], [], [], [], [], []
    for _, row in table.iterrows():
        published = mapping.published(row["parameter"]) if mapping and measure == OBJECTIVE and alpha == 0.5 else None
        for kind, word in (("forest", "random forest"), ("anova", "ANOVA")):
            names.append(f"{axis_title(row['parameter'])}, {word}")
            values.append(row[kind])
            ends.append((row[f"{kind}_low"], row[f"{kind}_high"]))
            even = 1 / len(table) if kind == "forest" else np.nan
            marks.append(published if published is not None and kind == "forest" else even)
            second.append(kind == "anova")
            told = f"95 % interval over runs {ends[-1][0]:.3f} to {ends[-1][1]:.3f}"
            beside = f"\npublished {published:.3f}" if published is not None and kind == "forest" else ""
            hovers.append(f"{names[-1]}: {row[kind]:.3f}\n{told}{beside}")
    return bars(
        names,
        np.nan_to_num(np.array(values, float)),
        np.array(marks, float),
        axis_title="share of the variance (0 to 1)",
        hover=hovers,
        interval=(np.array([end[0] for end in ends], float), np.array([end[1] for end in ends], float)),
        quiet=second,
        dark=dark,
        **({"xlim": (0, 1.02), "hooks": [_every_label]} | options),
    )


def marginal_curves(
    mapping: DesignMapping | None,
    parameter: str = "",
    measures: tuple[str, ...] = ("recall", "anomaly_rate"),
    alpha: float = 0.5,
    *,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw the means of measures at each value of a parameter, over all that the others are, with 95 % bands.

    Parameters
    ----------
    mapping : DesignMapping or None
        Nothing is drawn without it.
    parameter : str
        One of its parameters.
    measures : tuple of str
        Drawn on one axis from 0 to 1; by default recall and the anomaly rate, which is its chance level.
    alpha : float
        Of the objective, where it is one of them.
    """
    colours = palette(dark)
    shades = [colours.accent, colours.warn, colours.muted]
    dims = [
        hv.Dimension("place", label=axis_title(parameter) if parameter else " "),
        hv.Dimension("mean", label="mean"),
    ]
    table = pd.DataFrame() if mapping is None else mapping.curves[mapping.curves["parameter"] == parameter]
    known = sorted(table["value"].unique()) if len(table) else []
    numeric = all(isinstance(value, int | float) for value in known)
    places = {value: float(value) if numeric else float(at) for at, value in enumerate(known)}
    drawn: list[Any] = []
    for place, measure in enumerate(measures):
        rows = table.iloc[:0] if mapping is None else mapping.at(table, measure, alpha)
        across = rows["value"].map(places).to_numpy(float) if len(rows) else np.empty(0)
        mean, low, high = (rows[name].to_numpy(float) if len(rows) else np.empty(0) for name in ("mean", "low", "high"))
        order = np.argsort(across)
        across, mean = across[order], mean[order]
        band = [np.where(np.isfinite(end[order]), end[order], mean) for end in (low, high)]
        shade = shades[place % len(shades)]
        title = mapping.title(measure) if mapping is not None else measure
        if across.size:  # an area without points can't be drawn
            area = hv.Area((across, *band), dims[0], [hv.Dimension("low", label="mean"), "high"])
            drawn.append(area.opts(color=shade, fill_alpha=0.18, line_alpha=0))
        drawn += [
            hv.Curve((across, mean), dims[0], dims[1], label=title).opts(color=shade, line_width=2),
            hv.Points((across, mean), dims).opts(color=shade, size=6),
        ]
    many = len(places) > MOST_TICKS
    ticks: dict[str, Any] = (
        {}
        if numeric and many
        else {"xticks": [(place, value_text(parameter, value)) for value, place in places.items()]}
    )
    return framed(
        drawn,
        dark,
        options,
        tools=("hover",),
        xlabel=axis_title(parameter) if parameter else " ",
        ylabel="mean over runs (0 to 1)",
        ylim=(0, 1.02),
        show_legend=True,
        legend_position="top_left",
        **ticks,
    )


MOST_TICKS = 8


def _every_label(plot: Any, element: Any) -> None:
    """Label every row, also where the box had no height when it was first laid out."""
    plot.handles["yaxis"].major_label_policy = AllLabels()
