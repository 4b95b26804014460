"""The view of sectors, without a browser."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clara_app.compared_runs import ComparedRuns
from clara_app.panes.sectors import ALONE, NOT_YET, SectorsPane, new_sector_words
from clara_app.session import Session
from clara_engine.jobs import JobKind
from clara_engine.studies.findings import Found, keep_finding, of_sector
from clara_engine.studies.new_sector import NewSector


def matrix(run: str) -> pd.DataFrame:
    table = pd.DataFrame(
        [(run, 1, 1), (run, 2, 1), (run, 1, 2), (run, 2, 2)], columns=["design", "trained", "measured"]
    )
    for name in ("auc", "recall", "agreement", "auc_change", "recall_change"):
        table = table.assign(**{name: 0.7, f"{name}_low": 0.6, f"{name}_high": 0.8})
    return table.assign(label="truth/planet", stars=20, labelled=4, run_id="r")


@pytest.fixture
def found(session: Session) -> NewSector:
    """One star that is new and strange, and one that changed."""
    first, second, third = list(session.table.index)[:3]
    stars = pd.DataFrame(
        {
            "target_id": [first, second],
            "star": ["a", "b"],
            "sector": 1,
            "anomaly_score": [0.9, 0.5],
            "place": [1, 7],
            "percentile": [99.0, 70.0],
            "before_id": [None, third],
            "before_score": [np.nan, 0.1],
            "before_percentile": [np.nan, 20.0],
            "change": [np.nan, 0.4],
            "unusual": [np.nan, 6.0],
        }
    )
    reasons = pd.DataFrame(
        {"target_id": second, "feature": ["depth", "all others"], "before": [1.0, np.nan], "now": [2.5, np.nan]}
    ).assign(change=[0.3, 0.1])
    return NewSector(stars, reasons, 40, 1, 0, 0.01, -0.02, 0.03, 0.8)


def test_one_sector_is_told(session: Session) -> None:
    pane = SectorsPane(session, ComparedRuns(session))
    assert ALONE in pane.note.object
    assert pane.train.disabled
    assert pane.look.disabled
    assert not pane.figure.visible
    assert not pane.stars.visible, "a table would say that nothing is new before anybody has asked"


def test_the_matrix_and_what_is_new_are_shown(session: Session, found: NewSector) -> None:
    workspace, run = session.server.workspace, session.run
    compared = ComparedRuns(session)
    pane = SectorsPane(session, compared)
    assert [spec.name for spec in pane.specs()] == [run.name]
    keep_finding(workspace, JobKind.SECTORS, "", Found(matrix(run.name)))
    keep_finding(workspace, JobKind.NEW_SECTOR, of_sector(run, pane.sector.value), found)
    session.server.read()
    pane.refresh()
    assert "finding truth planet" in pane.note.object
    assert pane.figure.visible
    assert pane.stars.visible
    pane.measure.value = "agreement"
    assert [row[1:] for row in pane.stars.rows] == [
        ["0.900", "1", "new", ""],
        ["0.500", "7", "+0.400", "depth 1 → 2.5"],
    ]
    pane.row_clicked(1)
    assert session.requested == found.stars["target_id"][1]
    words = new_sector_words(found, "P9")
    assert words.startswith("P9: 2 new light curves beside 40; of stars that were known: 1; score change +0.010")
    assert words.endswith("1 new in the top 5 %, 1 changed unusually.")
    assert "3 of them trained the run" in new_sector_words(replace(found, trained=3), "P9")
    assert NOT_YET not in pane.note.object
