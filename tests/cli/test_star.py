"""Commands about one star."""

import json

import pytest
from astropy.table import Table

from clara_engine import Workspace
from clara_engine.readers import read_light_curve, write_spoc
from tests.store.test_named_columns import NAMED, foreign_file
from tests.studies.test_simultaneous import light_curve as of_sector_5


@pytest.fixture(scope="module")
def folder(tmp_path_factory, light_curve_folder):
    place = tmp_path_factory.mktemp("stars")
    Workspace.open(place).ingest([light_curve_folder])
    return place


def test_fold_a_registered_star(clara, folder):
    found = clara("fold", "1000", "--workspace", folder, "--json").json()
    assert found["star"] == "SIM 1000"
    assert found["best"]["kind"] == "dips"
    assert found["best"]["period_days"] == pytest.approx(2.5, rel=2e-3)
    assert found["transit"]["depth_ppm"] == pytest.approx(10_000, rel=0.1)
    event = found["event"]
    assert event["depth_ppm"] == pytest.approx(10_000, rel=0.1)
    assert event["depth_ppm_error"] > 0
    assert event["events_seen"] >= 4
    assert not event["cut"]
    names = ("period_days", "epoch_btjd", "duration_hours", "depth_ppm", "odd_depth_ppm", "even_depth_ppm")
    names += ("secondary_depth_ppm", "secondary_phase")
    assert set(event) == {*names, *(f"{name}_error" for name in names), "snr", "events_seen", "cut", "varies"}
    assert {verdict["test"] for verdict in found["vetting"]} >= {"odd and even", "second dip", "centroid"}
    assert [round(other["period_days"], 2) for other in found["alternatives"][:2]] == [1.25, 5.0]
    assert found["lomb_scargle"][0]["false_alarm"] <= 1
    shown = clara("fold", "1000", "-w", folder).out
    assert "dips every 2.5 d" in shown
    assert "box least squares" in shown
    assert "vetting" in shown


def test_the_fold_is_written(clara, folder, tmp_path):
    clara("fold", "1000", "-w", folder, "--out", tmp_path / "a.csv")
    table = Table.read(tmp_path / "a.csv", format="ascii.ecsv")
    assert table.meta["period_days"] == pytest.approx(2.5, rel=2e-3)
    assert table["flux_ppm"][abs(table["phase"]) < 0.005].mean() < -8000
    assert "use one of .csv, .fits" in clara("fold", "1000", "-w", folder, "--out", tmp_path / "a.txt").err


def test_fold_a_file_on_a_given_period(clara, light_curve_folder):
    path = min(light_curve_folder.iterdir())
    found = clara("fold", path, "--period", 5.0, "--json").json()
    assert found["folded_on"]["kind"] == "given"
    assert found["transit"]["period_days"] == pytest.approx(5.0, abs=0.01)
    assert found["best"]["period_days"] == pytest.approx(2.5, rel=2e-3)
    moved = clara("fold", path, "--period", 2.5, "--epoch", 1326.2, "--json").json()
    assert moved["folded_on"]["epoch_btjd"] == 1326.2
    assert "folded on 5 d, as given; epoch BTJD 13" in clara("fold", path, "--period", 5.0).out
    typed = clara("fold", path, "--period", 2.5, "--epoch", 2458326.2).out.splitlines()
    assert typed[1] == "folded on 2.5 d, as given; epoch BTJD 1326.20000"


def test_a_star_without_a_period(clara, folder):
    found = clara("fold", "1030", "-w", folder, "--detrend", "median", "--window", 0.5, "--json").json()
    assert found["best"] is None or found["best"]["kind"] == "variation"
    assert found["transit"] is None
    assert found["vetting"] == []


