"""The change counter: whatever is written, by whomever and however, raises the number of its topic with it."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial

import numpy as np
import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.clusters.settings import KMeans
from clara_engine.errors import WorkspaceUnavailable
from clara_engine.files import whole_folder, write_atomically
from clara_engine.jobs import Job, JobState
from clara_engine.periods import Ephemeris
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.store.database import Database
from clara_engine.store.versions import NOT_COUNTED, TABLES, Topic, triggers
from clara_engine.studies.claims import make_claims
from clara_engine.studies.cluster import ClusterRequest, cluster_stars
from clara_engine.studies.embed import usual_map
from clara_engine.studies.extract import extract_features
from clara_engine.studies.nulls import NullPlan
from clara_engine.studies.recover import RecoveryPlan, recover
from clara_engine.studies.sweep import Sweeps
from clara_engine.studies.sweep_plan import SweepPlan
from tests.small_workspace import star

STAR = "1000-s0001-SPOC-600"
ENOUGH = 60


def changed(workspace: Workspace, act: Callable[[], object]) -> set[Topic]:
    """Topics whose number is another one after `act`."""
    before = workspace.versions()
    act()
    after = workspace.versions()
    assert all(after[topic] >= before[topic] for topic in Topic)
    return {topic for topic in Topic if after[topic] != before[topic]}


def written_table(folder, text: str):
    path = folder / "table.csv"
    path.write_text(text)
    return path


def answered(keys: list[str]) -> pd.DataFrame:
    """An archive that always answers."""
    return pd.DataFrame({"value": 1.0}, index=keys)


def ways(ws: Workspace, folder, light_curves) -> dict[str, tuple[set[Topic], Callable[[], object]]]:
    """Every way of writing that takes a moment: the topics it is of, and what does it."""
    target = ws.targets
    ids = ws.targets.ids()
    cluster = cluster_stars(ws, ClusterRequest(title="two", method=KMeans(clusters=2)))
    number = ws.ephemerides.save(star(1000, 0).target, Ephemeris(2.0, 1326.0, 0.1), author="ada")
    verdict = {Topic.VERDICTS}
    table = written_table(folder, "tic,kind,teff\n1000,EB,5000\n1001,RR,5100\n")
    other = folder / "other.fits"
    other.write_bytes(next(light_curves.glob("*.fits")).read_bytes()[:100])
    labels = ws.vocabulary.labels()
    job = Job("look", "a job", id="one")
    return {
        "verdict": (verdict, lambda: ws.verdicts.add(STAR, "flare", author="ada", session="a")),
        "undo": (verdict, lambda: ws.verdicts.undo(author="ada", session="a")),
        "redo": (verdict, lambda: ws.verdicts.redo(author="ada", session="a")),
        "selection": ({Topic.SELECTIONS}, lambda: ws.selections.save("some", ids[:2])),
        "selection again": ({Topic.SELECTIONS}, lambda: ws.selections.save("some", ids[:3])),
        "no selection": ({Topic.SELECTIONS}, lambda: ws.selections.delete("some")),
        "ephemeris": (
            {Topic.EPHEMERIDES},
            lambda: ws.ephemerides.save(star(1001, 0).target, Ephemeris(3.0, 1326.0, 0.1), author="ada"),
        ),
        "no ephemeris": ({Topic.EPHEMERIDES}, lambda: ws.ephemerides.remove(number, author="ada")),
        "vocabulary": ({Topic.VOCABULARY}, lambda: ws.vocabulary.save(labels[:3])),
        "labels": ({Topic.LABELS}, lambda: ws.labels.add("kind", {STAR: "odd"}, source="test")),
        "the same labels": ({Topic.LABELS}, lambda: ws.labels.add("kind", {STAR: "odd"}, source="test")),
        "fewer labels": ({Topic.LABELS}, lambda: ws.labels.add("kind", {}, source="test")),
        "parameters": (
            {Topic.LABELS},
            lambda: ws.labels.add_parameters(pd.DataFrame({"teff": [5.0]}, index=[STAR]), "test"),
        ),
        "table": ({Topic.LABELS}, lambda: ws.labels.import_table(table, {"kind": "type"}, ["teff"])),
        "unreadable": ({Topic.FAILURES}, lambda: ws.ingest([other])),
        "forgotten": ({Topic.FAILURES}, lambda: target.forget_unreadable([str(other)])),
        "failure": ({Topic.FAILURES}, lambda: ws.failures.keep("download", {"a": "no"})),
        "no failure": ({Topic.FAILURES}, lambda: ws.failures.clear("download", ["a"])),
        "job": ({Topic.JOBS}, lambda: ws.job_log.record(job)),
        "job ended": (
            {Topic.JOBS},
            lambda: ws.job_log.record(Job("look", "a job", id="one", state=JobState.DONE)),
        ),
        "map": ({Topic.MAPS}, lambda: usual_map(ws, "pca", "flux_power")),
        "clustering": (
            {Topic.CLUSTERINGS},
            lambda: cluster_stars(ws, ClusterRequest(title="new", method=KMeans(clusters=2))),
        ),
        "name": ({Topic.CLUSTERINGS}, lambda: ws.clusterings.rename(cluster.id, 0, "odd")),
        "no clustering": ({Topic.CLUSTERINGS}, lambda: ws.clusterings.delete(cluster.id)),
        "answer": ({Topic.ARCHIVES}, lambda: ArchiveCache.of(ws).answer("some", ["a"], answered)),
        "measures": ({Topic.RUNS}, lambda: ws.runs.update_measures(ws.runs.get("latest"), {})),
        "claims": ({Topic.CLAIMS}, lambda: make_claims(ws, ws.runs.get("latest"), NullPlan(most=20))),
        "recovery": ({Topic.STUDIES}, lambda: recover(ws, ws.runs.get("latest"), RecoveryPlan(curves=20))),
        "no run": ({Topic.RUNS}, lambda: ws.runs.delete(ws.runs.get("latest").id)),
    }


def test_each_way_of_writing_raises_the_number_of_its_topic_and_of_no_other(
    trained_folder, tmp_path, light_curve_folder
):
    ws = Workspace.open(shutil.copytree(trained_folder, tmp_path / "ws"))
    for name, (topics, act) in ways(ws, tmp_path, light_curve_folder).items():
        assert (name, changed(ws, act)) == (name, topics)


def test_light_curves_features_and_runs(tmp_path, light_curve_folder, small_spec):
    ws = Workspace.open(tmp_path / "ws")
    some = sorted(light_curve_folder.glob("*.fits"))
    assert changed(ws, lambda: ws.ingest(some[:20])) == {Topic.TARGETS}
    assert changed(ws, lambda: ws.ingest(some[:20])) == set()
    assert changed(ws, lambda: extract_features(ws, "flux_power")) == {Topic.FEATURES}
    assert changed(ws, lambda: extract_features(ws, "flux_power")) == set()
    few = small_spec.model_copy(update={"training_size": None})
    assert changed(ws, lambda: ws.train(few)) == {Topic.RUNS}
    plan = SweepPlan(name="one", base=few, axes={})
    ws.labels.add("truth", {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}, source="test")
    assert Topic.STUDIES in changed(ws, lambda: Sweeps(ws).run(plan, ("truth", "dip")))


def test_a_light_curve_that_takes_the_place_of_another_is_a_change(tmp_path, light_curve_folder):
    ws = Workspace.open(tmp_path / "ws")
    path = sorted(light_curve_folder.glob("*.fits"))[0]
    here = tmp_path / path.name
    here.write_bytes(path.read_bytes())
    ws.ingest([here])
    moved = here.rename(tmp_path / f"moved-{path.name}")
    assert changed(ws, lambda: ws.ingest([moved])) == {Topic.TARGETS}


def test_reading_changes_nothing(trained):
    def read():
        trained.targets.frame()
        trained.verdicts.latest()
        trained.runs.list()[0].scores()
        trained.labels.frame()
        trained.features.fingerprint("flux_power")
        Workspace.open(trained.folder)

    assert changed(trained, read) == set()


def test_nothing_is_counted_that_was_not_written(tmp_path):
    ws = Workspace.open(tmp_path)
    database = Database(tmp_path / "clara.sqlite")

    def rolled_back():
        with suppress(ZeroDivisionError), database.transaction() as connection:
            connection.execute("INSERT INTO selections VALUES ('a', '[]', 'ada', 0)")
            raise ZeroDivisionError

    def not_renamed():
        with suppress(WorkspaceUnavailable):
            put(full)

    def put(place):
        write_atomically(place, lambda beside: beside.write_text("x"), within=ws.changing(Topic.MAPS))

    full = tmp_path / "place"
    (full / "something").mkdir(parents=True)
    with pytest.raises(WorkspaceUnavailable, match="can't be written"):
        put(full)  # a folder stands where the file should be
    assert changed(ws, rolled_back) == set()
    assert changed(ws, not_renamed) == set()
    assert changed(ws, lambda: ws.selections.delete("there is none")) == set()
    assert changed(ws, lambda: ws.targets.forget_unreadable(["none"])) == set()
    assert changed(ws, lambda: ws.selections.remember(["a"])) == set()  # for links; no page shows them
    assert changed(ws, lambda: ws.verdicts.add(STAR, "flare", author="a", token="t")) == {Topic.VERDICTS}
    assert changed(ws, lambda: ws.verdicts.add(STAR, "flare", author="a", token="t")) == set()  # it came twice


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_cannot_be_counted_does_not_take_its_place(tmp_path, what):
    ws = Workspace.open(tmp_path, patience=0.1)
    holder = Database(tmp_path / "clara.sqlite")
    place = tmp_path / "place"

    def put():
        if what == "file":
            write_atomically(place, lambda beside: beside.write_text("x"), within=ws.changing(Topic.MAPS))
        else:
            with whole_folder(place, within=ws.changing(Topic.MAPS)) as beside:
                (beside / "a").write_text("x")

    with holder.transaction(), pytest.raises(WorkspaceUnavailable, match="locked"):
        put()
    assert not place.exists()
    assert [path for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_every_table_is_of_a_topic_and_has_its_triggers(tmp_path):
    Workspace.open(tmp_path)
    database = Database(tmp_path / "clara.sqlite")
    tables = {name for (name,) in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in tables if not name.startswith("sqlite_")} == {*TABLES, *NOT_COUNTED}
    made = database.rows("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
    assert made == [(3 * len(TABLES),)]
    assert {topic for (topic,) in database.rows("SELECT topic FROM versions")} == set(Topic)


def test_triggers_can_be_made_anew(tmp_path):
    ws = Workspace.open(tmp_path)
    ws.verdicts.add(STAR, "flare", author="a")
    before = ws.versions()
    with Database(tmp_path / "clara.sqlite").transaction() as connection:
        for statement in triggers():
            connection.execute(statement)
    assert ws.versions() == before
    assert changed(ws, lambda: ws.verdicts.add(STAR, "flare", author="a")) == {Topic.VERDICTS}


WRITER = """
import sys
from clara_engine.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    workspace.verdicts.add(f"{number}", "flare", author="other")
    workspace.selections.save(f"s{number}", ["a"])
