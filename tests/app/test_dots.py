"""Squares for samples: the marker is one that the browser draws."""

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from clara_app.dots import dots


def test_a_dot_has_the_size_and_the_colour_that_it_is_given() -> None:
    drawn = figure()
    source = ColumnDataSource({"t": [0.0, 1.0], "f": [2.0, 3.0]})
    made = dots(drawn, "t", "f", source=source, size=1.5, fill_color="#123456", fill_alpha=0.5)
    glyph = made.glyph
    assert (glyph.size, glyph.fill_color, glyph.fill_alpha, glyph.line_color) == (1.5, "#123456", 0.5, None)
    assert list(glyph.defs) == [glyph.marker]
    assert drawn.renderers == [made]
