"""Every operation of a workspace whose disk is full, gone or read-only, or whose files are damaged: one line each."""

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from clara_engine.clusters.settings import KMeans
from clara_engine.errors import ClaraError
from clara_engine.files import WRITER
from clara_engine.report.export import ranking, write_table
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.uploads import keep_upload
from clara_engine.studies.active import learned_scores
from clara_engine.studies.cluster import ClusterRequest, cluster_stars
from clara_engine.studies.embed import usual_map
from clara_engine.studies.extract import binned_features, extract_features, median_features
from clara_engine.studies.inventory import inventory
from clara_engine.studies.reasons import leaves_of
from clara_engine.studies.sweep import Sweeps
from clara_engine.workspace import Workspace
from tests.small_disk import fill, small_disk

STAR = "1000-s0001-SPOC-600"


def reads(ws):
    run = ws.runs.list()
    yield from {
        "targets": ws.targets.frame,
        "versions": ws.versions,
        "labels": ws.labels.frame,
        "verdicts": ws.verdicts.latest,
        "runs": ws.runs.list,
        "selections": ws.selections.list,
        "ephemerides": ws.ephemerides.standing,
        "failures": ws.failures.frame,
        "jobs": ws.job_log.frame,
        "features": lambda: ws.features.matrix("flux_power"),
        "median": lambda: median_features(ws, "flux_power"),
        "binned": lambda: binned_features(ws, "flux_power"),
        "map": lambda: ws.maps.kept("pca", "flux_power"),
        "clusterings": ws.clusterings.list,
        "clusters": ws.clusterings.table,
        "sweeps": lambda: Sweeps(ws).names(),
        "vocabulary": ws.vocabulary.labels,
        "inventory": lambda: inventory(ws),
        "simulated": lambda: ws.simulated,
        "population": ws.parameters.table,
    }.items()
    for found in run:
        yield "scores", found.scores
        yield "forest", found.forest
        yield "why", lambda found=found: leaves_of(ws, found)
        yield "learned", lambda found=found: learned_scores(ws, found)
        yield "ranking", lambda found=found: ranking(ws, found)


def writes(ws, spec):
    return {
        "verdict": lambda: ws.verdicts.add(STAR, "flare", author="ada"),
        "selection": lambda: ws.selections.save("some", [STAR]),
        "label": lambda: ws.labels.add("kind", {STAR: "odd"}, source="test"),
        "vocabulary": lambda: ws.vocabulary.save(ws.vocabulary.labels()),
        "map": lambda: usual_map(ws, "pca", "flux_power"),
        "cluster": lambda: cluster_stars(ws, ClusterRequest(title="new", method=KMeans(clusters=2))),
        "train": lambda: ws.train(spec.model_copy(update={"seed": 8})),
        "folded": lambda: extract_features(ws, "folded"),
        "answer": lambda: ArchiveCache.of(ws).answer(f"some{time.time_ns()}", ["a"], _answered),
        "upload": lambda: keep_upload(ws.folder, "star.fits", bytes(100_000)),
        "export": lambda: write_table(ws.targets.frame(), ws.folder / "out.csv"),
    }


def _answered(keys):
    return pd.DataFrame({"value": np.random.default_rng(1).normal(size=20_000)}, index=keys * 20_000)


def told(acts):
    """What each act says when it fails; what is not one line for a person goes through, and fails the test."""
    lines = {}
    for name, act in acts:
        try:
            act()
        except ClaraError as error:
            lines[name] = str(error)
    assert not any("\n" in line or "Traceback" in line for line in lines.values()), lines
    return lines


@pytest.fixture(scope="module")
def filled(trained, tmp_path_factory):
    """A workspace with one of everything."""
    folder = tmp_path_factory.mktemp("filled") / "ws"
    shutil.copytree(trained.folder, folder)
    ws = Workspace.open(folder)
    anomaly = next(name for name, yes in ws.vocabulary.anomalies().items() if yes)
    ws.verdicts.add(ws.targets.ids()[0], anomaly, author="ada")
    usual_map(ws, "pca", "flux_power")
    cluster_stars(ws, ClusterRequest(title="some", method=KMeans(clusters=2)))
    assert told(reads(ws)) == {}
    return folder


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", 16) as place:
        yield place


