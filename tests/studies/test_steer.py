"""The steering matrix on a small workspace: whole, resumed, disjoint, and the diagonal wins."""

import pandas as pd
import pytest

from clara_engine.errors import Cancelled
from clara_engine.forest import ForestSettings
from clara_engine.progress import quiet
from clara_engine.studies import steer as steering
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.synthetic.signals import Flares

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


@pytest.mark.heavy
def test_every_cell_is_measured_and_the_diagonal_wins(matrix):
    table = matrix.table().set_index(["contrast", "event"])
    assert len(table) == 7 * 3
    assert table[["auc", "recall_1", "recall_5"]].stack().between(0, 1).all()
    assert (table["auc_low"] <= table["auc"]).all()
    assert (table["seeds"] == 2).all()
    assert table.loc[("binaries", "binaries"), "auc"] > 0.9
    assert table.loc[("flares", "flares"), "auc"] > table.loc[("binaries", "flares"), "auc"]
    assert table.loc[("flares", "flares (other generator)"), "auc"] > 0.8


def test_scores_tell_what_the_cells_and_the_table_say(matrix):
    scores = matrix.scores()
    cells = matrix.kept()
    row = cells[(cells["contrast"] == "flares") & (cells["event"] == "binaries") & (cells["seed"] == 1)].iloc[0]
    mine = scores[(scores["contrast"] == "flares") & (scores["seed"] == 1)]
    made, still = (mine[mine["event"] == event] for event in ("binaries", ""))
    wins = made["score"].to_numpy()[:, None] - still["score"].to_numpy()
    assert row["auc"] == pytest.approx(((wins > 0) + (wins == 0) / 2).mean())
    assert set(made["target_id"]) <= set(still["target_id"])
    assert row["matched_auc"] > 0.5
    table = matrix.table().set_index(["contrast", "event"])
    both = cells[(cells["contrast"] == "flares") & (cells["event"] == "binaries")]
    for name in ("auc", "matched_auc", "recall_5"):
        assert table.loc[("flares", "binaries"), name] == pytest.approx(both[name].mean())
    strong = matrix.table(least_signal_to_noise=7).set_index(["contrast", "event"])
    assert strong.loc[("flares", "flares"), "auc"] >= table.loc[("flares", "flares"), "auc"] - 0.02
    by_strength = matrix.by_signal_to_noise()
    assert (by_strength.groupby(["contrast", "event"])["n"].sum() == 60).all()


class Stop:
    """A report that stops the work at the third row."""

    def __init__(self):
        self.rows = set()

    def stage(self, name, step=None):
        self.rows.add(name.partition(":")[0])
        if len(self.rows) == 3:
            raise Cancelled

    def __call__(self, done, total):
        pass


def test_it_resumes_from_what_is_kept(trained, matrix, monkeypatch):
    whole = matrix.cells()
    fewer = SteeringPlan(**SMALL | {"seeds": 1, "events": ("binaries", "flares")}, quiet_labels=("quiet", "dip"))
    monkeypatch.setattr("clara_engine.studies.injections.generate_each", lambda *_, **__: pytest.fail("made anew"))
    monkeypatch.setattr("clara_engine.forest.UnsupervisedForest.fit", lambda *_, **__: pytest.fail("grown anew"))
    part = SteeringMatrix(trained, fewer).cells(Stop())
    expected = whole[(whole["seed"] == 0) & whole["event"].isin(fewer.events)]
    pd.testing.assert_frame_equal(part, expected.reset_index(drop=True))


def test_what_is_measured_stays_when_it_is_stopped(trained):
    changed = SMALL | {"seeds": 1, "events": ("binaries",), "measured": 20}
    matrix = SteeringMatrix(trained, SteeringPlan(**changed, quiet_labels=("quiet", "dip")))
    assert matrix.kept().empty
    with pytest.raises(Cancelled):
        matrix.cells(Stop())
    assert matrix.kept()["contrast"].tolist() == ["binaries", "flares"]
    stopped = matrix.kept()
    cells = matrix.cells()
    assert cells["contrast"].tolist() == list(SMALL["contrasts"])
    pd.testing.assert_frame_equal(cells.head(2), stopped)


def test_published_models_keep_their_own_features(matrix):
    ranking = matrix.ranking("P9", 0, quiet)
    assert ranking.feature_set == "flux_power"
    assert matrix.ranking("URF1", 0, quiet).feature_set == "steering"


def test_recovery_rises_with_depth(matrix):
    table = matrix.recovery("binaries", "binaries", x="depth", y=None, bins=2)
    assert table["n"].sum() == 60
    assert table["recovery"].iloc[1] >= table["recovery"].iloc[0]


def test_stars_with_labels_are_not_measured(trained):
    split = SteeringMatrix(trained, SteeringPlan(**SMALL)).split(0)
    labels = trained.labels.frame().set_index("target_id")["value"]
    assert (labels.loc[list(split.measured)] == "quiet").all()


def test_cells_of_a_changed_design_or_generator_are_not_taken_for_these(matrix, monkeypatch):
    before = matrix.fingerprint(0)
    assert matrix.fingerprint(0) == before != matrix.fingerprint(1)
    with monkeypatch.context() as changed:
        deeper = {**steering.EVENTS, "flares": (Flares(depth=(0.3, 0.4)),)}
        changed.setattr("clara_engine.synthetic.steering.EVENTS", deeper)
        assert matrix.fingerprint(0) != before
    monkeypatch.setattr(steering, "generators_digest", lambda: "another program")
    assert matrix.fingerprint(0) != before
