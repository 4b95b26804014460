"""What all sessions of one server share: the workspace, the job queue, and what was read lately."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any

import numpy as np
import pandas as pd
import panel as pn

from clara_app.folds import FoldPictures
from clara_app.hover_card import curve_thumbnail
from clara_app.map_choice import KINDS, MOST_POINTS, request_of
from clara_app.raster import warm_up
from clara_app.stars import Facts, StarCache
from clara_app.verdict_board import VerdictBoard
from clara_app.watcher import Watcher
from clara_app.words import light_curve_names
from clara_engine.errors import ClaraError, WorkspaceUnavailable
from clara_engine.forest import UnsupervisedForest, explain
from clara_engine.groups import group_names
from clara_engine.injected import get_workers_ready
from clara_engine.jobs import Job, JobQueue, JobState, Reporter
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import PeriodSearch, find_periods
from clara_engine.readers import stitch
from clara_engine.store.maps import MapRequest
from clara_engine.store.sources import FEATURES
from clara_engine.store.versions import Topic
from clara_engine.store.vocabulary import STANDARD, VerdictLabel
from clara_engine.studies.claims import kept_claims, make_claims
from clara_engine.studies.embed import make_map
from clara_engine.studies.extract import extract_features, median_features
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.studies.sweep import Sweeps
from clara_engine.studies.sweep_plan import PLANS
from clara_engine.synthetic import choose_hosts
from clara_engine.workers import Threads
from clara_engine.workspace import Run, RunSpec, Workspace, default_folder

__all__ = ["FEATURE_SET", "Server", "progress_of", "server"]

FEATURE_SET = "flux_power"
# How long a click may wait for another process that writes; jobs wait longer.
PATIENCE_S = 0.8
# How often a folder of light curves is looked for that may have gone [s].
ROOTS_EVERY_S = 4.0
# A job is given so long [s] to notice that the server ends, and the process so long in all.
NOTICE_S, LAST_S = 2.5, 4.0
# A retrain must not wait behind a t-SNE of a whole sector.
WORKERS = 2
KEPT_SCORES = 8
KEPT_PICTURES = 2000
# What may wait for a disk or a lock: one that is held must not take all of them at once.
BESIDE = 16
WORTH_WORKERS = 100  # light curves from which on a Retrain uses processes
#: What the map of the targets depends on.
MAPPED = (Topic.TARGETS, Topic.LABELS, Topic.FEATURES, Topic.MAPS)

log = logging.getLogger(__name__)


class Server:
    """One workspace and its queue. Every method may be called from any thread.

    Attributes
    ----------
    workspace : Workspace
    queue : JobQueue
        Its jobs end when they end, whatever happens to the page that asked.
    folds : FoldPictures
    star : callable
        ``target_id -> Star``, from memory if it was seen lately.
    warm : Event
        Is set when what takes long at first has been done once.
    verdicts : VerdictBoard
    beside : Threads
        Does what may wait for a disk or a lock, beside the event loop.
    versions : dict
        The change counter when the workspace was last read; what is held in memory here is as it was then.
    runs : list of Run
    vocabulary : list of VerdictLabel
    trouble : str
        Why the workspace, or a folder that its light curves lie in, could not be read at the last look, in one line;
        empty when it could.
    watcher : Watcher
        Wakes the pages that show something of what has changed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.watcher = Watcher(self._news)
        self.queue = JobQueue(
            workspace.job_log.record, WORKERS, within=workspace.waiting, changed=lambda job: self.watcher.soon()
        )
        self.star = StarCache(workspace.targets.light_curve, facts=self.facts)
        self.folds = FoldPictures(self.star)
        self.warm = Event()
        self.verdicts = VerdictBoard(workspace.verdicts)
        self.beside = Threads(BESIDE, thread_name_prefix="clara-beside")
        self.versions: dict[Topic, int] = {}
        self.runs: list[Run] = []
        self.vocabulary: list[VerdictLabel] = list(STANDARD)
        self.trouble = self._missing = ""
        self._roots_seen: tuple[int, int] | None = None
        self._scores: dict[tuple[str, int], pd.DataFrame] = {}
        self._tables: dict[tuple[str, int, str], tuple[pd.DataFrame, pd.DataFrame]] = {}
        self._planes: dict[tuple[object, ...], pd.DataFrame] = {}
        self._pictures: dict[str, str] = {}
        self._searches: dict[tuple[str, ...], PeriodSearch] = {}
        self._catalogue: pd.DataFrame | None = None
        self._settled: frozenset[str] = frozenset()
        self._lock, self._reading = Lock(), Lock()
        self.read()

    def read(self) -> None:
        """Take in what was written since the last time, in whatever process; this may wait for the disk.

        Raises
        ------
        ClaraError
            When the workspace can't be read now.
        """
        with self._reading:
            now = self.workspace.versions()
            changed = {topic for topic in Topic if now[topic] != self.versions.get(topic)}
            if Topic.VERDICTS in changed:
                self.verdicts.read()
            if Topic.RUNS in changed:
                self.runs = self.workspace.runs.list()
            if Topic.VOCABULARY in changed:
                self._read_vocabulary()
            if self._catalogue is not None and changed & {Topic.TARGETS, Topic.LABELS}:
                self._catalogue = self._read_catalogue()
            self.versions = now

    def look(self) -> None:
        """Take in what was written, and wake the pages that show it; this may wait for the disk."""
        self.watcher.look()

    def _news(self) -> dict[Hashable, object]:
        """What a page may show, with something that changes when it does."""
        jobs = self.queue.jobs()
        try:
            self.read()
            self.trouble = self._missing_root()
        except (ClaraError, OSError) as error:
            self.trouble = str(error).splitlines()[0]
        self._settled = frozenset(job.id for job in jobs if not job.state.active)
        progress = tuple(map(progress_of, jobs))
        news: dict[Hashable, object] = {"jobs now": progress, "folds": self.folds.version, "trouble": self.trouble}
        return news | dict(self.versions)

    def _missing_root(self) -> str:
        """A line for a folder of light curves that is not there; its disk is asked now and then."""
        now = (self.versions[Topic.TARGETS], int(time.monotonic() / ROOTS_EVERY_S))
        if now != self._roots_seen:
            self._roots_seen = now
            self._missing = next(iter(self.workspace.roots.missing()), "")
        return self._missing

    def jobs(self) -> list[Job]:
        """Jobs of this server, oldest first; one runs on here until what it wrote has been read."""
        return [
            job if job.state.active or job.id in self._settled else replace(job, state=JobState.RUNNING, finished=None)
            for job in self.queue.jobs()
        ]

    def _read_vocabulary(self) -> None:
        try:
            self.vocabulary = list(self.workspace.vocabulary.labels())
        except WorkspaceUnavailable:
            raise
        except ClaraError as error:  # a file that somebody spoiled: the labels before it stay
            log.warning("%s", error)

    def catalogue(self) -> pd.DataFrame:
        """Targets with their catalogue parameters, indexed by target id, as they were when last read.

        ``which`` tells light curves of the same star apart, ``group`` what may be ranked together.
        """
        if self._catalogue is None:
            self._catalogue = self._read_catalogue()
        return self._catalogue

    def _read_catalogue(self) -> pd.DataFrame:
        table = self.workspace.targets.frame().set_index("target_id")
        parameters = self.workspace.labels.parameters()
        table = table.join(parameters[[name for name in parameters if name not in table]])
        table["which"] = light_curve_names(table)
        table["group"] = group_names(table)
        return table

    def facts(self, target_id: str) -> Facts:
        """What the catalogue and the disk say of a target, without a wait."""
        known = self.catalogue()
        if target_id not in known.index:
            return Facts(target_id)
        row = known.loc[target_id]
        simulated = bool(row["simulated"])
        name = f"{'SIM' if simulated else row['catalogue']} {row['tic']}"
        try:
            about = os.stat(row["path"])
        except OSError:
            return Facts(name, simulated)
        return Facts(name, simulated, (row["path"], about.st_mtime_ns, about.st_size))

    def scores(self, run: Run) -> pd.DataFrame:
        """Scores of a run, indexed by target id, strangest first."""
        with self._lock:
            key = (run.id, self.versions[Topic.CLAIMS])
            if key not in self._scores:
                self._scores[key] = run.scores().set_index("target_id")
                while len(self._scores) > KEPT_SCORES:
                    self._scores.pop(next(iter(self._scores)))
            return self._scores[key]

    def table(self, run: Run | None, older: Run | None) -> pd.DataFrame:
        """Targets with scores and catalogue parameters, strangest first, by target id; columns are shared, not copied.

        With an older run, ``rank_change`` has the places gained since.
        """
        catalogue = self.catalogue()
        if run is None:
            return catalogue.copy(deep=False)
        key = (run.id, self.versions[Topic.CLAIMS], older.id if older is not None else "")
        kept = self._tables.get(key)
        if kept is None or kept[0] is not catalogue:
            table = self.scores(run).join(catalogue, how="inner")
            if older is not None:
                table["rank_change"] = self.scores(older)["rank"].reindex(table.index) - table["rank"]
            with self._lock:
                self._tables[key] = kept = (catalogue, table)
                while len(self._tables) > KEPT_SCORES:
                    self._tables.pop(next(iter(self._tables)))
        return kept[1].copy(deep=False)

    def search_sectors(self, target_ids: tuple[str, ...], report: Reporter) -> PeriodSearch:
        """Periods of several sectors of one star, stitched; from memory when they were searched lately."""

        if target_ids not in self._searches:
            report.stage(f"searching {len(target_ids)} sectors for periods")
            whole = stitch([self.workspace.targets.light_curve(target_id) for target_id in target_ids])
            self._searches[target_ids] = find_periods(whole, progress=report)
            with self._lock:
                while len(self._searches) > KEPT_SCORES:
                    self._searches.pop(next(iter(self._searches)))
        return self._searches[target_ids]

    def some_stars(self, count: int) -> list[LightCurve]:
        """Light curves of a few targets, always the same, to show what an injected event looks like."""
        ids = self.workspace.targets.ids()
        chosen = choose_hosts(ids, min(count, len(ids) - 2), seed=0) if len(ids) > 2 else []
        stars = [self.star(target_id).light_curve for target_id in chosen]
        return [curve for curve in stars if curve is not None]

    def real_median(self) -> np.ndarray | None:
        """Median feature row of the targets; None before there are features."""
        try:
            return median_features(self.workspace, FEATURE_SET)
        except ClaraError:
            return None

    def kept_map(self, kind: str, run: Run | None = None) -> pd.DataFrame | None:
        """A map that has been computed for the present targets, indexed by target id, else None."""
        request = self.map_request(kind, run)
        if request is None:
            return None
        key = (request.model_dump_json(), *(self.versions[topic] for topic in MAPPED))
        if key not in self._planes:
            try:
                table = self.workspace.maps.find(request)
            except ClaraError:
                return None
            if table is None:
                return None
            self._planes[key] = table.set_index("target_id")
            with self._lock:
                while len(self._planes) > KEPT_SCORES:
                    self._planes.pop(next(iter(self._planes)))
        return self._planes[key]

    def map_request(self, kind: str, run: Run | None = None) -> MapRequest | None:
        """What a kind of map is for a run; None where there is no such map."""
        try:
            return request_of(kind, self.workspace, run)
        except ClaraError:
            return None

    def ask_for_map(self, kind: str, run: Run | None = None) -> None:
        """Queue the map unless it is there, under way, or impossible because there are no features yet."""
        request = self.map_request(kind, run)
        if request is None or self.kept_map(kind, run) is not None:
            return
        if request.source != FEATURES or self.workspace.features.ids(request.name):
            self.submit_once("map", f"{KINDS[kind]} map", partial(self._map, request), passing=True)

    def picture(self, target_id: str) -> str:
        """A small picture of a light curve; empty when it can't be read."""
        found = self._pictures.get(target_id)
        if found is None:
            try:
                found = curve_thumbnail(self.workspace.targets.light_curve(target_id))
            except (ClaraError, OSError):
                return ""
            with self._lock:
                self._pictures[target_id] = found
                while len(self._pictures) > KEPT_PICTURES:
                    self._pictures.pop(next(iter(self._pictures)))
        return found

    def submit_once(
        self, kind: str, title: str, work: Callable[[Reporter], Any], *, lane: str = "", passing: bool = False
    ) -> Job | None:
        """Queue work unless a job of the same kind and title is queued or running; then None. See `JobQueue.submit`."""
        with self._lock:
            if any((job.kind, job.title) == (kind, title) for job in self.queue.active()):
                return None
            return self.queue.submit(kind, title, work, lane=lane, passing=passing)

    def extract(self) -> Job | None:
        """Queue the extraction of missing features; None when that is already under way."""
        return self.submit_once("features", "features", self._extract)

    def train(self, spec: RunSpec) -> Job:
        """Queue a run; features that are missing are extracted first."""
        return self.queue.submit("train", spec.name, partial(self._train, spec))

    def classify(self, run: Run) -> Job | None:
        """Queue what kind each star of a run is; None when that is under way."""
        return self.submit_once("kinds", f"kinds of {run.name}", partial(self._classify, run))

    def measure_steering(self, plan: SteeringPlan) -> Job | None:
        """Queue the steering matrix; None when one is under way."""
        return self.submit_once("steering", "steering matrix", partial(self._steering, plan))

    def sweep(self, name: str) -> Job | None:
        """Queue one of the published sweeps; None when it is under way."""
        return self.submit_once("sweep", f"sweep {name}", partial(self._sweep, name))

    def end(self) -> None:
        """Stop the jobs, recorded as stopped with the server, and see to it that the process ends within seconds."""
        last = Timer(LAST_S, os._exit, (0,))  # what has not heard by then is computing and holds nothing open
        last.daemon = True
        last.start()
        self.beside.shutdown(wait=False, cancel_futures=True)
        self.queue.close(NOTICE_S)

    def _map(self, request: MapRequest, report: Reporter) -> None:
        make_map(self.workspace, request, report)

    def _extract(self, report: Reporter) -> int:
        return extract_features(self.workspace, FEATURE_SET, report)

    def _steering(self, plan: SteeringPlan, report: Reporter) -> int:
        return len(SteeringMatrix(self.workspace, plan).cells(report))

    def _sweep(self, name: str, report: Reporter) -> int:
        return len(Sweeps(self.workspace).run(PLANS[name], report=report))

    def _train(self, spec: RunSpec, report: Reporter) -> str:
        run = self.workspace.train(spec, report, wait_for_claims=False)
        if kept_claims(run) is None:  # the ranking is there; its p-values come in when their nulls are made
            self.submit_once("p-values", f"p-values of {run.name}", partial(self._claims, run))
        return run.id

    def _claims(self, run: Run, report: Reporter) -> str:
        make_claims(self.workspace, run, report=report)
        return run.id

    def _classify(self, run: Run, report: Reporter) -> str:
        from clara_engine.studies.kinds import classify  # compiles the forest of many classes

        classify(self.workspace, run, report=report)
        return run.id


