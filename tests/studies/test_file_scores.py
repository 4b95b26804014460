"""Files that need not be registered are scored as the run scores its own stars."""

import numpy as np

from clara_engine.studies import file_scores
from clara_engine.studies.file_scores import SCORES


def test_files_score_block_by_block_as_in_the_run_and_members_out_of_bag(
    trained, light_curve_folder, tmp_path, monkeypatch
):
    run = trained.runs.get("latest")
    empty = tmp_path / "empty.fits"
    empty.write_bytes(b"")
    monkeypatch.setattr(file_scores, "AT_ONCE", 7)
    table, problems = trained.score_files(run, [*sorted(light_curve_folder.iterdir()), empty])
    assert problems == ["empty.fits: the file is empty"]
    known = run.scores().set_index("target_id")
    found = table.set_index("target_id").loc[known.index]
    assert (found[SCORES] == known[SCORES]).all(axis=None)
    np.testing.assert_allclose(found["percentile"], known["percentile"])

    members = known.index[known["trained"]]
    assert len(members) == run.trained == 30
    curves = [trained.features.row("flux_power", id) for id in members]
    by_heart = run.forest().anomaly_score(np.array(curves))
    assert known.loc[members, "anomaly_score"].mean() > by_heart.mean()


def test_a_folder_stands_for_the_light_curves_in_it(trained, light_curve_folder, tmp_path):
    run, files = trained.runs.get("latest"), sorted(light_curve_folder.iterdir())[:3]
    folder, bare = tmp_path / "some", tmp_path / "bare"
    for place in (folder, bare):
        place.mkdir()
    for file in files:
        (folder / file.name).symlink_to(file)
    table, problems = trained.score_files(run, [folder, bare])
    assert problems == [f"{bare}: holds no light curves"]
    assert [folder / file.name for file in files] == sorted(map(type(folder), table.pop("path")))
    same, _ = trained.score_files(run, files)
    assert table.equals(same.drop(columns="path"))
