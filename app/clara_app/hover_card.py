"""The card beside the pointer on the map: name of the star, and a small picture of its light curve."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from clara_app.claim_words import claim_words
from clara_app.live_text import BOXLESS, LiveText
from clara_app.rendering import render
from clara_app.sparkline import envelope
from clara_app.theme import STATIC
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import drawn_flux

__all__ = ["HoverCard", "curve_thumbnail", "hover_html", "thumbnail"]

WIDTH, HEIGHT = 150, 44
SAMPLES = 600


def thumbnail(x: NDArray[np.float64], y: NDArray[np.float64], *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """A curve without axes as SVG, whole height used; empty when there is nothing to draw."""
    whole = np.isfinite(x) & np.isfinite(y)
    if whole.sum() < 2:
        return ""
    x, y = envelope(x[whole], y[whole], SAMPLES)
    low, high = float(y.min()), float(y.max())
    across = (x - x[0]) / ((x[-1] - x[0]) or 1.0) * width
    down = height - 1 - (y - low) / ((high - low) or 1.0) * (height - 2)
    dots = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f'<polyline points="{dots}" fill="none" stroke="currentColor" stroke-width=".7"/></svg>'
    )


def curve_thumbnail(light_curve: LightCurve, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The unflagged samples of a light curve against time."""
    clean = light_curve.finite()
    good = clean.quality == 0
    return thumbnail(clean.time[good], drawn_flux(clean)[0][good], width=width, height=height)


def hover_html(row: pd.Series, colour_title: str, value: str, picture: str) -> str:
    """Name, rank, score, what the run claims, what the map is coloured by, and the picture."""
    name = f"SIM {row['tic']}" if row.get("simulated") else f"{row.get('catalogue', 'TIC')} {row['tic']}"
    if row.get("which"):
        name += f" {row['which']}"
    facts = []
    if pd.notna(row.get("rank")):
        facts.append(f"rank {int(row['rank']):,} · score {row['anomaly_score']:.3f}")
    facts += claim_words(row)
    if colour_title and colour_title != "anomaly score" and value:
        facts.append(f"{colour_title} {value}")
    if isinstance(row.get("verdict"), str):
        facts.append(f"verdict {row['verdict']}")
    return render("hover", name=name, facts=facts, picture=Markup(picture))  # drawn here, by `thumbnail`


class HoverCard(LiveText):
    """A box over a figure, beside a spot on it; hidden when empty. It never catches the pointer."""

    _stylesheets: ClassVar[Any] = [BOXLESS, STATIC / "text.css", STATIC / "hover_card.css"]

    def __init__(self, **params: Any) -> None:
        super().__init__(**({"margin": 0, "width": 0, "height": 0} | params))
