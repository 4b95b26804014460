"""Events of the telescope, told by when they happen."""

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from clara_engine.archives.intervals import BadInterval, CoveredSector
from clara_engine.periods import Ephemeris
from clara_engine.periods.other_stars import DipsOfOthers
from clara_engine.periods.telescope import (
    dump_result,
    ecliptic_latitude,
    interval_result,
    moving_words,
    others_result,
)

JITTER = BadInterval(sector=1, begin_btjd=1347, end_btjd=1349.4, kind="pointing jitter", source="notes 1")
DUMPS = 1327.84 + 2.5 * np.arange(10)
ENDS = (1325.3, 1353.2)
SECTOR = CoveredSector(number=1, release_note=1, dumps_every_days=(2.5,))
NONE = DipsOfOthers(0, 0, 0.0, np.nan)


def test_events_in_bad_intervals():
    told = interval_result([1348.0], [JITTER], "data release notes 1")
    assert told.outcome == "fail"
    assert told.reason == "1 of 1 event in pointing jitter, BTJD 1347–1349.4 (notes 1)"
    assert interval_result([1330.0, 1339.0, 1348.0], [JITTER], "").outcome == "unknown"
    assert interval_result([1330.0], [JITTER], "data release notes 1").outcome == "pass"
    assert interval_result([1330.0], [], "bad intervals of sector 70 are not known").outcome == "unknown"
    searched = JITTER.model_copy(update={"searched": True})
    assert interval_result([1348.0], [searched], "data release notes 1").outcome == "unknown"


def test_dips_that_come_with_dumps_are_no_planet():
    each = dump_result(Ephemeris(2.5, 1327.86, 0.1), DUMPS + 0.02, DUMPS, SECTOR, ENDS)
    assert each.outcome == "fail"
    assert each.reason.startswith("10 of 10 events within 1.7 h of one of 10 dumps; chance ")
    assert each.reason.endswith("the period is that of the dumps, 2.5 d")
    planet = dump_result(Ephemeris(2.6, 1326.0, 0.1), 1326.0 + 2.6 * np.arange(10), DUMPS, SECTOR, ENDS)
    assert planet.outcome == "pass"
    one = dump_result(Ephemeris(np.nan, DUMPS[3], 0.1), [DUMPS[3]], DUMPS, SECTOR, ENDS)
    assert one.outcome == "unknown", "one event may be near a dump by chance"


def test_a_planet_of_the_dumps_period_at_another_phase_passes():
    away = dump_result(Ephemeris(2.5, 1326.6, 0.1), DUMPS + 1.2, DUMPS, SECTOR, ENDS)
    assert away.outcome == "pass"
    assert "the period is that of the dumps" in away.reason


def test_the_rhythm_alone_is_told_where_times_are_not_known():
    told = dump_result(Ephemeris(5.0, 1327.0, 0.1), [1327.0, 1332.0], np.empty(0), SECTOR, ENDS)
    assert told.outcome == "unknown"
    assert "2.5 d by the release notes" in told.reason
    assert "not known here" in dump_result(Ephemeris(4.1, 1327.0, 0.1), [1327.0], np.empty(0), None, ENDS).reason


def test_other_stars():
    many, few = DipsOfOthers(8, 99, 0.5, 0.003), DipsOfOthers(1, 99, 0.6, 0.45)
    told = others_result([many], [DipsOfOthers(2, 38, 0.1, 0.005)], 1, 4)
    assert told.outcome == "fail"
    assert told.reason.startswith(
        "8 of 99 other stars of sector 1 dip at this moment (0.5 expected, chance 0.003); 2 of"
    )
    assert "2 of 38 other stars of camera 4" in told.reason
    assert others_result([few], [NONE], 1, None).outcome == "pass"
    camera_alone = others_result([few], [DipsOfOthers(3, 20, 0.1, 0.01)], 1, 2)
    assert camera_alone.outcome == "fail", "scattered light reaches one camera"
    assert others_result([many, few, few], [NONE] * 3, 1, None).outcome == "pass"
    assert others_result([NONE], [NONE], 1, 1).outcome == "unknown"


@pytest.mark.parametrize(("ra", "dec"), [(10.0, -60.0), (200.0, 5.0), (84.3, -80.5)])
def test_ecliptic_latitude_as_astropy_has_it(ra, dec):
    place = SkyCoord(ra * u.deg, dec * u.deg).barycentricmeanecliptic
    assert ecliptic_latitude(ra, dec) == pytest.approx(place.lat.deg, abs=0.01)


def test_words_on_moving_objects():
    assert "near the ecliptic" in moving_words(0.0, 0.0)
    assert "where they are rare" in moving_words(90.0, -66.0)
    assert moving_words(np.nan, np.nan) == "the star's place is not known"
