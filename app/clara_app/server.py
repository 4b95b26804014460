"""What all sessions of one server share: the workspace with its cache, and the job queue."""

from __future__ import annotations

import logging
import math
import os
import signal
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread, Timer
from typing import Any, TypeVar

import panel as pn

from clara_app.cached_workspace import FEATURE_SET, CachedWorkspace
from clara_app.folds import FoldPictures
from clara_app.map_choice import KINDS
from clara_app.preload import preload
from clara_app.reach import Reach
from clara_app.stars import Star
from clara_app.watcher import Watcher
from clara_engine.dask_cluster import from_environment
from clara_engine.errors import Cancelled, ClaraError
from clara_engine.jobs import Job, JobKind, JobQueue, JobState, Reporter
from clara_engine.store.maps import MapRequest
from clara_engine.store.sources import FEATURES
from clara_engine.store.versions import Topic
from clara_engine.studies.claims import kept_claims, make_claims
from clara_engine.studies.embed import make_map
from clara_engine.studies.extract import extract_features
from clara_engine.studies.findings import keep_finding
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.studies.sweep import TUNED, Sweeps
from clara_engine.studies.sweep_plan import SweepPlan
from clara_engine.workers import Threads, give_way
from clara_engine.workspace import Run, RunSpec, Workspace, default_folder

__all__ = ["FEATURE_SET", "Server", "progress_of", "server"]

T = TypeVar("T")

# How long a click waits for another process that writes to the workspace [s]; jobs wait longer.
PATIENCE_S = 0.8
# How often it is checked that the folders of light curves are there [s].
ROOTS_EVERY_S = 4.0
# When the server ends: how long jobs may take to stop, and how long the process may take in all [s].
JOBS_STOP_S, PROCESS_STOP_S = 2.5, 4.0
# Jobs that run at a time: a Retrain must not wait for the t-SNE of a whole sector.
WORKERS = 2
# Stars that may wait to be read ahead.
AHEAD = 4
# Threads for work that may wait for a disk or a lock: some must be free while others hang.
THREADS = 16

log = logging.getLogger(__name__)


