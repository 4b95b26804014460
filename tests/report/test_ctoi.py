"""The upload form of community candidates: its columns, its values, numbers that are taken, and who is left out."""

import io
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.report.ctoi import CTOI_COLUMNS, ctoi_form, usual_name, write_ctoi
from clara_engine.studies.crossmatch import crossmatch
from clara_engine.studies.event_table import event_table
from tests.small_workspace import star

DAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Four stars with dips every 2.5 d: three observed, of which one is a TOI of that period, one of another."""
    folder = tmp_path_factory.mktemp("ctoi")
    for tic, simulated in ((81, False), (82, False), (83, False), (84, True)):
        curve = star(tic, seed=tic, dip=0.01)
        target = replace(curve.target, simulated=simulated, ra=10.0 * tic % 360, dec=10.0)
        write_spoc(replace(curve, target=target), folder / spoc_file_name(target))
    ws = Workspace.open(folder / "ws")
    ws.ingest([folder])
    tois = folder / "toi.csv"
    tois.write_text("tid,toi,tfopwg_disp,pl_orbper,pl_tranmid\n82,9.01,PC,2.5,2458326.2\n83,7.01,PC,31.0,2458326.2\n")
    crossmatch(ws, (), tables={"toi": tois})
    for target_id in ws.targets.ids():
        ws.verdicts.add(target_id, "planet", author="ann", note="a | b\nc", period_days=2.5)
    return ws


def test_the_form(made, tmp_path):
    form = ctoi_form(made, tag="20261126_ann_clara_1", today=DAY)
    write_ctoi(form, tmp_path / usual_name(DAY))
    text = (tmp_path / "params_planet_20261126_001.txt").read_text()
    assert text == form.text
    lines = text.splitlines()
    remarks = [line for line in lines if line.startswith("\\")]
    assert any("paper is empty" in remark for remark in remarks)
    assert not any("tag is empty" in remark for remark in remarks)
    content = lines[len(remarks) :]
    assert content[0].split("|") == list(CTOI_COLUMNS)
    assert {line.count("|") for line in content} == {len(CTOI_COLUMNS) - 1}
    table = pd.read_csv(io.StringIO("\n".join(content)), sep="|", dtype={"target": str})
    assert list(table["target"]) == ["TIC81.01", "TOI9.01", "TIC83.02"]
    assert list(table["flag"]) == ["newctoi", "newparams", "newctoi"]
    assert set(table["disp"]) == {"PC"}
    assert list(table["period"]) == pytest.approx([2.5] * 3, abs=2e-3)
    assert table["epoch"].between(2458325, 2458330).all()
    assert list(table["depth"]) == pytest.approx([1e4] * 3, rel=0.1)
    assert list(table["duration"]) == pytest.approx([4.8] * 3, rel=0.1)
    assert (table[["period_unc", "epoch_unc", "depth_unc", "duration_unc"]] > 0).all(axis=None)
    assert (table["prop_period"] == 0).all()
    assert table["notes"].str.len().max() <= 120
    assert table["notes"][0].startswith("sector 1 TESS-SPOC: ")
    assert table["notes"][0].endswith("a / b c")
    assert table[["radius", "inc", "mass"]].isna().all(axis=None)  # nothing that was not measured
    assert form.left_out == ("SIM 84: a simulated star is no candidate",)


def test_the_note_names_the_sectors_that_were_measured_together(made, monkeypatch):
    def joined(*given, **more):
        return event_table(*given, **more).assign(sectors="1 6")

    monkeypatch.setattr("clara_engine.report.ctoi.event_table", joined)
    assert all(row["notes"].startswith("sectors 1, 6 TESS-SPOC: ") for row in ctoi_form(made, today=DAY).rows)


def test_what_was_not_measured_is_left_out_with_the_reason(made):
    made.verdicts.add("81-s0001-TESS-SPOC-600", "planet", author="bob")
    assert "TIC 81: no period was kept" in ctoi_form(made, today=DAY).left_out
    made.verdicts.undo(author="bob")


def test_nobody_is_a_planet(workspace):
    with pytest.raises(WorkspaceError, match="no star was vetted as a planet"):
        ctoi_form(workspace)
