"""Each pane's Python side: what it draws and what it changes."""

import io
import re

import holoviews as hv
import numpy as np
import pandas as pd
import pytest

from clara_app.panes.facts import FactsPane, facts_html, number
from clara_app.panes.jobs import job_line
from clara_app.panes.measures import MeasuresPane
from clara_app.panes.ranking import PAGE, RankingPane, last_above_line, ranked, shown_columns, texts
from clara_app.panes.similar import SimilarPane
from clara_app.panes.steering import SteeringPane, matrix_note
from clara_app.panes.sweep import SweepPane
from clara_app.panes.verdict import VerdictPane, history_html
from clara_app.panes.why import WhyPane
from clara_app.session import Session
from clara_engine.evaluate import measure
from clara_engine.jobs import Job, JobState
from clara_engine.plots import steering_matrix
from clara_engine.plots.why_strange import bands
from clara_engine.store.versions import Topic
from clara_engine.studies.claims import Claims, keep_claims
from clara_engine.studies.reasons import explain_star, similar_stars
from clara_engine.studies.sweep import Sweeps


def test_facts_are_escaped_and_have_units() -> None:
    row = pd.Series({"tmag": 9.5, "teff": np.nan, "product": "<i>", "sector": 1, "cadence_s": 120.0})
    labels = pd.DataFrame({"family": ["toi"], "value": ["<script>"], "source": ['"x']})
    page = facts_html("TIC 1 <", row, labels, 10)
    assert "<script>" not in page
    assert "<i>" not in page
    assert "9.50 mag" in page
    assert number(np.nan, "{:.0f}", "K") == "–"
    assert "sector 1" in page
    assert "quarter 1" in facts_html("KIC 1", row, labels, 10)


def test_the_facts_pane_names_rank_and_score(session: Session) -> None:
    words = FactsPane(session).html.object
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
    pane.table.receive({"row": 3})
    assert session.target_id == session.order[3]
    assert pane.table.selected == 3
    pane.table.receive({"row": 10_000})
    assert session.target_id == session.order[3]


def test_pages_of_a_long_ranking(session: Session) -> None:
    pane = RankingPane(session)
    many = pd.concat([session.table] * 8).reset_index(drop=True)
    many.index = [f"t{i}" for i in range(len(many))]
    many = many.drop(columns=["star_rank", "star"])
    session.param.update(table=many, scored=session.scored + 1)
    assert pane.table.pages == -(-len(many) // PAGE)
    pane.table.receive({"page": 1})
    assert pane.table.rows == texts(many.iloc[PAGE : 2 * PAGE])
    pane.table.receive({"row": 2})
    assert session.target_id == f"t{PAGE + 2}"


def test_unknown_numbers_are_dashes_and_verdicts_are_text() -> None:
    rows = pd.DataFrame(
        {"rank": [1, 2], "tic": [5, 6], "tmag": [np.nan, 8], "verdict": ["<b>", None], "teff": np.nan}, index=["a", "b"]
    )
    assert texts(rows) == [["1", "5", "", "<b>", "–"], ["2", "6", "", "", "8.00"]]  # the third is a picture
    assert "teff" not in shown_columns(rows)  # nothing is known of it
    assert list(ranked(rows, selection=[], unreviewed=True).index) == ["b"]


def test_light_curves_of_a_star_stand_together_and_the_line_is_below_the_last_above_it() -> None:
    rows = pd.DataFrame(
        {
            "rank": [1, 2, 3, 4],
            "tic": [5, 6, 7, 5],
            "star": ["a", "b", "c", "a"],
            "star_rank": [2, 1, 3, 2],
            "star_best": [True, True, True, False],
            "star_q_value": [0.08, 0.02, 0.4, 0.08],
            "star_p_value": [0.004, 0.001, 0.3, 0.004],
        },
        index=["a1", "b1", "c1", "a2"],
    )
    shown = ranked(rows, selection=[], unreviewed=False)
    assert list(shown.index) == ["b1", "a1", "a2", "c1"]
    assert [row[0] for row in texts(shown)] == ["1", "2", "2", "3"]
    assert [row[2] for row in texts(shown)] == ["0.001", "0.004", "0.004", "0.3"]
    assert last_above_line(shown) == 2
    assert last_above_line(shown.assign(star_q_value=np.nan)) == -1
    assert list(ranked(rows, selection=[], unreviewed=False, ascending=False).index) == ["c1", "a1", "a2", "b1"]


def test_the_ranking_says_how_far_down_one_may_go(session: Session) -> None:
    run = session.run
    ids = session.server.scores(run).index.to_list()
    table = pd.DataFrame({"target_id": ids, "p_value": 0.5, "star": ids, "star_light_curves": 1, "star_best": True})
    table = table.assign(star_p_value=0.5, star_rank=np.arange(1.0, len(ids) + 1))
    table["star_q_value"] = np.where(np.arange(len(ids)) < 3, 0.05, 1.0)
    line = {"level": 0.1, "stars": 3, "needed": 1}
    found = Claims("null light curves", stars=len(ids), lines=[line])
    keep_claims(run.folder, table, found, session.server.workspace.changing(Topic.CLAIMS))
    session.poll()
    session.param.update(table=session.server.table(run, None))
    pane = RankingPane(session)
    assert pane.table.line == 2
    assert "3 above the line, about 1 in 10 by chance" in pane.count.object
    assert [name["name"] for name in pane.table.columns][3] == "star_p_value"
    pane.sort_by("tmag")
    assert pane.table.line == -1


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".vot"])
def test_exports_hold_every_row_and_score(session: Session, kind: str) -> None:
    from astropy.io.votable import parse_single_table

    file = io.BytesIO(RankingPane(session).export(kind))
    if kind == ".vot":
        table = parse_single_table(file).to_table().to_pandas()
    else:
        table = pd.read_csv(file) if kind == ".csv" else pd.read_parquet(file)
    assert [str(name) for name in table["target_id"]] == session.order
    np.testing.assert_allclose(table["anomaly_score"], session.table["anomaly_score"])
    assert "path" not in table


