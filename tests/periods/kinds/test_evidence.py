"""What is gathered of a light curve."""

import numpy as np
import pytest

from clara_engine.archives.intervals import BadInterval
from clara_engine.periods import find_periods, gather_evidence


def test_everything_is_measured_once_and_what_is_known_is_used(made, dips):
    curve = made(dips(3.1, 0.01, 0.12))
    search = find_periods(curve)
    known = [BadInterval(sector=1, begin_btjd=1330.0, end_btjd=1331.0, kind="jitter", source="notes")]
    found = gather_evidence(curve, search=search, bad_intervals=known)
    assert found.search is search
    assert found.repeats is found.event
    assert found.event.ephemeris.period_days == pytest.approx(3.1, rel=1e-3)
    assert found.star.radius == 1.0
    assert found.bad_intervals == tuple(known)
    assert len(found.edges_btjd) == 4
    assert found.glare_hours == 0


def test_hours_of_scattered_light_are_left_out_and_counted(made):
    curve = made(lambda t: np.where((t > 5) & (t < 5.5), 8.0, 0.0))
    found = gather_evidence(curve)
    assert found.glare_hours in (12, 13)
    assert found.dips.highest_ppm < 5000


def test_dips_behind_a_rotation_are_measured_too(made, dips):
    planet = dips(4.3, 0.004, 0.15)
    curve = made(lambda t: 0.02 * np.sin(2 * np.pi * t / 6.1) + planet(t))
    found = gather_evidence(curve)
    if found.repeats is None:  # the search may name either first
        assert found.behind.ephemeris.period_days == pytest.approx(4.3, rel=1e-2)
    else:
        assert found.repeats.ephemeris.period_days == pytest.approx(4.3, rel=1e-2)
