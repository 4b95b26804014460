"""The state of one browser tab. Every pane binds to it, and none to another pane."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import panel as pn
import param
from panel.io import hold

from app.map_choice import KINDS
from app.server import Server
from app.star_view import CHOICES, StarView, sectors_of
from app.stars import NO_STAR
from clara_engine.errors import ClaraError
from clara_engine.jobs import Job, JobState
from clara_engine.workspace import Run, RunSpec
from clara_engine.workspace.grouping import about_group
from clara_engine.workspace.queue import ORDERS, SHOWS
from clara_engine.workspace.vocabulary import STANDARD, VerdictLabel

__all__ = ["AREAS", "STAR_TABS", "Session"]

T = TypeVar("T")

#: Areas of the page, in the order of the header.
AREAS = ("explore", "compare", "vet", "data")

#: Views of the star, of which one is shown at a time.
STAR_TABS = ("period", "why", "similar", "vetting", "gaia")

# How many polls pass between looks for runs that another process has made.
RUNS_EVERY = 16


class Session(StarView):
    """One selected star, one selection, one run, and the period on the screen.

    The first three parameters are what a URL holds; setting any parameter updates every pane.
    """

    run_id = param.String("", doc="Run whose scores are shown; empty when there is none.")
    target_id = param.String("", doc="Selected star; empty when there is none.")

    area: Any = param.Selector(default="explore", objects=list(AREAS), doc="Part of the page that is shown.")
    selection = param.List([], item_type=str, doc="Target ids picked on the map, empty for all.")
    map_kind: Any = param.Selector(default="tsne", objects=list(KINDS), doc="What the map shows.")
    axes = param.Tuple(("teff", "anomaly_score"), length=2, doc="Columns of `table` that a map of two axes shows.")
    star_tab: Any = param.Selector(default="period", objects=list(STAR_TABS), doc="View of the star.")
    colour_by = param.String("anomaly_score", doc="Column of `table` that colours the map.")
    family_value = param.Tuple(("", ""), length=2, doc="Label that the measures are for: family and value.")
    author = param.String("", doc="Who gives the verdicts.")
    dark = param.Boolean(False)
    awake = param.Boolean(True, doc="Whether anybody sees the page; before that it asks for no jobs.")
    unreviewed = param.Boolean(False, doc="Whether the ranking leaves out what has a verdict.")

    labels = param.List(list(STANDARD), item_type=VerdictLabel, doc="Labels that verdicts are made of.")
    queue_shows: Any = param.Selector(default="first", objects=list(SHOWS), doc="Stars that the vetting queue lists.")
    queue_order: Any = param.Selector(default="score", objects=list(ORDERS), doc="What comes first in the queue.")
    advance = param.Boolean(True, doc="Whether the next unreviewed star follows a verdict in the vetting queue.")

    table = param.DataFrame(pd.DataFrame(), doc="Targets, scores and verdicts, strangest first, by target id.")
    order = param.List([], doc="Target ids as the list in view has them; what next and previous follow.")
    scored = param.Integer(0, doc="Counts the times that `table` got other stars or scores, not just another verdict.")
    about_group = param.String("", doc="What the run ranks, and how many light curves it leaves out.")
    origin = param.String("", doc='What panes with many stars say: "SIMULATED", "PARTLY SIMULATED" or nothing.')
    runs = param.List([], doc="Runs, newest first.")
    jobs = param.List([], doc="Jobs of this server, oldest first.")
    ended = param.ClassSelector(class_=Job, doc="The job that ended last, however it ended.")
    maps_changed = param.Integer(0, doc="Counts the maps that have become ready.")
    clusters_changed = param.Integer(0, doc="Counts changes of the clusterings and of their names.")
    selections_changed = param.Integer(0, doc="Counts changes of the named selections.")
    verdicts_changed = param.Integer(0, doc="Counts changes of the verdicts.")
    folds_made = param.Integer(0, doc="Counts the small folded light curves that have been made.")
    notice = param.String("", doc="One line for the user about what happened last.")

    def __init__(self, server: Server, **params: object) -> None:
        super().__init__(**{"author": _whoever_sits_here()} | params)
        self.server = server
        self.labels = list(self._told(server.workspace.vocabulary.labels) or STANDARD)
        self._mine: set[str] = set()
        self._settled = {job.id for job in server.queue.jobs() if not job.state.active}
        self._jobs_seen: tuple[object, ...] = ()
        self._polls = 0
        self.read = server.workspace.targets.light_curve
        self.sectors = lambda target_id: sectors_of(server.catalogue(), target_id)
        self.param.watch(self._target_changed, ["target_id", "period_days", "epoch_btjd"])
        self.param.watch(lambda *events: self.param.update(**self.chosen(self.star)), list(CHOICES))
        self.param.watch(lambda event: self._refresh_table(), "run_id")
        self.refresh()

    def follow(self, act: Callable[..., object], *names: str) -> None:
        """Call `act` with the events whenever one of these parameters changes.

        What it draws goes to the browser in one message, and may: events of widgets come without the lock that Bokeh
        wants around changes of its models. What changes while the page is on its way to the browser waits until it
        has arrived: before that, Panel drops what is drawn under `hold`.
        """

        def draw(*events: param.parameterized.Event) -> None:
            with hold():
                act(*events)

        def drawn(*events: param.parameterized.Event) -> None:
            if _on_its_way():
                pn.state.onload(partial(draw, *events))
            else:
                draw(*events)

        self.param.watch(drawn, list(names))

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
        """Look again at what the workspace holds."""
        self.runs = self.server.workspace.runs.list()
        newest = self.runs[0].id if self.runs else ""
        if self.run is None and newest != self.run_id:
            self.run_id = newest  # and with it the table
        else:
            self._refresh_table()
        if not self.target_id and self.order:
            self.show(self.order[0])

    def _refresh_table(self) -> None:
        table = self.server.table(self.run, self.previous_run)
        latest = self.server.workspace.verdicts.latest()
        table["verdict"] = latest["label"].reindex(table.index) if len(latest) else None
        keep = set(table.index)
        about = about_group(self.run, self.server.catalogue()["group"]) if self.run is not None else ""
        with hold():
            self.param.update(
                table=table, scored=self.scored + 1, origin=_origin(table), order=list(table.index), about_group=about,
                selection=[target_id for target_id in self.selection if target_id in keep],
            )  # fmt: skip

    # -- the star ---------------------------------------------------------------------------------------------------

    def show(self, target_id: str) -> None:
        """Select a star and fold it on its best period, all at once."""
        star = self.server.star(target_id) if target_id else NO_STAR
        with hold():  # all panes in one message
            self.param.update(target_id=target_id, **self.shown(star))

    def _target_changed(self, *events: param.parameterized.Event) -> None:
        """Follow a target that was set from outside, with a period or without."""
        if self.star.target_id == self.target_id:
            return
        star = self.server.star(self.target_id) if self.target_id else NO_STAR
        given = {event.name: event.new for event in events if event.name != "target_id" and event.new is not None}
        self.param.update(**(self.shown(star) | given))

    def find(self, text: str) -> None:
        """Select the star that `text` names (a TIC number or a target id)."""
        found = self.server.workspace.targets.find(str(text).strip())
        if found:
            self.show(found[0])
        else:
            self.notice = f"no target {str(text).strip()[:40]} in this workspace"

    def step(self, places: int) -> None:
        """Move along the ranking: 1 is next, −1 previous."""
        if not self.order:
            return
        try:
            place = self.order.index(self.target_id) + places
        except ValueError:
            place = 0
        self.show(self.order[min(max(place, 0), len(self.order) - 1)])

    def next_unreviewed(self) -> None:
        """Move to the next star of the list that nobody has vetted, or not this author, as the queue is."""
        opinions = self.server.workspace.verdicts.opinions()
        if self.queue_shows == "not by me":
            opinions = opinions[opinions["author"] == self.author]
        seen = set(opinions["target_id"]) | {self.target_id}
        # What has been learned meanwhile may have moved better stars above the one on the screen.
        on = self.target_id in self.order and not (self.area == "vet" and self.queue_order == "learned")
        here = self.order.index(self.target_id) if on else -1
        waiting = [star for star in self.order[here + 1 :] + self.order[: here + 1] if star not in seen]
        if waiting:
            self.show(waiting[0])
        else:
            self.notice = "every star of this list has a verdict"

    def scale_period(self, factor: float) -> None:
        """Multiply the period on the screen."""
        if self.period_days:
            self.period_days = round(self.period_days * factor, 6)

    # -- verdicts -----------------------------------------------------------------------------------------------------

    def give_verdict(self, label: str, note: str = "") -> None:
        """Write a verdict on the selected star."""
        if not self.target_id:
            return
        self._told(
            lambda: self.server.workspace.verdicts.add(
                self.target_id, label, author=self.author or "unknown", note=note, run_id=self.run_id or None,
                period_days=self.period_days,
            )
        )  # fmt: skip
        self._verdicts_moved()

    def undo_verdict(self) -> None:
        """Take back the last standing verdict of this author, and show its star."""
        self._again(self._told(lambda: self.server.workspace.verdicts.undo(author=self.author or "unknown")), "undo")

    def redo_verdict(self) -> None:
        """Let the verdict stand again that this author took back last, and show its star."""
        self._again(self._told(lambda: self.server.workspace.verdicts.redo(author=self.author or "unknown")), "redo")

    def _again(self, number: int | None, what: str) -> None:
        if number is None:
            self.notice = f"nothing to {what}"
            return
        self._verdicts_moved()
        target_id = self.server.workspace.verdicts.target_of(number)
        if target_id != self.target_id and target_id in self.table.index:
            self.show(target_id)

    def _verdicts_moved(self) -> None:
        latest = self.server.workspace.verdicts.latest()
        table = self.table.copy(deep=False)
        table["verdict"] = latest["label"].reindex(table.index) if len(latest) else None
        with hold():
            self.param.update(table=table, verdicts_changed=self.verdicts_changed + 1)

    # -- jobs -----------------------------------------------------------------------------------------------------

    def retrain(self, spec: RunSpec) -> None:
        """Queue a run; this session shows it when it is done."""
        self._mine.add(self.server.train(spec).id)
        self.poll()

    def more_like_these(self) -> None:
        """Queue a run whose contrast set is the selection, with forest and features of the run on the screen."""
        count, run = len(self.selection), self.run
        like = {} if run is None else {"forest": run.spec.forest, "feature_set": run.spec.feature_set}
        spec = self._told(
            lambda: RunSpec.checked(
                name=f"like {count} stars", variant="picked", picked=tuple(self.selection), training_size=None, **like
            )
        )
        if spec is not None:
            self.retrain(spec)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop."""
        self.server.queue.cancel(job_id)
        self.poll()

    def poll(self) -> None:
        """Take in what the queue did since the last poll; what a periodic callback calls."""
        self._polls += 1
        self.folds_made = self.server.folds.version
        jobs = self.server.queue.jobs()
        seen = tuple((job.id, job.state, job.stage, round(job.fraction, 2), _seconds(job)) for job in jobs)
        if seen != self._jobs_seen:
            self._jobs_seen = seen
            ended = [job for job in jobs if not job.state.active and job.id not in self._settled]
            self._settled |= {job.id for job in ended}
            self.jobs = jobs
            for job in ended:
                self._job_ended(job)
                self.ended = job
        elif self._polls % RUNS_EVERY == 0:
            self._look_for_runs()

    def _job_ended(self, job: Job) -> None:
        mine = job.id in self._mine
        self._mine.discard(job.id)
        if job.state is JobState.FAILED:
            self.notice = f"{job.title} failed: {job.message}"
        elif job.state is not JobState.DONE:
            return
        elif job.kind == "map":
            self.maps_changed += 1
        elif job.kind == "sweep":
            self._look_for_runs()
        elif job.kind == "train":
            self._look_for_runs()
            if mine or not self.run_id:
                self.run_id = str(job.result)
        elif job.kind in ("features", "ingest", "fetch", "crossmatch", "labels"):
            self.refresh()
            self.maps_changed += 1

    def _look_for_runs(self) -> None:
        runs = self.server.workspace.runs.list()
        if [run.id for run in runs] != [run.id for run in self.runs]:
            self.runs = runs

    def _told(self, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except ClaraError as error:
            self.notice = str(error)
            return None


def _on_its_way() -> bool:
    """Whether the page has been made but not arrived in its browser."""
    context = getattr(pn.state.curdoc, "session_context", None)
    return getattr(context, "session", None) is not None and not pn.state.loaded


def _origin(table: pd.DataFrame) -> str:
    simulated = table.get("simulated", pd.Series(dtype=bool))
    if not simulated.any():
        return ""
    return "SIMULATED" if simulated.all() else "PARTLY SIMULATED"


def _seconds(job: Job) -> int | None:
    left = job.seconds_left
    return None if left is None else round(left)


def _whoever_sits_here() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
