"""Bands of variability."""

import numpy as np
import pytest

from clara_engine.features.steering import steering
from tests.features.steering.curves import curve, noise, value


def test_a_pulsation_shows_in_its_band_and_only_there():
    flux = noise()
    time = np.arange(flux.size) * 10 / 1440
    row = steering(curve(flux + 0.002 * np.sin(2 * np.pi * 10 * time)))
    assert value(row, "highest power, 8 to 16 cycles/d") > 0.7
    assert value(row, "highest power, 1 to 2 cycles/d") < 0.05
    assert 10 ** value(row, "best frequency, log10 cycles/d") == pytest.approx(10, rel=0.01)
