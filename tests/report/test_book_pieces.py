"""Pieces of a book with the data that they are of."""

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.report.book_pieces import PIECES, Missing, Subject


@pytest.fixture(scope="module")
def subject(trained):
    """A run of forty stars that Gaia knows."""
    ids = trained.targets.ids()
    gaia = pd.DataFrame({"gaia_g": 10.0, "bp_rp": 1.0, "parallax_mas": [5.0 + at for at in range(40)]}, index=ids)
    trained.labels.add_parameters(gaia, source="test")
    return Subject(trained, trained.runs.get("latest"))


def test_the_diagram_has_every_star_that_gaia_places(subject):
    piece = PIECES["Colour–magnitude diagram of Gaia"](subject)
    assert piece.stars == 40
    assert "simulated" in piece.made_from
    table = piece.tables["gaia"].set_index("target_id")
    assert table["abs_g"].is_monotonic_increasing  # nearer stars of one magnitude are fainter
    assert table["anomaly_score"].to_dict() == subject.scores["anomaly_score"].to_dict()


def test_each_known_parameter_has_a_figure_and_a_correlation(subject):
    piece = PIECES["Score against stellar parameters"](subject)
    names = [figure.name.removeprefix("score_against_") for figure in piece.figures]
    assert {"teff_k", "tmag", "bp_rp"} <= set(names)
    assert set(names) <= set(piece.tables["correlations"]["parameter"])


def test_the_label_that_is_asked_for_is_measured(subject):
    found = PIECES["Performance"](Subject(subject.store, subject.run, ("truth", "quiet")))
    assert "truth/quiet: 36 of 40" in next(iter(found.figures)).words
    with pytest.raises(Missing, match="no label truth/comet"):
        PIECES["Performance"](Subject(subject.store, subject.run, ("truth", "comet")))


def test_without_labels_it_is_said_how_to_get_some(workspace, small_spec):
    workspace.train(small_spec)
    with pytest.raises(Missing) as missing:
        PIECES["Performance"](Subject(Workspace.open(workspace.folder), workspace.runs.get("latest")))
    assert missing.value.command == "clara crossmatch --toi"
