"""What one tab or a command writes, another tab shows; and nobody else is woken, or loses what they are doing."""

import gc
import shutil
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from bokeh.document import Document

from clara_app.panes.clusters import ClustersPane
from clara_app.panes.facts import FactsPane
from clara_app.panes.failures import FailuresPane
from clara_app.panes.jobs import JobsPane
from clara_app.panes.label_editor import LabelEditor
from clara_app.panes.map import MapPane
from clara_app.panes.periodogram import PeriodogramPane
from clara_app.panes.queue import QueuePane
from clara_app.panes.selection import SelectionBar
from clara_app.panes.verdict import VerdictPane
from clara_app.server import Server
from clara_app.session import Session
from clara_app.watcher import POLL_S, Watcher
from clara_engine.clusters.settings import KMeans
from clara_engine.jobs import Job, JobState
from clara_engine.periods import Ephemeris
from clara_engine.store.versions import Topic
from clara_engine.store.vocabulary import VerdictLabel
from clara_engine.studies.cluster import ClusterRequest, cluster_stars
from clara_engine.studies.embed import usual_map
from clara_engine.workspace import Workspace


@pytest.fixture
def command(server: Server) -> Workspace:
    """The workspace as a command in another process has it."""
    return Workspace.open(server.workspace.folder)


@pytest.fixture
def tab(server: Server) -> Session:
    return Session(server, author="bob")


def hears(server: Server, tab: Session, action: Callable[[], object], topic: Topic) -> None:
    """Do something; the tab is woken for it once, and takes it in."""
    assert not tab.shows_any_of([])
    action()
    server.poll()
    assert tab.versions[topic] != server.versions[topic]
    tab.sync()
    assert tab.versions == server.versions


def test_verdicts(server: Server, session: Session, tab: Session, command: Workspace) -> None:
    pane, queue, here = VerdictPane(tab), QueuePane(tab), tab.target_id
    hears(server, tab, lambda: command.verdicts.add(here, "dipper", author="ada"), Topic.VERDICTS)
    assert "ada" in pane.history.object
    assert tab.table["verdict"][here] == "dipper"
    assert "dipper" in queue.table.rows[0]
    session.show(here)
    session.give_verdict("flare")
    tab.sync()  # what the tab that gave it did woke the others
    assert "flare" in pane.history.object
    assert tab.target_id == here


def test_named_selections(server: Server, session: Session, tab: Session, command: Workspace) -> None:
    bar = SelectionBar(tab)
    hears(server, tab, lambda: command.selections.save("mine", tab.order[:2]), Topic.SELECTIONS)
    assert "mine" in bar.saved.options.values()
    own = SelectionBar(session)
    session.selection = session.order[:3]
    own.title.value_input = own.title.value = "theirs"
    own.save()
    tab.sync()
    assert "theirs" in bar.saved.options.values()
    hears(server, tab, lambda: command.selections.delete("mine"), Topic.SELECTIONS)
    assert "mine" not in bar.saved.options.values()


def test_clusterings_come_and_do_not_colour_the_map_of_others(
    server: Server, session: Session, tab: Session, command: Workspace
) -> None:
    pane, colour = ClustersPane(tab), tab.colour_by
    request = ClusterRequest(title="two", method=KMeans(clusters=2))
    hears(server, tab, lambda: cluster_stars(command, request), Topic.CLUSTERINGS)
    (name,) = pane.kept.options
    assert name.startswith("two")
    assert tab.colour_by == colour
    session.poll()
    other = ClustersPane(session)
    other.on_action("delete")
    tab.sync()
    assert not pane.kept.options


def test_ephemerides(server: Server, session: Session, tab: Session, command: Workspace) -> None:
    pane, target = PeriodogramPane(tab), tab.star.light_curve.target
    seen = tab.period_days
    pane.views.value = "list"

    def save() -> None:
        command.ephemerides.save(target, Ephemeris(2.5, 1326.0, 0.1), author="ada", name="other")

    hears(server, tab, save, Topic.EPHEMERIDES)
    assert "other" in str(pane.table.rows)
    assert tab.period_days == seen


def test_the_vocabulary_and_what_is_being_written_into_it(server: Server, tab: Session, command: Workspace) -> None:
    pane, editor = VerdictPane(tab), LabelEditor(tab)
    editor.open()
    editor.add(VerdictLabel("mine", "y"))
    comet = VerdictLabel("comet", "x")
    hears(server, tab, lambda: command.vocabulary.save([*command.vocabulary.labels(), comet]), Topic.VOCABULARY)
    assert "comet" in pane.bar.object
    assert editor.lines[-1].label().name == "mine"
    assert editor.dialog.open


def test_labels_and_parameters(server: Server, tab: Session, command: Workspace) -> None:
    facts, here = FactsPane(tab), tab.target_id
    shown = list(tab.order)
    hears(server, tab, lambda: command.labels.add("seen", {here: "comet tail"}, source="test"), Topic.LABELS)
    assert "comet tail" in facts.html.object
    numbers = pd.DataFrame({"albedo": [0.25]}, index=[here])
    hears(server, tab, lambda: command.labels.add_parameters(numbers, "test"), Topic.LABELS)
    assert tab.table["albedo"][here] == 0.25
    assert (tab.target_id, list(tab.order)) == (here, shown)


