"""The sources beside a star: asked once, kept, and read without a network."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import ArchiveError, WorkspaceError
from clara_engine.lightcurve import Target
from clara_engine.store.store import Store
from clara_engine.studies.neighbours import ask_neighbours, is_corrected, kept_neighbours, neighbours_of
from tests.archives.answers import votable
from tests.stand_in import Reply

STAR = Target(tic=25155310, sector=1, ra=63.3739, dec=-69.2268, pmra=14.2, pmdec=-3.0, tmag=10.56)
ANSWER = pd.DataFrame(
    {
        "source_id": [4666498154837086208, 4666498154837086209],
        "ra": [63.3741, 63.39],
        "dec": [-69.2268, -69.23],
        "pmra": [14.2, np.nan],
        "pmdec": [-3.0, np.nan],
        "parallax": [5.9, 0.3],
        "phot_g_mean_mag": [11.0, 16.0],
        "bp_rp": [0.8, np.nan],
        "ruwe": [1.0, 1.1],
        "phot_variable_flag": ["NOT_AVAILABLE", "VARIABLE"],
    }
)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store.open(tmp_path / "workspace")


def test_an_answer_is_kept_and_used_without_a_network(store, stand_in, services) -> None:
    assert neighbours_of(store, STAR, 7000.0) is None
    stand_in.routes["/gaia"] = lambda asked: votable(ANSWER)
    ask_neighbours(store, STAR, addresses=services)
    query = " ".join(asked.fields.get("QUERY", "") for asked in stand_in.asked)
    assert "CIRCLE('ICRS', 63.374077" in query  # where it was in 2016
    assert "0.0333333" in query
    stand_in.routes.clear()
    table = neighbours_of(store, STAR, 7000.0)
    assert list(table["is_target"]) == [True, False]
    assert list(table["could_make_it"]) == [True, True]
    assert table["needed_depth"][1] == pytest.approx(0.007 * 10 ** (0.4 * (table["tmag"][1] - table["tmag"][0])))
    asked = len(stand_in.asked)
    ask_neighbours(store, STAR, addresses=services)
    assert len(stand_in.asked) == asked  # what is kept and fresh is not asked for


def test_no_source_is_an_answer_too(store, stand_in, services) -> None:
    stand_in.routes["/gaia"] = lambda asked: votable(ANSWER[:0])
    ask_neighbours(store, STAR, addresses=services)
    table = neighbours_of(store, STAR, 7000.0)
    assert table is not None
    assert table.empty


def test_an_archive_that_is_down_says_so_and_what_is_kept_stays(store, stand_in, services) -> None:
    stand_in.routes["/gaia"] = Reply(b"", 503)
    with pytest.raises(ArchiveError):
        ask_neighbours(store, STAR, addresses=services)
    stand_in.routes["/gaia"] = lambda asked: votable(ANSWER)
    ask_neighbours(store, STAR, addresses=services)
    stand_in.routes["/gaia"] = Reply(b"", 503)
    assert ask_neighbours(store, STAR, addresses=services, refresh=True).problem
    assert len(kept_neighbours(store, STAR).table) == 2


@pytest.mark.parametrize("changes", [{"simulated": True}, {"ra": np.nan}])
def test_what_has_no_place_on_the_sky_is_not_asked_for(store, changes) -> None:
    with pytest.raises(WorkspaceError):
        ask_neighbours(store, dataclasses.replace(STAR, **changes), addresses={})


def test_which_flux_is_of_the_star_alone() -> None:
    assert is_corrected(STAR)
    assert not is_corrected(STAR, "sap")
    assert not is_corrected(dataclasses.replace(STAR, product="eleanor"))
