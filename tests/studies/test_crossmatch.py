"""What the archives say becomes labels and parameters, by target id, whatever fails."""

import time

import pandas as pd
import pytest

from clara_engine.errors import ArchiveError, WorkspaceError
from clara_engine.store.archive_answers import whole_catalogues
from clara_engine.studies.crossmatch import crossmatch, kept_of
from tests.archives.answers import GAIA_ROW, votable
from tests.sky import TICS
from tests.stand_in import Reply


def labels_of(workspace, family):
    table = workspace.labels.frame()
    return table[table["family"] == family].set_index("target_id")["value"].to_dict()


def test_everything_is_stored_by_target(observed, sky, services):
    result = crossmatch(observed, addresses=services)
    assert {o.service: (o.stars, o.found, o.problem) for o in result.outcomes} == {
        "tic": (3, 3, ""),
        "toi": (3, 1, ""),
        "gaia": (3, 2, ""),
        "simbad": (3, 2, ""),
    }
    a, b = "1001-s0001-SPOC-120", "1001-s0002-SPOC-120"
    assert labels_of(observed, "toi") == {a: "CP", b: "CP"}
    assert labels_of(observed, "simbad") == {a: "PM*", b: "PM*", "1003-s0001-SPOC-120": "EB*"}
    assert labels_of(observed, "gaia_variable") == {"1002-s0001-SPOC-120": "yes"}
    assert labels_of(observed, "gaia_non_single") == {a: "astrometric+spectroscopic", b: "astrometric+spectroscopic"}
    numbers = observed.labels.parameters()
    assert numbers.loc[a, ["toi_period_days", "toi_epoch_btjd", "teff_k", "ruwe"]].tolist() == [
        3.0,
        1326.0,
        5700.0,
        0.8,
    ]
    assert numbers.loc[b, "vtan_kms"] == pytest.approx(4.74047 * 5 / 10)
    assert pd.isna(numbers.loc["1002-s0001-SPOC-120", "vtan_kms"])
    assert "9-s0001-SPOC-120" not in numbers.index


def test_stars_to_be_careful_with_are_named(observed, sky, services):
    notes = crossmatch(observed, addresses=services).notes
    said = {(row.tic, row.service): row.note for row in notes.itertuples()}
    assert "2 TOIs" in said[1001, "toi"]
    assert said[1002, "gaia"].startswith(
        "2 Gaia counterparts; the nearest in magnitude is taken; the parallax is not pos"
    )
    assert said[1003, "gaia"].startswith("no Gaia DR3 counterpart")


def test_signal_to_noise_of_tois_is_exofops(observed, sky, services):
    rows = b"TIC ID,TOI,TFOPWG Disposition,Planet SNR\n1001,5.01,CP,31\n1001,5.02,PC,12.5\n"
    sky.routes["/exofop/"] = Reply(rows, kind="text/csv")
    crossmatch(observed, ["toi"], addresses=services)
    first = observed.labels.frame().query("family == 'toi'")["value"].iloc[0]
    numbers = observed.labels.parameters()["toi_snr"].dropna()
    assert numbers.to_dict() == dict.fromkeys(("1001-s0001-SPOC-120", "1001-s0002-SPOC-120"), 31.0)
    assert first == "CP"  # of the surest TOI of the star, as its other numbers are


def test_a_whole_table_is_known_by_its_time_and_content(observed, sky, services):
    assert whole_catalogues(observed) == {}
    crossmatch(observed, ["toi", "simbad"], addresses=services)
    kept = whole_catalogues(observed)
    assert list(kept) == ["toi"]
    assert kept["toi"]["question"] == "toi"
    assert time.time() - kept["toi"]["asked_at"] < 3600
    assert len(kept["toi"]["digest"]) == 64
    crossmatch(observed, ["toi"], addresses=services, refresh=True)
    assert whole_catalogues(observed)["toi"]["digest"] == kept["toi"]["digest"]
    rows = b"TIC ID,TOI,TFOPWG Disposition,Planet SNR\n1001,5.01,PC,12.5\n"
    sky.routes["/exofop/"] = Reply(rows, kind="text/csv")
    crossmatch(observed, ["toi"], addresses=services, refresh=True)
    assert whole_catalogues(observed)["toi"]["digest"] != kept["toi"]["digest"]


