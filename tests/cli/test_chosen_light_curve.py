"""Which light curve a command is about."""

import pytest

from clara_engine.cli.chosen_light_curve import chosen_light_curve, target_ids
from clara_engine.errors import WorkspaceError
from clara_engine.workspace import Workspace


def test_a_file_stands_for_itself(light_curve_folder):
    path = min(light_curve_folder.iterdir())
    found = chosen_light_curve(str(path), "", None)
    assert found.workspace is None
    assert found.line().startswith(f"light curve: {found.curve.target.id} (")
    assert [one["target_id"] for one in found.facts()["light_curves"]] == [found.curve.target.id]


def test_no_such_star_and_columns_without_a_file_are_refused(tmp_path, light_curve_folder):
    workspace = Workspace.open(tmp_path)
    workspace.ingest([light_curve_folder])
    with pytest.raises(WorkspaceError, match="no target 9999"):
        target_ids(workspace, "9999")
    with pytest.raises(WorkspaceError, match="goes with a file"):
        chosen_light_curve("1001", "time=TIME", tmp_path)
