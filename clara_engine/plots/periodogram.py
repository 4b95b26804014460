"""A periodogram with its peaks and the period that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import holoviews as hv
import numpy as np

from clara_engine.periods import BoxPeak, BoxPeriodogram, Periodogram
from clara_engine.plots.drawing import Drawing, Layer
from clara_engine.plots.theme import palette

__all__ = ["periodogram", "periodogram_drawing"]

PERIOD = hv.Dimension("period", label="period", unit="days")
TICKS = [digit * 10.0**power for power in range(-2, 4) for digit in (1, 3)]
# Labels of one width, see `PPM_TICKS` of the theme; a signal-to-noise needs no decimals.
LABELS = """
const whole = tick === 0 || tick >= 5 || (tick > 1 && Number.isInteger(tick))
return tick.toFixed(whole ? 0 : tick < 0.01 ? 4 : tick < 0.1 ? 3 : 2).padStart(6)
"""
#: Names of periods that are nearer stand as one: those of catalogues, and those of harmonics.
APART, APART_SHORT = 3.5, 1.6
NAME_UP, NAME_HIGH = 0.03, 0.13  # of the height: above a peak, and that of a name


def periodogram(
    found: Periodogram | BoxPeriodogram | None,
    period_days: float | None = None,
    *,
    known: Sequence[tuple[float, str]] = (),
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw Lomb–Scargle power, or the signal-to-noise of the best box, against period [days].

    Parameters
    ----------
    found : Periodogram or BoxPeriodogram, optional
        Nothing is drawn without one.
    period_days : float, optional
        Marked by a dashed line.
    known : sequence of (float, str)
        Periods [days] that catalogues give, and their names: marked by dotted lines.
    """
    return periodogram_drawing(found, period_days, known=known, dark=dark).overlay(**options)


def periodogram_drawing(
    found: Periodogram | BoxPeriodogram | None = None,
    period_days: float | None = None,
    *,
    known: Sequence[tuple[float, str]] = (),
    dark: bool = False,
) -> Drawing:
    """The layers of `periodogram`."""
    colours = palette(dark)
    box = isinstance(found, BoxPeriodogram)
    dims = (PERIOD, hv.Dimension("power", label="box S/N" if box else "power, 0 to 1"))
    period = power = np.empty(0)
    tops: list[tuple[float, float, str]] = []
    if found is not None and found.period_days.size:
        period = found.period_days
        power = found.snr if isinstance(found, BoxPeriodogram) else found.power
        tops = [
            (peak.period_days, peak.snr if isinstance(peak, BoxPeak) else peak.power, peak.harmonic)
            for peak in found.peaks
        ]
    top = float(power.max()) * 1.15 or 1.0 if power.size else 1.0
    shortest, longest = (float(period.min()), float(period.max())) if period.size else (0.1, 30.0)
    at, high = np.array([peak[0] for peak in tops], float), np.array([peak[1] for peak in tops], float)
    peaks = {"color": colours.accent, "line_color": None, "marker": "inverted_triangle", "size": 5}
    line = {"color": colours.accent, "line_dash": "dashed", "line_width": 1}
    here = [Layer(hv.VLines, "Here", {"period": np.array([period_days])}, (PERIOD,), line)] if period_days else []
    shown = [one for one in known if shortest <= one[0] <= longest] if period.size else []
    titles = _side_by_side(shown)
    names = _names_of(tops, NAME_HIGH * top)
    lines = np.array([[at, at, np.nan] for at, _ in shown], float).ravel()
    return Drawing(
        (
            Layer(
                hv.Curve,
                "Known",
                {"period": lines, "power": np.tile([0.0, top, np.nan], len(shown))},
                dims,
                {"color": colours.warn, "line_dash": "dotted", "line_width": 1.5},
            ),
            Layer(
                hv.Labels,
                "Sources",
                {
                    "period": np.array([one[0] for one in titles], float),
                    "power": np.full(len(titles), (1 - NAME_UP) * top),
                    "name": np.array([one[1] for one in titles], object),
                },
                (*dims, hv.Dimension("name")),
                {"text_color": colours.warn, "text_font_size": "10px", "text_align": "left"},
            ),
            Layer(
                hv.Curve,
                "Power",
                {"period": period, "power": power.astype(np.float32)},
                dims,
                {"color": colours.points, "line_width": 1},
            ),
            Layer(hv.Scatter, "Peaks", {"period": at, "power": high}, dims, peaks),
            Layer(
                hv.Labels,
                "Names",
                {
                    "period": np.array([one[0] for one in names], float),
                    "power": np.array([one[1] for one in names], float) + NAME_UP * top,
                    "name": np.array([one[2] for one in names], object),
                },
                (*dims, hv.Dimension("name")),
                {"text_color": colours.text, "text_font_size": "10px"},
            ),
            *here,
        ),
        (shortest, longest),
        (0.0, top),
        "period (days)",
        dims[1].label,
        dark,
        {
            "y_ticks": LABELS,
            "tools": ("xpan", "xwheel_zoom", "box_zoom", "reset"),
            "logx": True,
            "xticks": TICKS,
        },
    )


def _names_of(peaks: Sequence[tuple[float, float, str]], name_high: float) -> list[tuple[float, float, str]]:
    """Where names of harmonics stand, and what: those that would cover each other are one, above the higher peak."""
    found: list[tuple[float, float, str]] = []
    for at, high, name in sorted(peak for peak in peaks if peak[2]):
        if found and at < APART_SHORT * found[-1][0] and abs(high - found[-1][1]) < name_high:
            first, higher, names = found[-1]
            found[-1] = (first, max(higher, high), f"{names}, {name}")
        else:
            found.append((at, high, name))
    return found


def _side_by_side(known: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Where names of periods stand, and what: those that would cover each other are one."""
    found: list[tuple[float, str]] = []
    for at, name in sorted(known):
        if found and at < APART * found[-1][0]:
            found[-1] = (found[-1][0], f"{found[-1][1]}, {name}")
        else:
            found.append((at, name))
    return found