"""


def test_a_reader_never_sees_what_another_process_wrote_without_its_number(tmp_path):
    """What was read with an unchanged number before and after is what that number stands for."""
    ws = Workspace.open(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path, str(ENOUGH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    process.stdin.write(b"\n")
    process.stdin.close()
    seen: dict[int, int] = {}
    while process.poll() is None or not seen:
        before = ws.versions()[Topic.VERDICTS]
        written = len(ws.verdicts.history())
        if ws.versions()[Topic.VERDICTS] == before:
            assert seen.setdefault(before, written) == written == before
    process.stdout.close()
    assert process.returncode == 0
    after = ws.versions()
    assert (after[Topic.VERDICTS], after[Topic.SELECTIONS]) == (ENOUGH, ENOUGH)


def test_two_threads_lose_no_count(tmp_path):
    ws = Workspace.open(tmp_path)
    path = tmp_path / "maps" / "one"
    acts = [
        partial(write_atomically, path, lambda beside: beside.write_text("x")),
        partial(write_atomically, path, lambda beside: beside.write_text("y")),
    ]

    def work(act):
        for _ in range(10):
            act(within=ws.changing(Topic.MAPS))

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ws.versions()[Topic.MAPS] == 20


def test_reading_the_numbers_takes_less_than_a_millisecond_and_waits_for_nobody(tmp_path):
    ws = Workspace.open(tmp_path)
    holder = Database(tmp_path / "clara.sqlite")
    with holder.transaction() as connection:
        connection.execute("INSERT INTO selections VALUES ('a', '[]', 'ada', 0)")
        took, plain = [], []
        for _ in range(100):
            begun = time.process_time()
            assert ws.versions()[Topic.SELECTIONS] == 0
            took.append(time.process_time() - begun)
            with closing(sqlite3.connect(tmp_path / "clara.sqlite")) as other:
                other.execute("SELECT * FROM versions").fetchall()
            plain.append(time.process_time() - begun - took[-1])
    assert np.median(took) < max(1e-3, 3 * np.median(plain))  # the machine may be slow
    assert ws.versions()[Topic.SELECTIONS] == 1


def test_an_older_workspace_gets_the_counter(tmp_path):
    """As every table of today but `versions` would be found."""
    ws = Workspace.open(tmp_path)
    ws.verdicts.add(STAR, "flare", author="a")
    script = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
    connection.execute(f"DROP TRIGGER {name}")
connection.execute("DROP TABLE versions")
connection.execute(f"PRAGMA user_version = {int(sys.argv[2])}")
print(json.dumps(connection.execute("PRAGMA user_version").fetchone()))
"""
    from clara_engine.store.schema import MIGRATIONS

    place = next(number for number, step in enumerate(MIGRATIONS) if "CREATE TABLE versions" in step)
    if place != len(MIGRATIONS) - 1:
        pytest.skip("later migrations can't be taken back")
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "clara.sqlite", str(place + 1)], capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [place + 1]
    again = Workspace.open(tmp_path)
    assert set(again.versions().values()) == {0}
    assert changed(again, lambda: again.verdicts.add(STAR, "flare", author="a")) == {Topic.VERDICTS}