def _load(stars: int) -> None:
    """Load what is compiled before the first Retrain, the first star and a crowded map have to wait for it.

    The garbage collector then leaves alone what stays anyway: it took half of the time in which a page is made.
    """
    if stars > MOST_POINTS:
        import holoviews.operation.datashader  # noqa: F401

        warm_up()

    rows = np.random.default_rng(0).normal(size=(8, 4))
    for bootstrap in (True, False):
        explain(UnsupervisedForest(2, bootstrap=bootstrap, random_state=0).fit(rows, rows + 1), rows)
    time = np.arange(0, 10, 0.01)
    find_periods(LightCurve(time=time, flux=1 + 1e-3 * np.sin(9 * time), target=Target(tic=0)))
    import exovetter.sweet
    import exovetter.transit_coverage  # noqa: F401

    gc.collect()
    gc.freeze()


def _get_ready(made: Server) -> None:
    try:
        _load(len(made.workspace.targets))
    finally:
        made.warm.set()
    if len(made.workspace.targets) >= WORTH_WORKERS:
        try:
            get_workers_ready()
        except Exception:  # a Retrain starts them anew
            log.exception("the workers could not be made ready")


def progress_of(job: Job) -> tuple[object, ...]:
    """What a page shows of a job: another one whenever it has to be drawn again."""
    left = job.seconds_left
    return job.id, job.state, job.stage, round(job.fraction, 2), None if left is None else round(left), job.warning


def server(folder: str | Path | None = None) -> Server:
    """The server of a workspace folder, one a process; by default that of `default_folder`."""
    path = Path(folder) if folder is not None else default_folder()

    def opened() -> Server:
        made = Server(Workspace.open(path, patience=PATIENCE_S))
        if made.workspace.upgraded:
            log.warning(made.workspace.upgraded)
        Thread(target=_get_ready, args=(made,), name="get ready", daemon=True).start()
        made.watcher.begin()
        return made

    return pn.state.as_cached(f"clara:{path.expanduser().absolute()}", opened)