def test_known_bad_intervals_are_left_out_unless_asked(clara, shared_data):
    path = next((shared_data / "spoc_s0001_2min").glob("*0000000277300215*"))
    found = clara("fold", path, "--json").json()
    assert found["best"] is None
    assert {one["kind"] for one in found["intervals_left_out"]} == {"pointing jitter", "momentum dump"}
    assert found["intervals_known"] == "data release notes 1"
    assert "left out: pointing jitter, BTJD 1347–1349.4; 1" in clara("fold", path).out
    asked = clara("fold", path, "--keep-bad-intervals", "--json").json()
    assert asked["best"]["kind"] == "single event"
    assert asked["intervals_left_out"] == []
    outcomes = {one["test"]: one["outcome"] for one in asked["vetting"]}
    assert outcomes == {
        "bad intervals": "fail",
        "dumps": "pass",
        "other stars": "unknown",
        "moving object": "unknown",
    }


def test_a_sector_is_prepared(clara, tmp_path):
    for number in range(3):
        curve = of_sector_5(5000 + number, number)
        write_spoc(curve, tmp_path / f"{number}.fits")
    Workspace.open(tmp_path / "ws").ingest([tmp_path])
    assert "3 light curves of sector 5 prepared" in clara("prepare-sector", 5, "-w", tmp_path / "ws").err
    told = clara("prepare-sector", 5, "--json", "-w", tmp_path / "ws").out
    assert json.loads(told) == {"sector": 5, "light_curves": 0}


def test_what_is_saved_is_left_out(clara, folder):
    assert clara("fold", "1002", "-w", folder, "--save", "b", "--json").code == 0
    rest = clara("fold", "1002", "-w", folder, "--without-saved", "--json").json()
    assert [round(one["period_days"], 1) for one in rest["without"]] == [2.5]
    assert "without the events every 2.49" in rest["verdict"]
    assert rest["best"] is None or abs(rest["best"]["period_days"] - 2.5) > 0.1
    assert "nothing is saved" in clara("fold", "1003", "-w", folder, "--without-saved").err
    saved = clara("ephemerides", "1002", "-w", folder, "--json").json()
    assert clara("ephemerides", "--remove", saved[0]["ephemeris_id"], "-w", folder, "--json").json() == []


def test_save_list_and_take_back(clara, folder):
    assert clara("fold", "1001", "-w", folder, "--save", "b", "--json").code == 0
    listed = clara("ephemerides", "1001", "-w", folder, "--json").json()
    assert [(row["name"], round(row["period_days"], 2)) for row in listed] == [("b", 2.5)]
    assert clara("ephemerides", "--remove", listed[0]["ephemeris_id"], "-w", folder, "--json").json() == []


def test_sectors_are_stitched(clara, tmp_path, light_curve_folder):
    from dataclasses import replace

    first = read_light_curve(min(light_curve_folder.iterdir()))
    second = replace(first, time=first.time + 25.0, target=replace(first.target, sector=2), flux=first.flux * 2)
    for curve in (first, second):
        write_spoc(curve, tmp_path / f"s{curve.target.sector}.fits")
    Workspace.open(tmp_path / "ws").ingest([tmp_path / "s1.fits", tmp_path / "s2.fits"])
    found = clara("fold", "1000", "-w", tmp_path / "ws", "--json")
    assert "stitched: 1000-s0001-TESS-SPOC-600 (TESS-SPOC, 600 s), 1000-s0002-TESS-SPOC-600 (" in found.err
    assert [one["sector"] for one in found.json()["light_curves"]] == [1, 2]
    assert found.json()["target"].startswith("1000-s0000")
    assert len(found.json()["transit"]["events"]) > 8


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fold", "77"], "no target 77"),
        (["fold", "1000", "--period", -1], "period = -1"),
        (["fold", "1000", "--detrend", "spline"], "method"),
        (["fold", "1000", "--window", 99], "window_days = 99"),
        (["ephemerides", "--remove", 99], "no ephemeris number 99"),
    ],
)
def test_what_goes_wrong_is_a_line(clara, folder, arguments, words):
    failed = clara(*arguments, "--workspace", folder)
    assert failed.code == 1
    assert words in failed.err.splitlines()[-1]
    assert failed.out == ""


