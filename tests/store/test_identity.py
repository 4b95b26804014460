"""What is registered can be read, and has an id of its own."""

import sqlite3
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.readers import read_light_curve, write_spoc
from clara_engine.studies.extract import extract_features
from tests.small_workspace import star


def written(folder, tic=1, *, seed=None, days=0.0, **facts):
    """A file of a star whose times begin `days` later."""
    folder.mkdir(parents=True, exist_ok=True)
    curve = star(tic, seed=tic if seed is None else seed)
    target = replace(curve.target, **facts)
    path = folder / f"{tic}-{len(list(folder.iterdir()))}.fits"
    return write_spoc(replace(curve, time=curve.time + days, target=target), path)


def cut(path, share=0.5):
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    return path


@pytest.fixture
def workspace(tmp_path):
    return Workspace.open(tmp_path / "ws")


@pytest.mark.parametrize("order", [["broken", "whole"], ["whole", "broken"]])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_truncated_copy_never_takes_the_name_of_a_whole_one(workspace, tmp_path, order, at_once):
    places = {"broken": cut(written(tmp_path / "broken")), "whole": written(tmp_path / "whole")}
    offered = [places[name] for name in order]
    results = [workspace.ingest(offered)] if at_once else [workspace.ingest([path]) for path in offered]
    assert sum(result.added for result in results) == 1
    reasons = [reason for result in results for _, reason in result.unreadable]
    assert len(reasons) == 1
    assert "truncated" in reasons[0]
    assert workspace.targets.path(workspace.targets.ids()[0]) == places["whole"]


def test_a_whole_copy_takes_over_from_one_that_an_older_version_registered_by_its_headers(tmp_path):
    ws = Workspace.open(tmp_path / "ws")
    broken, whole = written(tmp_path / "a"), written(tmp_path / "b")
    ws.ingest([broken])
    cut(broken)
    with sqlite3.connect(ws.folder / "clara.sqlite") as old:
        state = broken.stat()
        old.execute(
            "UPDATE targets SET begin_btjd = NULL, bytes = ?, modified_ns = ?", (state.st_size, state.st_mtime_ns)
        )
    assert extract_features(ws, "flux_power", workers=1) == 0
    result = ws.ingest([whole])
    assert result.added == 1
    assert [path for path, _ in result.unreadable] == [str(broken)]
    assert ws.targets.path(ws.targets.ids()[0]) == whole
    assert extract_features(ws, "flux_power", workers=1) == 1  # what had failed is tried again with the other file


def test_a_file_that_is_damaged_later_gives_way_to_its_copy(workspace, tmp_path):
    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    assert workspace.ingest([first, second]).duplicates == ((str(second), str(first)),)
    cut(first)
    assert workspace.ingest([second]).added == 1
    assert workspace.targets.unreadable()["path"].tolist() == [str(first)]


def test_a_table_that_breaks_off_gives_way_to_the_whole_one(tmp_path):
    ws = Workspace.open(tmp_path / "ws")
    curve = star(7, seed=7)
    table = pd.DataFrame({"tic": 7, "time": curve.time, "flux": curve.flux})
    (tmp_path / "part").mkdir()
    part, whole = tmp_path / "part" / "TIC-7.csv", tmp_path / "TIC-7.csv"
    table.to_csv(whole, index=False)
    table[:900].to_csv(part, index=False)
    assert ws.ingest([part]).added == 1
    assert extract_features(ws, "flux_power", workers=1) == 1
    result = ws.ingest([whole])
    assert (result.added, result.duplicates) == (1, ((str(part), str(whole)),))
    assert ws.targets.path(ws.targets.ids()[0]) == whole
    assert extract_features(ws, "flux_power", workers=1) == 1  # the features are those of the whole light curve
    again = ws.ingest([part])
    assert (again.added, again.duplicates) == (0, ((str(part), str(whole)),))


def test_parts_of_one_sector_are_targets_of_their_own(workspace, tmp_path):
    months = [written(tmp_path / "in", days=30 * month) for month in (2, 0, 1)]
    result = workspace.ingest(months)
    assert result.added == 3
    first = "1-s0001-TESS-SPOC-600"  # BTJD 1325.0 is noon of 2018-07-25
    assert workspace.targets.ids() == [first, f"{first}-20180824", f"{first}-20180923"]
    begins = [np.nanmin(workspace.targets.light_curve(target_id).time) for target_id in workspace.targets.ids()]
    assert np.allclose(np.diff(begins), 30)
    ids = workspace.targets.ids()
    assert [workspace.targets.light_curve(target_id).target.id for target_id in ids] == ids
    assert workspace.targets.find("TIC 1") == workspace.targets.ids()
    assert workspace.ingest(months).added == 0
    copy = written(tmp_path / "copy", days=30)
    assert workspace.ingest([copy]).duplicates == ((str(copy), str(months[2])),)


def test_what_was_registered_keeps_its_id(workspace, tmp_path):
    later, earlier = written(tmp_path / "in", days=30), written(tmp_path / "in")
    workspace.ingest([later])
    (known,) = workspace.targets.ids()
    assert workspace.ingest([earlier]).parts == ((str(earlier), f"{known}-20180725"),)
    assert workspace.targets.path(known) == later


def test_of_two_processings_that_come_together_the_newest_has_the_plain_id(workspace, tmp_path):
    old = written(tmp_path / "in", procver="spoc-3.3.37-20181001", data_release=1)
    new = written(tmp_path / "in", procver="spoc-4.0.36-20200520", data_release=27)
    result = workspace.ingest([old, new])
    plain = "1-s0001-TESS-SPOC-600"
    assert workspace.targets.ids() == [plain, f"{plain}-dr1"]
    assert workspace.targets.path(plain) == new
    assert result.parts == ((str(old), f"{plain}-dr1"),)
    assert workspace.targets.frame().set_index("target_id")["data_release"].to_dict() == {plain: 27, f"{plain}-dr1": 1}


def test_a_processing_without_a_release_is_called_by_its_version(workspace, tmp_path):
    workspace.ingest([written(tmp_path / "in", procver="spoc-4.0.5"), written(tmp_path / "in", procver="spoc-4.0.28")])
    assert workspace.targets.ids()[1].endswith("-600-p4.0.5")


def test_a_moved_file_is_the_same_light_curve(tmp_path):
    ws = Workspace.open(tmp_path / "ws")
    path = written(tmp_path / "in")
    ws.ingest([path])
    extract_features(ws, "flux_power", workers=1)
    moved = path.rename(tmp_path / "moved.fits")
    assert ws.ingest([moved]).added == 1
    assert extract_features(ws, "flux_power", workers=1) == 0
    write_spoc(replace(star(1, seed=2), target=read_light_curve(moved).target), moved)
    ws.ingest([moved])
    assert extract_features(ws, "flux_power", workers=1) == 1


def test_reading_stops_where_progress_says_so_and_what_was_read_is_registered(workspace, light_curve_folder):
    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workspace.ingest([light_curve_folder], stop)
    assert 0 < len(workspace.targets) < 40
