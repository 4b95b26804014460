"""Labels and verdicts side by side, a value a star."""

import pytest

from clara_engine.errors import WorkspaceError


@pytest.fixture
def labelled(workspace):
    ids = workspace.targets.ids()
    workspace.labels.add("kind", {ids[0]: "dip", ids[1]: "flare"}, source="one")
    workspace.labels.add("kind", {ids[1]: "dip"}, source="two")
    return workspace, ids


def test_a_star_with_several_values_of_a_family_is_left_out(labelled):
    workspace, ids = labelled
    assert workspace.families.values("kind") == ({ids[0]: "dip"}, 1)


def test_verdicts_are_a_family_once_there_are_some(labelled):
    workspace, ids = labelled
    assert workspace.families.families() == ["kind"]
    workspace.verdicts.add(ids[2], "planet", author="ann")
    workspace.verdicts.add(ids[2], "junk", author="ann")
    assert workspace.families.families() == ["kind", "verdict"]
    assert workspace.families.values("verdict") == ({ids[2]: "junk"}, 0)
    masks = workspace.families.members(ids)
    assert [ids[i] for i in masks["verdict", "junk"].nonzero()[0]] == [ids[2]]
    assert masks["kind", "dip"].sum() == 2


def test_an_unknown_family_names_those_that_are_there(labelled):
    with pytest.raises(WorkspaceError, match="family 'colour'; families: kind"):
        labelled[0].families.values("colour")
