"""What kind of star each is: one forest of the real class and every contrast set, beside a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.evaluate.reliability import reliability
from clara_engine.files import write_atomically
from clara_engine.forest import FeatureBinning, ForestSettings
from clara_engine.forest.calibration import ClassCalibration, full_prior
from clara_engine.forest.classes import ClassForest
from clara_engine.progress import Report, quiet
from clara_engine.sealed import sealed, write_table
from clara_engine.store.runs import KINDS_FILE, Run
from clara_engine.store.versions import Topic
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import members_of
from clara_engine.studies.host_facts import host_facts
from clara_engine.studies.injections import injected_features
from clara_engine.studies.kept_with_run import Kinds, kept_kinds, kinds_facts
from clara_engine.synthetic import EVENTS, UNSEEN_EVENTS, USUAL_EVENTS, choose_hosts, steering_design, unseen_design

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["KIND", "NONE", "Kinds", "classify", "kept_kinds", "kind_column"]

Float = NDArray[np.float64]
#: Name of the class of light curves without an injected event.
NONE = "none"
#: The kind of star that shows each event.
KIND: MappingProxyType[str, str] = MappingProxyType(
    {
        NONE: "none",
        "planets": "planet",
        "binaries": "binary",
        "flares": "flare star",
        "dippers": "dipper",
        "pulsators": "pulsator",
        "single transits": "single transit",
        "faults": "fault",
        "exocomets": "exocomet",
        "spots": "spotted star",
        "contact binaries": "contact binary",
        "heartbeats": "heartbeat star",
        "microlensing": "microlensing",
    }
)
#: Prior chance of none of the events, where none is given; the events share the rest.
USUAL_NONE = 0.5
FOREST = ForestSettings(n_estimators=500, max_features=0.4, min_samples_leaf=3, oob_score=False)
FEATURES = "steering"
OTHER_SEED = 2_000_003


def classify(
    workspace: Store,
    run: Run,
    *,
    events: Sequence[str] = USUAL_EVENTS,
    prior: Mapping[str, float] | None = None,
    other: bool = False,
    report: Report = quiet,
) -> Kinds:
    """Say of every light curve of a run's group what kind of star it is; kept with the run, whose scores have it then.

    Parameters
    ----------
    workspace : Store
    run : Run
    events : sequence of str
        Of `clara_engine.synthetic.EVENTS`: the classes beside "none".
    prior : mapping of kind to chance, optional
        How frequent kinds are; those left out share what is left as usual (half for "none", the same for each event).
    other : bool
        Also measure the confusion on signals of the generators that no contrast set uses.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    DesignError
        When there are fewer than two events, one is unknown, or the prior can't be met.
    WorkspaceError
        When no light curve that trained the run has features, since no file of them could be read.
    """
    events = list(dict.fromkeys(events))
    unknown = [event for event in events if event not in EVENTS]
    if unknown or not events:
        raise DesignError(f"there is no event {(unknown or [''])[0]!r}; known: {', '.join(EVENTS)}")
    classes = [NONE, *(KIND[event] for event in events)]
    usual = dict.fromkeys(classes, (1 - USUAL_NONE) / len(events)) | {NONE: USUAL_NONE}
    ahead = full_prior(classes, prior or {}, usual)
    spec = run.spec
    name = spec.feature_set if spec.cross_fitted else FEATURES
    curves = spec.design.curves if spec.design is not None else 300
    seed = spec.design.seed if spec.design is not None else spec.seed
    extract_features(workspace, name, report)
    ids = members_of(workspace, spec.model_copy(update={"feature_set": name}))
    trained = set(run.scores().query("trained")["target_id"])
    members = [target_id for target_id in ids if target_id in trained]
    if not members:
        raise WorkspaceError(f"no light curve that trained {run.name} has {name} features: see `clara failures`")
    facts = host_facts(workspace, name, members)
    hosts = choose_hosts(members, min(curves, len(members)), spec.seed, facts)
    store, stars = workspace.features.rows(name), workspace.targets.stars()
    rows = store.matrix(ids)
    binning = FeatureBinning.fit(rows[np.isin(ids, members)])
    everyone = binning.bin(rows)
    sets: list[Any] = [(NONE, everyone.take(np.isin(ids, members)), stars[members])]
    for event in events:
        made = injected_features(
            workspace, steering_design(event, curves=curves, seed=seed), name, report, backgrounds=hosts
        )
        sets.append((KIND[event], binning.bin(made.rows), stars[made.truth["background"]]))
    report.stage("growing trees of many classes")
    forest = ClassForest.grow(sets, FOREST, spec.seed, progress=report)
    found = [forest.fractions(rows, whose) for _, rows, whose in sets]
    truth = np.repeat(np.arange(len(classes)), [len(one) for one in found])
    calibration = ClassCalibration.fit(classes, np.concatenate(found), truth)
    own = [calibration.posterior(one, ahead) for one in found]
    confusion = [_confused(kind, "own", chance, classes) for kind, chance in zip(classes, own, strict=True)]
    for event in [event for event in events if other and event in UNSEEN_EVENTS]:
        design = unseen_design(event, curves=curves, seed=OTHER_SEED + seed)
        made = injected_features(workspace, design, name, report, backgrounds=hosts)
        fractions = forest.fractions(binning.bin(made.rows), stars[made.truth["background"]])
        confusion.append(_confused(KIND[event], "other", calibration.posterior(fractions, ahead), classes))
    weights = np.array([ahead[classes[place]] / len(own[place]) for place in truth])
    table = _table(ids, calibration.posterior(forest.fractions(everyone, stars[ids]), ahead), classes)
    kinds = Kinds(
        tuple(classes),
        ahead,
        len(members),
        len(hosts),
        curves,
        calibration.power,
        calibration.bias,
        confusion,
        reliability(np.concatenate(own), truth, weights),
    )
    write_atomically(run.folder / KINDS_FILE, lambda beside: write_table(table, beside))
    write_atomically(
        kinds_facts(run),
        lambda beside: beside.write_text(sealed(asdict(kinds))),
        within=workspace.changing(Topic.CLAIMS),
    )
    return kinds


def kind_column(kind: str) -> str:
    """Column of the chance of a kind: ``kind_single_transit``."""
    return "kind_" + kind.replace(" ", "_")


def _table(ids: Sequence[str], chance: Float, classes: Sequence[str]) -> pd.DataFrame:
    best = chance.argmax(axis=1)
    table = pd.DataFrame({"target_id": ids, "kind": np.array(classes)[best], "kind_probability": chance.max(axis=1)})
    return table.assign(**{kind_column(kind): chance[:, place] for place, kind in enumerate(classes)})


def _confused(kind: str, generator: str, chance: Float, classes: Sequence[str]) -> dict[str, Any]:
    """How often light curves of one kind are called each."""
    called = np.bincount(chance.argmax(axis=1), minlength=len(classes)) / len(chance)
    shares = dict(zip(classes, called.tolist(), strict=True))
    return {"kind": kind, "generator": generator, "n": len(chance), "right": shares[kind], "as": shares}
