"""What a person may write for a label."""

from clara_engine.cli.options import chosen_label
from clara_engine.workspace import Workspace


def test_a_family_alone_is_any_of_its_values(tmp_path, light_curve_folder):
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([light_curve_folder])
    ids = ws.targets.ids()
    ws.labels.add("eb", dict.fromkeys(ids[:3], "yes"), source="test")
    ws.labels.add("toi", {ids[0]: "CP", ids[1]: "PC"}, source="test")
    masks = ws.labels.members(ids)
    assert chosen_label(ws, "eb") == chosen_label(ws, "eb/any") == chosen_label(ws, "eb/yes") == ("eb", "yes")
    assert chosen_label(ws, "toi") == ("toi", "any")
    assert masks[chosen_label(ws, "toi")].sum() == 2
    assert chosen_label(ws, "toi/PC") == ("toi", "PC")
    assert chosen_label(ws, None) is None


def test_a_label_that_is_not_there_names_those_that_are(clara, trained):
    said = clara("sweep", "--label", "eb", "-w", trained.folder)
    assert said.code == 1
    assert "no label eb/any" in said.err
    assert "there are: truth/dip" in said.err
