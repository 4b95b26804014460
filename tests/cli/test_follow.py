"""The commands about what is known and what comes next, and the exports that carry it."""

import shutil

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace


@pytest.fixture(scope="module")
def vetted(trained, tmp_path_factory):
    """A workspace in which two stars with dips were vetted."""
    ws = Workspace.open(shutil.copytree(trained.folder, tmp_path_factory.mktemp("vetted") / "ws"))
    ids = ws.targets.ids()
    ws.verdicts.add(ids[0], "planet", author="ann", run_id=ws.runs.get("latest").id, period_days=2.5)
    ws.verdicts.add(ids[1], "flare", author="bob")
    return ws.folder


def test_agreement(clara, vetted, tmp_path):
    assert "no two people have vetted the same star yet" in clara("agreement", "-w", vetted).err
    both = Workspace.open(shutil.copytree(vetted, tmp_path / "both"))
    ids = both.targets.ids()
    both.verdicts.add(ids[0], "planet", author="bob")
    both.verdicts.add(ids[1], "planet", author="ann")
    found = clara("agreement", "-w", both.folder, "--json").json()
    assert (found["stars"], found["pairs"][0]["count"], found["pairs"][0]["agreed"]) == (2, 2, 0.5)
    assert found["pairs"][0]["kappa"] == 0
    assert found["differing"][0]["said"] == "bob: flare, ann: planet"
    told = clara("agreement", "-w", both.folder)
    assert "2 stars with verdicts of two people or more" in told.err
    assert "they differ on 1 star" in told.out


def test_followup(clara, vetted, tmp_path):
    ran = clara("followup", "-w", vetted, "--json")
    assert ran.code == 0
    rows = {row["label"]: row for row in ran.json()}
    assert set(rows) == {"planet", "flare"}
    row = rows["planet"]
    assert row["period_days"] == pytest.approx(2.5, abs=2e-3)
    assert row["next_event_error_hours"] > 0
    assert row["next_event_utc"].endswith("Z")
    assert (row["run"], row["sector"], row["author"]) == ("small", 1, "ann")
    assert rows["flare"]["period_days"] is None
    text = clara("followup", "-w", vetted, "--label", "planet")
    assert "1 to follow up" in text.out
    assert "next event (UTC)" in text.out
    out = tmp_path / "list.csv"
    assert clara("followup", "-w", vetted, "--sort", "error", "--out", out).code == 0
    assert list(pd.read_csv(out)["label"]) == ["planet", "flare"]


def test_followup_of_nobody(clara, trained, tmp_path):
    folder = shutil.copytree(trained.folder, tmp_path / "ws")
    ran = clara("followup", "-w", folder)
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "no star was vetted as such yet")
    assert clara("followup", "-w", folder, "--json").json() == []
    assert clara("followup", "-w", folder, "--sort", "name").code == 1


def test_known_from_a_table_that_was_downloaded(clara, observed, tmp_path):
    file = tmp_path / "toi.csv"
    file.write_text("tid,toi,tfopwg_disp,pl_orbper,pl_tranmid\n1001,5.01,CP,3.0,2458326.0\n")
    ran = clara("crossmatch", "-w", observed.folder, "--table", f"toi={file}")
    assert ran.code == 0
    said = clara("known", "1001", "1002", "-w", observed.folder, "--period", 6)
    assert "TIC 1001: known: TOI-5.01, confirmed planet, P 3 d (½ of the found one)" in said.out
    assert "2021ApJS..254...39G" in said.out
    assert "TIC 1002: in none of TOI" in said.out.replace("not in", "in none of")
    answers = clara("known", "1001", "-w", observed.folder, "--json").json()
    assert len(answers) == 1  # a star in two sectors is one star
    assert answers[0]["entries"][0]["name"] == "TOI-5.01"
    assert answers[0]["not_asked"] == ["CTOI", "TESS EB", "VSX", "Gaia variables"]


def test_a_table_needs_a_name_and_a_file(clara, observed, tmp_path):
    assert clara("crossmatch", "-w", observed.folder, "--table", "vsx.csv").code == 2
    gone = clara("crossmatch", "-w", observed.folder, "--table", f"vsx={tmp_path / 'gone.csv'}")
    assert (gone.code, len(gone.err.strip().splitlines())) == (1, 1)


def test_export_measures_what_was_vetted_and_fills_the_form(clara, vetted, tmp_path):
    table = tmp_path / "ranking.csv"
    assert clara("export", "latest", table, "-w", vetted).code == 0
    found = pd.read_csv(table)
    assert found["event_period_days"].dropna().tolist() == pytest.approx([2.5], abs=2e-3)
    assert set(found["run"]) == {"small"}
    other = tmp_path / "ranking.table"
    assert clara("export", "latest", other, "--format", "parquet", "-w", vetted).code == 0
    assert np.isfinite(pd.read_parquet(other)["event_depth_ppm"]).sum() == 1
    form = tmp_path / "params.txt"
    ran = clara("export", "latest", form, "--format", "ctoi", "-w", vetted)
    assert ran.code == 0
    assert "SIM 1000: a simulated star is no candidate" in ran.err
    assert form.read_text().splitlines()[-1].startswith("target|flag|disp|")
    assert "no format 'xlsx'" in clara("export", "latest", form, "--format", "xlsx", "-w", vetted).err