def test_measures_are_those_of_the_engine(session: Session) -> None:
    pane = MeasuresPane(session)
    session.family_value = ("truth", "planet")
    mask = session.server.workspace.labels.members(list(session.table.index))["truth", "planet"]
    expected = measure(session.table["anomaly_score"], mask)
    words = pane.html.object
    assert f"<b>{expected.roc_auc.value:.3f}</b>" in words
    assert f"{expected.roc_auc.low:.3f} – {expected.roc_auc.high:.3f}" in words
    assert f"{expected.positives} of {expected.targets} stars" in words


def pressed(pane: VerdictPane) -> list[str]:
    """Labels whose button is pressed."""
    return re.findall(r'data-action="give:([^"]*)" aria-pressed="true"', pane.bar.object)


def test_verdict_notes_are_text(session: Session) -> None:
    pane = VerdictPane(session)
    pane.give(session.labels[1].name, "<img src=x onerror=alert(1)>")
    words = pane.history.object
    assert session.labels[1].name in words
    assert "<img" not in words
    assert "&lt;img" in words
    assert pressed(pane) == [session.labels[1].name]
    session.undo_verdict()
    assert "<s>" in pane.history.object
    assert pressed(pane) == []


def test_an_empty_history_says_so() -> None:
    assert "no verdict yet" in history_html(pd.DataFrame({"retracts": []}))


def test_the_jobs_bar_tells_stage_share_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clara_engine.jobs.queue.time.time", lambda: 110.0)
    job = Job("train", "P9", state=JobState.RUNNING, stage="growing trees", fraction=0.25, stage_started=100.0)
    assert job_line(job) == ("P9: growing trees", "25% · 0:30 left")
    assert job_line(Job("map", "t-SNE map")) == ("t-SNE map: waiting", "")


def test_why_strange_draws_contributions_only_when_in_view(session: Session) -> None:
    pane = WhyPane(session)
    assert not pane.plots
    session.star_tab = "why"
    assert list(pane.plots) == ["flux", "power"]
    reason = explain_star(session.server.workspace, session.run, session.target_id)
    drawn = {name: plotted.part(hv.Rectangles)["added"].sum() for name, plotted in pane.plots.items()}
    assert drawn == pytest.approx(reason.by_block())
    assert f"{reason.score:.3f}" in pane.html.object
    session.step(1)
    other = explain_star(session.server.workspace, session.run, session.target_id)
    assert f"{other.score:.3f}" in pane.html.object


def test_bands_keep_every_contribution_where_it_belongs(session: Session) -> None:
    block = explain_star(session.server.workspace, session.run, session.target_id).features.blocks[1]
    contributions = np.zeros(block.axis.size)
    contributions[200] = 0.5
    edges, sums = bands(block, contributions)
    (place,) = np.flatnonzero(sums)
    assert sums[place] == 0.5
    assert edges[place] <= block.axis[200] <= edges[place + 1]


def test_similar_stars_are_listed_clicked_and_selected(session: Session) -> None:
    pane = SimilarPane(session)
    session.star_tab = "similar"
    found = similar_stars(session.server.workspace, session.run, session.target_id, 50)
    assert pane.ids == found["target_id"].tolist()
    assert len(pane.table.rows) == len(found)
    here = session.target_id
    pane.select_similar()
    assert session.selection == [here, *pane.ids]
    wanted = pane.ids[2]
    pane.row_clicked(2)
    assert session.target_id == wanted
    assert wanted not in pane.ids


def test_the_steering_matrix_is_drawn_with_chance_interval_and_its_own_cell_framed() -> None:
    row = {"seeds": 3, "auc_low": 0.8, "auc_high": 0.99, "recall_1": 0.5, "recall_5": 0.7}
    cells = [("planets", "planets", 0.95), ("planets", "flares", 0.6), ("P9", "planets", 0.7)]
    table = pd.DataFrame([{"contrast": c, "event": e, "auc": a, **row} for c, e, a in cells])
    drawn = steering_matrix(table, "auc")
    boxes, own = (part for part in drawn if isinstance(part, hv.Rectangles))
    assert len(boxes) == 3  # P9 on flares is still to come
    assert len(own) == 1
    hover = boxes.dimension_values("hover")[0]
    assert "95 % interval over stars 0.800 to 0.990\nchance 0.5" in hover
    assert "mean of 3 seeds" in matrix_note(table, "auc", "steering")


def test_the_steering_pane_says_what_it_does_and_queues_it(session: Session) -> None:
    pane = SteeringPane(session)
    assert "Not measured yet" in pane.html.object
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
    pane.row_clicked(0)
    assert session.run_id == runs[1].id
    assert pane.table.selected == 0