def test_a_full_disk_stops_what_writes_and_nothing_that_reads(filled, disk, small_spec):
    folder = shutil.copytree(filled, disk / "ws")
    shutil.rmtree(folder / "maps")
    ws = Workspace.open(folder)
    before = sorted(path.name for path in folder.rglob("*") if path.suffix not in ("", ".sqlite-wal", ".sqlite-shm"))
    fill(disk)
    assert told(reads(ws)) == {}
    lines = told(writes(ws, small_spec).items())
    assert set(lines) == set(writes(ws, small_spec))
    assert all("can't be written" in line for line in lines.values()), lines
    after = sorted(path.name for path in folder.rglob("*") if path.suffix not in ("", ".sqlite-wal", ".sqlite-shm"))
    assert after == before
    (disk / "filler").unlink()
    assert told(writes(ws, small_spec).items()) == {}


def test_a_disk_that_is_read_only(filled, disk, small_spec):
    folder = shutil.copytree(filled, disk / "ws")
    shutil.rmtree(folder / "maps")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    ws = Workspace.open(folder, create=False)
    assert told(reads(ws)) == {}
    lines = told(writes(ws, small_spec).items())
    assert set(lines) == set(writes(ws, small_spec))
    assert all("can't be written" in line for line in lines.values()), lines


@pytest.mark.parametrize("how", ["deleted", "emptied", "moved"])
def test_a_workspace_that_has_gone_is_told_and_not_made_anew(filled, tmp_path, small_spec, how):
    folder = shutil.copytree(filled, tmp_path / "ws")
    ws = Workspace.open(folder)
    acts = [*reads(ws), *writes(ws, small_spec).items()]
    if how == "moved":
        folder.rename(tmp_path / "elsewhere")
    else:
        shutil.rmtree(folder)
        if how == "emptied":
            folder.mkdir()
    lines = told(acts)
    silent = {"sweeps", "vocabulary", "clusterings", "clusters"} - set(lines)
    assert set(lines) | silent == {name for name, _ in acts}
    assert list(folder.rglob("*")) == []
    assert folder.exists() == (how == "emptied")


@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "gone"])
def test_damaged_files_are_told(filled, tmp_path, small_spec, damage):
    folder = shutil.copytree(filled, tmp_path / "ws")
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.startswith("clara.sqlite"):
            continue
        content = path.read_bytes()
        match damage:
            case "empty":
                path.write_bytes(b"")
            case "cut":
                path.write_bytes(content[: len(content) // 2])
            case "noise":
                path.write_bytes(np.random.default_rng(1).bytes(len(content)))
            case "gone":
                path.unlink()
    ws = Workspace.open(folder)
    lines = told([*reads(ws), *writes(ws, small_spec).items()])
    assert {"scores", "forest"} <= set(lines)


TRAIN = (
    "import sys; from clara_engine.workspace import RunSpec, Workspace; "
    "Workspace.open(sys.argv[1]).train(RunSpec.model_validate_json(sys.argv[2]))"
)


@pytest.mark.heavy
def test_a_run_whose_process_was_killed_before_it_was_listed_goes_at_the_next_opening(filled, tmp_path, small_spec):
    folder = shutil.copytree(filled, tmp_path / "ws")
    (before,) = Workspace.open(folder).runs.list()
    (before.folder / WRITER).touch()  # as if killed just after it was listed
    places = {path.name for path in (folder / "runs").iterdir()}
    spec = small_spec.model_copy(update={"seed": 8}).model_dump_json()
    with (
        closing(sqlite3.connect(folder / DATABASE_FILE)) as lock,
        subprocess.Popen([sys.executable, "-c", TRAIN, folder, spec]) as trainer,
    ):
        lock.execute("BEGIN IMMEDIATE")
        try:
            end = time.monotonic() + 120
            while {path.name for path in (folder / "runs").glob("[!.]*")} == places:
                assert trainer.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)
            (made,) = {path.name for path in (folder / "runs").glob("[!.]*")} - places
            Workspace.open(folder)
            assert (folder / "runs" / made / "scores.parquet").exists(), "what a living process is about to list stays"
        finally:
            trainer.kill()
    ws = Workspace.open(folder)
    assert {path.name for path in (folder / "runs").iterdir()} == places
    assert [run.id for run in ws.runs.list()] == [before.id]
    assert not (before.folder / WRITER).exists()
    assert len(before.scores()) == 40
