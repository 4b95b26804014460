"""A workspace of two cadences: what the page ranks, what it leaves out, and that both are said."""

from dataclasses import replace

import numpy as np
import pytest

from clara_app.compared_runs import ComparedRuns
from clara_app.controls.forest import ForestControl
from clara_app.group_line import group_line
from clara_app.panes.compare_runs import CompareRunsPane
from clara_app.panes.facts import FactsPane
from clara_app.panes.queue import QueuePane
from clara_app.panes.ranking import RankingPane
from clara_app.panes.wrss import joined_html
from clara_app.server import Server
from clara_app.session import Session
from clara_engine.readers import read_light_curve, write_spoc
from clara_engine.workspace import Workspace


@pytest.fixture
def mixed(workspace_folder, tmp_path, spec) -> Session:
    """The simulated stars at 2 minutes, and four of them every 30 minutes; a run of either, the older of the many."""
    workspace = Workspace.open(workspace_folder)
    for target_id in workspace.targets.ids()[:4]:
        curve = read_light_curve(workspace.targets.path(target_id))
        coarse = curve.select(slice(None, None, 15))
        coarse = replace(coarse, target=replace(coarse.target, cadence_s=1800.0))
        write_spoc(coarse, tmp_path / f"{curve.target.tic}.fits")
    workspace.ingest(sorted(tmp_path.glob("*.fits")))
    workspace.train(spec("many"))
    workspace.train(spec("few", group="1800"))
    server = Server(workspace)
    yield Session(server, author="tester", run_id=workspace.runs.get("many").id)
    server.close()


def test_ranking_and_queue_hold_one_group_and_say_what_they_leave_out(mixed):
    words = "TESS 120 s SPOC only; not ranked: 4 light curves of other groups, TESS 1800 s TESS-SPOC (4)"
    assert mixed.about_group == words
    assert words in group_line(mixed).object
    assert len(RankingPane(mixed).order) == len(QueuePane(mixed).order) == len(mixed.table) == 30
    mixed.run_id = mixed.server.workspace.runs.get("few").id
    assert mixed.about_group.startswith("TESS 1800 s TESS-SPOC only; not ranked: 30 light curves")
    assert len(RankingPane(mixed).order) == 4


def test_a_star_of_another_group_says_why_it_has_no_rank(mixed):
    pane = FactsPane(mixed)
    other = next(target_id for target_id in mixed.server.catalogue().index if target_id not in mixed.table.index)
    mixed.show(other)
    assert "not ranked" in pane.html.object
    assert "trained on 120 s SPOC light curves, this one has 1800 s TESS-SPOC" in pane.html.object
    mixed.show(mixed.table.index[0])
    assert "rank 1" in pane.html.object


def test_runs_of_two_groups_are_not_set_against_each_other(mixed):
    mixed.area = "compare"
    compared = ComparedRuns(mixed)
    compared.other_id = mixed.server.workspace.runs.get("few").id
    pane = CompareRunsPane(mixed, compared)
    assert "different groups can&#39;t be compared" in pane.html.object
    assert pane.table.empty
    assert not mixed.server.queue.active()
    assert "different groups" in joined_html(compared.first, compared.second, 0.5, {})
    compared.other_id = mixed.server.workspace.runs.get("first").id
    assert len(pane.table) == 30
    assert np.isfinite(pane.table["gained"]).all()


def test_the_wheel_offers_groups(mixed):
    assert list(ForestControl(mixed).param.group.objects) == [None, "TESS 120 s SPOC", "TESS 1800 s TESS-SPOC"]


def test_with_one_group_there_is_nothing_to_choose_and_nothing_left_out(session):
    assert ForestControl(session).param.group.objects == [None]
    assert session.about_group == "TESS 120 s SPOC"
