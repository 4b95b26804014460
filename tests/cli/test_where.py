"""--where on the commands that work on some light curves: the same subset on each."""

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def dips(folder):
    from clara_engine import Workspace

    return set(Workspace.open(folder).targets.ids()[:4])


WHERE = ("--where", "truth = 'dip' and anomaly_score >= 0")
TEN = ("--where", "tic < 1010")


@pytest.mark.heavy
def test_the_same_light_curves_on_each_command(clara, folder, dips, tmp_path):
    at = ("--workspace", folder)
    assert clara("export", "small", tmp_path / "t.csv", *WHERE, *at).code == 0
    assert set(pd.read_csv(tmp_path / "t.csv")["target_id"]) == dips
    matched = clara("match", "truth", *WHERE, *at, "--json").json()
    assert {row["target_id"] for row in matched["matches"]} == dips
    assert matched["references"] == 40
    mapped = clara("map", "pca", *TEN, *at, "--json").json()
    assert len(mapped["places"]) == 10
    assert len(clara("map", "pca", *at, "--json").json()["places"]) == 40  # another map
    assert clara("cluster", "-o", "clusters=2", *TEN, *at, "--json").json()["targets"] == 10
    shown = clara("show", "small", *WHERE, *at, "--json").json()
    assert {row["target_id"] for row in shown["top"]} == dips
    assert (
        clara("population", "small", "--parameters", "bp_rp", *TEN, "--resamples", 20, *at, "--json").json()[
            "correlations"
        ][0]["stars"]
        == 10
    )
    written = clara("report", *WHERE, "-o", tmp_path / "r.html", *at)
    assert "4 stars written" in written.err
    folded = clara("fold", "--limit", 2, *WHERE, *at, "--json").json()
    assert len(folded["stars"]) == 2
    assert {one["target"] for one in folded["stars"]} <= dips
    assert folded["stars"][0]["folded_on"]["period_days"] == pytest.approx(2.5, rel=0.01)


def test_partial_correlations_and_detectors(clara, folder):
    at = ("--workspace", folder)
    found = clara("population", "--parameters", "bp_rp", "--given", "gaia_g", "--resamples", 20, *at, "--json").json()
    row = found["correlations"][0]
    assert row["partial_low"] <= row["partial"] <= row["partial_high"]
    assert row["given"] == "gaia_g"
    parts = clara("detectors", "--by", "sector", *at, "--json").json()["parts"]
    assert [part["stars"] for part in parts] == [40]
    assert "choose of camera, ccd, sector" in clara("detectors", "--by", "moon", *at).err


def test_the_list_is_sorted_by_any_number(clara, folder):
    at = ("--workspace", folder)
    rows = clara("show", "--sort", "weirdness", "--top", 40, *at, "--json").json()["top"]
    values = [row["weirdness"] for row in rows]
    assert values == sorted(values, reverse=True)
    assert "columns of numbers" in clara("show", "--sort", "luck", *at).err
    assert clara("show", "--sort", "tmag", *at).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "--where", "luck > 1"], "no such column: luck"),
        (["cluster", "--where", "teff > 90000"], "none of 40 light curves"),
        (["crossmatch", "--toi", "--where", "teff > 90000"], "none of 40 light curves"),
        (["export", "small", "x.txt", "--format", "ctoi", "--where", "tic > 1"], "goes with tables"),
    ],
)
def test_a_subset_that_can_not_be_is_one_line(clara, folder, arguments, words):
    failed = clara(*arguments, "--workspace", folder)
    assert failed.code == 1
    assert words in failed.err.splitlines()[-1]


def test_one_star_or_a_subset(clara, folder):
    assert clara("fold", "--workspace", folder).code == 2
    assert clara("fold", "1000", "--where", "tic > 1", "--workspace", folder).code == 2
