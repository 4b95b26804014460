"""The pictures of a report, drawn without a browser."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, PeriodSearch, around_events, fold
from clara_engine.periods.fold import FIRST_PHASE, drawn_flux

if TYPE_CHECKING:
    from clara_engine.studies.reasons import Reason

__all__ = ["fold_png", "light_curve_png", "periodogram_png", "reason_png"]

INK, ACCENT, WARN = "#5c6773", "#1f5fa8", "#D55E00"
FONT_PT = 7
BARS = 12
DPI = 130


def light_curve_png(curve: LightCurve) -> str:
    """Flux, in ppm where it has a level, against time [BTJD, days]; flagged samples left out."""
    clean = curve.finite()
    good = clean.quality == 0
    with _drawing(7.2, 1.9) as (axes, picture):
        flux, unit = drawn_flux(clean)
        axes.plot(clean.time[good], flux[good], ".", color=INK, markersize=0.8)
        axes.set(xlabel="time, BTJD = BJD − 2457000 (days)", ylabel=f"flux ({unit})")
    return picture[0]


def periodogram_png(search: PeriodSearch, period_days: float | None) -> str:
    """Lomb–Scargle power against period [days], with the period folded on.

    Parameters
    ----------
    search : PeriodSearch
    period_days : float or None
        The period folded on [days]; None draws none.

    Returns
    -------
    str
        Address of a PNG that holds it whole (``data:image/png;base64,…``).
    """
    with _drawing(3.5, 2.0) as (axes, picture):
        axes.semilogx(search.lomb_scargle.period_days, search.lomb_scargle.power, color=INK, linewidth=0.6)
        if period_days is not None and np.isfinite(period_days):
            axes.axvline(period_days, color=ACCENT, linestyle="--", linewidth=0.8)
        axes.set(xlabel="period (days)", ylabel="Lomb–Scargle power")
    return picture[0]


def fold_png(curve: LightCurve, ephemeris: Ephemeris) -> str:
    """Relative flux [ppm] against phase, or against hours from a single event.

    Parameters
    ----------
    curve : LightCurve
    ephemeris : Ephemeris

    Returns
    -------
    str
        Address of a PNG that holds it whole (``data:image/png;base64,…``).
    """
    with _drawing(3.5, 2.0) as (axes, picture):
        folded: Any
        if ephemeris.single:
            folded = around_events(curve, ephemeris)
            x, centre, label = folded.hours, folded.bin_hours, "hours from mid-event"
        else:
            folded = fold(curve, ephemeris.period_days, ephemeris.epoch_btjd, first_phase=FIRST_PHASE)
            x, centre, label = folded.phase, folded.bin_phase, "phase (event at 0)"
        axes.plot(x, folded.flux_ppm, ",", color=INK)
        axes.plot(centre, folded.bin_flux_ppm, ".", color=ACCENT, markersize=3)
        axes.set(xlabel=label, ylabel="flux (ppm)")
    return picture[0]


def reason_png(reason: Reason) -> str:
    """What features added to the anomaly score: along the axis of each series, else the strongest ones."""
    blocks = [block for block in reason.features.blocks if not block.labels]
    if not blocks:
        return _strongest_png(reason)
    with _drawing(7.2, 1.5 * len(blocks), len(blocks)) as (panels, picture):
        for axes, block in zip(np.atleast_1d(panels), blocks, strict=True):
            added = reason.contributions[block.slice]
            axes.vlines(block.axis, 0, added, colors=np.where(added > 0, WARN, ACCENT), linewidth=0.7)
            axes.axhline(0, color=INK, linewidth=0.5)
            if block.axis_log:
                axes.set_xscale("log")
            unit = f" ({block.axis_unit})" if block.axis_unit else ""
            axes.set(xlabel=f"{block.name}: {block.axis_name}{unit}", ylabel="added to score")
    return picture[0]


def _strongest_png(reason: Reason) -> str:
    strongest = reason.strongest(BARS).iloc[::-1]
    with _drawing(7.2, 0.6 + 0.17 * max(len(strongest), 1)) as (axes, picture):
        added = strongest["contribution"].to_numpy()
        axes.barh(strongest["feature"].astype(str), added, color=np.where(added > 0, WARN, ACCENT))
        axes.axvline(0, color=INK, linewidth=0.5)
        axes.set(xlabel="added to the anomaly score")
    return picture[0]


@contextmanager
def _drawing(width: float, height: float, panels: int = 1) -> Iterator[tuple[Any, list[str]]]:
    """Axes of a figure [inches]; afterwards the list holds it as a ``data:`` address.

    Nothing goes through matplotlib's settings, which all threads share.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture: list[str] = []
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    yield figure.subplots(panels), picture
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=FONT_PT, width=0.6)
        for title in (axes.xaxis.label, axes.yaxis.label):
            title.set_fontsize(FONT_PT + 1)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    picture.append("data:image/png;base64," + base64.b64encode(file.getvalue()).decode())
