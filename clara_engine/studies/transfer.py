"""Forests carried from one workspace to another, and forests of other programs: checked, never a pickle.

A forest file is a zip of ``run.json`` (what fixed the run, and which light curves trained it), ``model`` (as
`clara_engine.forest.model_file` writes it) and ``digests.json``. Digests tell damage, not who wrote the file.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clara_engine.errors import DesignError, ModelFileError, WorkspaceError
from clara_engine.features import FEATURE_SETS, feature_set
from clara_engine.files import reading, write_atomically, write_zip
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.forest import UnsupervisedForest
from clara_engine.forest.node_arrays import read_node_arrays
from clara_engine.lightcurve import star_of
from clara_engine.package_versions import package_versions
from clara_engine.progress import Report, quiet
from clara_engine.store.archive_answers import whole_catalogues
from clara_engine.store.runs import Run, RunSpec
from clara_engine.studies.claims import claims_of, keep_claims
from clara_engine.studies.extract import extract_features
from clara_engine.studies.grouping import in_group, members_of
from clara_engine.studies.nulls import NotMade
from clara_engine.studies.train import measures_of, rank
from clara_engine.studies.unseen_scores import unseen_scores
from clara_engine.synthetic import PRESETS, SyntheticDesign

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["ENDING", "PUBLISHED_TRAINING", "export_forest", "import_forest"]

#: Of the names of forest files.
ENDING = ".clara-forest"
FORMAT, VERSION = "clara-forest-file", 1
#: Real light curves that trained the published forests (METHOD section 4).
PUBLISHED_TRAINING = 1416
PARTS = ("run.json", "model")
LARGEST_BYTES = 1 << 30


def export_forest(run: Run, path: Path) -> None:
    """Write the forest of a run with all that fixed it, for `import_forest` in another workspace.

    Parameters
    ----------
    run : Run
    path : Path
        Its name ends in ``.clara-forest``.

    Raises
    ------
    WorkspaceError
        When the name ends otherwise, or the file can't be written.
    """
    if path.suffix != ENDING:
        raise WorkspaceError(f"{path.name}: a forest file ends in {ENDING}")
    scores = run.scores()
    facts = {
        "format": FORMAT,
        "version": VERSION,
        "spec": run.spec.model_dump(mode="json"),
        "created": run.created,
        "fingerprint": run.fingerprint,
        "scoring": run.scoring or run.spec.scoring,
        "versions": run.versions,
        "notes": list(run.notes),
        "trained": sorted(scores.loc[scores["trained"], "target_id"]),
        "set_aside": sorted(scores.loc[scores["set_aside"], "target_id"]),
    }
    text = json.dumps(facts, indent=1).encode()

    def write(beside: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model"
            run.forest().save(model)  # read and checked, with the stars that older files lack
            with reading(model):
                parts = dict(zip(PARTS, (text, model.read_bytes()), strict=True))
        digests = {name: hashlib.blake2b(data, digest_size=32).hexdigest() for name, data in parts.items()}
        write_zip(beside, {**parts, "digests.json": json.dumps(digests)})

    write_atomically(path.absolute(), write)


def import_forest(
    store: Store,
    path: Path,
    *,
    name: str | None = None,
    design: SyntheticDesign | None = None,
    group: str | None = None,
    report: Report = quiet,
) -> Run:
    """Take a forest into a workspace: every light curve is scored by it, and it is a run like any other.

    A star that trained it is scored by the trees that never saw it, where the file says which these are.

    Parameters
    ----------
    store : Store
    path : Path
        A forest file (`export_forest`), or node arrays of another program (``.npz``, such as the published ones).
    name : str, optional
        Of the run; by default as in the file, or the name of the file.
    design : SyntheticDesign, optional
        Of node arrays: the contrast set that they were trained with; by default the one that the file is named after.
    group : str, optional
        Light curves that are ranked; by default those of the group that it was trained on, or the largest.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    ModelFileError
        When the file is absent, damaged, or no forest.
    DesignError
        When nothing says what node arrays were trained with.
    """
    report.stage("reading the forest")
    if path.suffix == ".npz":
        forest, facts = _of_arrays(path, design)
    else:
        forest, facts = _of_file(path)
    spec: RunSpec = facts["spec"]
    begun = time.perf_counter()
    asked = {
        "name": name or spec.name,
        "group": group or spec.group,
        "imported": f"{path.name[-120:]} {facts['digest']}",
    }
    spec = in_group(store, RunSpec.checked(**spec.model_dump() | asked))
    extract_features(store, spec.feature_set, report)
    ids = members_of(store, spec)
    if not ids:
        raise WorkspaceError(f"no light curve of {spec.group} has features: see `clara failures`")
    report.stage("scoring")
    scores = rank(_scored(store, spec, forest, ids, facts))
    ranked = set(ids)
    others = [target_id for target_id in store.features.ids(spec.feature_set) if target_id not in ranked]
    unranked = _scored(store, spec, forest, others, facts) if others else pd.DataFrame()
    return store.runs.add(
        spec,
        forest,
        scores,
        unranked,
        fingerprint=store.features.provenance(spec.feature_set, ids),
        timings={"scores": time.perf_counter() - begun},
        versions=package_versions(),
        measures=measures_of(store, scores),
        scoring=facts["scoring"] if facts["scoring"] == "cross-fitted" or forest.stars_.size else "in bag",
        notes=[*facts["notes"], f"imported from {path.name}, trained elsewhere"],
        catalogues=whole_catalogues(store),
        also=_claims(store, spec, forest, scores, report),
        author=report.author,
    )


def _claims(
    store: Store, spec: RunSpec, forest: UnsupervisedForest, scores: pd.DataFrame, report: Report
) -> Callable[[Path], None] | None:
    """What keeps the p-values; None where null light curves are missing, which `clara claims` makes."""
    try:
        table, claims = claims_of(store, forest, scores, spec.feature_set, make=False, report=report)
    except NotMade:
        return None
    return lambda folder: keep_claims(folder, table, claims)


def _scored(store: Store, spec: RunSpec, forest: UnsupervisedForest, ids: Sequence[str], facts: Any) -> pd.DataFrame:
    rows = store.features.rows(spec.feature_set).matrix(list(ids))
    found = unseen_scores(forest, rows, [star_of(target_id) for target_id in ids])
    return pd.DataFrame(
        {
            "target_id": list(ids),
            "anomaly_score": found.anomaly,
            "anomaly_spread": found.spread,
            "weirdness": found.weirdness,
            "trained": np.isin(ids, facts["trained"]),
            "set_aside": np.isin(ids, facts["set_aside"]),
        }
    )


def _of_arrays(path: Path, design: SyntheticDesign | None) -> tuple[UnsupervisedForest, dict[str, Any]]:
    known = path.stem if path.stem in PRESETS else ""
    chosen = design or (PRESETS[known] if known else None)
    if chosen is None:
        raise DesignError(f"{path.name}: say with which design it was trained, such as --design P9 or a .toml file")
    settings = FORESTS[known or "P9"]
    features = feature_set("flux_power")
    forest = read_node_arrays(
        path,
        settings=settings,
        feature_set=features.id,
        n_features=features.size,
        n_real=PUBLISHED_TRAINING,
        n_contrast=chosen.curves,
    )
    facts = {
        "spec": RunSpec.checked(
            name=f"{path.stem}, published" if known else path.stem,
            design=chosen,
            feature_set=features.name,
            forest=forest.settings,
            training_size=PUBLISHED_TRAINING,
        ),
        "digest": forest.binning_fingerprint_.rpartition(" ")[2],
        "scoring": "in bag",
        "notes": [],
        "trained": [],
        "set_aside": [],
    }
    return forest, facts


def _of_file(path: Path) -> tuple[UnsupervisedForest, dict[str, Any]]:
    """A forest file, checked."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ModelFileError(f"{path}: too large for a forest file")
        with zipfile.ZipFile(path) as archive:
            sizes = {item.filename: item.file_size for item in archive.infolist()}
            if sum(sizes.values()) > LARGEST_BYTES or not {*PARTS, "digests.json"} <= set(sizes):
                raise ModelFileError(f"{path}: no forest file: `clara export-forest` writes one")
            parts = {part: archive.read(part) for part in PARTS}
            digests = json.loads(archive.read("digests.json"))
    except ModelFileError:
        raise
    except OSError as error:
        raise ModelFileError(f"{path}: can't be read ({error.strerror or error})") from None
    except Exception as error:  # whatever a damaged zip makes of itself
        raise ModelFileError(f"{path}: not a whole forest file ({error}); copy it again") from None
    for part, data in parts.items():
        if not isinstance(digests, dict) or digests.get(part) != hashlib.blake2b(data, digest_size=32).hexdigest():
            raise ModelFileError(f"{path}: {part} was changed after writing; copy it again")
    facts = _facts(parts["run.json"], path)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / path.name
        model.write_bytes(parts["model"])
        try:
            forest = UnsupervisedForest.load(model)
        except ModelFileError as error:
            raise ModelFileError(str(error).replace(str(model), str(path))) from None
    spec: RunSpec = facts["spec"]
    known = FEATURE_SETS.get(spec.feature_set)
    if known is None or (forest.feature_set_, forest.n_features_in_) != (known.id, known.size):
        raise ModelFileError(
            f"{path}: it splits {forest.n_features_in_} features {forest.feature_set_ or spec.feature_set!r}, which "
            "this version of CLARA does not compute"
        )
    return forest, facts | {"digest": digests["model"][:16]}


def _facts(text: bytes, path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(text)
        if facts["format"] != FORMAT or facts["version"] != VERSION:
            raise ModelFileError(f"{path}: forest file of version {facts['version']}, this program reads {VERSION}")
        facts["spec"] = RunSpec.checked(**facts["spec"])
        for key in ("trained", "set_aside", "notes"):
            if not (isinstance(facts[key], list) and all(isinstance(one, str) for one in facts[key])):
                raise ModelFileError(f"{path}: run.json has no list {key}; copy it again")
        if facts["scoring"] not in ("cross-fitted", "out of bag", "in bag"):
            raise ModelFileError(f"{path}: run.json has no way of scoring; copy it again")
    except DesignError as error:
        raise ModelFileError(f"{path}: its run can't be read: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path}: its run can't be read ({error}); copy it again") from None
    return dict(facts)
