"""The table of bad intervals follows its schema, and a workspace adds to it."""

import numpy as np
import pytest

from clara_engine.archives.intervals import DUMP, OWN_FILE, BadInterval, BadIntervals, bad_intervals
from clara_engine.errors import ArchiveError

MINE = """
[[interval]]
sector = 2
begin_btjd = 1360.0
end_btjd = 1360.5
kind = "stray light of a star"
source = "seen by me"
"""


def test_the_jitter_of_sector_1_is_in_the_table():
    found = bad_intervals().within(1348.0, 1348.1)
    assert [(one.kind, one.begin_btjd, one.end_btjd, one.searched) for one in found] == [
        ("pointing jitter", 1347.0, 1349.4, False)
    ]
    assert "release notes 1" in found[0].source


def test_every_entry_has_a_source_and_what_is_not_known_is_told():
    table = bad_intervals()
    assert len({sector.number for sector in table.sector}) == len(table.sector)
    assert {one.sector for one in table.interval} <= {one.number for one in table.sector if one.release_note}
    for one in table.interval:
        assert one.source == f"data release notes {table.covered(one.sector).release_note}"
    assert table.covered(40) is None


@pytest.mark.parametrize("number", [1, 2, 4, 6, 9, 13])
def test_dumps_keep_the_rhythm_of_the_release_notes(number):
    """Within an orbit; a dump at its start and the pause between orbits are out of it."""
    sector = bad_intervals().covered(number)
    steps = np.diff(sector.dumps_btjd)
    regular = np.abs(steps - sector.dumps_every_days[0]) < 0.04
    assert regular.sum() >= 4


def test_dumps_are_intervals_of_their_own():
    dumps = [one for one in bad_intervals().within(1325.0, 1354.0) if one.kind == DUMP]
    assert len(dumps) == 11
    assert all(0.008 < one.end_btjd - one.begin_btjd < 0.02 for one in dumps)


def test_flags_of_real_light_curves_lie_in_the_dumps_of_the_table(shared_data):
    from clara_engine.periods.known_intervals import in_intervals
    from clara_engine.readers import read_light_curve

    dumps = [one for one in bad_intervals().within(1325.0, 1354.0) if one.kind == DUMP]
    for path in sorted((shared_data / "spoc_s0001_2min").glob("*.fits*"))[::20]:
        curve = read_light_curve(path)
        flagged = curve.time[((curve.quality & 32) != 0) & np.isfinite(curve.time)]
        assert flagged.size > 80
        assert in_intervals(flagged, dumps).all()


def test_a_workspace_adds_its_own(tmp_path):
    assert bad_intervals(tmp_path) == bad_intervals()
    (tmp_path / OWN_FILE).write_text(MINE)
    assert [one.kind for one in bad_intervals(tmp_path).within(1360.1, 1360.2)] == ["stray light of a star"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (MINE.replace("1360.5", "1359.0"), "before it begins"),
        (MINE.replace("sector = 2", "sector = 5"), "sector 5 was observed from BTJD 1437.5"),
        (MINE.replace("kind =", "sort ="), "interval.0.kind: it is missing"),
        (MINE.replace('"seen by me"', '""'), "interval.0.source"),
        (MINE[:30] + "=", "is not TOML"),
        ("[[sector]]\nnumber = 1\n" * 2, "a sector is there twice"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(tmp_path, changed, reason):
    (tmp_path / OWN_FILE).write_text(changed)
    with pytest.raises(ArchiveError, match=reason) as told:
        bad_intervals(tmp_path)
    assert "\n" not in str(told.value)


def test_words():
    one = BadInterval(sector=1, begin_btjd=1347, end_btjd=1349.4, kind="pointing jitter", source="notes")
    assert one.words == "pointing jitter, BTJD 1347–1349.4"
    assert BadIntervals(interval=(one,)).within(1350, 1360) == ()
