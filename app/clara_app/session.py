"""The state of one browser tab. Every pane follows the session, and never another pane."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Hashable
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import param
from panel.io import hold

from clara_app.arrival import Arrival
from clara_app.event_marks import EventMarks
from clara_app.formatting import counted
from clara_app.map_choice import KINDS
from clara_app.next_star import NextStar
from clara_app.server import Server, progress_of
from clara_app.verdict_actions import VerdictActions
from clara_engine.account import local_user
from clara_engine.errors import ClaraError
from clara_engine.jobs import Job, JobKind, JobState
from clara_engine.store.versions import Topic
from clara_engine.store.vocabulary import STANDARD, VerdictLabel
from clara_engine.studies.events_found import event_of, events_found, label_of
from clara_engine.studies.grouping import about_group
from clara_engine.workspace import Run, RunSpec

__all__ = ["AREAS", "STAR_TABS", "Session"]

T = TypeVar("T")

#: Areas of the page, in the order of the header.
AREAS = ("explore", "compare", "vet", "data")

#: Topics that every page follows, whichever panes it shows.
ALWAYS_SHOWN = frozenset(
    {Topic.TARGETS, Topic.LABELS, Topic.CLAIMS, Topic.RUNS, Topic.VERDICTS, Topic.VOCABULARY}
    | {"jobs now", "folds", "trouble"}
)

#: Views of the star and their titles. One is shown at a time; on a wide screen, while vetting, also those of `AT_ONCE`.
STAR_TABS = {
    "period": "Period",
    "why": "Why strange",
    "similar": "Similar stars",
    "vetting": "What is it?",
    "gaia": "Gaia",
}
AT_ONCE = ("period", "vetting", "why", "gaia")


class Session(VerdictActions, EventMarks, NextStar):
    """The selected star, the selection, the run, and the period on the screen.

    A URL holds run, star and period. Setting any parameter updates every pane.
    """

    area: Any = param.Selector(default="explore", objects=list(AREAS), doc="Part of the page that is shown.")
    selection = param.List([], item_type=str, doc="Target ids picked on the map, empty for all.")
    map_kind: Any = param.Selector(default="tsne", objects=list(KINDS), doc="What the map shows.")
    axes = param.Tuple(("teff", "anomaly_score"), length=2, doc="Columns of `table` that a map of two axes shows.")
    star_tab: Any = param.Selector(default="period", objects=list(STAR_TABS), doc="View of the star.")
    wide = param.Boolean(False, doc="Whether the screen has room for several views of the star beside each other.")
    views = param.List(["period"], doc="Views of the star that are shown; others compute nothing.")
    colour_by = param.String("anomaly_score", doc="Column of `table` that colours the map.")
    family_value = param.Tuple(("", ""), length=2, doc="Label that the measures are for: family and value.")
    dark = param.Boolean(False)
    unreviewed = param.Boolean(False, doc="Whether the ranking leaves out stars that have a verdict.")

    labels = param.List(list(STANDARD), item_type=VerdictLabel, doc="Labels that verdicts are made of.")

    table = param.DataFrame(pd.DataFrame(), doc="Targets, scores and verdicts, strangest first, by target id.")
    scored = param.Integer(0, doc="Counts the changes of stars or scores in `table`, not those of verdicts.")
    about_group = param.String("", doc="What the run ranks, what it leaves out, and what it can't find.")
    origin = param.String("", doc='Mark of panes with many stars: "SIMULATED", "PARTLY SIMULATED" or nothing.')
    runs = param.List([], doc="Runs, newest first.")
    sweep = param.String("", doc="The sweep that was chosen last, to be shown in Compare.")
    jobs = param.List([], doc="Jobs of this server, oldest first.")
    ended = param.ClassSelector(class_=Job, doc="The job that ended last, however it ended.")
    # Change counters of the topics that panes read from the workspace, as this page last saw them.
    verdicts_changed = param.Integer(0)
    selections_changed = param.Integer(0)
    maps_changed = param.Integer(0)
    clusterings_changed = param.Integer(0, doc="Of clusterings and of the names of their clusters.")
    labels_changed = param.Integer(0, doc="Of labels and catalogue parameters.")
    features_changed = param.Integer(0)
    studies_changed = param.Integer(0, doc="Of recovery, sweeps and the steering matrix.")
    archives_changed = param.Integer(0)
    failures_changed = param.Integer(0)
    jobs_changed = param.Integer(0, doc="Of the history of jobs; those of this server are in `jobs`.")
    folds_made = param.Integer(0, doc="Counts the small folded light curves that have been made.")
    notice = param.String("", doc="One line for the user about what happened last.")
    trouble = param.String("", doc="Why the workspace can't be used now, in one line; empty when it can.")

    def __init__(self, server: Server, **params: object) -> None:
        super().__init__(**{"author": local_user()} | params)
        self.server, self.arrival = server, Arrival()
        self.key = uuid.uuid4().hex
        self._own_jobs: set[str] = set()
        self._run_to_show = ""  # the run that was trained here, until the workspace lists it
        self._warned: set[tuple[str, str]] = set()
        self._settled = {job.id for job in server.queue.jobs() if not job.state.active}
        self.progress: list[tuple[object, ...]] = []
        self.versions: dict[Topic, int] = {}
        self._followed: set[str] = set()
        self.read = server.workspace.targets.light_curve
        self.star_of = server.wanted_star
        self.bad_intervals = server.bad_intervals
        self.sectors = server.sectors
        self.measure, self.measured = server.transit, server.transit.known
        self.param.watch(self._choose_views, ["star_tab", "wide", "area"])
        self._choose_views()
        self.follow_star(self)
        self.follow_marks()
        self.follow_order()
        self.param.watch(lambda event: self._refresh_table(), "run_id")
        self.refresh()

    def follow(self, callback: Callable[..., object], *names: str) -> None:
        """Call `callback` with the events whenever one of these parameters changes.

        All that it draws goes to the browser in one message, under `hold`, which also takes the lock that Bokeh needs
        around changes of its models and that events of widgets lack. While the page is on its way to the browser, the
        call waits until the page has arrived. A page that has not been handed out is drawn at once, so that a link
        shows no star but its own.
        """

        def draw(*events: param.parameterized.Event) -> None:
            with hold():
                try:
                    callback(*events)
                except (ClaraError, OSError) as error:  # the other panes draw all the same
                    self.failed(error)

        def draw_when_arrived(*events: param.parameterized.Event) -> None:
            if self.awake:
                self.arrival.then(partial(draw, *events))
            else:
                draw(*events)

        self._followed.update(names)
        self.param.watch(draw_when_arrived, list(names))

    def _choose_views(self, *events: object) -> None:
        together = self.wide and self.area == "vet" and self.star_tab in AT_ONCE
        self.views = list(AT_ONCE) if together else [self.star_tab]

    def notify(self, text: str) -> None:
        """Show one line of text about what happened last."""
        self.notice = text

    # -- what is there ------------------------------------------------------------------------------------------------

    @property
    def run(self) -> Run | None:
        """The run on the screen."""
        return next((run for run in self.runs if run.id == self.run_id), None)

    @property
    def previous_run(self) -> Run | None:
        """The run made before the one on the screen."""
        older = [run for run in self.runs if self.run and run.created < self.run.created]
        return older[0] if older else None

    def refresh(self) -> None:
        """Read the workspace again, and show it."""
        self.server.read()
        self.versions = self.server.versions
        self.labels, self.runs = list(self.server.vocabulary), self.server.runs
        if not self._show_newest_run():
            self._refresh_table()
        self._show_some_star()

    def _show_some_star(self) -> None:
        if not self.requested and self.order:
            self.show(self.order[0])

    def _show_newest_run(self) -> bool:
        """Show the newest run if the one on the screen is gone; returns whether another run is shown now."""
        newest = self.runs[0].id if self.runs else ""
        if self.run is not None or newest == self.run_id:
            return False
        self.run_id = newest  # and with it the table
        return True

    def _refresh_table(self) -> None:
        table = self.server.table(self.run, self.previous_run)
        table = self._with_verdicts(table)
        keep = set(table.index)
        run = self.run
        about = "; ".join([about_group(run, self.server.catalogue()["group"]), *run.notes]) if run is not None else ""
        with hold():
            self.param.update(
                table=table,
                scored=self.scored + 1,
                origin=_origin(table),
                order=list(table.index),
                about_group=about,
                selection=[target_id for target_id in self.selection if target_id in keep],
            )

    def _with_verdicts(self, table: pd.DataFrame) -> pd.DataFrame:
        latest = self.server.verdicts.latest()
        table["verdict"] = latest["label"].reindex(table.index) if len(latest) else None
        return table

    # -- the star ---------------------------------------------------------------------------------------------------

    def find(self, text: str) -> None:
        """Select the star that `text` names (a TIC number or a target id)."""
        found = self.server.workspace.targets.find(str(text).strip())
        if found:
            self.notice = ""
            self.show(found[0])
        else:
            self.notice = f"no target {str(text).strip()[:40]} in this workspace"

    # -- jobs -----------------------------------------------------------------------------------------------------

    def retrain(self, spec: RunSpec, refused: Callable[[str], object] | None = None) -> None:
        """Queue a run; this session shows it when it is done. `refused` gets the reason if it can't be queued."""
        author = self.signature()
        self.write(lambda: self._own_jobs.add(self.server.train(spec, author=author).id), failed=refused)

    def classify(self) -> None:
        """Queue the classification into kinds of the stars of the run, unless it is done; the ranking then shows it."""
        run = self.run
        if run is not None and "kind" not in self.table:
            self.write(partial(self.server.classify, run, author=self.signature()))

    def more_like_these(self) -> None:
        """Queue a run whose contrast set is the selection, with forest and features of the run on the screen."""
        count, run = len(self.selection), self.run
        like = {} if run is None else {"forest": run.spec.forest, "feature_set": run.spec.feature_set}
        spec = self._notify_on_error(
            lambda: RunSpec.checked(
                name=f"like {counted(count, 'star')}",
                variant="picked",
                picked=tuple(self.selection),
                training_size=None,
                **like,
            )
        )
        if spec is not None:
            self.retrain(spec)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop."""
        self.write(lambda: self.server.queue.cancel(job_id))

    # -- what is new --------------------------------------------------------------------------------------------------

    def poll(self) -> None:
        """Read what is new in the workspace and among the jobs, and show it; this may wait for the disk."""
        self.server.poll()
        self.sync()

    def shows_any_of(self, news: Collection[Hashable]) -> bool:
        """Whether the page shows any of these topics; see `clara_app.watcher.Listener`."""
        return any(topic in ALWAYS_SHOWN or f"{topic}_changed" in self._followed for topic in news)

    def sync(self) -> None:
        """Show what the server has read last, whoever wrote it; this never waits for the disk."""
        try:
            with hold():
                self._sync()
        except (ClaraError, OSError) as error:
            self.failed(error)

    def _sync(self) -> None:
        server = self.server
        if server.trouble != self.trouble:
            back = bool(self.trouble) and not server.trouble
            self.trouble = server.trouble
            if back:
                self.notice = ""
                self.refresh()
                if self.target_id and self.star.light_curve is None:
                    self.show(self.target_id)
        jobs = server.jobs()  # first, so that what an ended job wrote is part of what is read next
        before, self.versions = self.versions, server.versions
        changed = {topic for topic, number in self.versions.items() if number != before.get(topic)}
        if changed:
            self._apply_changes(changed)
        self.folds_made = server.folds.version
        self._sync_jobs(jobs)

    def _apply_changes(self, changed: set[Topic]) -> None:
        if Topic.VOCABULARY in changed:
            self.labels = list(self.server.vocabulary)
        known = {run.id for run in self.runs}
        if Topic.RUNS in changed:
            self.runs = self.server.runs
        moved = False
        if self.run is None:
            if self.run_id in known:
                self.notice = "the run on the screen was removed: this is the newest"
            moved = self._show_newest_run()
        if not moved and changed & {Topic.TARGETS, Topic.LABELS, Topic.CLAIMS}:
            self._refresh_table()
        elif not moved and Topic.VERDICTS in changed:
            self.table = self._with_verdicts(self.table.copy(deep=False))
        self._show_some_star()
        counters = {f"{topic}_changed": self.versions[topic] for topic in changed}
        self.param.update(**{name: number for name, number in counters.items() if name in self.param})

    def _sync_jobs(self, jobs: list[Job]) -> None:
        progress = [progress_of(job) for job in jobs]
        if progress != self.progress:
            self.progress = progress
            ended = [job for job in jobs if not job.state.active and job.id not in self._settled]
            self._settled |= {job.id for job in ended}
            self.jobs = jobs
            for job in jobs:
                if job.id in self._own_jobs and job.warning and (job.id, job.warning) not in self._warned:
                    self._warned.add((job.id, job.warning))
                    self.notice = f"{job.title}: {job.warning}"
            for job in ended:
                self._job_ended(job)
                self.ended = job
        if self._run_to_show and any(run.id == self._run_to_show for run in self.runs):
            before, self.run_id, self._run_to_show = self.run, self._run_to_show, ""
            self._show_what_changed(before)

    def _show_what_changed(self, before: Run | None) -> None:
        """After a run that was asked for here: the new top, the measures of its event, and what it found of it."""
        run = self.run
        if run is None:
            return
        if run.spec.variant == "picked" and set(self.selection) == set(run.spec.picked):
            self.selection = []  # else the lists would show nothing but what was picked
        if self.area == "explore" and self.order:
            self.show(self.order[0])
        event = event_of(run.spec)
        members = self.server.labels.members(self.table.index)
        label = run.spec.label or label_of(event, members)
        if label is None:
            return
        self.family_value = label
        found = events_found(event or " ".join(label), self.table.index[members[label]], run, before)
        if found is not None:
            self.notice = str(found)

    def _job_ended(self, job: Job) -> None:
        mine = job.id in self._own_jobs
        self._own_jobs.discard(job.id)
        if job.state is JobState.FAILED:
            self.notice = f"{job.title} failed: {job.message}"
        elif job.state is JobState.DONE and job.kind == JobKind.TRAIN and mine:
            self._run_to_show = str(job.result)

    def _notify_on_error(self, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except ClaraError as error:
            self.notice = str(error)
            return None


def _origin(table: pd.DataFrame) -> str:
    simulated = table.get("simulated", pd.Series(dtype=bool))
    if not simulated.any():
        return ""
    return "SIMULATED" if simulated.all() else "PARTLY SIMULATED"
