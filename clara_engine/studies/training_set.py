"""The training set of a run: the real class, the contrast set, and the star of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.forest import BinnedFeatures, ContrastSet, UnsupervisedForest, contrast
from clara_engine.progress import Report, quiet
from clara_engine.store.runs import RunSpec
from clara_engine.studies.host_facts import host_facts
from clara_engine.studies.injections import injected_features
from clara_engine.synthetic import choose_hosts
from clara_engine.synthetic.hosts import Scarce, scarce_hosts

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["TrainingSet", "hosts_of", "training_set"]

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """The rows that a forest is trained on.

    Attributes
    ----------
    members : ndarray of int
        Rows of the real class among the targets, ascending.
    set_aside : ndarray of int
        Rows of targets that make the contrast set themselves, and so are not in the real class.
    stars : ndarray of str
        Whose light curve each target is.
    contrast : ContrastSet
    contrast_stars : ndarray of str or None
        The same of the contrast rows; None where these are of no star.
    scarce : tuple of Scarce
        Parts of the real class that carry no signals, or few.
    """

    members: Rows
    set_aside: Rows
    stars: NDArray[np.str_]
    contrast: ContrastSet
    contrast_stars: NDArray[np.str_] | None
    scarce: tuple[Scarce, ...] = ()

    def fit(
        self, forest: UnsupervisedForest, binned: BinnedFeatures, *, by_star: bool, report: Report = quiet
    ) -> UnsupervisedForest:
        """Grow a forest on it; `by_star` as in `UnsupervisedForest.fit`.

        Parameters
        ----------
        forest : UnsupervisedForest
            Unfitted.
        binned : BinnedFeatures
            Rows of the targets, in the order of the training set.
        by_star : bool
            Whether trees take whole stars.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        return forest.fit(
            binned.take(self.members),
            self.contrast,
            report,
            real_stars=self.stars[self.members],
            contrast_stars=self.contrast_stars,
            by_star=by_star,
        )


def training_set(
    workspace: Store, spec: RunSpec, ids: Sequence[str], binned: BinnedFeatures, report: Report = quiet
) -> TrainingSet:
    """The training set of a spec, from targets and their features in the same order.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec
    ids : sequence of str
        Target ids, n of them.
    binned : BinnedFeatures
        Their features, n rows.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    DesignError
        When the spec can't be met with these targets.
    """
    stars = workspace.targets.stars().reindex(ids).to_numpy(np.str_)
    allowed = _allowed(workspace, spec, ids)
    set_aside = _set_aside(workspace, spec, ids)
    members = np.setdiff1d(allowed, set_aside)
    if spec.training_size is not None and spec.training_size < members.size:
        drawn = np.random.default_rng([spec.seed, 0]).choice(members.size, spec.training_size, replace=False)
        members = members[np.sort(drawn)]
    of_contrast: Any = stars[set_aside] if set_aside.size else None
    if spec.variant == "URF4" and spec.design is not None:
        real = [ids[row] for row in members]
        facts = host_facts(workspace, spec.feature_set, real) if spec.design.needs_observed else pd.DataFrame()
        hosts = hosts_of(spec, real, facts)
        made = injected_features(workspace, spec.design, spec.feature_set, report, backgrounds=hosts)
        rows = contrast.from_features(made.rows, {"design": spec.design.digest()})
        if not hosts:
            return TrainingSet(members, set_aside, stars, rows, of_contrast)
        of_contrast = workspace.targets.stars().reindex(made.truth["background"]).to_numpy(np.str_)
        scarce = scarce_hosts(facts, made.truth["background"])
        return TrainingSet(members, set_aside, stars, rows, of_contrast, tuple(scarce))
    report.stage("contrast set")
    if spec.variant in ("URF3", "picked"):
        return TrainingSet(members, set_aside, stars, contrast.picked(binned, set_aside)[0], of_contrast)
    make = contrast.marginal if spec.variant == "marginal" else contrast.uniform_global
    rows = make(binned.take(members), np.random.default_rng([spec.seed, 1]))
    return TrainingSet(members, set_aside, stars, rows, None)


def hosts_of(spec: RunSpec, members: Sequence[str], facts: pd.DataFrame | None = None) -> list[str]:
    """Those of the real class that a design's signals are put on: as many as there are curves, if there are so many.

    They train as they are too: so the forest learns the signal, and not which stars carry it. Fewer than all are
    balanced over `facts`, see `clara_engine.synthetic.hosts`.

    Parameters
    ----------
    spec : RunSpec
    members : sequence of str
        Target ids of the real class.
    facts : DataFrame, optional
        By target id, see `host_facts`.

    Raises
    ------
    DesignError
        When more are asked for than there are.
    """
    if spec.design is None or not spec.design.needs_observed:
        return []
    count = spec.background_stars or min(spec.design.curves, len(members))
    return choose_hosts(members, count, spec.seed, facts)


def _allowed(workspace: Store, spec: RunSpec, ids: Sequence[str]) -> Rows:
    if not spec.training_sectors:
        return np.arange(len(ids))
    sector = workspace.targets.frame().set_index("target_id")["sector"].reindex(ids)
    allowed = np.flatnonzero(sector.isin(spec.training_sectors))
    if allowed.size < 2:
        raise DesignError(f"training_sectors = {spec.training_sectors}: fewer than two light curves are of these")
    return allowed


def _set_aside(workspace: Store, spec: RunSpec, ids: Sequence[str]) -> Rows:
    """Rows of the targets that make the contrast set, ascending."""
    if spec.variant not in ("URF3", "picked"):
        return np.empty(0, np.intp)
    if spec.variant == "picked":
        picked = set(spec.picked)
        chosen = np.flatnonzero([target_id in picked for target_id in ids])
    else:
        mask = workspace.labels.members(list(ids)).get(spec.label) if spec.label else None
        chosen = np.empty(0, np.intp) if mask is None else np.flatnonzero(mask)
    if not chosen.size:
        what = "/".join(spec.label or ()) if spec.variant == "URF3" else "picked targets"
        raise DesignError(f"no target with features carries {what}: choose others, or extract features first")
    return chosen
