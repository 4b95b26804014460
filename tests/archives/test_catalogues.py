"""TOIs, SIMBAD and Gaia through their real clients, against a stand-in."""

import gzip
import io

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from clara_engine.archives.gaia import gaia_stars
from clara_engine.archives.simbad import simbad_types
from clara_engine.archives.tap import ask_tap, in_list
from clara_engine.archives.toi import exofop_tois, nasa_tois, one_a_star
from clara_engine.errors import ArchiveError
from tests.archives.answers import GAIA_ROW, votable
from tests.stand_in import Reply

TOIS = pd.DataFrame(
    {
        "tid": [261136679, 1, 1, 2],
        "toi": ["144.01", "200.02", "200.01", "300.01"],
        "tfopwg_disp": ["CP", "FP", "PC", ""],
        "pl_orbper": [6.267832, 3.0, 4.0, np.nan],
        "pl_tranmid": [2458325.503, 2458330.0, 2458331.0, 2458332.0],
        "pl_trandurh": [2.95, 1.0, 2.0, 3.0],
        "pl_trandep": [321.0, 500.0, 600.0, 700.0],
        "pl_rade": [2.2, np.nan, np.nan, np.nan],
    }
)
EXOFOP = b"""TIC ID,TOI,TFOPWG Disposition,Period (days),Transit Epoch (BJD),Duration (hours),Depth (ppm)
261136679,144.01,CP,6.267832,2458325.503,2.95,321
1,200.02,FP,3,2458330,1,500
1,200.01,PC,4,2458331,2,600
2,300.01,,,2458332,3,700
"""


def test_tois_of_both_archives_are_the_same(stand_in, services):
    stand_in.routes |= {"/nasa/sync": votable(TOIS), "/exofop/download_toi.php": Reply(EXOFOP, kind="text/csv")}
    nasa, exofop = nasa_tois(services["nasa-exoplanet-archive"]), exofop_tois(services["exofop"])
    pd.testing.assert_frame_equal(nasa.drop(columns="radius_rearth"), exofop.drop(columns="radius_rearth"))
    first = nasa.iloc[0]
    assert (first.tic, first.toi, first.disposition) == (261136679, "144.01", "CP")
    assert first.epoch_btjd == pytest.approx(1325.503)


def test_a_star_with_several_tois_counts_once(stand_in, services):
    stand_in.routes["/nasa/sync"] = votable(TOIS)
    stars = one_a_star(nasa_tois(services["nasa-exoplanet-archive"]))
    assert stars.index.tolist() == [1, 2, 261136679]
    assert stars.loc[1, ["disposition", "toi", "tois"]].tolist() == ["PC", "200.01", 2]


def test_the_real_toi_table(stand_in, services, shared_data):
    with gzip.open(shared_data / "catalogues" / "toi_nasa_exoplanet_archive_2025-10-04.csv.gz") as file:
        table = pd.read_csv(file, comment="#")[list(TOIS)]
    stand_in.routes["/nasa/sync"] = votable(table.astype({"toi": str}))
    tois = nasa_tois(services["nasa-exoplanet-archive"])
    assert len(tois) == 7703
    assert one_a_star(tois).loc[261136679, "disposition"] == "CP"
    assert tois["epoch_btjd"].dropna().between(500, 5000).all()  # one was seen before TESS flew


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(b"<html><body>maintenance</body></html>", kind="text/html"), "sent an answer that can't be read"),
        (Reply(b""), "sent an answer that can't be read"),
        (Reply(b"TIC ID,TOI\n1,2\n", kind="text/csv"), "sent an answer that can't be read"),
    ],
)
def test_answers_that_are_no_table(stand_in, services, reply, line):
    stand_in.routes |= {"/nasa/sync": reply, "/exofop/": reply}
    with pytest.raises(ArchiveError, match=f"the NASA Exoplanet Archive {line}"):
        nasa_tois(services["nasa-exoplanet-archive"])
    with pytest.raises(ArchiveError, match=f"ExoFOP {line}"):
        exofop_tois(services["exofop"])


