"""Bars keep every name: Bokeh hides labels of ticks that do not rise."""

import holoviews as hv
import numpy as np
import pytest

from clara_engine import plots
from clara_engine.evaluate import measure


@pytest.mark.parametrize("height", [200, 400])
def test_every_bar_has_its_name_and_the_height_that_was_asked_for(height: int) -> None:
    rng = np.random.default_rng(0)
    planets = rng.random(200) < 0.2
    drawn = hv.render(plots.performance(measure(rng.random(200), planets), title="planets", height=height, width=500))
    ticks = drawn.yaxis[0].ticker.ticks
    assert list(ticks) == sorted(ticks)
    assert drawn.yaxis[0].major_label_overrides[0] == "recall, score > 0"
    assert drawn.height == height
    assert drawn.title.text == "planets"
