"""The published search for forest settings, and its result."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.controls.forest import ForestControl
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.findings import Tuned
from clara_engine.workspace import RunSpec

__all__ = ["TuneControl"]

DRAWS = 30


def tuned_words(tuned: Tuned) -> str:
    """The result of a search for settings, in words."""
    best, worst = tuned.trials[0], tuned.trials[-1]
    beside = "" if tuned.chance is None else f"chance {tuned.chance:.3f}, "
    return (
        f"the best of {len(tuned.trials)}, accuracy {best.accuracy:.3f} ({beside}worst {worst.accuracy:.3f}). It says "
        "how well the classes come apart, not how well anomalies are found: see Compare, Recovery."
    )


class TuneControl(pn.viewable.Viewer):
    """Tries random settings on the contrast set of the wheel, and puts the best into the fields.

    Parameters
    ----------
    spec : callable
        Gives the run as the fields of the wheel are set.
    """

    def __init__(self, session: Session, spec: Callable[[], RunSpec], forest: ForestControl) -> None:
        super().__init__()
        self.session, self.spec, self.forest = session, spec, forest
        self.job = BackgroundJob(session, self._found, stopped="the search was cancelled")
        self.button = Button(
            label="Tune",
            on_click=self.press,
            margin=(4, 8),
            width=84,
            description=f"try {DRAWS} settings drawn at random, each on three folds, and take those that tell "
            "real light curves from the contrast set best",
        )
        last: Tuned | None = session.server.finding(JobKind.TUNE)
        if last is not None:
            self.job.show_text(f"The last search found {tuned_words(last)}")
        self._view = pn.Column(self.button, self.job.line, sizing_mode="stretch_width", margin=0)

    def press(self) -> None:
        """Queue the search."""
        try:
            spec = self.spec()
        except ClaraError as error:
            self.job.show_text(str(error), problem=True)
            return

        chance = self._chance(spec)

        def work(report: Reporter) -> Tuned:
            return Tuned(self.session.server.workspace.tune(spec, draws=DRAWS, report=report), chance)

        kept = self.session.server.storing_result(JobKind.TUNE, "", work)
        self.job.start(JobKind.TUNE, f"settings for {spec.name}", kept)

    def _chance(self, spec: RunSpec) -> float | None:
        """Accuracy of always predicting the larger class; None where the sizes are known only after training."""
        stars = len(self.session.server.catalogue())
        if spec.variant == "URF3":
            return None
        real = min(spec.training_size or stars, stars)
        contrast = spec.design.curves if spec.design is not None else len(spec.picked) or real
        return max(real, contrast) / (real + contrast)

    def _found(self, tuned: Tuned) -> None:
        self.forest.apply(tuned.trials[0].settings)
        self.job.show_text(f"Taken: {tuned_words(tuned)}")

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
