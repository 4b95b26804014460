"""Labels join by star, and are replaced when read again."""

import numpy as np
import pytest

from clara_engine.errors import WorkspaceError


def test_labels_and_numbers_of_a_table_are_stored_without_control_characters(workspace, tmp_path):
    path = tmp_path / "table.csv"
    tics = workspace.targets.frame()["tic"].tolist()
    path.write_text(f'tic,kind,R\x07p\n{tics[0]},"fl\x1b[31mare",1.5\n{tics[1]},"two\nlines",2\n', encoding="utf-8")
    workspace.labels.import_csv(path, {"kind": "kind"})
    assert workspace.labels.frame()["value"].tolist() == [r"fl\x1b[31mare", r"two\nlines"]
    workspace.labels.import_parameters(path, ["R\x07p"])
    assert workspace.labels.parameters().columns.tolist() == [r"R\x07p"]


def test_labels_join_by_star_and_are_replaced_when_read_again(workspace, tmp_path):
    path = tmp_path / "toi.csv"
    path.write_text("# a catalogue\nTIC,disposition,period\n1001,CP,2.5\n1002,FP,\n1003,,1.0\n99,CP,3\n")
    families = {"disposition": "toi", "period": "eb"}
    assert workspace.labels.import_csv(path, families) == {"toi": 2, "eb": 2}
    ids = workspace.targets.ids()
    masks = workspace.labels.members(ids)
    assert {label: np.flatnonzero(mask).tolist() for label, mask in masks.items()} == {
        ("eb", "yes"): [1, 3],
        ("toi", "CP"): [1],
        ("toi", "FP"): [2],
        ("toi", "any"): [1, 2],
    }
    path.write_text("TIC,disposition\n1005,KP\n")
    workspace.labels.import_csv(path, {"disposition": "toi"})
    table = workspace.labels.frame()
    assert table[table["family"] == "toi"]["target_id"].tolist() == [ids[5]]
    assert (table["family"] == "eb").sum() == 2
    with pytest.raises(WorkspaceError, match="no column nope"):
        workspace.labels.import_csv(path, {"nope": "x"})


def test_labels_that_differ_in_capitals_alone_are_told(workspace, tmp_path):
    path = tmp_path / "kinds.csv"
    path.write_text("tic,kind\n1001,EB\n1002,eb\n1003,RR\n")
    (note,) = workspace.labels.import_table(path, {"kind": "kind"}).notes
    assert note == "kind: EB, eb differ in capitals alone, and are labels of their own"
