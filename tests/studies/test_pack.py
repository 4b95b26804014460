"""A workspace whose light curves are packed: the same numbers, all inside of it, and nothing computed anew."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from clara_engine import Workspace
from clara_engine.errors import WorkspaceError
from clara_engine.studies.pack import pack


@pytest.fixture
def ws(trained_folder, light_curve_folder, tmp_path):
    """A trained workspace whose files lie in a folder outside, which may go."""
    files = shutil.copytree(light_curve_folder, tmp_path / "files")
    ws = Workspace.open(shutil.copytree(trained_folder, tmp_path / "ws"))
    ws.targets.move({target_id: files / ws.targets.path(target_id).name for target_id in ws.targets.ids()})
    return ws


def test_a_packed_workspace_is_copied_whole(ws, tmp_path):
    ids = ws.targets.ids()
    before = {target_id: ws.targets.light_curve(target_id) for target_id in ids}
    packed = pack(ws)
    assert (packed.light_curves, packed.files, packed.failed) == (40, 2, ())
    assert packed.bytes < packed.before
    shutil.rmtree(tmp_path / "files")
    copy = Workspace.open(ws.folder.rename(tmp_path / "elsewhere"))
    for target_id, curve in before.items():
        found = copy.targets.light_curve(target_id)
        assert found.target == curve.target or str(found.target) == str(curve.target)
        for name in ("time", "flux", "flux_err", "quality"):
            np.testing.assert_array_equal(getattr(found, name), getattr(curve, name))
    assert copy.features.rows("flux_power").missing(ids) == []
    assert pack(copy).already == 40


def test_what_cannot_be_read_stays_where_it_is(ws, tmp_path):
    first, second = ws.targets.ids()[:2]
    ws.targets.path(first).write_bytes(b"SIMPLE")
    packed = pack(ws)
    assert packed.light_curves == 39
    assert [target_id for target_id, _ in packed.failed] == [first]
    assert ws.targets.path(first).parent == tmp_path / "files"
    assert ws.targets.path(second).name == "0001.pack.parquet"


def test_a_pack_is_taken_into_another_workspace(ws, tmp_path):
    pack(ws)
    other = Workspace.open(tmp_path / "other")
    assert other.ingest([ws.folder / "packs"]).added == 40
    assert other.targets.ids() == ws.targets.ids()
    target_id = ws.targets.ids()[3]
    np.testing.assert_array_equal(other.targets.light_curve(target_id).flux, ws.targets.light_curve(target_id).flux)


def test_only_one_sector_and_new_files_beside_old_ones(two_sectors, tmp_path):
    ws = Workspace.open(shutil.copytree(two_sectors.folder, tmp_path / "ws"))
    assert pack(ws, sector=2).light_curves == 30
    assert pack(ws).light_curves == 40
    places = {str(Path(path).relative_to(ws.folder)) for path in ws.targets.frame()["path"]}
    folders = [f"packs/s000{sector}-TESS-SPOC-600" for sector in (1, 2)]
    assert places == {f"{folder}/000{number}.pack.parquet" for folder in folders for number in (1, 2)}
    with pytest.raises(WorkspaceError, match="no light curves to pack"):
        pack(ws, sector=3)