def test_runs_come_and_go(server: Server, tab: Session, command: Workspace, spec) -> None:
    first, here = tab.run_id, tab.target_id
    hears(server, tab, lambda: command.train(spec("second", seed=9)), Topic.RUNS)
    assert [run.name for run in tab.runs] == ["second", "first"]
    assert (tab.run_id, tab.target_id) == (first, here)
    hears(server, tab, lambda: command.runs.delete(first), Topic.RUNS)
    assert [run.name for run in tab.runs] == ["second"]
    assert tab.run.name == "second"
    assert "was removed" in tab.notice
    assert tab.target_id == here


def test_new_stars(server: Server, tab: Session, command: Workspace, tmp_path: Path, workspace_template: Path) -> None:
    path = server.workspace.targets.path(tab.order[0])
    copy = Path(shutil.copy(path, tmp_path / f"moved-{path.name}"))
    here, chosen = tab.target_id, tab.order[1:3]
    tab.selection = chosen
    hears(server, tab, lambda: (path.rename(path.with_suffix(".away")), command.ingest([copy])), Topic.TARGETS)
    path.with_suffix(".away").rename(path)
    assert tab.table["path"][tab.order[0]] == str(copy)
    assert (tab.target_id, tab.selection) == (here, chosen)


def test_maps(server: Server, tab: Session, command: Workspace) -> None:
    for file in (server.workspace.folder / "maps").iterdir():
        file.unlink()
    tab.awake = False  # it asks for no maps by itself
    pane = MapPane(tab)
    assert pane.shown[0] == ""
    hears(server, tab, lambda: usual_map(command, "pca", "flux_power"), Topic.MAPS)
    assert pane.shown[0] == "pca"


def test_jobs_and_failures(server: Server, tab: Session, command: Workspace) -> None:
    jobs, failures = JobsPane(tab), FailuresPane(tab)
    job = Job("train", "trained elsewhere", state=JobState.DONE, started=1.0, finished=2.0)
    hears(server, tab, lambda: command.job_log.record(job), Topic.JOBS)
    assert "trained elsewhere" in jobs.history.object
    hears(server, tab, lambda: command.failures.keep("download", {"a file": "no"}), Topic.FAILURES)
    assert "a file" in failures.list.object


def test_a_page_is_woken_for_what_it_shows_and_for_nothing_else(server: Server, tab: Session) -> None:
    assert tab.shows_any_of([Topic.VERDICTS])
    assert not tab.shows_any_of([Topic.EPHEMERIDES])
    PeriodogramPane(tab)
    assert tab.shows_any_of([Topic.EPHEMERIDES])
    assert not tab.shows_any_of([Topic.ARCHIVES, Topic.JOBS])


class Page:
    """Something that listens, and counts how often it was woken."""

    def __init__(self, *topics: str) -> None:
        self.topics, self.woken = topics, 0

    def shows_any_of(self, news) -> bool:
        return bool(set(self.topics) & set(news))

    def sync(self) -> None:
        self.woken += 1


class AtOnce:
    """An event loop that waits for nothing."""

    def add_callback(self, act: Callable[..., object], *given: object) -> None:
        act(*given)


class Served(Document):
    """A document of a page that is open."""

    session_context: Any = SimpleNamespace(destroyed=False, session=None)


def ticks(document: Document) -> int:
    """Do what waits for the event loop."""
    waiting = document.session_callbacks
    for one in waiting:
        document.remove_next_tick_callback(one)
        one.callback()
    return len(waiting)


def test_the_watcher_wakes_once_who_listens_and_forgets_who_is_gone() -> None:
    now = {"a": 0, "b": 0}
    watcher = Watcher(lambda: dict(now))
    page, document = Page("a"), Served()
    leave = watcher.listen(page, document, AtOnce())
    watcher.poll()
    ticks(document)
    page.woken = 0
    now["b"] = 1
    watcher.poll()
    assert ticks(document) == 0
    for number in range(1, 4):  # a page that is slow to answer is not called again meanwhile
        now["a"] = number
        watcher.poll()
    assert ticks(document) == 1
    assert page.woken == 1
    now["a"] = 9
    watcher.poll()
    assert ticks(document) == 1
    leave()
    now["a"] = 10
    watcher.poll()
    assert ticks(document) == 0
    watcher.listen(page, document, AtOnce())
    gone, kept = weakref.ref(page), weakref.ref(document)
    del page, document
    gc.collect()
    assert (gone(), kept()) == (None, None)  # the watcher keeps nothing of a page
    now["a"] = 11
    watcher.poll()
    assert not watcher.pages


def test_the_watcher_looks_by_itself_and_at_once_when_told(server: Server, command: Workspace) -> None:
    server.watcher.begin()
    time.sleep(POLL_S)

    def seen(action: Callable[[], object]) -> float:
        number, begun = server.versions[Topic.SELECTIONS], time.monotonic()
        action()
        while server.versions[Topic.SELECTIONS] == number:
            assert time.monotonic() - begun < 30
            time.sleep(0.01)
        return time.monotonic() - begun

    assert seen(lambda: command.selections.save("one", ["a"])) < 20 * POLL_S
    server.queue.submit("look", "nothing", lambda report: command.selections.save("two", ["a"]))
    assert server.versions[Topic.SELECTIONS] >= 1


def test_a_server_that_is_closed_leaves_no_thread_at_work(server: Server) -> None:
    others = set(threading.enumerate())
    server.watcher.begin()
    server.folds.request(server.workspace.targets.ids())
    server.write_threads.submit(time.sleep, 0)
    server.read_threads.submit(time.sleep, 0)
    assert len(set(threading.enumerate()) - others) >= 4
    server.close()
    for thread in set(threading.enumerate()) - others:
        thread.join(30)
        assert not thread.is_alive(), thread.name
