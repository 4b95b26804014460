"""Runs on disk: the request, the results, and where they are stored."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.files import reading, whole_folder, write_atomically
from clara_engine.forest import ForestSettings, UnsupervisedForest
from clara_engine.lightcurve import star_of
from clara_engine.setting import Range
from clara_engine.store.database import Database
from clara_engine.synthetic import SyntheticDesign
from clara_engine.text import typed
from clara_engine.validation_messages import requirement

__all__ = ["Run", "RunSpec", "RunStore", "Variant"]

Variant = Literal["URF1", "URF2", "URF3", "URF4", "marginal", "picked"]
Scoring = Literal["cross-fitted", "out of bag", "in bag", ""]
SCORE_COLUMNS = [
    "target_id",
    "anomaly_score",
    "anomaly_spread",
    "weirdness",
    "trained",
    "set_aside",
    "rank",
    "percentile",
]


#: In the folder of a run: p-values and what follows from them; see `clara_engine.studies.claims`.
CLAIMS_FILE = "claims.parquet"
#: The same of kinds; see `clara_engine.studies.kinds`.
KINDS_FILE = "kinds.parquet"
#: The same of the score that joins it with another run; see `clara_engine.studies.joined_score`.
WRSS_FILE = "wrss.parquet"


class RunSpec(BaseModel):
    """Everything that fixes a run, given the features of the workspace.

    Attributes
    ----------
    name : str
        What the user calls the run.
    variant : str
        Where the contrast set comes from (METHOD of the paper, section 3): URF1 and URF2 uniform, URF3 a catalogue
        label, URF4 a synthetic design, ``marginal`` shuffled columns, ``picked`` targets chosen by hand.
    design : SyntheticDesign, optional
        The contrast set of URF4.
    label : (family, value), optional
        The contrast set of URF3.
    picked : tuple of target ids
        The contrast set of ``picked``.
    training_size : int or None
        Real light curves that train the forest, drawn at random; None takes them all. The paper used 1416.
    training_sectors : tuple of int
        Sectors whose light curves may train the forest; all when empty.
    group : str or None
        Light curves that the run is made of, all of one mission, cadence and pipeline (`clara_engine.groups`), such as
        ``TESS 120 s SPOC``, or a part of that which only one group of the workspace has; None takes the largest group.
    background_stars : int or None
        Light curves of the real class that a design's signals are injected into, where it asks for observed ones; None
        takes as many as there are curves, or all. They train as they are too.
    seed : int
        Of the draws, of the random contrast sets and of the forest.
    imported : str or None
        Where the forest came from, if it was not trained in this workspace: the name of the file and its digest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    variant: Variant = "URF4"
    feature_set: str = "flux_power"
    design: SyntheticDesign | None = None
    label: tuple[str, str] | None = None
    picked: tuple[str, ...] = ()
    forest: ForestSettings = Field(default_factory=ForestSettings)
    training_size: Annotated[int, Range(2, 10_000_000, "light curves")] | None = 1416
    training_sectors: tuple[int, ...] = ()
    group: str | None = None
    background_stars: Annotated[int, Range(1, 100_000, "stars")] | None = None
    seed: int = Field(default=42, ge=0, lt=2**32)
    imported: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _contrast_is_given(self) -> RunSpec:
        needed = {"URF3": ("label", self.label), "URF4": ("design", self.design), "picked": ("picked", self.picked)}
        name, value = needed.get(self.variant, ("", True))
        if not value:
            raise ValueError(f"variant {self.variant} needs {name}")
        return self

    @property
    def cross_fitted(self) -> bool:
        """Whether trees take a star in every form or not at all: signals are injected into light curves that train."""
        return self.variant == "URF4" and self.design is not None and self.design.needs_observed

    @property
    def scoring(self) -> Scoring:
        """How the light curves that train are scored."""
        if self.cross_fitted:
            return "cross-fitted"
        return "out of bag" if self.forest.oob_score else "in bag"

    @classmethod
    def checked(cls, **values: Any) -> RunSpec:
        """Build a spec of what a person gave.

        Raises
        ------
        DesignError, WorkspaceError
            One line that names the field, the value and what is allowed.
        """
        if isinstance(values.get("name"), str):
            values["name"] = typed(values["name"], "the name of a run")
        if isinstance(values.get("design"), SyntheticDesign):
            typed(values["design"].name, "the name of a design")
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            cause = first.get("ctx", {}).get("error")
            if isinstance(cause, DesignError):
                raise cause from None
            place = ".".join(str(part) for part in first["loc"])
            given = "" if not place else f"{place} = {first['input']!r}: "
            raise DesignError(f"{given}{requirement(first)}") from None


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    Attributes
    ----------
    created : float
        Unix time [s].
    fingerprint : str
        Hash of the features of every target that was ranked, and of its pipeline version and data release.
    targets, trained : int
        Light curves ranked, and those of them that trained the forest.
    timings : dict
        Stage to seconds.
    measures : dict
        ``"family/value"`` to the measures at the time of training.
    versions : dict
        Package to version.
    scoring : str
        How the light curves that trained were scored: "cross-fitted" (by trees that never saw the star in any form),
        "out of bag" (by trees that never saw the row), or "in bag" (by all trees, as published).
    notes : sequence of str
        Lines on what it can't find: parts of the real class that carry no injected signal.
    catalogues : dict of str to dict
        Of each catalogue whose whole table was kept when the run was measured: asked_at [Unix s], digest (SHA-256 of
        its content), and question, or the file that was read.
    """

    id: str
    spec: RunSpec
    created: float
    folder: Path
    fingerprint: str
    targets: int
    trained: int
    timings: dict[str, float]
    versions: dict[str, str]
    measures: dict[str, Any]
    scoring: Scoring = ""
    notes: Sequence[str] = ()
    catalogues: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the user calls the run."""
        return self.spec.name

    @property
    def group(self) -> str | None:
        """Which light curves it ranks, see `RunSpec`; None for older runs, which rank whatever there was."""
        return self.spec.group

    @property
    def caveat(self) -> str:
        """Why its scores can't be compared with those of other runs; "" where they can."""
        if self.scoring == "in bag":
            return "scored in bag, as the publication did: the stars that trained it come out too tame"
        if self.scoring == "cross-fitted" or not self.spec.cross_fitted:
            return ""
        return (
            "made before stars were scored by trees that never saw them: those that carried injected signals rank too "
            "high, so it can't be compared with newer runs; train it again"
        )

    def scores(self) -> pd.DataFrame:
        """Scores of every target of the run's group, strangest first.

        Columns: target_id, anomaly_score and weirdness (0 to 1; for members of the training set see `scoring`),
        anomaly_spread (standard deviation over trees), trained, set_aside (it made the contrast set itself), rank (1
        is strangest; ties share the best rank) and percentile (0 to 100, of the mean rank);
        in runs that have claims also those of `clara_engine.studies.claims.CLAIM_COLUMNS`, in runs that are
        classified kind, kind_probability and the chance of each kind, ``kind_planet`` …, in runs that are joined with
        another wrss and wrss_raw.
        """
        path = self.folder / "scores.parquet"
        with reading(path):
            table = pd.read_parquet(path)
        if "set_aside" not in table:  # runs older than injection
            table.insert(table.columns.get_loc("trained") + 1, "set_aside", False)
        for name in (CLAIMS_FILE, KINDS_FILE, WRSS_FILE):
            path = self.folder / name
            if path.exists():
                with reading(path):
                    table = table.merge(pd.read_parquet(path), on="target_id", how="left")
        return table

    def unranked(self) -> pd.DataFrame:
        """Scores of targets of other groups, as `scores` but in no order, with empty rank and percentile."""
        path = self.folder / "unranked.parquet"
        if not path.exists():
            return pd.DataFrame(columns=SCORE_COLUMNS)
        with reading(path):
            return pd.read_parquet(path).reindex(columns=SCORE_COLUMNS)

    def every_score(self) -> pd.DataFrame:
        """`scores`, and below them `unranked`."""
        ranked, others = self.scores(), self.unranked()
        if others.empty:
            return ranked
        if "star_best" in ranked:
            others = others.assign(star_best=False)
        table = pd.concat([ranked.astype({"rank": "Int64"}), others.astype({"rank": "Int64"})], ignore_index=True)
        return table.astype(dict.fromkeys(["trained", "set_aside"], "bool"))

    def forest(self) -> UnsupervisedForest:
        """Load the trained forest."""
        forest = UnsupervisedForest.load(self.folder / "model")
        if not forest.stars_.size and hasattr(forest, "oob_trees_"):  # an older file, whose rows are in this order
            scores = self.scores()
            forest.remember_stars([star_of(id) for id in sorted(scores.loc[scores["trained"], "target_id"])])
        return forest


