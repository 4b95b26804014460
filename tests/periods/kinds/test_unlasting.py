"""What speaks for flares, dips, faults and nothing, statement by statement."""

import numpy as np
import pytest

from clara_engine.archives.intervals import BadInterval
from clara_engine.periods import gather_evidence, what_is_it
from clara_engine.periods.kinds.unlasting import (
    at_bad_times,
    dipper,
    flare_star,
    flares_at_good_times,
    instrument,
    nothing,
    single_event,
)


def flux(t):
    return sum(0.1 * np.where(t < at, 0, np.exp(-np.abs(t - at) / 0.012)) for at in (3.3, 9.4, 17.1))


@pytest.fixture(scope="module")
def flaring(made):
    return gather_evidence(made(flux, noise=2e-3, minutes=4.0, teff=3200.0, radius=0.3, logg=4.9))


def score(statements):
    return sum(one.points for one in statements)


def test_flares_are_counted_with_their_energy(flaring):
    said = flare_star(flaring)
    assert said[0].text.startswith("3 flares in 2")
    assert "equivalent duration" in said[0].text
    assert score(said) == pytest.approx(2.5 + 2 * 0.75 + 1.5)
    assert any("3 flares" in one.text for one in nothing(flaring))
    assert score(dipper(flaring)) == score(single_event(flaring)) == -5


def test_times_are_compared_with_edges_and_known_bad_times(made):
    bad = [
        BadInterval(sector=1, begin_btjd=begin, end_btjd=begin + 1, kind=kind, source="notes")
        for begin, kind in ((1330.0, "jitter"), (1340.0, "scattered light"))
    ]
    found = gather_evidence(made(lambda t: 0 * t), bad_intervals=bad)
    assert at_bad_times(found, [1330.5, 1340.2, 1335.0]) == (2, "fall into known bad times (jitter, scattered light)")
    assert at_bad_times(found, [1330.0]) == (1, "falls into known bad times (jitter)")
    count, words = at_bad_times(found, [1325.1, 1337.5, 1345.0])
    assert count == 2
    assert "edge or gap" in words


def test_a_trend_is_a_fault(made):
    trend = gather_evidence(made(lambda t: 0.02 * (t / 26) ** 2))
    assert score(instrument(trend)) >= 1.5
    assert score(nothing(gather_evidence(made(lambda t: 0 * t)))) == 2.5


def test_a_fault_explains_no_flares(made):
    """A trend of the telescope beside them makes no fault of a flare star."""
    facts = {"noise": 2e-3, "minutes": 4.0, "teff": 3200.0, "radius": 0.3, "logg": 4.9}
    without = gather_evidence(made(lambda t: 0.02 * (t / 26) ** 2, **facts))
    flaring = gather_evidence(made(lambda t: flux(t) + 0.02 * (t / 26) ** 2, **facts))
    assert flares_at_good_times(without) == 0
    assert flares_at_good_times(flaring) == 3
    against = [one for one in instrument(flaring) if "which no fault explains" in one.text]
    assert [one.points for one in against] == [-3.5]
    assert score(instrument(flaring)) < score(flare_star(flaring))
    assert what_is_it(flaring)[0].kind == "flare star"
    assert what_is_it(without)[0].kind == "instrument"


def test_flares_at_bad_times_do_not_count_and_one_at_a_good_time_is_enough(made):
    bad = [BadInterval(sector=1, begin_btjd=1334.0, end_btjd=1335.0, kind="jitter", source="notes")]
    light_curve = made(flux, noise=2e-3, minutes=4.0, teff=3200.0)
    evidence = gather_evidence(light_curve, bad_intervals=bad)
    inside = sum(1334 < flare.peak_btjd < 1335 for flare in evidence.flares.flares)
    assert 0 < inside < len(evidence.flares.flares) <= 4
    assert [one.points for one in flare_star(evidence) if "bad times" in one.text] == [-0.75 * inside]
    everywhere = [BadInterval(sector=1, begin_btjd=1325.0, end_btjd=1352.0, kind="jitter", source="notes")]
    said = flare_star(gather_evidence(light_curve, bad_intervals=everywhere))
    assert [one.points for one in said if "bad times" in one.text] == [-1.5]
