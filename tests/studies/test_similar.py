"""Matches of stars to labelled ones."""

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.studies.similar import calibrated_similarity, published_similarity


def test_matches_are_joined_by_id_and_never_to_the_star_itself(ws):
    for found in (published_similarity(ws, "truth"), calibrated_similarity(ws, "truth")):
        table = found.table
        assert table["target_id"].tolist() == ws.targets.ids()
        assert (table["reference_id"] != table["target_id"]).all()
        truth = ws.labels.frame().query("family == 'truth'").set_index("target_id")["value"]
        assert (truth[table["reference_id"]].to_numpy() == table["reference_label"]).all()
        assert found.references == 40
    assert found.held_out.confusion.to_numpy().sum() == 40
    assert {"p_dip", "p_quiet", "novelty", "probability"} <= set(table)
    with pytest.raises(WorkspaceError, match="no target has a label of family 'simbad'; families: truth"):
        published_similarity(ws, "simbad")


def test_star_with_two_labels_teaches_nothing(ws):
    ids = ws.targets.ids()
    ws.labels.add("toi", {ids[0]: "CP", ids[1]: "CP", ids[2]: "FP", ids[3]: "FP"}, source="a")
    ws.labels.add("toi", {ids[0]: "FP"}, source="b")
    found = published_similarity(ws, "toi")
    assert (found.references, found.ambiguous) == (3, 1)
    assert ids[0] not in set(found.table["reference_id"])
    for source in ("a", "b"):
        ws.labels.add("toi", {}, source=source)


def test_own_verdicts_are_references(ws):
    ids = ws.targets.ids()
    for i, label in ((0, "dip"), (1, "dip"), (20, "quiet"), (21, "quiet")):
        ws.verdicts.add(ids[i], label, author="bob")
    found = calibrated_similarity(ws, "verdict", neighbours=1)
    assert found.references == 4
    assert set(found.table["reference_id"]) <= {ids[i] for i in (0, 1, 20, 21)}
    while ws.verdicts.undo(author="bob"):
        pass
