"""The page beside a Dask cluster, in headless Chromium: Retrain goes there, and is told and cancelled as always."""

import re
from pathlib import Path

import pytest

from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, faults_of, open_page, serve, wait_here

pytestmark = [pytest.mark.browser, pytest.mark.heavy]
distributed = pytest.importorskip("distributed")


def curves(tab, number: int) -> None:
    field = tab.get_by_role("spinbutton", name="curves (n)")
    field.fill(str(number))
    field.press("Enter")


def test_retrain_is_done_by_the_cluster_and_cancelled_there(
    chromium, workspace_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(workspace_folder)
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as machines:
        scheduler = machines.scheduler
        monkeypatch.setenv("CLARA_CLUSTER", machines.scheduler_address)
        with serve(workspace_folder) as url:
            tab = chromium.new_page(viewport={"width": 1280, "height": 800})
            faults = faults_of(tab)
            tab.set_default_timeout(PATIENCE)
            open_page(tab, url)
            tab.get_by_role("combobox", name="event to look for").select_option("flares")
            curves(tab, 20)
            steps = scheduler.transition_counter
            tab.get_by_role("button", name=re.compile("^Retrain")).click()
            tab.get_by_role("progressbar", name=re.compile("features")).first.wait_for()
            wait_here(lambda: len(workspace.runs.list()) == 2)
            assert scheduler.transition_counter > steps + 20
            trained = workspace.runs.get("latest")

            curves(tab, 1000)
            tab.get_by_role("button", name=re.compile("^Retrain")).click()
            wait_here(lambda: scheduler.tasks)
            tab.get_by_label("cancel this job").click()
            wait_here(lambda: not scheduler.tasks)
            tab.get_by_role("button", name="jobs", exact=True).click()
            for state in ("done", "cancelled"):
                tab.get_by_role("cell", name=state, exact=True).first.wait_for()
            tab.close()
    assert workspace.runs.get("latest").id == trained.id
    assert faults == []
