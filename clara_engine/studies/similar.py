"""What the stars of a workspace are like: each matched to stars that carry a label, joined by target id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.frames import Frame
from clara_engine.maps.reduction import StandardReduction
from clara_engine.similarity import HeldOut, LabelMatcher, Matches, group_of, published_matches
from clara_engine.store.labels import GUESSED
from clara_engine.store.sources import FEATURES, Source
from clara_engine.store.yes_no import says_no
from clara_engine.studies.rows import rows_of

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["LabelMatches", "calibrated_similarity", "keep_matches", "match_title", "published_similarity"]

#: The family whose references are those of the publication: TOIs that have a type in SIMBAD.
SIMBAD = "simbad"

COMPONENTS = 50


@dataclass(frozen=True, slots=True, eq=False)
class LabelMatches:
    """Every star beside the labelled star that it is most like.

    Attributes
    ----------
    table : DataFrame
        target_id, label (``"outlier"`` when unlike every reference), similarity (cosine), reference_id and
        reference_label (the nearest star of another TIC). Published: group. Calibrated: probability (of the label),
        novelty, and a column ``p_LABEL`` a class.
    references : int
        Labelled stars that were matched with.
    ambiguous : int
        Stars left out of the references because they carry several labels of the family.
    neighbours : int or None
        How many voted, when calibrated.
    held_out : HeldOut or None
        How well references are recognised by the others, when calibrated.
    """

    table: Frame
    references: int
    ambiguous: int
    neighbours: int | None = None
    held_out: HeldOut | None = None


def match_title(family: str, *, published: bool = False) -> str:
    """What tells the matches with a family from others, among the findings of a workspace.

    Parameters
    ----------
    family : str
        Of the references.
    published : bool
        Whether they were matched in the published way.
    """
    return f"match with {family}, {'published' if published else 'calibrated'}"


def published_similarity(
    store: Store, family: str, name: str = "flux_power", *, threshold: float = 0.6, seed: int = 0
) -> LabelMatches:
    """Nearest reference by cosine after a PCA of the references (METHOD section 6), with the published groups.

    Parameters
    ----------
    store : Store
    family : str
        Label family. Of ``simbad`` only TOIs are references, as published, and what is of a target list.
    name : str
        Feature set.
    threshold : float
        Below this cosine a star is an outlier.
    seed : int
        Fixes all that is drawn.
    """
    read = _read(store, family, FEATURES, name, _published_references(store) if family == SIMBAD else None)
    rows, stars, known = read.rows, read.stars, read.known
    found = published_matches(rows, stars, rows[known], read.values, stars[known], threshold=threshold, seed=seed)
    table = _table(read, found).assign(group=[group_of(str(label)) for label in found.label])
    return LabelMatches(table, known.size, read.ambiguous)


def calibrated_similarity(
    store: Store,
    family: str,
    name: str = "flux_power",
    *,
    source: Source = FEATURES,
    neighbours: int | None = None,
    novelty: float = 0.01,
    seed: int = 0,
) -> LabelMatches:
    """Label by the nearest references in standardised features, with a probability and how far to trust it.

    Parameters
    ----------
    store : Store
    family : str
        Label family of the references.
    source, name : str
        As `clara_engine.studies.rows.rows_of` has them.
    neighbours : int, optional
        By default what does best on held-out references.
    novelty : float
        Share of references that may be called unlike all others.
    seed : int
        Fixes all that is drawn.
    """
    read = _read(store, family, source, name)
    coordinates = StandardReduction.fit(read.rows, COMPONENTS, seed).transform(read.rows)
    matcher = LabelMatcher(neighbours=neighbours, novelty=novelty, seed=seed)
    found = matcher.fit(coordinates[read.known], read.values, read.stars[read.known]).match(coordinates, read.stars)
    assert found.probability is not None
    table = _table(read, found).assign(
        probability=found.probability.max(axis=1),
        novelty=found.novelty,
        **{f"p_{label}": found.probability[:, i] for i, label in enumerate(matcher.classes)},
    )
    return LabelMatches(table, read.known.size, read.ambiguous, matcher.neighbours, matcher.held_out)


def keep_matches(store: Store, family: str, found: LabelMatches) -> str:
    """Keep the class of every star as labels, which colour, sort, filter and are exported; returns their family.

    The family is ``similar_`` and the name of the references' own, with ``_group`` behind it for the published groups.
    They are guesses: nothing is trained or measured by them.

    Parameters
    ----------
    store : Store
    family : str
        Of the references.
    found : LabelMatches
    """
    kept = f"{GUESSED}{family}"
    how = "published" if found.held_out is None else "calibrated"
    source = f"matched with {family}, {how}"
    old = {f"matched with {family}, {other}" for other in ("published", "calibrated")}
    table = found.table.set_index("target_id")
    store.labels.add(kept, table["label"].astype(str).to_dict(), source, old)
    groups = table["group"].astype(str).to_dict() if "group" in table else {}
    store.labels.add(f"{kept}_group", groups, source, old)
    return kept


def _published_references(store: Store) -> set[str]:
    """Targets that the publication would take for references, where SIMBAD has a type of them."""
    table = store.labels.frame(guessed=False)
    tois = table[(table["family"] == "toi") & ~says_no(table)]["target_id"]
    listed = table[(table["family"] == SIMBAD) & table["source"].str.startswith("target list ")]["target_id"]
    return {*tois, *listed}


def _read(store: Store, family: str, source: Source, name: str, only: set[str] | None = None) -> _Labelled:
    labels, ambiguous = store.families.values(family)
    if only is not None:
        labels = {target_id: value for target_id, value in labels.items() if target_id in only}
        if not labels:
            raise WorkspaceError(
                "no TOI with a SIMBAD type, which are the published references: `clara crossmatch --toi --simbad`, or "
                "`clara fetch --manifest simbad_references`"
            )
    given = rows_of(store, source, name)
    known = np.array([i for i, target_id in enumerate(given.ids) if target_id in labels], np.intp)
    if not known.size:
        raise WorkspaceError(f"no target with a {family} label has features: `clara features` extracts them")
    stars = pd.factorize(store.targets.stars().reindex(given.ids))[0]
    return _Labelled(given.ids, given.rows, stars, known, [labels[given.ids[i]] for i in known], ambiguous)


@dataclass(frozen=True, slots=True, eq=False)
class _Labelled:
    """Rows of all stars, which of them carry a label of the family, and which."""

    ids: list[str]
    rows: NDArray[Any]
    stars: NDArray[Any]
    known: NDArray[np.intp]
    values: list[str]
    ambiguous: int


def _table(read: _Labelled, found: Matches) -> pd.DataFrame:
    def named(values: NDArray[Any]) -> list[str | None]:
        return [None if row < 0 else values[row] for row in found.reference]

    return pd.DataFrame(
        {
            "target_id": read.ids,
            "label": found.label,
            "similarity": found.similarity,
            "reference_id": named(np.array(read.ids, object)[read.known]),
            "reference_label": named(np.array(read.values, object)),
        }
    )