def test_half_a_table_is_no_table(stand_in, services):
    whole = votable(TOIS)
    stand_in.routes["/nasa/sync"] = Reply(whole.body, kind=whole.kind, cut=len(whole.body) // 2)
    with pytest.raises(ArchiveError, match=r"broke off|can't be read"):
        nasa_tois(services["nasa-exoplanet-archive"])


def test_a_refused_query_says_why(stand_in, services):
    body = (
        b'<?xml version="1.0"?><VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
        b'<RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">no table toi</INFO></RESOURCE></VOTABLE>'
    )
    stand_in.routes["/nasa/sync"] = Reply(body, kind="application/x-votable+xml")
    with pytest.raises(ArchiveError, match="the NASA Exoplanet Archive refused the question: no table toi"):
        nasa_tois(services["nasa-exoplanet-archive"])


def test_an_answer_that_was_cut_short_is_refused(stand_in, services):
    stand_in.routes["/nasa/sync"] = votable(TOIS, status="OVERFLOW")
    with pytest.raises(ArchiveError, match="cut short"):
        ask_tap(services["nasa-exoplanet-archive"], "SELECT * FROM toi")


def test_lists_in_adql():
    assert in_list([1, 2]) == "(1, 2)"
    assert in_list(["TIC 1", "O'Neill"]) == "('TIC 1', 'O''Neill')"


def test_simbad_types(stand_in, services):
    answer = pd.DataFrame(
        {"tic_name": ["TIC 261136679"], "main_id": ["* pi. Men"], "otype": ["PM* "], "sp_type": ["G0V"]}
    )
    stand_in.routes["/simbad/sync"] = votable(answer)
    found = simbad_types(services["simbad"], [261136679, 5])
    assert found.to_dict("index") == {261136679: {"main_id": "* pi. Men", "otype": "PM*", "sp_type": "G0V"}}
    assert "IN ('TIC 261136679', 'TIC 5')" in stand_in.asked[0].fields["QUERY"]


def test_simbad_has_the_columns_that_are_asked_for(shared_data):
    recorded = shared_data / "archive_responses" / "simbad" / "tests" / "data"
    columns = Table.read(recorded / "simbad_basic_columns.xml", format="votable")
    links = Table.read(recorded / "simbad_linked_to_basic.xml", format="votable")
    assert {"oid", "main_id", "otype", "sp_type"} <= set(columns["column_name"])
    assert ("ident", "oidref", "oid") in set(links.iterrows("from_table", "from_column", "target_column"))


STARS = pd.DataFrame(
    {
        "gaia_dr2": ["4623036865373792768", "22", ""],
        "ra": [84.29, 20.0, 10.0],
        "dec": [-80.46, -10.0, -60.0],
        "pmra": [311.0, 0.0, 1000.0],
        "pmdec": [1048.0, 0.0, -1000.0],
    },
    index=pd.Index([261136679, 7, 8], name="tic"),
)


def gaia(by_dr2, by_position):
    def answer(asked):
        return votable(pd.DataFrame(by_position if b"TAP_UPLOAD" in asked.body else by_dr2))

    return answer


def test_gaia_by_identifier_and_by_position(stand_in, services):
    named = [
        {"dr2_source_id": 4623036865373792768, "angular_distance": 9.0, "magnitude_difference": 0.01, **GAIA_ROW},
        {
            "dr2_source_id": 4623036865373792768,
            "angular_distance": 1.0,
            "magnitude_difference": -3.0,
            **GAIA_ROW,
            "source_id": 99,
        },
    ]
    placed = [
        {"tic": 8, "separation": 2e-4, **GAIA_ROW, "source_id": 81, "parallax": -0.5},
        {
            "tic": 8,
            "separation": 1e-4,
            **GAIA_ROW,
            "source_id": 82,
            "phot_variable_flag": "VARIABLE",
            "non_single_star": 5,
        },
    ]
    stand_in.routes["/gaia/sync"] = gaia(named, placed)
    found = gaia_stars(services["gaia"], STARS)
    assert found.index.tolist() == [261136679, 8]  # 7 has no counterpart
    assert found["source_id"].tolist() == ["4623036865373793408", "82"]
    assert found["matched_by"].tolist() == ["dr2", "position"]
    assert found["candidates"].tolist() == [2, 2]
    assert found["variable"].tolist() == [False, True]
    assert found.loc[8, "non_single_star"] == 5
    assert found.loc[261136679, ["parallax_mas", "gaia_g", "bp_rp"]].tolist() == [54.7, 5.5, 0.73]


def test_gaia_is_asked_where_the_star_has_moved_to(stand_in, services):
    stand_in.routes["/gaia/sync"] = gaia([], [{"tic": 8, "separation": 0.0, **GAIA_ROW}])
    gaia_stars(services["gaia"], STARS.loc[[8]])
    (asked,) = stand_in.asked
    upload = asked.body[asked.body.index(b"<?xml") : asked.body.index(b"</VOTABLE>") + 10]
    numbers = list(Table.read(io.BytesIO(upload), format="votable")[0].values())
    # 1″ a year for 16 years, at declination −60° twice as far in right ascension
    assert numbers == pytest.approx([8, 10 + 2 * 16 / 3600, -60 - 16 / 3600], abs=1e-8)


def test_no_star_has_a_counterpart(stand_in, services):
    nothing = {name: np.array([], dtype=object if name == "phot_variable_flag" else float) for name in GAIA_ROW}
    stand_in.routes["/gaia/sync"] = gaia(
        {"dr2_source_id": [1], "angular_distance": [0.0], "magnitude_difference": [0.0]}
        | {name: [value] for name, value in GAIA_ROW.items()},
        {"tic": np.array([], int), "separation": np.array([], float), **nothing},
    )
    assert gaia_stars(services["gaia"], STARS).empty


def test_the_recorded_gaia_answer(stand_in, services, shared_data):
    recorded = shared_data / "archive_responses" / "gaia" / "tests" / "data" / "1710099405832VAL-result.vot"
    stand_in.routes["/gaia/sync"] = Reply(recorded.read_bytes(), kind="application/x-votable+xml")
    table = ask_tap(services["gaia"], "SELECT TOP 20 * FROM gaiadr3.gaia_source")
    assert set(GAIA_ROW) <= set(table.columns.str.lower())
    assert str(table.iloc[0]["source_id"]) in ("4583627001381815936", "5348723816842275584")
