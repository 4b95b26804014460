"""Features are computed once; work that was stopped goes on where it stopped."""

import shutil

import numpy as np
import pytest

from clara_engine import Workspace
from clara_engine.errors import Cancelled, WorkspaceError
from clara_engine.progress import quiet
from clara_engine.studies.extract import extract_features, median_features


class Stopped:
    """A report that counts, and raises after `limit` light curves."""

    def __init__(self, limit):
        self.limit, self.total = limit, 0

    def stage(self, name, step=None):
        pass

    def __call__(self, done, total):
        self.total = total
        if done >= self.limit:
            raise Cancelled("stopped")


def test_stopped_extraction_keeps_its_rows_and_computes_only_the_rest(workspace):
    with pytest.raises(Cancelled):
        extract_features(workspace, "flux_power", Stopped(10), workers=1)
    kept = workspace.features.ids("flux_power")
    assert len(kept) == 10
    before = workspace.features.rows("flux_power").matrix(kept)

    rest = Stopped(np.inf)
    assert extract_features(workspace, "flux_power", rest, workers=1) == rest.total == 30
    np.testing.assert_array_equal(workspace.features.rows("flux_power").matrix(kept), before)
    assert extract_features(workspace, "flux_power", quiet) == 0


def test_empty_workspace_says_what_to_do(workspace):
    with pytest.raises(WorkspaceError, match="clara features"):
        workspace.features.matrix("flux_power")


def test_median_and_row_are_those_of_the_matrix(trained):
    ids, matrix = trained.features.matrix("flux_power")
    np.testing.assert_allclose(median_features(trained, "flux_power"), np.median(matrix, axis=0))
    np.testing.assert_array_equal(trained.features.row("flux_power", ids[5]), matrix[5])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_that_holds_another_star_now_gives_no_features_under_the_old_name(tmp_path, light_curve_folder, workers):
    files = [shutil.copy(path, tmp_path) for path in sorted(light_curve_folder.iterdir())[:3]]
    workspace = Workspace.open(tmp_path / "ws")
    workspace.ingest([tmp_path])
    first, *others = workspace.targets.ids()
    theirs = workspace.targets.path(others[0]).read_bytes()
    path = workspace.targets.path(first)
    mine = path.read_bytes()
    path.write_bytes(theirs)
    store = workspace.features.rows("flux_power")
    assert extract_features(workspace, "flux_power", workers=workers) == len(files) - 1
    reason = f"{path.name} now holds another star: SIM 1001, sector 1, not TIC 1000, sector 1; put the file back"
    assert store.failures[first].startswith(reason)
    assert workspace.features.ids("flux_power") == others
    path.write_bytes(mine)
    assert extract_features(workspace, "flux_power", workers=workers, retry=True) == 1
