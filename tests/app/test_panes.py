"""Each pane's Python side: what it draws and what it changes."""

import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from app.panes.facts import FactsPane, facts_html, number
from app.panes.fold import FoldPane
from app.panes.jobs import JobsBar, job_line, jobs_html
from app.panes.light_curve import LightCurvePane, binned
from app.panes.map import MapPane, nearest
from app.panes.measures import MeasuresPane
from app.panes.periodogram import PeriodogramPane, nearest_peak
from app.panes.ranking import PAGE, RankingPane, ranked, texts
from app.panes.similar import SimilarPane
from app.panes.steering import SteeringPane, matrix_html
from app.panes.sweep import SweepPane
from app.panes.verdict import LABELS, VerdictPane, history_html
from app.panes.why import WhyPane, bands
from app.session import Session
from clara_engine.evaluate import measure
from clara_engine.jobs import Job, JobState
from clara_engine.periods import Peak, Periodogram, fold
from clara_engine.workspace.sweeps import Sweeps


def test_the_light_curve_is_drawn_with_every_finite_sample(session: Session) -> None:
    pane = LightCurvePane(session)
    curve = session.star.light_curve.finite()
    drawn = np.concatenate([pane.plot.samples.data["time"], pane.plot.flagged.data["time"]])
    np.testing.assert_array_equal(np.sort(drawn), np.sort(curve.time))
    ppm = (curve.flux / np.median(curve.flux) - 1) * 1e6
    np.testing.assert_allclose(pane.plot.samples.data["flux"], ppm[curve.quality == 0], rtol=1e-4, atol=0.1)
    assert pane.plot.figure.x_range.start < curve.time.min() < curve.time.max() < pane.plot.figure.x_range.end


def test_panes_say_simulated_and_why_there_is_nothing(session: Session) -> None:
    pane = LightCurvePane(session)
    assert session.star_origin == "SIMULATED"
    session.param.update(star=type(session.star)("x", problem="x.fits: <b>truncated"), star_origin="")
    assert pane._problem.object == "x.fits: &lt;b&gt;truncated"
    assert len(pane.plot.samples.data["time"]) == 0


def test_bins_are_means_and_break_at_gaps() -> None:
    time = np.concatenate([np.arange(0, 1, 0.001), np.arange(2, 3, 0.001)])
    mean_time, mean_flux = binned(time, 3 * time, width_days=0.05)
    assert np.isnan(mean_flux).sum() == 1
    filled = np.isfinite(mean_flux)
    np.testing.assert_allclose(mean_flux[filled], 3 * mean_time[filled])
    assert np.isnan(mean_time) @ np.isnan(mean_flux) == 1


def test_a_click_beside_a_peak_means_the_peak(session: Session) -> None:
    found = Periodogram(np.array([10.0, 5.0]), np.array([0.1, 0.9]), (Peak(5.0, 0.9), Peak(10.0, 0.1)))
    assert nearest_peak(5.2, found) == 5.0
    assert nearest_peak(7.0, found) == 7.0
    pane = PeriodogramPane(session)
    best = session.star.periodogram.peaks[0].period_days
    pane.choose(best * 1.01)
    assert session.period_days == pytest.approx(best, abs=1e-6)
    assert pane.plot.here.location == session.period_days


def test_the_fold_follows_the_period_and_its_field_sets_it(session: Session) -> None:
    pane = FoldPane(session)
    pane.period.value = 2.5
    assert session.period_days == 2.5
    expected = fold(session.star.light_curve, 2.5)
    np.testing.assert_allclose(pane.plot.samples.data["phase"], expected.phase, atol=1e-6)
    session.scale_period(2)
    assert pane.period.value == 5.0


def test_facts_are_escaped_and_have_units() -> None:
    row = pd.Series({"tmag": 9.5, "teff": np.nan, "product": "<i>", "sector": 1, "cadence_s": 120.0})
    labels = pd.DataFrame({"family": ["toi"], "value": ["<script>"], "source": ['"x']})
    page = facts_html("TIC 1 <", row, labels, 10)
    assert "<script>" not in page
    assert "<i>" not in page
    assert "9.50 mag" in page
    assert number(np.nan, "{:.0f}", "K") == "–"


def test_the_facts_pane_names_rank_and_score(session: Session) -> None:
    words = FactsPane(session)._html.object
    assert f"SIM {session.star.light_curve.target.tic}" in words
    assert "rank 1" in words
    assert "SIMULATED" in words


def test_the_ranking_lists_sorts_and_filters(session: Session) -> None:
    pane = RankingPane(session)
    assert [row[1] for row in pane.table.rows] == [str(tic) for tic in session.table["tic"]]
    assert pane.table.selected == 0
    pane.sort_by("tmag")
    assert session.table["tmag"][session.order].is_monotonic_increasing
    pane.sort_by("tmag")
    assert session.table["tmag"][session.order].is_monotonic_decreasing
    session.selection = list(session.table.index[:4])
    assert set(session.order) == set(session.table.index[:4])
    session.give_verdict("planet")
    session.unreviewed = True
    assert len(session.order) == 3


