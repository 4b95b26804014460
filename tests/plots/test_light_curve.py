"""The light curve with its known bad intervals."""

import numpy as np

from clara_engine import LightCurve, Target
from clara_engine.archives.intervals import BadInterval
from clara_engine.plots.light_curve import light_curve_drawing


def interval(begin: float, end: float, kind: str) -> BadInterval:
    return BadInterval(sector=8, begin_btjd=begin, end_btjd=end, kind=kind, source="made up")


def test_names_of_intervals_do_not_lie_on_each_other():
    time = np.arange(1517.0, 1542.0, 0.02)
    curve = LightCurve(time=time, flux=1e4 + np.random.default_rng(0).normal(0, 5, time.size), target=Target(tic=1))
    bad = [interval(1531, 1535, "no guiding"), interval(1532, 1536.5, "cool down"), interval(1518, 1519, "jitter")]
    drawing = light_curve_drawing(curve, bad=sorted(bad, key=lambda one: one.begin_btjd))
    layer = next(layer for layer in drawing.layers if layer.group == "BadNames")
    jitter, guiding, cool = layer.columns["flux"]
    assert guiding == jitter
    assert cool > guiding
