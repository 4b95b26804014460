"""Squares for samples: the marker is one that the browser draws."""

from bokeh.models.glyphs import Scatter

from clara_app.dots import quick_dots


def test_a_dot_keeps_its_size_and_its_colour() -> None:
    glyph = Scatter(size=1.5, fill_color="#123456", fill_alpha=0.5, line_color=None)
    quick_dots(glyph)
    assert (glyph.size, glyph.fill_color, glyph.fill_alpha, glyph.line_color) == (1.5, "#123456", 0.5, None)
    assert list(glyph.defs) == [glyph.marker]


def test_dots_that_are_drawn_again_keep_their_compiled_script() -> None:
    glyph = Scatter()
    quick_dots(glyph)
    script = glyph.defs["@dot"]
    glyph.marker = "circle"
    quick_dots(glyph)
    assert glyph.defs["@dot"] is script
    assert glyph.marker == "@dot"
