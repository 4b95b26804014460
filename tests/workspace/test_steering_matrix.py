"""The steering matrix on a small workspace: whole, resumed, disjoint, and the diagonal wins."""

import pytest

from clara_engine.errors import Cancelled, DesignError
from clara_engine.forest import ForestSettings
from clara_engine.workspace.steering import SteeringMatrix, SteeringPlan

SMALL = {
    "contrasts": ("binaries", "flares", "P9", "URF1", "marginal", "isolation forest", "BLS"),
    "events": ("binaries", "flares", "flares (other generator)"),
    "seeds": 2,
    "curves": 40,
    "measured": 30,
    "forest": ForestSettings(n_estimators=60, oob_score=False),
}


@pytest.fixture(scope="module")
def matrix(trained):
    return SteeringMatrix(trained, SteeringPlan(**SMALL, quiet_labels=("quiet", "dip")))


def test_every_cell_is_measured_and_the_diagonal_wins(matrix):
    table = matrix.table().set_index(["contrast", "event"])
    assert len(table) == 7 * 3
    assert table[["auc", "recall_1", "recall_5"]].stack().between(0, 1).all()
    assert (table["auc_low"] <= table["auc"]).all()
    assert (table["seeds"] == 2).all()
    assert table.loc[("binaries", "binaries"), "auc"] > 0.9
    assert table.loc[("flares", "flares"), "auc"] > table.loc[("binaries", "flares"), "auc"]
    assert table.loc[("flares", "flares (other generator)"), "auc"] > 0.8


def test_it_resumes_from_what_is_kept_and_can_be_stopped(matrix, monkeypatch):
    first = matrix.cells()
    monkeypatch.setattr("clara_engine.workspace.steering.generate", lambda *_, **__: pytest.fail("made anew"))
    assert matrix.cells().equals(first)

    class Stop:
        def stage(self, name):
            pass

        def __call__(self, done, total):
            raise Cancelled

    with pytest.raises(Cancelled):
        matrix.cells(Stop())


def test_recovery_rises_with_depth(matrix):
    table = matrix.recovery("binaries", "binaries", x="depth", y=None, bins=2)
    assert table["n"].sum() == 60
    assert table["recovery"].iloc[1] >= table["recovery"].iloc[0]


def test_stars_with_labels_are_not_measured(trained):
    split = SteeringMatrix(trained, SteeringPlan(**SMALL)).split(0)
    labels = trained.labels.frame().set_index("target_id")["value"]
    assert (labels.loc[list(split.measured)] == "quiet").all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"contrasts": ("comets",)}, "no contrast set 'comets'"), ({"events": ("comets",)}, "no event 'comets'"),
     ({"seeds": 0}, "seeds = 0 is out of range")],
)  # fmt: skip
def test_plans_out_of_range_are_refused(changes, words):
    with pytest.raises(DesignError, match=words):
        SteeringPlan(**SMALL | changes)
