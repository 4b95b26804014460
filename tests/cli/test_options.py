"""Options that commands share, and what a person may write for a label."""

from typer.main import get_command

from clara_engine.cli.main import app
from clara_engine.cli.options import chosen_label
from clara_engine.workspace import Workspace

COMMANDS = get_command(app).commands


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


def test_every_command_that_ends_prints_its_result_for_a_program():
    """`clara serve` ends when it is told to, and has no result."""
    options = {name: {word for one in command.params for word in one.opts} for name, command in COMMANDS.items()}
    assert [name for name, words in options.items() if "--json" not in words] == ["serve"]
