"""Each kind of finding has a type, and comes back as it was kept."""

from pathlib import Path

import pandas as pd
import pytest

from clara_engine.forest import ForestSettings
from clara_engine.forest.tune import Trial
from clara_engine.jobs import JobKind
from clara_engine.studies.findings import FINDINGS, Found, Tuned, keep_finding, last_finding
from clara_engine.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path)


def test_a_table(workspace: Workspace) -> None:
    table = pd.DataFrame({"feature": ["a", "b"], "importance": [0.75, 0.25]})
    keep_finding(workspace, JobKind.IMPORTANCES, "run", Found(table))
    pd.testing.assert_frame_equal(last_finding(workspace, JobKind.IMPORTANCES, "run").table, table)


def test_settings_that_were_tried(workspace: Workspace) -> None:
    tuned = Tuned([Trial(ForestSettings(n_estimators=30), (0.5, 0.75))], None)
    keep_finding(workspace, JobKind.TUNE, "", tuned)
    assert last_finding(workspace, JobKind.TUNE) == tuned


@pytest.mark.parametrize("kind", FINDINGS)
def test_what_another_version_wrote_in_another_way_is_none(workspace: Workspace, kind: JobKind) -> None:
    workspace.job_results.keep(kind, "", '{"written": "otherwise"}')
    assert last_finding(workspace, kind) is None
