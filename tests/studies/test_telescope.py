"""What a workspace says of the events of one of its stars."""

from dataclasses import replace

import numpy as np
import pytest

from clara_engine.periods import Ephemeris, measure_transit
from clara_engine.studies import simultaneous, telescope
from clara_engine.studies.telescope import telescope_tests
from tests.archives.test_skybot import NOTHING, RECORDED
from tests.stand_in import Reply
from tests.studies.test_simultaneous import files, light_curve, store  # noqa: F401  # fixtures

SINGLE = Ephemeris(np.nan, 1444.0, 0.2)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(telescope, "_failed", {})


def told(results):
    return {result.test: result for result in results}


def first(store):  # noqa: F811
    return store.targets.light_curve(store.targets.ids()[0])


def test_a_dip_that_other_stars_share(store):  # noqa: F811
    curve = first(store)
    results = told(telescope_tests(store, curve, SINGLE, measure_transit(curve, SINGLE)))
    assert list(results) == ["bad intervals", "dumps", "other stars", "moving object"]
    assert results["other stars"].outcome == "fail"
    assert results["other stars"].reason.startswith("4 of 11 other stars of sector 5 dip at this moment (0.0 expected")
    assert "of camera 1" in results["other stars"].reason
    quiet = told(telescope_tests(store, curve, replace(SINGLE, epoch_btjd=1448.0)))
    assert quiet["other stars"].outcome == "pass"


def test_without_a_workspace_and_of_a_simulation(store):  # noqa: F811
    curve = first(store)
    results = told(telescope_tests(None, curve, SINGLE))
    assert results["other stars"].outcome == "unknown"
    simulated = replace(curve, target=replace(curve.target, simulated=True))
    assert telescope_tests(store, simulated, SINGLE) == ()


def test_what_is_not_prepared_is_told(store, monkeypatch):  # noqa: F811
    monkeypatch.setattr(simultaneous, "FEW", 3)
    said = told(telescope_tests(store, first(store), SINGLE))["other stars"]
    assert said.outcome == "unknown"
    assert "12 light curves of sector 5 are to be prepared first (`clara prepare-sector 5`)" in said.reason


def test_dumps_that_other_stars_flag_are_recognised_where_this_one_flags_none(tmp_path):
    """Sector 70 has no entry in the table."""
    from clara_engine import Workspace
    from clara_engine.readers import spoc_file_name, write_spoc

    start, dumps = 3208.0, 3209.0 + 2.5 * np.arange(5)
    for number in range(4):
        curve = light_curve(6000 + number, number)
        time = curve.time - 1438 + start
        near = (np.abs(time[:, None] - dumps) < 0.03).any(axis=1)
        flags = np.where(near & (number > 0), 32, 0).astype(np.int32)
        flux = curve.flux - (100.0 * near if number == 0 else 0.0)
        about = replace(curve.target, sector=70, cadence_s=120.0, product="SPOC")
        made = replace(curve, time=time, flux=flux, quality=flags, target=about)
        write_spoc(made, tmp_path / spoc_file_name(made.target))
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([tmp_path])
    curve = first(ws)
    ephemeris = Ephemeris(2.5, dumps[0], 0.06)
    result = told(telescope_tests(ws, curve, ephemeris))["dumps"]
    assert result.outcome == "fail", result.reason
    assert result.reason.startswith("5 of 5 events")
    assert told(telescope_tests(None, curve, ephemeris))["dumps"].outcome == "unknown"


def test_moving_objects_are_looked_up_once(store, stand_in, services):  # noqa: F811
    stand_in.routes["/skybot"] = Reply(RECORDED.read_bytes(), kind="application/xml")
    curve = first(store)

    def ask(ask):
        return told(telescope_tests(store, curve, SINGLE, ask=ask, archive=services["skybot"]))["moving object"]

    assert ask(False).reason.startswith("not looked up: an asteroid or comet is possible; ecliptic latitude -4")
    said = ask(True)
    assert said.reason.startswith("near at that time: G!kun||'homdima (V 19.6, 1.2′) within 10′")
    assert ask(False) == ask(True) == said
    assert len(stand_in.asked) == 1


def test_where_nothing_was_near(store, stand_in, services):  # noqa: F811
    stand_in.routes["/skybot"] = Reply(NOTHING, kind="application/xml")
    for _ in range(2):
        results = telescope_tests(store, first(store), SINGLE, ask=True, archive=services["skybot"])
        assert told(results)["moving object"].outcome == "pass"
    assert len(stand_in.asked) == 1


def test_without_a_network_a_moving_object_is_possible_and_nobody_asks_twice(store, stand_in, services):  # noqa: F811
    stand_in.routes["/skybot"] = Reply(b"", 503)
    once = services["skybot"].model_copy(update={"retries": 0})
    for _ in range(2):
        said = told(telescope_tests(store, first(store), SINGLE, ask=True, archive=once))["moving object"]
        assert said.outcome == "unknown"
        assert "an asteroid or comet is possible" in said.reason
    assert len(stand_in.asked) == 1


def test_of_what_repeats_no_moving_object_is_spoken(store):  # noqa: F811
    assert "moving object" not in told(telescope_tests(store, first(store), Ephemeris(3.0, 1444.0, 0.2)))


@pytest.mark.parametrize(("tic", "failed"), [(277300215, True), (289936539, True), (370324073, False)])
def test_single_events_of_real_stars(tmp_path_factory, shared_data, tic, failed):
    """8 and 5 of 99 stars dip with two of those in the jitter, none with an eclipse elsewhere."""
    from clara_engine import Workspace
    from clara_engine.periods import find_periods

    ws = Workspace.open(tmp_path_factory.getbasetemp() / "sector-1")
    if not len(ws.targets):
        ws.ingest([shared_data / "spoc_s0001_2min"])  # takes most of the time
    curve = ws.targets.light_curve(ws.targets.find(str(tic))[0])
    best = find_periods(curve, keep_bad_intervals=True).best
    results = told(telescope_tests(ws, curve, best.ephemeris))
    assert (results["other stars"].outcome == "fail") == failed, results["other stars"].reason
    assert (results["bad intervals"].outcome == "fail") == failed
