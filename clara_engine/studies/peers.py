"""Peers measured on the very light curves of the steering matrix: the same stars, split and injected events."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import ClaraError, DesignError
from clara_engine.evaluate.matrix_cells import over_stars
from clara_engine.evaluate.peers import PEERS, Learner, Peer, PeerAbsent, Searcher
from clara_engine.features import feature_set
from clara_engine.files import write_atomically
from clara_engine.lightcurve import LightCurve, star_of
from clara_engine.progress import Report, Step, quiet
from clara_engine.sealed import read_table, write_table
from clara_engine.setting import Range, Setting
from clara_engine.store.versions import Topic
from clara_engine.studies.extract import extract_features
from clara_engine.studies.host_facts import host_facts
from clara_engine.studies.injections import generators_digest, injected_features
from clara_engine.studies.recover import OTHER_GENERATOR, measured_design
from clara_engine.studies.steer import SteeringMatrix, SteeringPlan
from clara_engine.synthetic import UNSEEN_EVENTS, SyntheticDesign, choose_hosts, generate_each, steering_design
from clara_engine.workers import Workers

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["PeerPlan", "PeerStudy"]

FEATURES = "steering"
EVENTS = ("planets", "binaries", "flares", "single transits", "exocomets")
TIMED = 5  # light curves whose features are timed
KEPT = ["target_id", "injected", "score", "signal_to_noise", "seconds"]
UNTOUCHED = ""
LOWEST = -1e30


class PeerPlan(Setting):
    """Who is measured, and on what.

    Attributes
    ----------
    peers : tuple of str
        Names of `clara_engine.evaluate.peers.PEERS`.
    events : tuple of str
        As of `SteeringPlan`: with `OTHER_GENERATOR` behind those of the unseen generators.
    seeds, curves, measured, most_stars : int
        As of `SteeringPlan`.
    """

    peers: tuple[str, ...] = tuple(peer.name for peer in PEERS)
    events: tuple[str, ...] = (*EVENTS, *(event + OTHER_GENERATOR for event in EVENTS if event in UNSEEN_EVENTS))
    seeds: Annotated[int, Range(1, 100, "seeds")] = 1
    curves: Annotated[int, Range(10, 10_000, "curves")] = 300
    measured: Annotated[int, Range(10, 10_000, "curves")] = 200
    most_stars: Annotated[int, Range(12, 100_000, "stars")] = 600

    def model_post_init(self, context: Any) -> None:
        """Refuse unknown names of contrast sets and events."""
        known = [peer.name for peer in PEERS]
        for name in self.peers:
            if name not in known:
                raise DesignError(f"there is no peer {name!r}; known: {', '.join(known)}")
        for name in self.events:
            measured_design(name, 10, 0)


@dataclass(frozen=True, slots=True, eq=False)
class PeerTable:
    """What was measured.

    Attributes
    ----------
    cells : DataFrame
        A row for each peer and event, as of `clara_engine.evaluate.matrix_cells.over_stars`: peer, event, seeds, stars,
        auc, auc_low, auc_high and so for recall_1, recall_5 and matched_auc; curves (injected, all seeds), quiet
        (light curves as they are), seconds (of processor time for one light curve).
    peers : DataFrame
        A row for each peer: peer, ranks_by, package, version, absent (the reason, "" when it ran).
    """

    cells: pd.DataFrame
    peers: pd.DataFrame


class PeerStudy:
    """Measures peers; scores are kept peer by peer and event by event, so it resumes where it stopped.

    Parameters
    ----------
    models : Path, optional
        Folder of downloaded models; ``peers`` in the workspace when not given.
    """

    def __init__(self, workspace: Store, plan: PeerPlan, models: Path | None = None) -> None:
        self.plan = plan
        self._workspace = workspace
        self._models = models or workspace.folder / "peers"
        self._matrix = SteeringMatrix(workspace, self._matrix_plan())

    def table(self, report: Report = quiet, *, least_signal_to_noise: float = 0.0) -> PeerTable:
        """Measure what is missing, and summarise.

        Parameters
        ----------
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        least_signal_to_noise : float
            Measure only the injected events that are at least so strong.

        Raises
        ------
        ClaraError
            When there are too few stars.
        """
        absent = dict.fromkeys(self.plan.peers, "")
        scores = []
        chosen = [peer for peer in PEERS if peer.name in self.plan.peers]
        seeds = self.plan.seeds
        for number, peer in enumerate(chosen, start=1):
            for seed in range(seeds):
                name = f"{peer.name}, {number} of {len(chosen)}, seed {seed + 1} of {seeds}"
                step = Step(report, name, ((number - 1) * seeds + seed + 1, len(chosen) * seeds))
                try:
                    scores += self._scores(peer, seed, step)
                except PeerAbsent as reason:
                    absent[peer.name] = str(reason)
                    break
        facts = [
            {
                "peer": peer.name,
                "ranks_by": peer.ranks_by,
                "package": peer.package,
                "version": peer.version(),
                "absent": absent[peer.name],
            }
            for peer in chosen
        ]
        return PeerTable(_summary(scores, least_signal_to_noise), pd.DataFrame(facts))

    def _matrix_plan(self, **changes: Any) -> SteeringPlan:
        plan = self.plan
        return SteeringPlan(
            seeds=plan.seeds, curves=plan.curves, measured=plan.measured, most_stars=plan.most_stars, **changes
        )

    def _scores(self, peer: Peer, seed: int, report: Report) -> list[pd.DataFrame]:
        """One table an event: columns peer, event, seed, star, target_id, injected, score, signal_to_noise, seconds."""
        wanted = [event for event in self.plan.events if not peer.events or _plain(event) in peer.events]
        missing = [event for event in wanted if not self._path(peer, seed, event).exists()]
        if missing:
            if isinstance(peer, Learner):
                self._learner(peer, seed, missing, report)
            elif isinstance(peer, Searcher):
                self._searcher(peer, seed, missing, report)
            else:
                self._steered(peer, seed, missing, report)
        found = []
        for event in wanted:
            kept = read_table(self._path(peer, seed, event), KEPT)
            found.append(kept.assign(peer=peer.name, event=event, seed=seed))
        return found

    # -- who scores ---------------------------------------------------------------------------------------------------

    def _steered(self, peer: Peer, seed: int, events: Sequence[str], report: Report) -> None:
        """The matrix itself."""
        seconds = self._seconds_a_row(None, self._matrix.split(seed).measured)
        for plain, own in _by_contrast(events).items():
            matrix = SteeringMatrix(self._workspace, self._matrix_plan(contrasts=(plain,), events=tuple(own)))
            scores = matrix.scores(report)
            scores = scores[scores["seed"] == seed].assign(seconds=seconds)
            for event in own:
                here = scores[scores["event"].isin((UNTOUCHED, event))]
                self._keep(peer, seed, event, here.assign(injected=here["event"] == event))

    def _searcher(self, peer: Searcher, seed: int, events: Sequence[str], report: Report) -> None:
        """A peer that looks at one light curve at a time."""
        score = peer.ready(self._models)
        still = self._stars(self._matrix.split(seed).measured)
        report.stage("stars as they are")
        workers = self._workspace.workers
        _score_each(Workers(), score, still[:1], quiet)  # a first call compiles and reads models, so it is not timed
        kept = _score_each(workers, score, still, report).assign(injected=False, signal_to_noise=np.nan)
        for event in events:
            report.stage(event)
            facts, curves = self._injected(measured_design(event, self.plan.measured, seed), still)
            made = _score_each(workers, score, curves, report).assign(injected=True, **facts)
            self._keep(peer, seed, event, pd.concat([kept, made], ignore_index=True))

    def _learner(self, peer: Learner, seed: int, events: Sequence[str], report: Report) -> None:
        """A peer that learns from the light curves that the steered forest learns from."""
        split = self._matrix.split(seed)
        training = self._usable(split.training, report)
        hosts = choose_hosts(
            training, min(self.plan.curves, len(training)), seed, host_facts(self._workspace, FEATURES, training)
        )
        seconds = self._seconds_a_row(peer.row, split.measured)
        real, _ = self._rows(peer, None, training, report)
        still, plain_facts = self._rows(peer, None, self._usable(split.measured, report), report)
        for plain, own in _by_contrast(events).items():
            report.stage(f"{plain}: learning")
            contrast, _ = self._rows(peer, steering_design(plain, curves=self.plan.curves, seed=seed), hosts, report)
            scorer = peer.fit(real, contrast, seed)
            for event in own:
                design = measured_design(event, self.plan.measured, seed)
                rows, facts = self._rows(peer, design, self._usable(split.measured, report), report)
                started = time.process_time()
                values = np.concatenate([scorer(still), scorer(rows)])
                took = seconds + (time.process_time() - started) / values.size
                table = pd.concat([plain_facts.assign(injected=False), facts.assign(injected=True)], ignore_index=True)
                self._keep(peer, seed, event, table.assign(score=values, seconds=took))

    def _rows(
        self, peer: Learner, design: SyntheticDesign | None, ids: Sequence[str], report: Report
    ) -> tuple[NDArray[np.float32], pd.DataFrame]:
        """Rows of stars as they are, or with a design injected; columns target_id and signal_to_noise."""
        if peer.row is None and design is None:
            return np.asarray(self._workspace.features.rows(FEATURES).matrix(ids)), pd.DataFrame(
                {"target_id": ids, "signal_to_noise": np.nan}
            )
        if peer.row is None and design is not None:
            made = injected_features(self._workspace, design, FEATURES, report, backgrounds=ids)
            return made.rows, made.truth.rename(columns={"background": "target_id"})[["target_id", "signal_to_noise"]]
        curves = self._stars(ids)
        facts = pd.DataFrame({"target_id": [curve.target.id for curve in curves], "signal_to_noise": np.nan})
        if design is not None:
            facts, curves = self._injected(design, curves)
        return np.array([peer.row(curve) for curve in curves], np.float32), facts  # type: ignore[misc]

    def _seconds_a_row(self, row: Any, ids: Sequence[str]) -> float:
        """Processor time of making a row from a light curve that has been read."""
        make = row or feature_set(FEATURES).compute
        stars = self._stars(ids[:TIMED])
        make(stars[0])
        started = time.process_time()
        for curve in stars:
            make(curve)
        return (time.process_time() - started) / len(stars)

    def _usable(self, ids: Sequence[str], report: Report) -> list[str]:
        """Those of `ids` that have features, computed where they are missing."""
        store = self._workspace.features.rows(FEATURES)
        if store.missing(ids):
            extract_features(self._workspace, FEATURES, report, ids=ids)
        known = store.ids()
        return [target_id for target_id in ids if target_id in known]

    # -- light curves -------------------------------------------------------------------------------------------------

    def _stars(self, ids: Sequence[str]) -> list[LightCurve]:
        """Light curves that can carry a relative signal."""
        found = []
        for target_id in ids:
            curve = self._workspace.targets.light_curve(target_id)
            good = np.isfinite(curve.flux)
            if good.any() and np.median(curve.flux[good]) > 0:
                found.append(curve)
        return found

    def _injected(self, design: SyntheticDesign, stars: list[LightCurve]) -> tuple[pd.DataFrame, list[LightCurve]]:
        """Light curves of a design, and columns target_id (of the star as it is) and signal_to_noise."""
        hosts = design.background.hosts(stars, design.curves, design.seed)
        facts, curves = [], []
        for host, (curve, event) in zip(hosts, generate_each(design, observed=stars), strict=True):
            facts.append({"target_id": host.target.id if host else "", "signal_to_noise": event.signal_to_noise})
            curves.append(curve)
        return pd.DataFrame(facts), curves

    # -- what is kept -------------------------------------------------------------------------------------------------

    def _keep(self, peer: Peer, seed: int, event: str, scores: pd.DataFrame) -> None:
        write_atomically(
            self._path(peer, seed, event),
            lambda beside: write_table(scores[KEPT], beside),
            home=self._workspace.folder,
            within=self._workspace.changing(Topic.STUDIES),
        )

    def _path(self, peer: Peer, seed: int, event: str) -> Path:
        """A file for all that fixes the scores of a peer for an event."""
        split, store = self._matrix.split(seed), self._workspace.features.rows(FEATURES)
        known = store.ids()
        stars = store.fingerprint(id for id in (*split.training, *split.measured) if id in known)
        designs = [measured_design(event, self.plan.measured, seed).digest()]
        features = ""
        if not isinstance(peer, Searcher):
            designs.append(steering_design(_plain(event), curves=self.plan.curves, seed=seed).digest())
            features = store.feature_set.id
        facts = [
            peer.name,
            peer.ranks_by,
            peer.version(),
            generators_digest(),
            designs,
            seed,
            split.training,
            split.measured,
            stars if features else "",
            features,
        ]
        name = hashlib.blake2b(json.dumps(facts).encode(), digest_size=12).hexdigest()
        return self._workspace.cache.place("peers", f"{name}.parquet")


def _plain(event: str) -> str:
    return event.removesuffix(OTHER_GENERATOR)


def _by_contrast(events: Sequence[str]) -> dict[str, list[str]]:
    """Events by the contrast set that looks for them."""
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(_plain(event), []).append(event)
    return found


def _score_each(workers: Workers, score: Any, curves: Sequence[LightCurve], report: Report) -> pd.DataFrame:
    """Columns target_id, score (the lowest possible where a peer can't look at a light curve) and seconds.

    On this machine one after the other, since the seconds are measured.
    """
    each, numbered = partial(_scored, score), list(enumerate(curves))
    rows: dict[int, dict[str, Any]] = {}
    results = (
        map(each, numbered)
        if workers.here
        else workers.spread(each, numbered, tick=lambda: report(len(rows), len(curves)))
    )
    for place, row in results:
        report(len(rows), len(curves))
        rows[place] = row
    return pd.DataFrame([rows[place] for place, _ in numbered], columns=["target_id", "score", "seconds"])


def _scored(score: Any, numbered: tuple[int, LightCurve]) -> tuple[int, dict[str, Any]]:
    place, curve = numbered
    started = time.process_time()
    try:
        value = float(score(curve))
    except ClaraError:
        value = LOWEST
    return place, {"target_id": curve.target.id, "score": value, "seconds": time.process_time() - started}


def _summary(scores: list[pd.DataFrame], least_signal_to_noise: float) -> pd.DataFrame:
    """`PeerTable.cells`."""
    if not scores:
        return pd.DataFrame(columns=["peer", "event"])
    everything = pd.concat(scores, ignore_index=True)
    everything["star"] = [star_of(target_id) for target_id in everything["target_id"]]
    injected, untouched = everything[everything["injected"]], everything[~everything["injected"]]
    if least_signal_to_noise > 0:
        injected = injected[injected["signal_to_noise"] >= least_signal_to_noise]
    by = ["peer", "event"]
    counts = injected.groupby(by).size().rename("curves").to_frame().join(untouched.groupby(by).size().rename("quiet"))
    counts = counts.join(everything.groupby(by)["seconds"].mean())
    return over_stars(injected, untouched, by).join(counts, on=by)
