"""A workspace that was copied works at its new place; folders outside are found again when they are pointed at."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.maps import MapRequest
from clara_engine.store.roots import MOST_ROOTS, resolved
from clara_engine.store.uploads import keep_upload
from clara_engine.studies.cluster import cluster_stars
from clara_engine.studies.embed import make_map
from clara_engine.studies.extract import extract_features
from tests.cli.conftest import clara
from tests.small_workspace import star

__all__ = ["clara"]


def write(folder: Path, *tics: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for tic in tics:
        write_spoc(star(tic, seed=tic), folder / spoc_file_name(star(tic, seed=tic).target))
    return folder


def copied(source: Path, place: Path) -> Path:
    """As `cp -r` copies: every file is new."""
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-r", source, place], check=True)
    return place


def names(workspace: Workspace) -> dict[str, int]:
    return {root.name: root.light_curves for root in workspace.roots.every()}


@pytest.fixture
def before(tmp_path, small_spec):
    """What a person has after a while: files inside and outside, a run, a map, a clustering, verdicts, labels."""
    home = tmp_path / "première été"
    write(home / "sector 1 ü", *range(1000, 1030))
    write(home / "ws ä" / "downloads" / "s0001", *range(1030, 1040))
    workspace = Workspace.open(home / "ws ä")
    table = star(1040, seed=1040)
    rows = "".join(f"{t},{f}\n" for t, f in zip(table.time, table.flux, strict=True))
    uploaded = keep_upload(workspace.folder, "TIC 1040 sector 1.csv", f"time,flux\n{rows}".encode())
    (home / "sector 1 ü" / "broken.fits").write_bytes(b"no light curve")
    (workspace.folder / "downloads" / "broken.fits").write_bytes(b"no light curve")
    workspace.ingest([home / "sector 1 ü"])
    workspace.ingest([workspace.folder / "downloads", uploaded])
    workspace.labels.import_csv(
        keep_upload(workspace.folder, "toi.csv", b"tic,toi\n1000,CP\n1031,FP\n"), {"toi": "toi"}
    )
    run = workspace.train(small_spec)
    workspace.verdicts.add(workspace.targets.ids()[0], "planet", author="ada", run_id=run.id)
    make_map(workspace, MapRequest.of("features", "flux_power", "pca"))
    cluster_stars(workspace, ClusterRequest())
    return workspace


def test_a_workspace_and_its_root_are_copied_and_nothing_is_lost_or_made_again(before, tmp_path, clara):
    ids, run = before.targets.ids(), before.runs.get("latest")
    scores, marks = run.scores(), before.features.fingerprint("flux_power")
    provenance = before.features.provenance("flux_power", ids)
    home = copied(before.folder.parent, tmp_path / "elsewhere" / "new home")
    shutil.rmtree(before.folder.parent)
    workspace = Workspace.open(home / "ws ä")
    assert workspace.upgraded == ""
    (line,) = workspace.roots.missing()
    assert "30 light curves can't be read" in line
    assert "clara roots set 'sector 1 ü' FOLDER" in line
    inside = ids[30:41]
    assert [workspace.targets.light_curve(id).target.id for id in inside] == inside
    with pytest.raises(UnreadableLightCurve):
        workspace.targets.light_curve(ids[0])
    done = clara("roots", "set", "sector 1 ü", home / "sector 1 ü", "-w", workspace.folder, "--json").json()
    assert done == {"name": "sector 1 ü", "folder": str(home / "sector 1 ü"), "files": 30, "there": 30}
    assert workspace.roots.missing() == []
    assert [workspace.targets.light_curve(id).target.id for id in ids] == ids
    assert all(path.startswith(str(home)) for path in workspace.targets.frame()["path"])
    failed = workspace.targets.unreadable()["path"]
    assert {Path(path).relative_to(home).parts[-2] for path in failed} == {"downloads", "sector 1 ü"}

    moved = workspace.runs.get("latest")
    pd.testing.assert_frame_equal(moved.scores(), scores)
    assert workspace.features.fingerprint("flux_power") == marks
    assert workspace.features.provenance("flux_power", ids) == provenance
    assert workspace.maps.find(MapRequest.of("features", "flux_power", "pca")) is not None
    assert workspace.clusterings.get("latest").labels()["target_id"].tolist() == ids
    assert workspace.verdicts.latest()["star"].tolist() == ["SIM 1000"]
    assert clara("explain", moved.id, "1000", "-w", workspace.folder, "--json").code == 0
    again = workspace.ingest([home / "sector 1 ü", workspace.folder / "downloads", workspace.folder / "uploads"])
    assert (again.added, again.known, len(again.duplicates), len(again.unreadable)) == (0, 41, 0, 2)
    assert len(workspace.targets.unreadable()) == 2
    assert extract_features(workspace, "flux_power", workers=1) == 0
    assert workspace.features.fingerprint("flux_power") == marks
    table = workspace.folder / "toi.csv"
    for content in (b"tic,toi\n1000,CP\n", b"tic,toi\n1000,FP\n"):  # a new version at the same place replaces the old
        table.write_bytes(content)
        workspace.labels.import_csv(table, {"toi": "mine"})
    assert workspace.labels.frame().query("family == 'mine'")["value"].tolist() == ["FP"]


def test_what_changed_in_place_is_not_taken_for_a_copy(tmp_path):
    workspace = Workspace.open(tmp_path / "ws")
    folder = write(tmp_path / "files", 1, 2)
    workspace.ingest([folder])
    extract_features(workspace, "flux_power", workers=1)
    path = workspace.targets.path(workspace.targets.ids()[0])
    other = star(1, seed=99)
    write_spoc(other, path)
    os.utime(folder / spoc_file_name(star(2, seed=2).target), (1, 1))
    result = workspace.ingest([folder])
    assert (result.added, result.known) == (1, 1)
    assert extract_features(workspace, "flux_power", workers=1) == 1


def test_roots_are_the_folders_that_were_named_few_and_readable(tmp_path):
    workspace = Workspace.open(tmp_path / "ws")
    write(tmp_path / "a" / "sector", 1)
    write(tmp_path / "b" / "sector", 2)
    workspace.ingest([tmp_path / "a" / "sector"])
    workspace.ingest([*(tmp_path / "b" / "sector").iterdir()])
    assert names(workspace) == {"sector": 1, "sector-2": 1}
    write(tmp_path / "a" / "sector" / "deeper", 3)  # lies in a root already
    workspace.ingest([tmp_path / "a" / "sector" / "deeper"])
    assert names(workspace) == {"sector": 2, "sector-2": 1}
    for tic in range(10, 10 + MOST_ROOTS + 1):  # archives give every star a folder
        write(tmp_path / "archive" / "TESS" / f"star {tic}", tic)
    workspace.ingest([*(tmp_path / "archive").rglob("*.fits")])
    assert names(workspace) == {"sector": 2, "sector-2": 1, "TESS": MOST_ROOTS + 1}
    assert all(workspace.targets.light_curve(id) for id in workspace.targets.ids())
    workspace.ingest([tmp_path / "nowhere.fits"])  # what can't be read makes no root
    assert set(names(workspace)) == {"sector", "sector-2", "TESS"}


def test_a_root_stays_where_none_of_its_files_is(tmp_path, clara):
    workspace = Workspace.open(tmp_path / "ws")
    workspace.ingest([write(tmp_path / "files", 1, 2)])
    (tmp_path / "empty").mkdir()
    at = ("-w", workspace.folder)
    for folder, words in ((tmp_path / "empty", "has none of the 2 files"), (tmp_path / "no", "is no folder")):
        said = clara("roots", "set", "files", folder, *at)
        assert (said.code, said.err.count("\n")) == (1, 1)
        assert words in said.err
    said = clara("roots", "set", "nobody", tmp_path, *at)
    assert (said.code, "roots: files" in said.err) == (1, True)
    assert names(workspace) == {"files": 2}
    found = clara("roots", *at, "--json").json()
    assert found == {
        "workspace": str(workspace.folder),
        "inside": 0,
        "roots": [{"name": "files", "folder": str(tmp_path / "files"), "light_curves": 2, "there": True}],
    }
    (tmp_path / "files").rename(tmp_path / "moved")
    (tmp_path / "files").mkdir()  # as an unmounted disk leaves it
    assert "clara roots set files FOLDER" in clara("targets", *at).err
    assert "clara roots set files FOLDER" in clara("roots", *at).err
    # Within the workspace it goes with it from now on.
    (tmp_path / "moved").rename(workspace.folder / "files")
    said = clara("roots", "set", "files", workspace.folder / "files", *at)
    assert "2 of its 2 files are there" in said.err
    other = Workspace.open(copied(workspace.folder, tmp_path / "other"))
    shutil.rmtree(workspace.folder)
    assert other.roots.missing() == []
    assert all(other.targets.light_curve(id) for id in other.targets.ids())


def test_relative_folders_and_links_are_the_same_place(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    workspace = Workspace.open("../ws")
    assert workspace.folder == tmp_path / "ws"
    write(workspace.folder / "downloads", 1)
    write(tmp_path / "files", 2)
    (tmp_path / "link").symlink_to(tmp_path / "ws")
    workspace.ingest([Path("../ws/downloads")])
    linked = Workspace.open(tmp_path / "link")
    assert linked.ingest([tmp_path / "ws" / "downloads"]).known == 1
    assert linked.ingest([Path("../files")]).added == 1
    assert workspace.ingest([tmp_path / "files"]).known == 1
    assert names(linked) == {"files": 1}
    assert linked.roots.inside() == 1
    assert [path.parent for path in map(Path, linked.targets.frame()["path"])] == [
        tmp_path / "link" / "downloads",
        tmp_path / "files",
    ]
    assert resolved(Path("..")) == tmp_path
    assert resolved(Path("../link")) == tmp_path / "link"


def test_nothing_of_a_place_is_in_the_database_but_the_roots(before):
    home = str(before.folder.parent).encode()
    with closing(sqlite3.connect(before.folder / DATABASE_FILE, isolation_level=None)) as connection:
        connection.execute("UPDATE roots SET folder = 'x'")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in before.folder.rglob("*"):
        if file.is_file():
            assert home not in file.read_bytes(), file


def test_a_missing_root_is_no_error_for_what_is_known(before, tmp_path):
    before.folder.parent.joinpath("sector 1 ü").rename(tmp_path / "gone")
    with pytest.raises(WorkspaceError, match="stays at"):
        before.roots.point("sector 1 ü", tmp_path / "nowhere")
    assert len(before.targets.frame()) == 41
    assert before.runs.get("latest").scores().shape[0] >= 40
