"""A run: what was asked for, and the results on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clara_engine.errors import DesignError
from clara_engine.forest.settings import ForestSettings
from clara_engine.lightcurve import star_of
from clara_engine.notebook_table import notebook_table
from clara_engine.sealed import read_table
from clara_engine.setting import Range
from clara_engine.synthetic.design import SyntheticDesign
from clara_engine.text import typed
from clara_engine.validation_messages import requirement

if TYPE_CHECKING:
    from clara_engine.forest import UnsupervisedForest

__all__ = ["CLAIM_COLUMNS", "SCORE_COLUMNS", "Run", "RunSpec", "Scoring", "Variant"]

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
#: Columns that claims add to the scores of a light curve and of its star.
CLAIM_COLUMNS = [
    "p_value",
    "star",
    "star_light_curves",
    "star_best",
    "star_p_value",
    "star_q_value",
    "star_rank",
]
#: What each of these files has at least.
BESIDE = {
    CLAIMS_FILE: tuple(CLAIM_COLUMNS),
    KINDS_FILE: ("kind", "kind_probability"),
    WRSS_FILE: ("wrss", "wrss_raw"),
}
#: Measures that a notebook shows.
MOST_MEASURES = 8


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
    author : str
        Who asked for it; empty where that is not known.
    pinned : bool
        A person wants it before the others.
    removed : float
        When a person removed it [Unix s]; 0 of a run that is there.
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
    author: str = ""
    pinned: bool = False
    removed: float = 0.0

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        facts: dict[str, object] = {
            "run": self.id,
            "contrast set": self.spec.design.name if self.spec.design else self.spec.variant,
            "features": self.spec.feature_set,
            "trees": self.spec.forest.n_estimators,
            "light curves": f"{self.targets:,} ranked, {self.trained:,} trained the forest",
            "scores of those": self.scoring,
            "note": self.caveat,
        }
        for label, found in list(self.measures.items())[:MOST_MEASURES]:
            auc = found["roc_auc"]
            facts[f"ROC-AUC, {label}"] = f"{auc['value']:.3f} ({auc['low']:.3f}–{auc['high']:.3f}), chance .5"
        return notebook_table(self.name, facts)

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
        needed = [name for name in SCORE_COLUMNS if name != "set_aside"]
        table = read_table(path, needed, finite=("anomaly_score",), unique="target_id")
        if "set_aside" not in table:  # runs older than injection
            table.insert(table.columns.get_loc("trained") + 1, "set_aside", False)
        for name, columns in BESIDE.items():
            path = self.folder / name
            if path.exists():
                table = table.merge(read_table(path, columns, unique="target_id"), on="target_id", how="left")
        return table

    def unranked(self) -> pd.DataFrame:
        """Scores of targets of other groups, as `scores` but in no order, with empty rank and percentile."""
        path = self.folder / "unranked.parquet"
        if not path.exists():
            return pd.DataFrame(columns=SCORE_COLUMNS)
        return read_table(path, finite=("anomaly_score",), unique="target_id").reindex(columns=SCORE_COLUMNS)

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
        from clara_engine.forest.urf import UnsupervisedForest  # compiles the kernel

        forest = UnsupervisedForest.load(self.folder / "model")
        if not forest.stars_.size and hasattr(forest, "oob_trees_"):  # an older file, whose rows are in this order
            scores = self.scores()
            forest.remember_stars([star_of(id) for id in sorted(scores.loc[scores["trained"], "target_id"])])
        return forest
