"""Gaia by identifier and by position, against a stand-in."""

import io

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from clara_engine.archives.gaia import gaia_stars
from clara_engine.archives.tap import ask_tap
from tests.archives.answers import GAIA_ROW, votable
from tests.stand_in import Reply

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
