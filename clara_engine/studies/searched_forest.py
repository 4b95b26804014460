"""Forest settings found by the published search for a run's own contrast set, kept so that none is searched twice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clara_engine.files import reading, write_atomically
from clara_engine.forest import ForestSettings, Trial
from clara_engine.progress import Report, quiet
from clara_engine.sealed import read_json, sealed
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.runs import RunSpec
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import in_group, members_of
from clara_engine.studies.train import tune_forest

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["FOLDS", "SEARCHED", "SearchedForest", "searched_forest"]

#: Raised when the same search would find something else.
VERSION = 1
FOLDS = 3
#: Settings that the search chooses.
SEARCHED = ("n_estimators", "max_features", "max_depth", "min_samples_split", "min_samples_leaf", "bootstrap")


@dataclass(frozen=True, slots=True)
class SearchedForest:
    """A run with the forest settings that separated its classes best.

    Attributes
    ----------
    spec : RunSpec
        The run, with these settings.
    trials : tuple of Trial
        What was tried, best accuracy first.
    """

    spec: RunSpec
    trials: tuple[Trial, ...]

    @property
    def accuracy(self) -> float:
        """Of the best, mean over the folds."""
        return self.trials[0].accuracy


def searched_forest(workspace: Store, spec: RunSpec, *, draws: int = 30, report: Report = quiet) -> SearchedForest:
    """Search forest settings for a run as published: random draws, three folds, the best accuracy.

    Found once for the same light curves, contrast set and seed, they are read from the workspace.

    Parameters
    ----------
    workspace : Store
    spec : RunSpec
        Its own forest settings are replaced, but for whether training stars are scored out of bag.
    draws : int
        Settings tried.
    report : Report
        Learns the stage and how far it is; what it raises stops the search.
    """
    spec = in_group(workspace, spec)
    extract_features(workspace, spec.feature_set, report)
    facts = spec.model_dump(mode="json", exclude={"name": True, "forest": True, "design": {"name"}})
    facts |= {"version": VERSION, "draws": draws, "folds": FOLDS}
    facts["features"] = workspace.features.provenance(spec.feature_set, members_of(workspace, spec))
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]
    path = workspace.folder / "sweeps" / "searches" / f"{digest}.json"
    if path.exists():
        with reading(path):
            kept = read_json(path)
            kept = kept["trials"] if isinstance(kept, dict) else kept  # a list in older versions
            trials = [Trial(ForestSettings(**one["settings"]), tuple(map(float, one["fold_accuracy"]))) for one in kept]
    else:
        trials = tune_forest(workspace, spec, draws=draws, folds=FOLDS, report=report)
        found = [
            {"settings": one.settings.model_dump(mode="json"), "fold_accuracy": list(one.fold_accuracy)}
            for one in trials
        ]
        text = sealed({"trials": found})
        write_atomically(path, lambda beside: beside.write_text(text), home=workspace.folder / DATABASE_FILE)
    best = trials[0].settings.model_copy(update={"oob_score": spec.forest.oob_score})
    return SearchedForest(spec.model_copy(update={"forest": best}), tuple(trials))
