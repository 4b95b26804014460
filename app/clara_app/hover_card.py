"""The card beside the pointer on the map: name of the star, and a small picture of its light curve."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd
import param
from numpy.typing import NDArray

from clara_app.component import Component
from clara_app.sparkline import envelope
from clara_app.theme import CSS
from clara_engine.lightcurve import LightCurve
from clara_engine.periods.fold import drawn_flux

__all__ = ["HoverCard", "curve_thumbnail", "hover_html", "thumbnail"]

WIDTH, HEIGHT = 150, 44
SAMPLES = 600
STYLE = """
:host { position: absolute; left: 0; top: 0; width: 0; height: 0; z-index: 5; pointer-events: none; }
.box { position: absolute; width: max-content; max-width: 220px; padding: 4px 8px; border-radius: 4px;
       background: var(--ground); border: 1px solid color-mix(in srgb, currentColor 30%, transparent);
       box-shadow: 0 1px 4px rgba(0, 0, 0, .25); }
svg { display: block; color: var(--accent); }
"""


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
    """Name, rank, score, what the map is coloured by, and the picture."""
    name = f"SIM {row['tic']}" if row.get("simulated") else f"{row.get('catalogue', 'TIC')} {row['tic']}"
    if row.get("which"):
        name += f" {row['which']}"
    facts = []
    if pd.notna(row.get("rank")):
        facts.append(f"rank {int(row['rank']):,} · score {row['anomaly_score']:.3f}")
    if colour_title and colour_title != "anomaly score" and value:
        facts.append(f"{escape(colour_title)} {escape(value)}")
    if isinstance(row.get("verdict"), str):
        facts.append(f"verdict {escape(row['verdict'])}")
    lines = "".join(f"<div class='quiet'>{fact}</div>" for fact in facts)
    return f"<b>{escape(name)}</b>{lines}{picture}"


class HoverCard(Component):
    """A box over a figure, beside the pointer. It receives no mouse events itself."""

    object = param.String("", doc="HTML; whoever fills it escapes what people wrote. Hidden when empty.")
    spot = param.List([0, 0], doc="Place of the pointer on the figure [pixels].")

    _esm = """
    export function render({model, el}) {
      const box = document.createElement("div")
      box.className = "box"
      box.dataset.hover = "star"
      el.append(box)
      const show = () => {
        box.style.display = model.object ? "block" : "none"
        box.innerHTML = model.object
        const [x, y] = model.spot
        const room = el.getRootNode().host?.parentElement?.getBoundingClientRect?.().width ?? 600
        box.style.left = x > room / 2 ? "" : `${x + 14}px`
        box.style.right = x > room / 2 ? `${14 - x}px` : ""
        box.style.top = `${Math.max(0, y - 20)}px`
      }
      model.on("object", show)
      model.on("spot", show)
      show()
    }
    """

    def __init__(self, **params: Any) -> None:
        super().__init__(**({"stylesheets": [CSS, STYLE], "margin": 0, "width": 0, "height": 0} | params))
