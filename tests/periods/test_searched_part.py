"""Of a light curve that is too long to be searched whole, the part with most samples is, and the result says so."""

import numpy as np
import pytest

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import find_periods
from clara_engine.periods import searched_part as module
from clara_engine.periods.searched_part import searched_part
from clara_engine.synthetic import shapes


def light_curve(time):
    flux = 1 + np.random.default_rng(1).normal(0, 3e-4, time.size)
    flux *= shapes.box(time, epoch=1326.0, period=3.1, duration=0.2, depth=0.004)
    return LightCurve(time=time, flux=flux, target=Target(tic=1))


def test_usual_light_curves_are_searched_whole():
    assert searched_part(light_curve(1325 + np.arange(0, 400, 10 / 1440))) is None
    sectors = [start + np.arange(0, 27, 10 / 1440) for start in (1325, 2036, 3100, 4200)]
    assert searched_part(light_curve(np.concatenate(sectors))) is None


def test_of_twenty_years_the_fullest_thousand_days_are_searched():
    time = 1325 + np.arange(0, 7300, 1 / 48)
    seen = (time < 2000) | (time > 4000)
    first, last = searched_part(light_curve(time[seen]))
    assert first > 4000
    assert 900 < last - first < 1100


def test_the_result_names_the_part(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORK", 4e6)
    few, many = 1325 + np.arange(0, 8, 1 / 48), 1365 + np.arange(0, 30, 1 / 144)
    search = find_periods(light_curve(np.concatenate([few, many])))
    first, last = search.part
    assert 1365 <= first < last <= 1395
    assert search.best.period_days == pytest.approx(3.1, rel=1e-3)
    assert search.summary.endswith(
        f"(searched: the {last - first:.0f} d with most samples, BTJD {first:.0f} to {last:.0f})"
    )
