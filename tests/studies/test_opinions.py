"""Agreement of the people who vetted the same stars."""

import pytest

from clara_engine.studies.opinions import DIFFERING_COLUMNS, PAIR_COLUMNS, opinions


def test_without_a_second_person_there_is_nothing_to_compare(workspace) -> None:
    empty = opinions(workspace)
    workspace.verdicts.add(workspace.targets.ids()[0], "planet", author="ann")
    alone = opinions(workspace)
    for found in (empty, alone):
        assert (found.stars, len(found.pairs), len(found.differing)) == (0, 0, 0)
        assert list(found.pairs) == PAIR_COLUMNS
        assert list(found.differing) == DIFFERING_COLUMNS


def test_pairs_agree_by_their_last_standing_verdicts(workspace) -> None:
    ids = workspace.targets.ids()[:5]
    for target_id in ids[:4]:
        workspace.verdicts.add(target_id, "planet", author="ann")
    for target_id, label in zip(ids[:4], ("planet", "planet", "binary", "binary"), strict=True):
        workspace.verdicts.add(target_id, label, author="bob")
    workspace.verdicts.add(ids[2], "binary", author="ann")  # she changed her mind
    workspace.verdicts.add(ids[4], "flare", author="bob")
    workspace.verdicts.add(ids[0], "flare", author="carl")
    found = opinions(workspace)
    assert found.stars == 4
    assert found.pairs[["first", "second", "count"]].to_numpy().tolist() == [
        ["ann", "bob", 4],
        ["ann", "carl", 1],
        ["bob", "carl", 1],
    ]
    assert found.pairs.iloc[0][["agreed", "chance", "kappa"]].tolist() == pytest.approx([0.75, 0.5, 0.5])
    assert dict(found.differing[["target_id", "said"]].to_numpy().tolist()) == {
        ids[0]: "ann: planet, bob: planet, carl: flare",
        ids[3]: "ann: planet, bob: binary",
    }
