"""Matches of stars to labelled ones."""

import pytest

from clara_engine.errors import WorkspaceError
from clara_engine.report.export import ranking
from clara_engine.studies.similar import calibrated_similarity, keep_matches, published_similarity
from clara_engine.studies.subset import stars_where
from clara_engine.studies.train import measures_of


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


def test_published_references_are_tois_with_a_simbad_type(ws):
    ids = ws.targets.ids()
    ws.labels.add("simbad", {ids[i]: kind for i, kind in enumerate(["Pl", "Pl?", "*", "EB*", "err"])}, source="SIMBAD")
    with pytest.raises(WorkspaceError, match="no TOI with a SIMBAD type"):
        published_similarity(ws, "simbad")
    ws.labels.add("toi", {ids[0]: "CP", ids[1]: "PC", ids[9]: "FP"}, source="table")
    assert published_similarity(ws, "simbad").references == 2
    assert calibrated_similarity(ws, "simbad", neighbours=1).references == 5
    ws.labels.add("simbad", {ids[6]: "SB*"}, source="target list simbad_references")
    found = published_similarity(ws, "simbad", threshold=-1)
    assert found.references == 3
    assert set(found.table["reference_id"]) == {ids[0], ids[1], ids[6]}
    groups = found.table.set_index("reference_label")["group"].to_dict()
    assert groups == {"Pl": "planet-like", "Pl?": "planet-like", "SB*": "binary-like"}
    for family, source in (("simbad", "SIMBAD"), ("toi", "table"), ("simbad", "target list simbad_references")):
        ws.labels.add(family, {}, source=source)


def test_kept_matches_are_labels_that_nothing_is_measured_by(ws):
    run = ws.runs.list()[0]
    before = measures_of(ws, run.scores()), ws.labels.uneventful(ws.targets.ids()), ws.families.families()
    found = published_similarity(ws, "truth", threshold=0.3)
    assert keep_matches(ws, "truth", found) == "similar_truth"
    assert (measures_of(ws, run.scores()), ws.labels.uneventful(ws.targets.ids()), ws.families.families()) == before
    label, group = (found.table.set_index("target_id")[name] for name in ("label", "group"))
    assert ws.labels.guesses().to_dict() == label.to_dict()
    exported = ranking(ws, run).set_index("target_id")
    assert exported["label_similar_truth"].to_dict() == label.to_dict()
    assert exported["label_similar_truth_group"].to_dict() == group.to_dict()
    stellar = stars_where(ws, "similar_truth_group = 'stellar'", run)
    assert set(stellar) == set(group.index[group == "stellar"])
    masks = ws.labels.members(ws.targets.ids(), guessed=True)
    assert masks["similar_truth_group", "stellar"].sum() == len(stellar)
    keep_matches(ws, "truth", calibrated_similarity(ws, "truth"))
    assert "similar_truth_group" not in set(ws.labels.frame()["family"])
    for family in ("similar_truth", "similar_truth_group"):
        ws.labels.add(family, {}, source="matched with truth, calibrated")
