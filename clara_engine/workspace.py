"""The public face: a store of everything a user works with, and the most used studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.lazy import imported_when_asked
from clara_engine.notebook_table import notebook_table
from clara_engine.progress import Progress, Report, quiet, silent
from clara_engine.store import Ingested, Store, default_folder
from clara_engine.studies.ingest import ingest

if TYPE_CHECKING:
    from clara_engine.forest import Trial
    from clara_engine.store import Run, RunSpec, Variant
    from clara_engine.studies.reasons import Reason

__all__ = ["Ingested", "Reason", "Run", "RunSpec", "Variant", "Workspace", "default_folder"]

# Imported when they are asked for: they need the forest, which takes a while.
__getattr__ = imported_when_asked(
    __name__,
    {
        "Reason": "clara_engine.studies.reasons",
        "Run": "clara_engine.store.runs",
        "RunSpec": "clara_engine.store.runs",
        "Variant": "clara_engine.store.runs",
    },
)


class Workspace(Store):
    """A folder that holds everything a person works with, and what is asked of it most."""

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        runs = self.runs.list()
        facts = {
            "light curves": f"{len(self.targets):,}",
            "stars": f"{self.targets.stars().nunique():,}",
            "runs": ", ".join(run.name for run in runs[:5]) + (" …" if len(runs) > 5 else ""),
            "labels": ", ".join(self.families.families()),
        }
        return notebook_table(str(self.folder), facts)

    def ingest(self, places: Sequence[str | Path], progress: Progress = silent, *, columns: str = "") -> Ingested:
        """Register light-curve files and what folders hold of them; see `clara_engine.studies.ingest`.

        Parameters
        ----------
        places : sequence of str or Path
            Files and folders; or their URLs in object storage, ``s3://bucket/prefix``.
        progress : callable
            Called as ``progress(done, total)``; what it raises stops the work.
        columns : str
            Which column of tables is what (``"time=TIME flux=FLUX"``).
        """
        return ingest(self, places, progress, columns=columns)

    def train(self, spec: RunSpec, report: Report = quiet, *, wait_for_claims: bool = True) -> Run:
        """Train a forest as `spec` says, score every target, and keep the run; see `clara_engine.studies.train`.

        Parameters
        ----------
        spec : RunSpec
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        wait_for_claims : bool
            Whether p-values are computed before it returns, where null light curves are missing.
        """
        from clara_engine.studies.train import train  # compiles the kernel; only training needs it

        return train(self, spec, report, wait_for_claims=wait_for_claims)

    def run_of(self, spec: RunSpec, report: Report = quiet) -> Run:
        """The run of `spec` on the light curves of today: one that is there, or a new one.

        Names count for nothing, so that a notebook that is run twice trains once; see
        `clara_engine.studies.sweep.Sweeps.runs_of`.

        Parameters
        ----------
        spec : RunSpec
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        from clara_engine.studies.sweep import Sweeps  # needs the forest, which takes a while

        return Sweeps(self).runs_of([spec], report)[0]

    def tune(self, spec: RunSpec, *, draws: int = 30, folds: int = 3, report: Report = quiet) -> list[Trial]:
        """The published random search for forest settings, best accuracy first.

        Parameters
        ----------
        spec : RunSpec
            Gives real light curves and contrast set.
        draws : int
            Settings tried.
        folds : int
            Of the cross-validation.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        from clara_engine.studies.train import tune_forest  # compiles the kernel; only training needs it

        return tune_forest(self, spec, draws=draws, folds=folds, report=report)

    def importances(self, run: Run, *, repeats: int = 3, report: Report = quiet) -> pd.DataFrame:
        """Features of a run's forest beside what shuffled labels give; see `clara_engine.studies.train.importances`.

        Parameters
        ----------
        run : Run
        repeats : int
            Forests grown with shuffled labels.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        """
        from clara_engine.studies.train import importances  # compiles the kernel; only training needs it

        return importances(self, run, repeats=repeats, report=report)

    def score_files(
        self, run: Run, paths: Sequence[Path], report: Report = quiet, *, columns: str = ""
    ) -> tuple[pd.DataFrame, list[str]]:
        """Score light-curve files that need not be registered.

        Parameters
        ----------
        run : Run
        paths : sequence of Path
            Files, and folders that hold some.
        report : Report
            Learns the stage and how far it is; what it raises stops the work.
        columns : str
            Which columns of the files are what (``"time=TIME flux=FLUX"``); by default what was named of a file when it
            was registered.

        Returns
        -------
        table, problems
            Columns path, target_id, anomaly_score, anomaly_spread, weirdness, percentile (among the run's targets);
            and a line for every file that could not be scored.
        """
        from clara_engine.studies.file_scores import score_files  # compiles the kernel; only training needs it

        return score_files(self, run, paths, report, columns=columns)
