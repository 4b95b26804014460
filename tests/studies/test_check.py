"""Every damage of a workspace is found and named, and a whole one has none."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from clara_engine.clusters.settings import KMeans
from clara_engine.errors import DamagedFile
from clara_engine.studies.check import check
from clara_engine.studies.cluster import ClusterRequest, cluster_stars
from clara_engine.studies.embed import usual_map
from clara_engine.workspace import Workspace


@pytest.fixture(scope="module")
def whole(trained_folder, light_curve_folder, tmp_path_factory):
    """A workspace with its light curves in it, a map and a clustering."""
    folder = shutil.copytree(trained_folder, tmp_path_factory.mktemp("whole") / "ws")
    shutil.copytree(light_curve_folder, folder / "downloads")
    ws = Workspace.open(folder)
    ws.ingest([folder / "downloads"])
    usual_map(ws, "pca", "flux_power")
    cluster_stars(ws, ClusterRequest(title="some", method=KMeans(clusters=2)))
    ws.verdicts.add(ws.targets.ids()[0], "flare", author="ada")
    ws.roots.point("light_curves", folder / "downloads")
    assert check(ws, files=True) == []
    return folder


def change(folder, statement):
    """A change that only a program without CLARA's rules makes; both copies of the row agree."""
    with closing(sqlite3.connect(folder / "clara.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()


def flip(folder, pattern):
    """One bit of a file, behind its header."""
    path = next(iter(sorted(folder.glob(pattern))))
    content = bytearray(path.read_bytes())
    content[min(200, len(content) // 2)] ^= 16
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "file", "said"),
    [
        (lambda f: flip(f, "runs/*/scores.parquet"), "scores.parquet", "clara train"),
        (lambda f: flip(f, "runs/*/model"), "model", "clara train"),
        (lambda f: flip(f, "runs/*/claims.json"), "claims.json", "clara claims"),
        (lambda f: flip(f, "features/*/*.npy"), ".npy", "clara features"),
        (lambda f: flip(f, "maps/*.npz"), ".npz", "clara map"),
        (lambda f: flip(f, "clusterings/*/clustering.json"), "clustering.json", "clara cluster"),
        (lambda f: flip(f, "cache/binned/*/codes.npy"), "codes.npy", "made again"),
        (lambda f: next(f.glob("maps/*.parquet")).unlink(), ".npz", "the table of this map is not there"),
        (lambda f: shutil.rmtree(next(f.glob("runs/*"))), "runs", "the folder of run 'small' is not there"),
        (lambda f: (f / "runs" / "lost").mkdir(), "lost", "no run is listed for it"),
        (lambda f: next(f.glob("downloads/*")).unlink(), ".fits", "clara ingest"),
        (lambda f: change(f, "UPDATE targets SET tmag = 'bright'"), "clara.sqlite", "40 rows.*no REAL in tmag"),
        (lambda f: change(f, "UPDATE verdicts SET retracts = 7"), "clara.sqlite", "takes back what is not there"),
        (lambda f: change(f, "UPDATE runs SET record = '{}'"), "clara.sqlite", "in its table runs"),
        (lambda f: change(f, "DROP TRIGGER count_runs_insert"), "clara.sqlite", "count_runs_insert"),
    ],
)
def test_a_damage_is_named_with_the_way_out(whole, tmp_path, damage, file, said):
    folder = shutil.copytree(whole, tmp_path / "ws")
    ws = Workspace.open(folder)
    damage(folder)
    faults = check(ws)
    assert [fault for fault in faults if file in fault.file]
    assert all("\n" not in str(fault) and fault.way_out for fault in faults)
    assert any(re.search(said, str(fault)) for fault in faults), list(map(str, faults))


def test_a_light_curve_that_was_changed_is_found_when_all_are_read(whole, tmp_path):
    folder = shutil.copytree(whole, tmp_path / "ws")
    flip(folder, "downloads/*.fits")
    ws = Workspace.open(folder)
    assert check(ws) == []
    (fault,) = check(ws, files=True)
    assert fault.what == "it is not what was registered"


def test_a_database_with_a_flipped_byte_is_not_opened(whole, tmp_path):
    folder = shutil.copytree(whole, tmp_path / "ws")
    path = folder / "clara.sqlite"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"flare", b"flake", 1))
    with pytest.raises(DamagedFile, match="bring it back from a backup"):
        Workspace.open(folder)