def test_a_second_time_nobody_is_asked(observed, sky, services):
    crossmatch(observed, addresses=services)
    asked = len(sky.asked)
    again = crossmatch(observed, addresses=services)
    assert len(sky.asked) == asked
    assert all(outcome.found for outcome in again.outcomes)


def test_archives_that_are_down_are_replaced_by_what_they_said(observed, sky, services):
    before = crossmatch(observed, addresses=services)
    stored = observed.labels.frame(), observed.labels.parameters()
    sky.routes = {"/": Reply(status=503)}
    after = crossmatch(observed, addresses=services, refresh=True)
    assert all("is out of order (HTTP 503)" in outcome.problem for outcome in after.outcomes)
    assert [o.found for o in after.outcomes] == [o.found for o in before.outcomes]
    assert all(outcome.age_days >= 0 for outcome in after.outcomes)
    pd.testing.assert_frame_equal(observed.labels.frame(), stored[0])
    pd.testing.assert_frame_equal(observed.labels.parameters(), stored[1])


def test_one_archive_down_leaves_the_others(observed, sky, services):
    sky.routes["/simbad/"] = Reply(b"<html>down</html>", kind="text/html")
    result = crossmatch(observed, addresses=services)
    outcome = {outcome.service: outcome for outcome in result.outcomes}
    assert "SIMBAD sent an answer that can't be read" in outcome["simbad"].problem
    assert (outcome["simbad"].asked_at, outcome["simbad"].unanswered) == (None, 3)
    assert outcome["gaia"].found == 2


def test_exofop_steps_in_for_the_exoplanet_archive(observed, sky, services):
    sky.routes["/nasa/"] = Reply(status=500)
    sky.routes["/exofop/"] = Reply(b"TIC ID,TOI,TFOPWG Disposition,Period (days)\n1002,7.01,PC,9\n", kind="text/csv")
    crossmatch(observed, ["toi"], addresses=services)
    assert labels_of(observed, "toi") == {"1002-s0001-SPOC-120": "PC"}


def test_gaia_without_the_tic_goes_by_the_headers(observed, sky, services):
    sky.routes["/api/"] = Reply(status=503)
    seen = []

    def by_place(asked):
        seen.append(b"TAP_UPLOAD" in asked.body)
        return votable(pd.DataFrame([{"tic": tic, "separation": 0.0, **GAIA_ROW} for tic in TICS]))

    sky.routes["/gaia/"] = by_place
    result = crossmatch(observed, ["gaia"], addresses=services)
    assert seen == [True]
    assert result.outcomes[0].found == 3


def test_one_star_alone_keeps_what_is_known_of_the_others(observed, sky, services):
    crossmatch(observed, ["simbad", "toi"], addresses=services)
    before = observed.labels.frame()
    result = crossmatch(observed, ["simbad", "toi"], tics=[1002], addresses=services, refresh=True)
    assert [outcome.stars for outcome in result.outcomes] == [1, 1]
    pd.testing.assert_frame_equal(observed.labels.frame(), before)


def test_what_is_kept_of_a_star(observed, sky, services):
    assert kept_of(observed, 1001) == {}
    crossmatch(observed, addresses=services)
    known = kept_of(observed, 1001)
    assert set(known) == {"tic", "toi", "gaia", "simbad"}
    assert known["toi"][0]["toi"].tolist() == ["5.02", "5.01"]
    assert known["gaia"][0]["source_id"].tolist() == [str(GAIA_ROW["source_id"])]
    assert kept_of(observed, 1003)["gaia"][0].empty  # asked, and not there


def test_when_everything_is_down(observed, stand_in, services):
    stand_in.routes["/"] = Reply(status=503)
    with pytest.raises(ArchiveError, match=r"MAST is out of order \(HTTP 503\)"):
        crossmatch(observed, addresses=services)


def test_simulated_stars_are_in_no_catalogue(workspace, stand_in, services):
    with pytest.raises(WorkspaceError, match="no observed star"):
        crossmatch(workspace, addresses=services)
    assert not stand_in.asked


def test_unknown_service(observed, services):
    with pytest.raises(WorkspaceError, match="no service 'ztf': choose tic, toi, gaia, simbad"):
        crossmatch(observed, ["ztf"], addresses=services)
