"""Small squares for the many samples of a light curve."""

from __future__ import annotations

from typing import Any

from bokeh.models.callbacks import CustomJS
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure

__all__ = ["dots"]

# Bokeh writes the colour of every point anew, which takes three quarters of the time of painting.
_PAINT = """
let colour, alpha, style
export default (args, glyph, {ctx, i, r, visuals: {fill}}) => {
  const [c, a] = [fill.fill_color.get(i), fill.fill_alpha.get(i)]
  if (c === colour && a === alpha) {
    ctx.fillStyle = style
  } else {
    fill.set_vectorize(ctx, i)
    ;[colour, alpha, style] = [c, a, ctx.fillStyle]
  }
  ctx.fillRect(-r, -r, 2 * r, 2 * r)
}
"""


def dots(drawn: figure, x: str, y: str, *, size: float, **options: Any) -> GlyphRenderer:
    """Add squares without a line, of a side of `size` pixels; `options` are those of ``figure.scatter``."""
    return drawn.scatter(
        x, y, size=size, line_color=None, marker="@dot", defs={"@dot": CustomJS(code=_PAINT)}, **options
    )
