"""Peers measured on the very light curves of the steering matrix: the same stars, split and injected events."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import ClaraError, DesignError
from clara_engine.evaluate.peers import PEERS, Learner, Peer, PeerAbsent, Searcher
from clara_engine.evaluate.rates import clustered_interval
from clara_engine.evaluate.roc import auc_by_star
from clara_engine.features import feature_set
from clara_engine.files import reading, write_atomically
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Report, Step, quiet
from clara_engine.synthetic import UNSEEN_EVENTS, SyntheticDesign, generate_each, steering_design
from clara_engine.synthetic.fields import Range, Setting
from clara_engine.workspace.injections import generators_digest
from clara_engine.workspace.recovery import OTHER_GENERATOR, measured_design
from clara_engine.workspace.steering import SteeringMatrix, SteeringPlan

if TYPE_CHECKING:
    from clara_engine.workspace.workspace import Workspace

__all__ = ["PeerPlan", "PeerStudy"]

FEATURES = "steering"
EVENTS = ("planets", "binaries", "flares", "single transits", "exocomets")
TIMED = 5  # light curves whose features are timed
PERCENTS = (1, 5)
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
        """Refuse names that nothing stands for."""
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
        A row for each peer and event: peer, event, curves, stars, quiet (light curves), auc, auc_low, auc_high,
        recall_1, recall_1_low, … recall_5_high (95 % over stars), seconds (of one light curve).
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

    def __init__(self, workspace: Workspace, plan: PeerPlan, models: Path | None = None) -> None:
        self.plan = plan
        self._workspace = workspace
        self._models = models or workspace.folder / "peers"
        self._matrix = SteeringMatrix(
            workspace,
            SteeringPlan(seeds=plan.seeds, curves=plan.curves, measured=plan.measured, most_stars=plan.most_stars),
        )

    def table(self, report: Report = quiet) -> PeerTable:
        """Measure what is missing, and summarise.

        Raises
        ------
        ClaraError
            When there are too few stars.
        """
        absent = dict.fromkeys(self.plan.peers, "")
        scores = []
        chosen = [peer for peer in PEERS if peer.name in self.plan.peers]
        for number, peer in enumerate(chosen, start=1):
            for seed in range(self.plan.seeds):
                step = Step(report, f"{peer.name}, {number} of {len(chosen)}, seed {seed + 1} of {self.plan.seeds}")
                try:
                    scores += self._scores(peer, seed, step)
                except PeerAbsent as reason:
                    absent[peer.name] = str(reason)
                    break
        facts = [
            {"peer": peer.name, "ranks_by": peer.ranks_by, "package": peer.package, "version": peer.version(),
             "absent": absent[peer.name]}
            for peer in chosen
        ]  # fmt: skip
        return PeerTable(_summary(scores), pd.DataFrame(facts))

    def _scores(self, peer: Learner | Searcher, seed: int, report: Report) -> list[pd.DataFrame]:
        """One table an event: columns peer, event, seed, star, injected, score, seconds."""
        wanted = [event for event in self.plan.events if not peer.events or _plain(event) in peer.events]
        missing = [event for event in wanted if not self._path(peer, seed, event).exists()]
        if missing:
            measure = self._learner if isinstance(peer, Learner) else self._searcher
            measure(peer, seed, missing, report)  # type: ignore[arg-type]
        found = []
        for event in wanted:
            path = self._path(peer, seed, event)
            with reading(path):
                found.append(pd.read_parquet(path).assign(peer=peer.name, event=event, seed=seed))
        return found

    # -- peers that look at one light curve at a time -----------------------------------------------------------------

    def _searcher(self, peer: Searcher, seed: int, events: Sequence[str], report: Report) -> None:
        score = peer.ready(self._models)
        still = self._stars(self._matrix.split(seed).measured)
        kept = None
        for event in events:
            if kept is None:
                report.stage("stars as they are")
                _score_each(score, still[:1], quiet)  # what is compiled or read once is not timed
                kept = _score_each(score, still, report).assign(injected=False)
            report.stage(event)
            hosts, curves = self._injected(measured_design(event, self.plan.measured, seed), still)
            made = _score_each(score, curves, report).assign(injected=True, star=hosts)
            self._keep(peer, seed, event, pd.concat([kept, made], ignore_index=True))

    # -- peers that learn ---------------------------------------------------------------------------------------------

    def _learner(self, peer: Learner, seed: int, events: Sequence[str], report: Report) -> None:
        split = self._matrix.split(seed)
        for plain in dict.fromkeys(_plain(event) for event in events):
            design = steering_design(plain, curves=self.plan.curves, seed=seed)
            report.stage(f"{plain}: training")
            real, _ = self._rows(peer, None, split.training, report)
            contrast, _ = self._rows(peer, design, split.training, report)
            scorer = peer.fit(real, contrast, seed)
            still, stars = self._rows(peer, None, split.measured, report)
            seconds = self._seconds_a_row(peer, split.measured)
            for event in (event for event in events if _plain(event) == plain):
                rows, hosts = self._rows(
                    peer, measured_design(event, self.plan.measured, seed), split.measured, report
                )  # fmt: skip
                started = time.process_time()
                values = np.concatenate([scorer(still), scorer(rows)])
                took = seconds + (time.process_time() - started) / values.size
                table = pd.DataFrame({
                    "star": [*stars, *hosts], "injected": np.repeat([False, True], [len(stars), len(hosts)]),
                    "score": values, "seconds": took,
                })  # fmt: skip
                self._keep(peer, seed, event, table)

    def _rows(
        self, peer: Learner, design: SyntheticDesign | None, ids: Sequence[str], report: Report
    ) -> tuple[NDArray[np.float32], list[str]]:
        """Rows of stars as they are, or with a design injected, and whose they are."""
        matrices = self._workspace.matrices
        if peer.row is None:
            store = matrices.store(FEATURES)
            if store.missing(ids):
                matrices.extract(FEATURES, report, ids=ids)
            known = store.ids()
            usable = [target_id for target_id in ids if target_id in known]
            if design is None:
                return np.asarray(store.matrix(usable)), usable
            made = matrices.injected(design, FEATURES, report, backgrounds=usable)
            return made.rows, list(made.truth["background"])
        stars = self._stars(ids)
        if design is None:
            hosts, curves = [curve.target.id for curve in stars], stars
        else:
            hosts, curves = self._injected(design, stars)
        rows = np.zeros((0, 0), np.float32)
        for place, curve in enumerate(curves):
            report(place, len(curves))
            row = peer.row(curve)
            if not place:
                rows = np.zeros((len(curves), len(row)), np.float32)
            rows[place] = row
        return rows, hosts

    def _seconds_a_row(self, peer: Learner, ids: Sequence[str]) -> float:
        """Processor time of making a row from a light curve that has been read."""
        row = peer.row or feature_set(FEATURES).compute
        stars = self._stars(ids[:TIMED])
        started = time.process_time()
        for curve in stars:
            row(curve)
        return (time.process_time() - started) / max(len(stars), 1)

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

    def _injected(self, design: SyntheticDesign, stars: list[LightCurve]) -> tuple[list[str], list[LightCurve]]:
        hosts = design.background.hosts(stars, design.curves, design.seed)
        curves = [curve for curve, _ in generate_each(design, observed=stars)]
        return [host.target.id if host else "" for host in hosts], curves

    # -- what is kept -------------------------------------------------------------------------------------------------

    def _keep(self, peer: Peer, seed: int, event: str, scores: pd.DataFrame) -> None:
        write_atomically(
            self._path(peer, seed, event),
            lambda beside: scores.to_parquet(beside, index=False),
            home=self._workspace.folder,
        )

    def _path(self, peer: Peer, seed: int, event: str) -> Path:
        """A file for all that fixes the scores of a peer for an event."""
        split, store = self._matrix.split(seed), self._workspace.matrices.store(FEATURES)
        known = store.ids()
        stars = store.fingerprint(id for id in (*split.training, *split.measured) if id in known)
        designs = [measured_design(event, self.plan.measured, seed).digest()]
        features = ""
        if isinstance(peer, Learner):
            designs.append(steering_design(_plain(event), curves=self.plan.curves, seed=seed).digest())
            features = store.feature_set.id if peer.row is None else ""
        facts = [
            peer.name, peer.ranks_by, peer.version(), generators_digest(), designs, seed, split.training,
            split.measured, stars if features else "", features,
        ]  # fmt: skip
        name = hashlib.blake2b(json.dumps(facts).encode(), digest_size=12).hexdigest()
        return self._workspace.folder / "cache" / "peers" / f"{name}.parquet"


def _plain(event: str) -> str:
    return event.removesuffix(OTHER_GENERATOR)


def _score_each(score: Any, curves: Sequence[LightCurve], report: Report) -> pd.DataFrame:
    """Columns star, score (the lowest possible where a peer can't look at a light curve) and seconds."""
    rows = []
    for place, curve in enumerate(curves):
        report(place, len(curves))
        started = time.process_time()
        try:
            value = float(score(curve))
        except ClaraError:
            value = LOWEST
        took = time.process_time() - started
        rows.append({"star": curve.target.id, "score": value, "seconds": took})
    return pd.DataFrame(rows, columns=["star", "score", "seconds"])


def _summary(scores: list[pd.DataFrame]) -> pd.DataFrame:
    """Measures of each peer and event over all seeds, whose scores are first made ranks among the quiet of a seed."""
    rows: list[dict[str, Any]] = []
    everything = pd.concat(scores) if scores else pd.DataFrame(columns=["peer", "event"])
    for (peer, event), one in everything.groupby(["peer", "event"], sort=False):
        ranks: list[NDArray[np.float64]] = []
        found: dict[int, list[NDArray[np.bool_]]] = {percent: [] for percent in PERCENTS}
        for _, seed in one.groupby("seed"):
            still = np.sort(seed.loc[~seed["injected"], "score"].to_numpy(float))
            values = seed["score"].to_numpy(float)
            below = np.searchsorted(still, values, "left") + np.searchsorted(still, values, "right")
            ranks.append(below / (2 * still.size))
            for percent in PERCENTS:
                found[percent].append(values[seed["injected"]] > np.quantile(still, 1 - percent / 100))
        injected, stars = one["injected"].to_numpy(bool), one["star"].to_numpy()
        value, low, high = auc_by_star(np.concatenate(ranks), injected, stars)
        row = {
            "peer": peer, "event": event, "curves": int(injected.sum()), "stars": len(set(stars[injected])),
            "quiet": int((~injected).sum()), "auc": value, "auc_low": low, "auc_high": high,
        }  # fmt: skip
        for percent in PERCENTS:
            hits = np.concatenate(found[percent])
            ends = clustered_interval(hits, stars[injected])
            row |= dict(zip(
                (f"recall_{percent}", f"recall_{percent}_low", f"recall_{percent}_high"), (hits.mean(), *ends),
                strict=True,
            ))  # fmt: skip
        rows.append(row | {"seconds": float(one["seconds"].mean())})
    return pd.DataFrame(rows)