class RunStore:
    """The runs of a workspace: a row of the database and a folder each."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def add(
        self,
        spec: RunSpec,
        forest: UnsupervisedForest,
        scores: pd.DataFrame,
        unranked: pd.DataFrame,
        *,
        fingerprint: str,
        timings: dict[str, float],
        versions: dict[str, str],
        measures: dict[str, Any],
        scoring: Scoring,
        notes: Sequence[str] = (),
        catalogues: dict[str, dict[str, Any]] | None = None,
        also: Callable[[Path], None] | None = None,
    ) -> Run:
        """Keep a run. The folder appears whole, with what `also` writes into it, then the row that names it.

        Parameters
        ----------
        spec : RunSpec
        forest : UnsupervisedForest
            Fitted.
        scores : DataFrame
            Of the run's group, by target id.
        unranked : DataFrame
            Scores of light curves of other groups.
        fingerprint : str
            Hash of the features that trained it.
        timings : dict of str to float
            Stage to seconds.
        versions : dict of str to str
            Package to version.
        measures : dict of str to any
            Label to measures.
        scoring : Scoring
            How the stars that train are scored.
        notes : sequence of str
            Lines that a person should read beside the scores.
        catalogues : dict, optional
            See `Run`.
        also : callable, optional
            Called with the folder before it takes its place.
        """
        run_id = time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:6]
        folder = self._folder / run_id
        run = Run(
            id=run_id,
            spec=spec,
            created=time.time(),
            folder=folder,
            fingerprint=fingerprint,
            targets=len(scores),
            trained=int(scores["trained"].sum()),
            timings=timings,
            versions=versions,
            measures=measures,
            scoring=scoring,
            notes=tuple(notes),
            catalogues=catalogues or {},
        )
        record = _record(run)

        def list_it() -> None:
            with self._database.transaction() as connection:
                connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (run_id, spec.name, run.created, record))

        with whole_folder(folder, then=list_it, home=self._database.path) as beside:
            forest.save(beside / "model")
            scores[SCORE_COLUMNS].to_parquet(beside / "scores.parquet", index=False)
            if len(unranked):
                unranked.to_parquet(beside / "unranked.parquet", index=False)
            (beside / "run.json").write_text(record)
            if spec.design is not None:
                (beside / "design.toml").write_text(spec.design.to_toml())
            if also is not None:
                also(beside)
        return run

    def list(self) -> list[Run]:
        """Every run, newest first."""
        table = self._database.frame("SELECT run_id, record FROM runs ORDER BY created DESC, run_id DESC")
        return [self._read(row.run_id, row.record) for row in table.itertuples()]

    def get(self, name: str) -> Run:
        """Return the run with this id, or the newest of this name; ``"latest"`` is the newest of all."""
        runs = self.list()
        for run in runs:
            if name in (run.id, run.name, "latest"):
                return run
        known = ", ".join(run.name for run in runs[:8]) or "none yet: `clara train` makes one"
        raise WorkspaceError(f"no run {name!r} in this workspace; runs: {known}")

    def delete(self, run_id: str) -> None:
        """Remove a run for good."""
        run = self.get(run_id)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM runs WHERE run_id = ?", (run.id,))
        shutil.rmtree(run.folder, ignore_errors=True)

    def update_measures(
        self, run: Run, measures: dict[str, Any], catalogues: dict[str, dict[str, Any]] | None = None
    ) -> Run:
        """Replace the measures of a run, after labels have changed.

        Parameters
        ----------
        run : Run
        measures : dict of str to any
            Label to measures, ready for JSON.
        catalogues : dict, optional
            The tables that labels are from, see `Run`; by default those that it has.
        """
        fresh = replace(run, measures=measures, catalogues=run.catalogues if catalogues is None else catalogues)
        record = _record(fresh)
        write_atomically(run.folder / "run.json", lambda path: path.write_text(record), home=run.folder)
        with self._database.transaction() as connection:
            connection.execute("UPDATE runs SET record = ? WHERE run_id = ?", (record, run.id))
        return fresh

    def _read(self, run_id: str, record: str) -> Run:
        values = json.loads(record)
        return Run(id=run_id, folder=self._folder / run_id, spec=RunSpec(**values.pop("spec")), **values)


def _record(run: Run) -> str:
    values = {name: getattr(run, name) for name in Run.__dataclass_fields__ if name not in ("id", "folder", "spec")}
    return json.dumps({"spec": run.spec.model_dump(mode="json"), **values}, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON")
