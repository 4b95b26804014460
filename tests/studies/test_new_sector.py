"""What an old run makes of a sector that came later."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.studies.new_sector import NewSector, new_sector
from clara_engine.studies.reasons import explain_star
from clara_engine.studies.sector_matrix import fair_scores


@pytest.fixture(scope="module")
def run(two_sectors):
    return two_sectors.runs.get("s1")


@pytest.fixture(scope="module")
def found(two_sectors, run):
    return new_sector(two_sectors, run, 2, unusual=1)


def test_scores_places_and_changes_are_those_of_the_run(two_sectors, run, found):
    assert (found.earlier, len(found.stars), found.seen_before, found.trained) == (40, 30, 30, 0)
    frame = two_sectors.targets.frame()
    early, late = (frame.query(f"sector == {sector}")["target_id"].tolist() for sector in (1, 2))
    before, now = fair_scores(two_sectors, run, early), fair_scores(two_sectors, run, late)
    table = found.stars.set_index("target_id")
    assert np.allclose(table["anomaly_score"], now[table.index])
    row = table.iloc[7]
    assert row["place"] == 1 + (before > row["anomaly_score"]).sum()
    assert row["percentile"] == pytest.approx(100 * (before < row["anomaly_score"]).mean())
    assert row["before_score"] == before[row["before_id"]]
    assert two_sectors.targets.stars()[row["before_id"]] == row["star"]
    change = table["change"].to_numpy()
    assert found.shift == pytest.approx(np.median(change))
    assert found.shift_low <= found.shift <= found.shift_high
    spread = 1.4826 * np.median(np.abs(change - np.median(change))) or np.std(change)
    assert np.allclose(table["unusual"], (change - found.shift) / spread)


def test_reasons_add_up_to_the_change_of_the_score(found):
    assert 0 < len(found.changed()) < 30
    for target_id, reasons in found.reasons.groupby("target_id"):
        change = found.stars.set_index("target_id")["change"][target_id]
        assert reasons["change"].sum() == pytest.approx(change, abs=1e-9)
        assert reasons["feature"].iloc[-1] == "all others"
        assert (reasons["before"] != reasons["now"]).all()


def test_stars_that_were_never_seen_are_new(two_sectors, run, found):
    """Scores the sector the other way round: ten stars of sector 1 have no light curve in sector 2."""
    other = new_sector(two_sectors, two_sectors.runs.get("s2"), 1, most_reasons=0)
    assert (other.seen_before, len(other.stars)) == (30, 40)
    assert other.stars["before_id"].isna().sum() == 10
    assert set(other.new(100)["target_id"]) == set(other.stars.loc[other.stars["before_id"].isna(), "target_id"])
    assert other.reasons.empty
    assert explain_star(two_sectors, run, found.stars["target_id"][0]).score <= 1


def test_few_pairs_tell_no_usual_change():
    stars = pd.DataFrame({"target_id": ["a"], "before_id": ["b"], "percentile": [99.0], "unusual": [np.nan]})
    alone = NewSector(stars, pd.DataFrame(), 1, 1, 0, *(float("nan"),) * 4)
    assert alone.changed().empty
    assert alone.new().empty


def test_nothing_new_is_one_line(two_sectors, run):
    with pytest.raises(WorkspaceError, match="no light curve is new: fetch or ingest some"):
        new_sector(two_sectors, run)
    with pytest.raises(WorkspaceError, match="no light curve is new beside sector 9"):
        new_sector(two_sectors, run, 9)
