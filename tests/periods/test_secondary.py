"""The second kind of event, at whatever phase it is."""

import numpy as np
import pytest

from clara_engine.periods import Ephemeris
from clara_engine.periods.secondary import find_secondary
from clara_engine.timeseries import Samples

TIME = 1325.3 + np.arange(0, 26, 2 / 1440)
KNOWN = Ephemeris(3.3, 1326.0, 0.15)


def samples(phase, depth):
    later = Ephemeris(3.3, 1326.0 + phase * 3.3, 0.15)
    noise = np.random.default_rng(8).normal(0, 1e-3, TIME.size)
    lost = [
        height * np.clip((1 - 2 * np.abs(one.away_days(TIME)) / 0.15) / 0.6, 0, 1)
        for one, height in ((KNOWN, 0.05), (later, depth))
    ]
    return Samples(TIME, 1 - lost[0] - lost[1] + noise, 2 / 1440)


@pytest.mark.parametrize("phase", [0.2, 0.49, 0.73])
def test_it_is_found_at_its_own_phase(phase):
    found = find_secondary(samples(phase, 0.018), KNOWN, (0.3, 0.25), varying=False)
    assert found.phase == pytest.approx(phase, abs=3 * found.fit.white["epoch_days"] / KNOWN.period_days + 1e-3)
    assert found.fit.depth == pytest.approx(0.018, rel=0.05)


def test_noise_is_no_second_event():
    assert find_secondary(samples(0.5, 0.0), KNOWN, (0.3, 0.25), varying=False) is None
    assert find_secondary(samples(0.5, 0.02), Ephemeris(np.nan, 1326.0, 0.15), (0.3, 0.25), varying=False) is None


@pytest.mark.parametrize("ratio", [1 / 3, 0.5, 2.0, 2.3])
def test_the_dips_of_another_planet_are_no_second_event(ratio):
    other = Ephemeris(ratio * KNOWN.period_days, 1327.5, 0.15)
    both = samples(0.5, 0.0)
    lost = 0.018 * (np.abs(other.away_days(TIME)) < 0.075)
    assert find_secondary(Samples(TIME, both.flux - lost, 2 / 1440), KNOWN, (0.3, 0.25), varying=False) is None