def test_a_file_has_nowhere_to_save(clara, light_curve_folder):
    failed = clara("fold", min(light_curve_folder.iterdir()), "--save", "b")
    assert failed.code == 1
    assert "clara ingest" in failed.err


def test_one_sector_at_two_cadences_is_folded_once_and_named(clara, tmp_path):
    from dataclasses import replace

    from tests.small_workspace import star

    slow = star(9, seed=9, dip=0.01)
    fast = slow.select(slice(0, None))
    for curve, cadence in ((slow, 600.0), (fast, 200.0)):
        time = curve.time if cadence == 600.0 else curve.time[0] + (curve.time - curve.time[0]) / 3
        target = replace(curve.target, cadence_s=cadence)
        write_spoc(replace(curve, time=time, target=target), tmp_path / f"{cadence:.0f}.fits")
    Workspace.open(tmp_path / "ws").ingest([tmp_path])
    found = clara("fold", "9", "-w", tmp_path / "ws", "--json")
    assert found.code == 0
    assert found.json()["target"] == "9-s0001-TESS-SPOC-200"
    assert "left out 9-s0001-TESS-SPOC-600, for 9-s0001-TESS-SPOC-200" in found.err
    assert "light curve: 9-s0001-TESS-SPOC-200 (TESS-SPOC, 200 s)" in found.err
    (taken,) = found.json()["light_curves"]
    assert taken == {"target_id": "9-s0001-TESS-SPOC-200", "sector": 1, "product": "TESS-SPOC", "cadence_s": 200.0}
    assert found.json()["left_out"] == ["9-s0001-TESS-SPOC-600, for 9-s0001-TESS-SPOC-200"]
    assert "light curve: 9-s0001-TESS-SPOC-600 (" in clara("fold", "9-s0001-TESS-SPOC-600", "-w", tmp_path / "ws").err


@pytest.mark.parametrize("zero", [2457000.0, 56999.5, 0.0])
def test_an_epoch_may_be_a_julian_date(clara, folder, zero):
    found = clara("fold", "1000", "-w", folder, "--period", 2.5, "--epoch", 1326.2 + zero, "--json").json()
    assert found["folded_on"]["epoch_btjd"] == pytest.approx(1326.2, abs=1e-6)


def test_an_epoch_without_a_period_is_refused(clara, folder):
    assert "--epoch goes with --period" in clara("fold", "1000", "-w", folder, "--epoch", 1326.2).err


def test_an_epoch_that_is_no_date_is_refused_with_the_range(clara, folder):
    said = clara("fold", "1000", "-w", folder, "--period", 2.5, "--epoch", 1e7)
    assert said.code == 1
    assert "epoch = 10000000 is out of range: BTJD from -20000 to 13000, or a Julian date" in said.err


def test_a_file_is_folded_with_named_columns_and_a_registered_one_with_those_that_are_kept(clara, tmp_path):
    path, home = foreign_file(tmp_path / "7.fits", 7), tmp_path / "ws"
    refused = clara("fold", path, "-w", home)
    assert refused.code == 1
    assert "it lacks a time and a flux column" in refused.err
    found = clara("fold", path, "--columns", *NAMED.split(), "-w", home, "--json")
    assert found.json()["star"] == "TIC 7"
    assert not home.exists()
    assert clara("ingest", path, "--columns", NAMED, "-w", home).code == 0
    kept = clara("fold", path, "-w", home, "--json")
    assert kept.json() == found.json()
    assert "--columns goes with a file" in clara("fold", "7", "--columns", NAMED, "-w", home).err
    wrong = clara("fold", path, "--columns", "mass=M", "-w", home)
    assert wrong.err == clara("ingest", path, "--columns", "mass=M", "-w", home).err
    assert "name them as time=…" in wrong.err
