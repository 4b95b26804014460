"""What all sessions of one server share: the workspace, the job queue, and what was read lately."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any, TypeVar

import panel as pn

from clara_app.cached_workspace import FEATURE_SET, CachedWorkspace
from clara_app.folds import FoldPictures
from clara_app.map_choice import KINDS
from clara_app.preload import preload
from clara_app.watcher import Watcher
from clara_engine.errors import ClaraError
from clara_engine.jobs import Job, JobKind, JobQueue, JobState, Reporter
from clara_engine.store.sources import FEATURES
from clara_engine.store.versions import Topic
from clara_engine.studies.claims import kept_claims, make_claims
from clara_engine.studies.embed import make_map
from clara_engine.studies.extract import extract_features
from clara_engine.studies.findings import keep_finding
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.studies.sweep import Sweeps
from clara_engine.studies.sweep_plan import PLANS
from clara_engine.workers import Threads
from clara_engine.workspace import Run, RunSpec, Workspace, default_folder

__all__ = ["FEATURE_SET", "Server", "progress_of", "server"]

T = TypeVar("T")

# How long a click may wait for another process that writes; jobs wait longer.
PATIENCE_S = 0.8
# How often a folder of light curves is looked for that may have gone [s].
ROOTS_EVERY_S = 4.0
# A job is given so long [s] to notice that the server ends, and the process so long in all.
NOTICE_S, LAST_S = 2.5, 4.0
# A retrain must not wait behind a t-SNE of a whole sector.
WORKERS = 2
# What may wait for a disk or a lock: one that is held must not take all of them at once.
THREADS = 16

log = logging.getLogger(__name__)


class Server(CachedWorkspace):
    """One workspace, what is read of it, and its queue. Every method may be called from any thread.

    Attributes
    ----------
    queue : JobQueue
        Its jobs end when they end, whatever happens to the page that asked.
    folds : FoldPictures
    preloaded : Event
        Is set when what takes long at first has been done once.
    write_threads : Threads
        Writes, which may wait for a disk or a lock, beside the event loop.
    read_threads : Threads
        Reads and computes what a page shows of a star. Light curves may lie on a disk that hangs; verdicts are written
        all the same.
    trouble : str
        Why the workspace, or a folder that its light curves lie in, could not be read at the last look, in one line;
        empty when it could.
    watcher : Watcher
        Wakes the pages that show something of what has changed.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.watcher = Watcher(self._news)
        self.queue = JobQueue(
            workspace.job_log.record, WORKERS, within=workspace.waiting, changed=lambda job: self.watcher.soon()
        )
        self.folds = FoldPictures(self.star)
        self.preloaded = Event()
        self.write_threads = Threads(THREADS, thread_name_prefix="clara-beside")
        self.read_threads = Threads(THREADS, thread_name_prefix="clara-readers")
        self.trouble = self._missing = ""
        self._roots_seen: tuple[int, int] | None = None
        self._settled: frozenset[str] = frozenset()
        self._lock = Lock()

    def poll(self) -> None:
        """Take in what was written, and wake the pages that show it; this may wait for the disk."""
        self.watcher.poll()

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

    def request_map(self, kind: str, run: Run | None = None) -> None:
        """Queue the map unless it is there, under way, or impossible because there are no features yet."""
        request = self.map_request(kind, run)
        if request is None or self.stored_map(kind, run) is not None:
            return
        if request.source != FEATURES or self.workspace.features.ids(request.name):
            work = partial(make_map, self.workspace, request)
            self.submit_once(JobKind.MAP, f"{KINDS[kind]} map", work, passing=True)

    def submit_once(
        self, kind: JobKind, title: str, work: Callable[[Reporter], Any], *, lane: str = "", passing: bool = False
    ) -> Job | None:
        """Queue work unless a job of the same kind and title is queued or running; then None. See `JobQueue.submit`."""
        with self._lock:
            if any((job.kind, job.title) == (kind, title) for job in self.queue.active()):
                return None
            return self.queue.submit(kind, title, work, lane=lane, passing=passing)

    def storing_result(self, kind: JobKind, asked: str, work: Callable[[Reporter], T]) -> Callable[[Reporter], T]:
        """Work whose result the workspace keeps; `CachedWorkspace.finding` has it then.

        Parameters
        ----------
        kind : JobKind
            One of `clara_engine.studies.findings.FINDINGS`, of whose type the result is.
        asked : str
            What tells the result from others of its kind.
        work : callable
        """

        def kept(report: Reporter) -> T:
            result = work(report)
            keep_finding(self.workspace, kind, asked, result)
            return result

        return kept

    def extract(self) -> Job | None:
        """Queue the extraction of missing features; None when that is already under way."""
        return self.submit_once(JobKind.FEATURES, "features", partial(extract_features, self.workspace, FEATURE_SET))

    def train(self, spec: RunSpec) -> Job:
        """Queue a run; features that are missing are extracted first. The job returns the id of the run."""

        def work(report: Reporter) -> str:
            run = self.workspace.train(spec, report, wait_for_claims=False)
            if kept_claims(run) is None:  # the ranking is there; its p-values come in when their nulls are made
                claims = partial(_claims, self.workspace, run)
                self.submit_once(JobKind.P_VALUES, f"p-values of {run.name}", claims)
            return run.id

        return self.queue.submit(JobKind.TRAIN, spec.name, work)

    def classify(self, run: Run) -> Job | None:
        """Queue what kind each star of a run is; None when that is under way."""
        return self.submit_once(JobKind.KINDS, f"kinds of {run.name}", partial(_classify, self.workspace, run))

    def measure_steering(self, plan: SteeringPlan) -> Job | None:
        """Queue the steering matrix; None when one is under way."""
        matrix = SteeringMatrix(self.workspace, plan)
        return self.submit_once(JobKind.STEERING, "steering matrix", lambda report: len(matrix.cells(report)))

    def sweep(self, name: str) -> Job | None:
        """Queue one of the published sweeps; None when it is under way."""
        sweeps = Sweeps(self.workspace)
        return self.submit_once(
            JobKind.SWEEP, f"sweep {name}", lambda report: len(sweeps.run(PLANS[name], report=report))
        )

    def end(self) -> None:
        """Stop the jobs, recorded as stopped with the server, and see to it that the process ends within seconds."""
        last = Timer(LAST_S, os._exit, (0,))  # what has not heard by then is computing and holds nothing open
        last.daemon = True
        last.start()
        for threads in (self.write_threads, self.read_threads):
            threads.shutdown(wait=False, cancel_futures=True)
        self.queue.close(NOTICE_S)


def _claims(workspace: Workspace, run: Run, report: Reporter) -> None:
    make_claims(workspace, run, report=report)


def _classify(workspace: Workspace, run: Run, report: Reporter) -> None:
    from clara_engine.studies.kinds import classify  # compiles the forest of many classes

    classify(workspace, run, report=report)


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
        Thread(target=preload, args=(made.workspace, made.preloaded), name="get ready", daemon=True).start()
        made.watcher.begin()
        return made

    return pn.state.as_cached(f"clara:{path.expanduser().absolute()}", opened)
