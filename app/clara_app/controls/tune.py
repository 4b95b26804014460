"""The published search for forest settings, and what it found."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn

from clara_app.controls.forest import ForestControl
from clara_app.errand import Errand
from clara_app.fields import Button
from clara_app.session import Session
from clara_engine.errors import ClaraError
from clara_engine.forest.tune import Trial
from clara_engine.jobs import Reporter
from clara_engine.workspace import RunSpec

__all__ = ["TuneControl"]

DRAWS = 30


class TuneControl(pn.viewable.Viewer):
    """Tries settings at random on the contrast set of the wheel, and puts the best into the fields.

    Parameters
    ----------
    spec : callable
        The run as the wheel stands.
    """

    def __init__(self, session: Session, spec: Callable[[], RunSpec], forest: ForestControl) -> None:
        super().__init__()
        self.session, self.spec, self.forest = session, spec, forest
        self.errand = Errand(session, self._found, stopped="the search was cancelled")
        self.button = Button(
            label="Tune",
            on_click=self.press,
            margin=(4, 8),
            width=84,
            description=f"try {DRAWS} settings drawn at random, each on three folds, and take those that tell "
            "real light curves from the contrast set best",
        )
        self._view = pn.Column(self.button, self.errand.line, sizing_mode="stretch_width", margin=0)

    def press(self) -> None:
        """Queue the search."""
        try:
            spec = self.spec()
        except ClaraError as error:
            self.errand.say(str(error), problem=True)
            return

        chance = self._chance(spec)

        def work(report: Reporter) -> tuple[list[Trial], float | None]:
            return self.session.server.workspace.tune(spec, draws=DRAWS, report=report), chance

        self.errand.go("tune", f"settings for {spec.name}", work)

    def _chance(self, spec: RunSpec) -> float | None:
        """Accuracy of always naming the larger class; None where only training tells how large they are."""
        stars = len(self.session.server.catalogue())
        if spec.variant == "URF3":
            return None
        real = min(spec.training_size or stars, stars)
        contrast = spec.design.curves if spec.design is not None else len(spec.picked) or real
        return max(real, contrast) / (real + contrast)

    def _found(self, result: tuple[list[Trial], float | None]) -> None:
        trials, chance = result
        best, worst = trials[0], trials[-1]
        self.forest.take(best.settings)
        beside = "" if chance is None else f"chance {chance:.3f}, "
        self.errand.say(
            f"Taken: the best of {len(trials)}, accuracy {best.accuracy:.3f} ({beside}worst {worst.accuracy:.3f}). It "
            "says how well the classes come apart, not how well anomalies are found: see Compare, Recovery."
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
