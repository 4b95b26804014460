"""Which samples of a light curve are known to be bad, and that searches leave them out."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine.archives.intervals import BadInterval, BadIntervals
from clara_engine.periods import find_periods
from clara_engine.periods.known_intervals import (
    coverage_words,
    in_intervals,
    interval_at,
    intervals_of,
    left_out_words,
    without_intervals,
)
from clara_engine.readers import read_light_curve
from clara_engine.timeseries import good_samples

JITTER = BadInterval(sector=1, begin_btjd=1347, end_btjd=1349.4, kind="pointing jitter", source="notes")
TABLE = BadIntervals(interval=(JITTER,))


def with_target(curve, **facts):
    return replace(curve, target=replace(curve.target, **facts))


def test_samples_of_an_interval_are_marked_with_the_time_of_light():
    time = np.array([1346.99, 1346.995, 1348.0, 1349.405, 1349.41])
    assert in_intervals(time, [JITTER]).tolist() == [False, True, True, True, False]
    kept = JITTER.model_copy(update={"searched": True})
    assert not in_intervals(time, [kept]).any()
    assert in_intervals(time, [kept], searched=True).sum() == 3


def test_intervals_are_those_of_the_time_the_mission_and_the_camera(star):
    curve = star()
    assert intervals_of(curve, TABLE) == (JITTER,)
    assert intervals_of(with_target(curve, simulated=True), TABLE) == ()
    assert intervals_of(with_target(curve, catalogue="KIC"), TABLE) == ()
    assert intervals_of(with_target(curve, sector=0), TABLE) == (JITTER,), "stitched"
    camera = BadIntervals(interval=(JITTER.model_copy(update={"camera": 2}),))
    assert intervals_of(curve, camera) == ()
    assert len(intervals_of(with_target(curve, camera=2), camera)) == 1


def test_a_single_event_of_an_interval_is_not_searched_unless_asked(star):
    curve = star(60.0, 0.01, 0.3, epoch=23.0)  # at BTJD 1348
    found = find_periods(curve, table=TABLE)
    assert found.best is None or found.best.kind != "single event"
    assert found.left_out == (JITTER,)
    assert found.left_out_words == "left out: pointing jitter, BTJD 1347–1349.4"
    asked = find_periods(curve, table=TABLE, keep_bad_intervals=True)
    assert asked.best.kind == "single event"
    assert asked.summary.endswith("it lies in pointing jitter, BTJD 1347–1349.4")
    assert asked.left_out == ()
    assert find_periods(curve, table=BadIntervals()).left_out == ()


def test_an_event_beside_an_interval_stays(star):
    found = find_periods(star(60.0, 0.01, 0.3, epoch=20.0), table=TABLE)
    assert found.best.kind == "single event"
    assert "lies in" not in found.summary


def test_more_than_half_is_never_left_out(star):
    curve = star()
    everything = JITTER.model_copy(update={"begin_btjd": 1325.0, "end_btjd": 1345.0})
    samples = good_samples(curve)
    assert without_intervals(samples, [everything]) == (samples, ())
    assert find_periods(curve, table=BadIntervals(interval=(everything,))).left_out == ()


def test_where_an_event_lies():
    assert interval_at(1348.0, [JITTER]) is JITTER
    assert interval_at(1349.45, [JITTER]) is None
    assert interval_at(1349.45, [JITTER], 0.06) is JITTER
    assert interval_at(1350.0, [JITTER], 2.0) is None


def test_what_is_known_of_a_sector_is_told(star):
    curve = star()
    assert coverage_words(curve) == "data release notes 1"
    assert coverage_words(with_target(curve, sector=40)) == "bad intervals of sector 40 are not known"
    assert coverage_words(with_target(curve, sector=65)) == "of sector 65 only the momentum dumps are known"
    assert coverage_words(with_target(curve, simulated=True)) == ""
    dump = JITTER.model_copy(update={"kind": "momentum dump"})
    assert left_out_words([JITTER, dump, dump]).endswith("1347–1349.4; 2 momentum dumps")


@pytest.mark.parametrize("tic", [234512399, 259784884, 277300215, 289936539])
def test_real_single_events_in_the_jitter_of_sector_1_go_away(shared_data, tic):
    curve = read_light_curve(next((shared_data / "spoc_s0001_2min").glob(f"*{tic:016d}*")))
    asked = find_periods(curve, keep_bad_intervals=True)
    assert asked.best.kind == "single event"
    assert 1347 < asked.best.ephemeris.epoch_btjd < 1349.4
    left = find_periods(curve)
    assert "pointing jitter" in left.left_out_words
    for found in filter(None, (left.best, *left.alternatives)):
        assert found.kind != "single event" or not 1347 < found.ephemeris.epoch_btjd < 1349.4