def test_a_click_on_a_row_shows_the_star(session: Session) -> None:
    pane = RankingPane(session)
    pane.table._handle_msg({"row": 3})
    assert session.target_id == session.order[3]
    assert pane.table.selected == 3
    pane.table._handle_msg({"row": 10_000})
    assert session.target_id == session.order[3]


def test_pages_of_a_long_ranking(session: Session) -> None:
    pane = RankingPane(session)
    many = pd.concat([session.table] * 8).reset_index(drop=True)
    many.index = [f"t{i}" for i in range(len(many))]
    session.param.update(table=many)
    assert pane.table.pages == -(-len(many) // PAGE)
    pane.table._handle_msg({"page": 1})
    assert pane.table.rows == texts(many.iloc[PAGE : 2 * PAGE])
    pane.table._handle_msg({"row": 2})
    assert session.target_id == f"t{PAGE + 2}"


def test_unknown_numbers_are_dashes_and_verdicts_are_text() -> None:
    rows = pd.DataFrame({"rank": [1], "tic": [5], "tmag": [np.nan], "verdict": ["<b>"]}, index=["a"])
    assert texts(rows) == [["1", "5", "–", "<b>"]]
    assert ranked(rows, selection=[], unreviewed=True).empty


@pytest.mark.parametrize("kind", ["csv", "parquet", "vot"])
def test_exports_hold_every_row_and_score(session: Session, kind: str) -> None:
    from astropy.io.votable import parse_single_table

    file = RankingPane(session).export(kind)
    if kind == "vot":
        table = parse_single_table(file).to_table().to_pandas()
    else:
        table = pd.read_csv(file) if kind == "csv" else pd.read_parquet(io.BytesIO(file.read()))
    assert [str(name) for name in table["target_id"]] == session.order
    np.testing.assert_allclose(table["anomaly_score"], session.table["anomaly_score"])
    assert "path" not in table


def test_the_nearest_point_is_nearest_on_the_screen() -> None:
    x, y = np.array([0.0, 1.0]), np.array([0.0, 0.0])
    assert nearest(x, y, (0.6, 0.0), (10.0, 1.0)) == 1
    assert nearest(x, y, (0.5, 50.0), (10.0, 1.0)) is None
    assert nearest(np.empty(0), np.empty(0), (0, 0), (1, 1)) is None


def test_the_map_shows_every_star_and_a_tap_chooses_one(session: Session) -> None:
    pane = MapPane(session)
    assert set(pane.plot.ids) == set(session.table.index)
    place = pane.plot.ids.index(session.order[7])
    x, y = (float(pane.plot.points.data[name][place]) for name in ("x", "y"))
    pane._tapped(SimpleNamespace(x=x, y=y))
    assert session.target_id == session.order[7]
    assert pane.plot.chosen.data["x"][0] == pytest.approx(x)


def test_the_strangest_star_is_drawn_last(session: Session) -> None:
    pane = MapPane(session)
    assert np.all(np.diff(pane.plot.points.data["value"]) >= 0)


def test_a_lasso_selects_and_the_button_clears(session: Session) -> None:
    pane = MapPane(session)
    pane.plot.points.selected.indices = [1, 4]
    pane._drawn_around(SimpleNamespace(final=True, geometry={"type": "poly"}))
    assert session.selection == [pane.plot.ids[1], pane.plot.ids[4]]
    session.selection = []
    assert pane.plot.points.selected.indices == []


def test_the_map_keeps_its_place_when_it_recolours(session: Session) -> None:
    pane = MapPane(session)
    pane.plot.figure.x_range.update(start=-0.5, end=0.5)
    for choice in ("tmag", "label:truth", "anomaly_score"):
        session.colour_by = choice
        assert (pane.plot.figure.x_range.start, pane.plot.figure.x_range.end) == (-0.5, 0.5)
    session.dark = True
    assert pane.plot.mapper.palette != []


def test_pca_stands_in_while_t_sne_is_made(session: Session) -> None:
    for file in (session.server.workspace.folder / "maps").glob("tsne*"):
        file.unlink()
    pane = MapPane(session)
    assert pane._shown == "pca"
    assert "t-SNE is being computed" in pane._note.object
    session.server.queue.wait(session.server.queue.jobs()[-1].id, 60)
    session.poll()
    assert pane._shown == "tsne"


def test_measures_are_those_of_the_engine(session: Session) -> None:
    pane = MeasuresPane(session)
    session.family_value = ("truth", "planet")
    mask = session.server.workspace.labels.members(list(session.table.index))["truth", "planet"]
    expected = measure(session.table["anomaly_score"], mask)
    words = pane._html.object
    assert f"<b>{expected.roc_auc.value:.3g}</b>" in words
    assert f"{expected.roc_auc.low:.3g} – {expected.roc_auc.high:.3g}" in words
    assert f"{expected.positives} of {expected.targets} stars" in words


def test_verdict_notes_are_text(session: Session) -> None:
    pane = VerdictPane(session)
    pane.note.value = "<img src=x onerror=alert(1)>"
    pane.give(2)
    words = pane._history.object
    assert LABELS[1] in words
    assert "<img" not in words
    assert "&lt;img" in words
    assert pane.note.value == ""
    assert pane.buttons[1].variant == "contained"
    session.undo_verdict()
    assert "<s>" in pane._history.object
    assert pane.buttons[1].variant == "outlined"


def test_an_empty_history_says_so() -> None:
    assert "no verdict yet" in history_html(pd.DataFrame({"retracts": []}))


def test_the_jobs_bar_tells_stage_share_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clara_engine.jobs.queue.time.time", lambda: 110.0)
    job = Job("train", "P9", state=JobState.RUNNING, stage="growing trees", fraction=0.25, stage_started=100.0)
    assert job_line(job, 1) == "P9: growing trees 25% · 0:30 left · 1 more"
    assert "waiting" in job_line(Job("map", "t-SNE map"))


def test_the_jobs_list_escapes_and_shows_failures(session: Session) -> None:
    words = jobs_html([Job("train", "<b>", state=JobState.FAILED, message="no <i>light")])
    assert "<b>" not in words
    assert "no &lt;i&gt;light" in words
    assert JobsBar(session).head is None


def test_why_strange_draws_contributions_only_when_in_view(session: Session) -> None:
    pane = WhyPane(session)
    assert not pane.plots
    session.star_tab = "why"
    assert [drawn.block.name for drawn in pane.plots] == ["flux", "power"]
    reason = session.server.workspace.reasons.explain(session.run, session.target_id)
    drawn = {plotted.block.name: plotted.bands.data["added"].sum() for plotted in pane.plots}
    assert drawn == pytest.approx(reason.by_block())
    assert f"{reason.score:.3f}" in pane._html.object
    session.step(1)
    other = session.server.workspace.reasons.explain(session.run, session.target_id)
    assert f"{other.score:.3f}" in pane._html.object


def test_bands_keep_every_contribution_where_it_belongs(session: Session) -> None:
    block = session.server.workspace.reasons.explain(session.run, session.target_id).features.blocks[1]
    contributions = np.zeros(block.axis.size)
    contributions[200] = 0.5
    edges, sums = bands(block, contributions)
    (place,) = np.flatnonzero(sums)
    assert sums[place] == 0.5
    assert edges[place] <= block.axis[200] <= edges[place + 1]


def test_similar_stars_are_listed_clicked_and_selected(session: Session) -> None:
    pane = SimilarPane(session)
    session.star_tab = "similar"
    found = session.server.workspace.reasons.similar(session.run, session.target_id, 50)
    assert pane.ids == found["target_id"].tolist()
    assert len(pane.table.rows) == len(found)
    here = session.target_id
    pane._select_them()
    assert session.selection == [here, *pane.ids]
    wanted = pane.ids[2]
    pane._row_clicked(2)
    assert session.target_id == wanted
    assert wanted not in pane.ids


def test_the_steering_matrix_is_drawn_with_chance_interval_and_its_own_cell_framed() -> None:
    row = {"seeds": 3, "auc_low": 0.8, "auc_high": 0.99, "recall_1": 0.5, "recall_5": 0.7}
    cells = [("planets", "planets", 0.95), ("planets", "flares", 0.6), ("P9", "planets", 0.7)]
    table = pd.DataFrame([{"contrast": c, "event": e, "auc": a, **row} for c, e, a in cells])
    page = matrix_html(table, "auc", "steering")
    assert page.count("cell own") == 1
    assert "95 % interval 0.800 to 0.990, chance 0.5" in page
    assert "mean of 3 seeds" in page
    assert "<td></td>" in page  # P9 on flares is still to come


def test_the_steering_pane_says_what_it_does_and_queues_it(session: Session) -> None:
    pane = SteeringPane(session)
    assert "Not measured yet" in pane._html.object
    pane.press()
    job = next(job for job in session.jobs if job.kind == "steering")
    session.cancel(job.id)
    session.server.queue.wait(job.id, 60)
    session.poll()
    assert not pane.button.disabled


def test_a_sweep_is_ranked_anew_as_alpha_moves_and_a_click_shows_its_run(session: Session, spec) -> None:
    workspace = session.server.workspace
    runs = [session.run, workspace.train(spec("second", seed=5))]
    table = Sweeps(workspace).measured(runs, ("truth", "planet"), [{"seed": 1}, {"seed": 2}])
    table = table.assign(recall=[0.9, 0.1], anomaly_rate=[0.1, 0.1], excess=[0.8, 0.0], importance_top_20=[0.0, 1.0])
    (workspace.folder / "sweeps").mkdir()
    table.to_parquet(workspace.folder / "sweeps" / "paper36.parquet")
    pane = SweepPane(session)
    pane.alpha.value = 1.0
    assert pane.runs == [run.id for run in runs]
    pane.alpha.value = 0.0
    assert pane.runs == [run.id for run in reversed(runs)]
    assert pane.table.rows[0][0] == "second"
    pane._row_clicked(0)
    assert session.run_id == runs[1].id
    assert pane.table.selected == 0
