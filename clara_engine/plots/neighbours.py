"""The stars beside a target on the sky: how bright, and which of them could make its signal."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.evaluate.neighbours import RADIUS_ARCSEC
from clara_engine.plots.theme import Palette, framed, mixed, palette
from clara_engine.readers.target_pixels import TargetPixels

__all__ = ["neighbours"]

Float = NDArray[np.float64]

DIMS = [
    hv.Dimension("east", label="east of the star", unit="arcsec"),
    hv.Dimension("north", label="north of the star", unit="arcsec"),
]
ENDS = 1.1  # of the radius
BRIGHTEST, FAINTEST = 6.0, 20.0  # magnitudes of the largest and the smallest dot
LARGEST, SMALLEST = 16.0, 3.0
CIRCLE = np.linspace(0, 2 * np.pi, 121)
SHADES = 48


def neighbours(
    table: pd.DataFrame | None,
    *,
    centre: tuple[float, float] | None = None,
    pixels: TargetPixels | None = None,
    pixel_arcsec: float = 21.0,
    aperture_arcsec: float = 42.0,
    radius_arcsec: float = RADIUS_ARCSEC,
    dark: bool = False,
    **options: Any,
) -> hv.Overlay:
    """Draw the sources around a star, north up and east to the left.

    Parameters
    ----------
    table : DataFrame, optional
        As `clara_engine.evaluate.neighbours.neighbours` gives it; nothing is drawn without one.
    centre : (float, float), optional
        Right ascension and declination of the star [deg]; pixels are drawn with it alone.
    pixels : TargetPixels, optional
        The image that the light curve was summed from, with the aperture outlined.
    pixel_arcsec, aperture_arcsec : float
        Width of a pixel, and radius of a usual aperture, which is drawn where no other is known ["].
    radius_arcsec : float
        Of the circle within which sources were looked for.

    Returns
    -------
    holoviews.Overlay
        Pixels, aperture, circles, the scale of a pixel, north and east, the sources that are too faint for the signal
        (hollow) and those that are not (filled), and the star (cross).
    """
    colours, end = palette(dark), ENDS * radius_arcsec
    somewhere = table is not None or centre is not None
    known = table if table is not None else pd.DataFrame(columns=["is_target", "could_make_it"], dtype=bool)
    itself, could = known["is_target"].to_numpy(bool), known["could_make_it"].to_numpy(bool)
    shown = pixels if centre is not None else None
    circles = [np.c_[radius_arcsec * np.cos(CIRCLE), radius_arcsec * np.sin(CIRCLE)]]
    if shown is None:
        circles.append(np.c_[aperture_arcsec * np.cos(CIRCLE), aperture_arcsec * np.sin(CIRCLE)])
    faint = {"fill_color": None, "line_color": colours.points, "line_width": 1.0}
    strong = {"fill_color": colours.warn, "line_color": colours.warn, "fill_alpha": 0.75}
    star = hv.Points(np.zeros((int(somewhere), 2)), DIMS, group="Star")
    return framed(
        [
            _image(shown, centre, colours),
            hv.Path(_outline(shown, centre), DIMS, group="Aperture").opts(color=colours.accent, line_width=2),
            hv.Path(circles if somewhere else [], DIMS, group="Circles").opts(
                color=colours.quiet, line_dash="dashed", line_width=1
            ),
            *_scale(pixel_arcsec, end, colours),
            _dots(known[~could & ~itself], "Faint", faint),
            _dots(known[could & ~itself], "Bright enough", strong),
            star.opts(marker="cross", size=18, line_color=colours.accent, line_width=2),
        ],
        dark,
        options,
        tools=("pan", "wheel_zoom", "reset"),
        scroll="wheel_zoom",
        drag="pan",
        xlim=(-end, end),
        ylim=(-end, end),
        invert_xaxis=True,
        xlabel="east of the star (arcsec)",
        ylabel="north of the star (arcsec)",
    )


def _dots(some: pd.DataFrame, group: str, style: dict[str, Any]) -> hv.Points:
    """Sources; what stands behind their numbers is told under the pointer."""
    columns = ["source_id", "gaia_g", "tmag", "separation_arcsec", "needed_depth"]
    bright = np.clip(some["tmag"].to_numpy(float) if len(some) else np.empty(0), BRIGHTEST, FAINTEST)
    share = (FAINTEST - np.nan_to_num(bright, nan=FAINTEST)) / (FAINTEST - BRIGHTEST)
    made = pd.DataFrame(
        {
            "east": some["east_arcsec"] if len(some) else [],
            "north": some["north_arcsec"] if len(some) else [],
            "dot": SMALLEST + (LARGEST - SMALLEST) * share,
            **{name: some[name] if len(some) else [] for name in columns},
        }
    )
    told = [
        ("Gaia DR3", "@source_id"),
        ("G", "@gaia_g{0.00} mag"),
        ("T", "@tmag{0.00} mag"),
        ("away", "@separation_arcsec{0.0}″"),
        ("would have to dim by", "@needed_depth{0.0 %}"),
    ]
    points = hv.Points(made, DIMS, ["dot", *columns], group=group)
    return points.opts(size="dot", tools=["hover"], hover_tooltips=told, **style)


def _sky(ra: Float, dec: Float, centre: tuple[float, float]) -> tuple[Float, Float]:
    east = ((ra - centre[0] + 180) % 360 - 180) * np.cos(np.radians(centre[1])) * 3600
    return east, (dec - centre[1]) * 3600


def _image(pixels: TargetPixels | None, centre: tuple[float, float] | None, colours: Palette) -> hv.Polygons:
    """The pixels as they lie on the sky, shaded by the square root of their flux."""
    cells = []
    if pixels is not None and centre is not None:
        east, north = _sky(pixels.corner_ra, pixels.corner_dec, centre)
        low, high = np.nanpercentile(pixels.flux, (1, 99.5))
        shade = np.sqrt(np.clip((pixels.flux - low) / max(high - low, 1e-9), 0, 1))
        cells = [
            {"east": east[place], "north": north[place], "shade": float(shade[place])}
            for place in np.ndindex(pixels.flux.shape)
            if np.isfinite(shade[place])
        ]
    made = hv.Polygons(cells, DIMS, "shade", group="Pixels")
    return made.opts(
        color="shade",
        cmap=mixed(colours.ground, colours.points, SHADES),
        line_color=None,
        clim=(0, 1),
        colorbar=False,
        show_legend=False,
    )


def _outline(pixels: TargetPixels | None, centre: tuple[float, float] | None) -> list[Float]:
    """Edges between what is in the aperture and what is not."""
    if pixels is None or centre is None:
        return []
    east, north = _sky(pixels.corner_ra, pixels.corner_dec, centre)
    inside = np.pad(pixels.aperture, 1)
    edges = []
    for row, column in np.argwhere(pixels.aperture):
        corners = np.c_[east[row, column], north[row, column]]
        for (a, b), (up, over) in (((0, 1), (-1, 0)), ((1, 2), (0, 1)), ((2, 3), (1, 0)), ((3, 0), (0, -1))):
            if not inside[row + 1 + up, column + 1 + over]:
                edges.append(corners[[a, b]])
    return edges


def _scale(pixel_arcsec: float, end: float, colours: Palette) -> list[hv.Element]:
    """A bar as wide as a pixel, and arrows to the north and the east."""
    left, low, long = -0.92 * end, -0.9 * end, 0.14 * end
    bar = [(0.92 * end, low, 0.92 * end - pixel_arcsec, low)]
    arrows = [(left + long, low, left + long, low + long), (left + long, low, left + 2 * long, low)]
    lines = hv.Segments([*bar, *arrows], [*DIMS, "to_east", "to_north"], group="Scale")
    words = hv.Labels(
        {
            "east": [0.72 * end, left + long, left + 2.35 * long],
            "north": [low + 0.07 * end, low + 1.4 * long, low],
            "text": [f"{pixel_arcsec:.3g}″/px", "N", "E"],
        },
        DIMS,
        "text",
        group="Names",
    )
    return [
        lines.opts(color=colours.text, line_width=2),
        words.opts(text_color=colours.text, text_font_size="10px"),
    ]
