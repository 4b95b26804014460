"""The commands validate and new-sector."""

import pandas as pd
import pytest

from clara_engine.jobs import JobKind
from clara_engine.studies.findings import last_finding, of_sector


@pytest.fixture(scope="module")
def both(two_sectors):
    """The option for forty stars in one sector, thirty of them in another, and a run of each."""
    return ("--workspace", two_sectors.folder)


def test_validate_compares_two_runs(clara, both):
    asked = ("validate", "s1", "s2", "--label", "truth/quiet", "--draws", 20, *both)
    rows = clara(*asked, "--json").json()["measures"]
    assert rows[0]["measure"] == "Spearman"
    assert {row["label"] for row in rows} == {"", "truth/quiet"}
    assert "bootstrap" in clara(*asked).err
    assert "name two runs, or use --matrix" in clara("validate", "s1", *both).err


def test_validate_measures_designs_on_each_sector(clara, both, tmp_path):
    asked = ("validate", "--matrix", "s1", "--label", "truth/dip", "--draws", 20, "--top", 10, *both)
    found = clara(*asked, "--save", tmp_path / "matrix.csv", "--json").json()
    assert found["share"] == 0.1
    assert [(row["trained"], row["measured"]) for row in found["matrix"]] == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert len(pd.read_csv(tmp_path / "matrix.csv")) == 4
    told = clara(*asked)
    assert "recall in the top 10 % (chance 0.1)" in told.err
    assert "auc change" in told.out
    assert clara(*asked, "--label", "truth/quiet").code == 2
    assert "1 sector with at least 20" in clara(*asked, "--sector", 1).err
    assert "the same name" in clara("validate", "--matrix", "s1", "s1", *both).err


def test_new_sector_tells_what_is_new_and_what_changed(clara, both, two_sectors, tmp_path):
    asked = ("new-sector", "s1", "--sector", 2, "--unusual", 1, *both)
    found = clara(*asked, "--save", tmp_path / "stars.csv", "--json").json()
    assert (found["earlier"], found["seen_before"]) == (40, 30)
    assert len(pd.read_csv(tmp_path / "stars.csv")) == 30
    assert {row["target_id"] for row in found["reasons"]} == {row["target_id"] for row in found["changed"]}
    told = clara(*asked)
    assert "30 new light curves beside 40 earlier ones, 30 of stars seen before" in told.err
    kept = last_finding(two_sectors, JobKind.NEW_SECTOR, of_sector(two_sectors.runs.get("s1"), 2))
    assert (kept.earlier, kept.seen_before) == (40, 30)  # the page shows it
    assert "→" in told.out
    assert "no light curve is new" in clara("new-sector", "s1", *both).err


def test_only_light_curves_of_a_named_sector_train(clara, both, tmp_path):
    design = tmp_path / "d.toml"
    design.write_text('name = "d"\ncurves = 20\nbackground = {span_days = 13, cadence_minutes = 10, noise_ppm = 300}\n')
    made = clara("train", "--design", design, "--trees", 5, "--sector", 2, *both, "--json").json()
    assert (made["trained"], made["targets"]) == (30, 70)
    assert clara("train", "--design", design, "--sector", 7, *both).code == 1
