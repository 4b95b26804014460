"""Features of null light curves: made once a star, kept, and shared by all runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import ClaraError
from clara_engine.features import FeatureStore, extract
from clara_engine.lightcurve import LightCurve
from clara_engine.package_versions import code_digest
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_registered
from clara_engine.readers.remote import is_there
from clara_engine.setting import Range, Setting
from clara_engine.store.cache_folder import CacheFolder
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.targets import TargetCatalog
from clara_engine.synthetic import nulls
from clara_engine.synthetic.lot import lot
from clara_engine.text import agreeing, counted
from clara_engine.workers import Workers

if TYPE_CHECKING:
    from clara_engine.store import Store

__all__ = ["NotMade", "NullPlan", "Nulls", "null_features"]

MOST_COPIES = 6


class NotMade(ClaraError):
    """Null light curves are not there, and were not to be made."""


class NullPlan(Setting):
    """Which null light curves are made.

    Attributes
    ----------
    most : int
        Null light curves at most. With n stars no p-value is below 1 / (n + 1), so stars come before copies: one null
        of each of so many stars, drawn at random, and more (`MOST_COPIES` at most) only where there are fewer stars.
    """

    most: Annotated[int, Range(20, 100_000, "null light curves")] = 600
    seed: Annotated[int, Range(0, 2**31)] = 0

    def choose(self, ids: Sequence[str], stars: pd.Series) -> list[tuple[str, int]]:
        """Target id and number of each null (`clara_engine.synthetic.nulls.null_light_curve`).

        Of a star with several light curves one is drawn. The order of the ids, by score perhaps, counts for nothing:
        runs of the same stars share their nulls.

        Parameters
        ----------
        ids : sequence of target ids
            Light curves that nulls may be made of.
        stars : Series, by target id
            Whose they are.
        """
        drawn = sorted(ids, key=lambda target_id: lot(target_id, self.seed))
        one_each = list({stars[target_id]: target_id for target_id in drawn}.values())[: self.most]
        copies = min(MOST_COPIES, self.most // max(1, len(one_each)))
        return [(target_id, number) for target_id in one_each for number in range(copies)]


@dataclass(frozen=True, slots=True, eq=False)
class Nulls:
    """Null light curves as features.

    Attributes
    ----------
    rows : ndarray of float32, shape (k, d)
    target_ids : list of str
        The light curve that each was made of.
    """

    rows: NDArray[np.float32]
    target_ids: list[str]


def null_features(
    store: Store, chosen: Sequence[tuple[str, int]], name: str, report: Report = quiet, *, make: bool = True
) -> Nulls:
    """Features of null light curves; those that have none are left out.

    Parameters
    ----------
    store : Store
    chosen : sequence of (target id, number)
        See `NullPlan.choose`.
    name : str
        Feature set.
    report : Report
    make : bool
        Whether to make what is missing.

    Raises
    ------
    NotMade
        When some are missing and are not to be made.
    """
    kept_rows = NullStore(store.cache, store.targets, store.workers)
    return kept_rows.get(chosen, store.features.rows(name), report, make=make)


class NullStore:
    """Computes and keeps null light curves as features, a row each; stopped, it resumes."""

    def __init__(self, cache: CacheFolder, targets: TargetCatalog, workers: Workers) -> None:
        self._cache = cache
        self._workers = workers
        self._home = cache.folder.parent / DATABASE_FILE
        self._targets = targets

    def get(
        self, chosen: Sequence[tuple[str, int]], store: FeatureStore, report: Report = quiet, *, make: bool = True
    ) -> Nulls:
        """Features of nulls; those that have none are left out.

        Parameters
        ----------
        chosen : sequence of (target id, number)
            See `NullPlan.choose`.
        store : FeatureStore
            Of the feature set that is wanted; it tells when a light curve has changed.
        make : bool
            Whether to make what is missing.

        Raises
        ------
        NotMade
            When some are missing and are not to be made.
        """
        kept_rows = FeatureStore(self._cache.place("nulls", _makers_digest()), store.feature_set, home=self._home)
        marks = store.fingerprints(target_id for target_id, _ in chosen)
        keys = {f"{target_id} {number} {marks[target_id]}": (target_id, number) for target_id, number in chosen}
        missing = kept_rows.missing(keys, retry=True)  # a file may have been put back
        if missing and not make:
            raise NotMade(
                f"{counted(len(missing), 'null light curve')} {agreeing(len(missing), 'are')} not made yet: `clara "
                "claims` makes them"
            )
        if missing:
            report.stage("null light curves")
            table = self._targets.frame().set_index("target_id")
            sources = [
                (key, Path(table.at[keys[key][0], "path"]), table.at[keys[key][0], "columns"]) for key in missing
            ]
            items = [
                (key, partial(_null, path, columns, *keys[key])) for key, path, columns in sources if is_there(path)
            ]
            kept_rows.extend(extract(items, store.feature_set, workers=self._workers, progress=report))
        known = kept_rows.ids()
        there = [key for key in keys if key in known]
        return Nulls(kept_rows.matrix(there), [keys[key][0] for key in there])


def _null(path: Path, columns: str, target_id: str, number: int) -> LightCurve:
    return nulls.null_light_curve(read_registered(path, target_id, columns=columns), number)


@cache
def _makers_digest() -> str:
    """Hash of the code that makes nulls: what one program made is not taken for another's."""
    return code_digest([Path(nulls.__file__)])
