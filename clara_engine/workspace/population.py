"""The stars of a workspace as a population: one row a star, whatever its sectors."""

from __future__ import annotations

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.population import CORRELATED, colour_magnitude, score_correlations, with_derived
from clara_engine.evaluate.separation import silhouette_search
from clara_engine.progress import Report, quiet
from clara_engine.workspace.labels import LabelBook
from clara_engine.workspace.runs import Run
from clara_engine.workspace.targets import TargetCatalog

__all__ = ["Population"]

FROM_HEADERS = {"teff": "teff_k", "radius": "radius_rsun", "logg": "logg", "tmag": "tmag", "pmra": "pmra",
                "pmdec": "pmdec"}  # fmt: skip


class Population:
    """Catalogue parameters of the stars, beside their scores."""

    def __init__(self, targets: TargetCatalog, labels: LabelBook) -> None:
        self._targets = targets
        self._labels = labels

    def parameters(self) -> pd.DataFrame:
        """Parameters by target id, with vtan_kms and lum_lsun; what no catalogue gives is taken from the headers."""
        headers = self._targets.frame().set_index("target_id")[list(FROM_HEADERS)].rename(columns=FROM_HEADERS)
        return with_derived(self._labels.parameters().combine_first(headers).reindex(headers.index))

    def colour_magnitude(self, ids: list[str] | None = None) -> pd.DataFrame:
        """Position of targets in the colour–magnitude diagram, or the reason why there is none; all by default."""
        table = self.parameters()
        return colour_magnitude(table if ids is None else table.reindex(ids))

    def correlations(
        self, run: Run, names: tuple[str, ...] = CORRELATED, *, score: str = "anomaly_score", resamples: int = 1000,
        seed: int = 0, report: Report = quiet,
    ) -> pd.DataFrame:  # fmt: skip
        """Correlation of a run's score with each parameter, see `clara_engine.evaluate.population`.

        A star that was observed in several sectors counts once, with its mean score.
        """
        report.stage("correlations")
        scores = self._by_star(run.scores().set_index("target_id")[[score]])[score]
        return score_correlations(
            scores, self._by_star(self.parameters()), names, resamples=resamples, seed=seed, progress=report
        )

    def separation(
        self, names: list[str], groups: pd.Series | None = None, *, clusters: int = 3, seed: int = 0,
        report: Report = quiet,
    ) -> pd.DataFrame:  # fmt: skip
        """Subsets of parameters that set groups apart best, see `clara_engine.evaluate.separation`.

        Parameters
        ----------
        groups : Series of int, indexed by target id, optional
            −1 for none.
        """
        table = self.parameters()
        unknown = [name for name in names if name not in table]
        if unknown:
            raise WorkspaceError(f"no parameter {unknown[0]!r} in this workspace; there are: {', '.join(table)}")
        table = table[names] if groups is None else table[names].reindex(groups.index)
        report.stage("silhouettes")
        values = None if groups is None else groups.to_numpy()
        return silhouette_search(table, values, clusters=clusters, seed=seed, progress=report)

    def _by_star(self, table: pd.DataFrame) -> pd.DataFrame:
        stars = self._targets.stars().reindex(table.index)
        return table.groupby(stars.to_numpy()).mean()