class Server(CachedWorkspace):
    """One workspace with its cache and its job queue. Every method may be called from any thread.

    Attributes
    ----------
    queue : JobQueue
        Its jobs go on when the page that queued them is closed.
    folds : FoldPictures
    preloaded, all_loaded : Event
        Set when `clara_app.preload.preload` has loaded what a page needs, and what people may ask for on it.
    write_threads : Threads
        For writes, which may wait for a disk or a lock.
    read_threads : Threads
        For reading and computing what a page shows of a star. They are separate from `write_threads` because light
        curves may lie on a disk that hangs, and verdicts must be written all the same.
    trouble : str
        Why the workspace or a folder of light curves could not be read last time, in one line; empty when it could.
    watcher : Watcher
        Wakes the pages that show something that has changed.
    reach : Reach
        What of this machine its pages may touch.
    """

    def __init__(self, workspace: Workspace, reach: Reach | None = None) -> None:
        super().__init__(workspace)
        self.reach = reach or Reach(workspace)
        self.watcher = Watcher(self._news)
        self.queue = JobQueue(
            workspace.job_log.record, WORKERS, within=workspace.waiting, changed=lambda job: self.watcher.soon()
        )
        self.folds = FoldPictures(self.star)
        self.preloaded, self.all_loaded = Event(), Event()
        self.write_threads = Threads(THREADS, thread_name_prefix="clara-beside")
        self.read_threads = Threads(THREADS, thread_name_prefix="clara-readers")
        self._ahead = Threads(1, thread_name_prefix="clara-ahead", initializer=give_way)
        self._ahead_free = BoundedSemaphore(AHEAD)
        self.trouble = self._missing = ""
        self._roots_seen: tuple[int, int] | None = None
        self._settled: frozenset[str] = frozenset()
        self._lock = Lock()

    def wanted_star(self, target_id: str) -> Star:
        """A star that somebody waits for: whatever can wait gives way."""
        self.folds.give_way()
        return self.star(target_id)

    def read_ahead(self, target_id: str) -> None:
        """Have a star read and measured with low priority, unless many wait for that already.

        Parameters
        ----------
        target_id : str
        """

        def read() -> None:
            try:
                self.read_whole(target_id)
            except Exception:  # whoever asks for the star is told
                log.debug("%s could not be read ahead", target_id, exc_info=True)
            finally:
                self._ahead_free.release()

        if self._ahead_free.acquire(blocking=False):
            with suppress(Cancelled):  # the server ends
                self._ahead.submit(read)

    def poll(self) -> None:
        """Read what was written, and wake the pages that show it; this may wait for the disk."""
        self.watcher.poll()

    def _news(self) -> dict[Hashable, object]:
        """A number or another value for each thing that a page may show; it changes when the thing does."""
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
        """One line about a folder of light curves that is missing; the disk is asked every few seconds."""
        now = (self.versions[Topic.TARGETS], int(time.monotonic() / ROOTS_EVERY_S))
        if now != self._roots_seen:
            self._roots_seen = now
            self._missing = next(iter(self.workspace.roots.missing()), "")
        return self._missing

    def jobs(self) -> list[Job]:
        """Jobs of this server, oldest first; a job counts as running until what it wrote has been read."""
        return [
            job if job.state.active or job.id in self._settled else replace(job, state=JobState.RUNNING, finished=None)
            for job in self.queue.jobs()
        ]

    def request_map(self, kind: str, run: Run | None = None, *, author: str) -> None:
        """Queue the map, unless it is there, queued or running, or impossible because there are no features yet."""
        request = self.map_request(kind, run)
        if request is not None and self.stored_map(kind, run) is None and self.has_what_a_map_needs(request):
            work = partial(make_map, self.workspace, request)
            self.submit_once(JobKind.MAP, f"{KINDS[kind]} map", work, author=author, passing=True)

    def has_what_a_map_needs(self, request: MapRequest) -> bool:
        """Whether there is something to make the map of: features of some stars, or a run."""
        return request.source != FEATURES or bool(self.workspace.features.ids(request.name))

    def submit_once(
        self,
        kind: JobKind,
        title: str,
        work: Callable[[Reporter], Any],
        *,
        author: str,
        lane: str = "",
        passing: bool = False,
    ) -> Job | None:
        """Queue work unless a job of the same kind and title is queued or running; then None. See `JobQueue.submit`."""
        with self._lock:
            if any((job.kind, job.title) == (kind, title) for job in self.queue.active()):
                return None
            return self.queue.submit(kind, title, work, author=author, lane=lane, passing=passing)

    def storing_result(self, kind: JobKind, asked: str, work: Callable[[Reporter], T]) -> Callable[[Reporter], T]:
        """Work that also stores its result in the workspace, where `CachedWorkspace.finding` reads it.

        Parameters
        ----------
        kind : JobKind
            One of `clara_engine.studies.findings.FINDINGS`, which has the type of the result.
        asked : str
            Distinguishes the result from others of the same kind.
        work : callable
        """

        def kept(report: Reporter) -> T:
            result = work(report)
            keep_finding(self.workspace, kind, asked, result)
            return result

        return kept

    def extract(self, *, author: str) -> Job | None:
        """Queue the extraction of missing features; None when it is queued or running already."""
        work = partial(extract_features, self.workspace, FEATURE_SET)
        return self.submit_once(JobKind.FEATURES, "features", work, author=author)

    def demo(self, report: Reporter, stars: int = 1200) -> str:
        """Simulate a sector and train on it; returns the id of the newest run. For a job."""
        from clara_engine.studies.demo import make_demo  # the simulator is not needed before

        return make_demo(self.workspace, stars=stars, report=report).id

    def train(self, spec: RunSpec, *, author: str) -> Job:
        """Queue a run; features that are missing are extracted first. The job returns the id of the run."""

        def work(report: Reporter) -> str:
            run = self.workspace.train(spec, report, wait_for_claims=False)
            if (
                kept_claims(run) is None
            ):  # the ranking is shown now; its p-values follow when their null light curves are made
                claims = partial(_claims, self.workspace, run)
                self.submit_once(JobKind.P_VALUES, f"p-values of {run.name}", claims, author=author)
            return run.id

        return self.queue.submit(JobKind.TRAIN, spec.name, work, author=author)

    def classify(self, run: Run, *, author: str) -> Job | None:
        """Queue the classification of the stars of a run into kinds; None when it is queued or running already."""
        work = partial(_classify, self.workspace, run)
        return self.submit_once(JobKind.KINDS, f"kinds of {run.name}", work, author=author)

    def measure_steering(self, plan: SteeringPlan, *, author: str) -> Job | None:
        """Queue the steering matrix; None when it is queued or running already."""
        matrix = SteeringMatrix(self.workspace, plan)
        return self.submit_once(
            JobKind.STEERING, "steering matrix", lambda report: len(matrix.cells(report)), author=author
        )

    def sweep(self, plan: SweepPlan, *, author: str, tuned: bool = False, test_sets: int = 0) -> Job | None:
        """Queue a sweep; None when one of this name is queued or running already.

        Parameters
        ----------
        plan : SweepPlan
        author : str
            Who asks for it.
        tuned, test_sets
            As in `clara_engine.studies.sweep.Sweeps.run`.
        """
        sweeps = Sweeps(self.workspace)
        return self.submit_once(
            JobKind.SWEEP,
            f"sweep {plan.name}{TUNED if tuned else ''}",
            lambda report: len(sweeps.run(plan, report=report, tuned=tuned, test_sets=test_sets)),
            author=author,
        )

    def close(self) -> None:
        """Stop what works in the background: jobs, which are recorded as stopped with the server, and threads."""
        self.watcher.end()
        self.folds.end()
        for threads in (self.write_threads, self.read_threads, self._ahead):
            threads.shutdown(wait=False, cancel_futures=True)
        self.queue.close(JOBS_STOP_S)

    def end(self) -> None:
        """Close the server, and end the process within seconds."""
        # A job that has not stopped by then only computes, and has no file open.
        last = Timer(PROCESS_STOP_S, os._exit, (0,))
        last.daemon = True
        last.start()
        if hasattr(signal, "alarm"):  # libraries may lock up when Python has ended, and the timer with it
            signal.alarm(math.ceil(PROCESS_STOP_S) + 1)
        self.close()


def _claims(workspace: Workspace, run: Run, report: Reporter) -> None:
    make_claims(workspace, run, report=report)


def _classify(workspace: Workspace, run: Run, report: Reporter) -> None:
    from clara_engine.studies.kinds import classify  # compiles the forest of many classes

    classify(workspace, run, report=report)


def progress_of(job: Job) -> tuple[object, ...]:
    """What a page shows of a job; it differs whenever the job has to be drawn again."""
    left = job.seconds_left
    return job.id, job.state, job.stage, round(job.fraction, 2), None if left is None else round(left), job.warning


def server(folder: str | Path | None = None) -> Server:
    """The one server of a workspace folder in this process; by default that of `default_folder`."""
    path = Path(folder) if folder is not None else default_folder()

    def opened() -> Server:
        workspace = Workspace.open(path, patience=PATIENCE_S, workers=from_environment())
        made = Server(workspace, Reach.from_environment(workspace))
        if made.workspace.upgraded:
            log.warning(made.workspace.upgraded)
        events = made.preloaded, made.all_loaded
        Thread(target=preload, args=(made.workspace, *events), name="get ready", daemon=True).start()
        made.watcher.begin()
        return made

    return pn.state.as_cached(f"clara:{path.expanduser().absolute()}", opened)
