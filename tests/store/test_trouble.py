"""Every operation of a workspace whose disk is full, gone or read-only, or whose files are damaged: one line each."""

import itertools
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
from clara_engine.jobs import JobKind
from clara_engine.report.export import ranking, write_table
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.maps import MapRequest
from clara_engine.store.uploads import keep_upload
from clara_engine.studies.active import learned_scores
from clara_engine.studies.cluster import ClusterRequest, cluster_stars
from clara_engine.studies.embed import usual_map
from clara_engine.studies.extract import binned_features, extract_features, median_features
from clara_engine.studies.inventory import inventory
from clara_engine.studies.joined_score import keep_wrss, kept_wrss
from clara_engine.studies.kept_with_run import kept_claims
from clara_engine.studies.reasons import explain_star, leaves_of
from clara_engine.studies.sweep import Sweeps
from clara_engine.workspace import Workspace
from tests.small_disk import fill, small_disk
from tests.store.damages import DAMAGES, dice, gone, seen

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


@pytest.fixture(scope="module")
def full(filled, tmp_path_factory):
    """A workspace with a file of each kind, and what each read of it gives."""
    folder = shutil.copytree(filled, tmp_path_factory.mktemp("full") / "ws")
    ws = Workspace.open(folder)
    run, star = ws.runs.get("latest"), ws.targets.ids()[0]
    keep_wrss(ws, run, run)
    ws.clusterings.rename(ws.clusterings.list()[0].id, 0, "dippers")
    ws.vocabulary.save(ws.vocabulary.labels())
    ws.job_results.keep(JobKind.TUNE, "", '{"trials": [], "chance": 0.5}')
    ArchiveCache.of(ws).answer("some", [1, 2], lambda keys: pd.DataFrame({"value": [1.5, 2.5]}, index=keys))
    explain_star(ws, run, star)
    return folder, {name: seen(act()) for name, act in every_read(ws)}


def every_read(ws):
    yield from reads(ws)
    for run in ws.runs.list():
        yield "claims", lambda run=run: kept_claims(run)
        yield "wrss", lambda run=run: kept_wrss(run)
    yield "names", lambda: [kept.names() for kept in ws.clusterings.list()]
    yield "grouped", lambda: [kept.labels() for kept in ws.clusterings.list()]
    yield "fitted", lambda: getattr(ws.maps.fitted(MapRequest.of("features", "flux_power", "pca")), "plane", None)
    yield "facts", lambda: ws.maps.facts(MapRequest.of("features", "flux_power", "pca"))
    yield "finding", lambda: ws.job_results.last(JobKind.TUNE)
    yield "answers", lambda: ArchiveCache.of(ws).kept("some").table


#: Damaged, these count as not there: they are computed or asked for again. The inventory counts files and bytes.
ASKED_AGAIN = {"features": {"features", "median", "binned", "map", "fitted", "facts", "why", "learned"}}
ASKED_AGAIN["archives"] = {"answers"}


def untold(full, place, damage, path):
    """Reads of a workspace with one damaged file that neither tell the file in one line nor give what they gave."""
    folder, whole = full
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder, place)
    file = place / path
    damage(file, dice(damage.__name__, file.suffix, file.parent.name))
    ws = Workspace.open(place)
    again = ASKED_AGAIN.get(path.parts[0], set()) | {"inventory"}
    wrong = []
    for name, act in every_read(ws):
        try:
            found = seen(act())
        except ClaraError as error:
            line = str(error)
            named = file.name in line or damage is gone or path.parts[0] == "features"
            wrong += [] if named and "\n" not in line else [(damage.__name__, str(path), name, line)]
        except Exception as error:
            wrong.append((damage.__name__, str(path), name, repr(error)))
        else:
            same = str(found).replace(str(place), "") == str(whole[name]).replace(str(folder), "")
            wrong += [] if same or name in again or damage is gone else [(damage.__name__, str(path), name, "differs")]
    return wrong


def kinds_of_files(folder):
    """One file of each kind, below the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith((".", DATABASE_FILE)):
            short = path.relative_to(folder)
            kind = (short.parts[0], path.suffix, *([path.stem.split("-")[0]] if short.parts[0] == "runs" else []))
            found.setdefault((*kind, path.name if short.parts[0] in ("cache", "clusterings") else ""), short)
    return list(found.values())


def test_a_damaged_file_of_each_format_is_told(full, tmp_path):
    paths = list({path.suffix: path for path in kinds_of_files(full[0])}.values())
    assert len(paths) > 4
    turns = itertools.cycle(DAMAGES)
    wrong = [line for path in paths for line in untold(full, tmp_path / "ws", next(turns), path)]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.heavy
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_every_damage_of_every_file_is_told(full, tmp_path, damage):
    wrong = [line for path in kinds_of_files(full[0]) for line in untold(full, tmp_path / "ws", damage, path)]
    assert not wrong, "\n".join(map(str, wrong))


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
