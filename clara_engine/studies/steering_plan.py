"""The plan of a steering matrix: its rows, columns, stars and draws."""

from __future__ import annotations

from typing import Annotated, Any

from clara_engine.errors import DesignError
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.forest import ForestSettings
from clara_engine.setting import Range, Setting
from clara_engine.store.labels import QUIET
from clara_engine.studies.recover import OTHER_GENERATOR, measured_design
from clara_engine.synthetic import EVENTS, UNSEEN_EVENTS, USUAL_EVENTS

__all__ = ["BASELINES", "SteeringPlan"]

#: Contrast sets and rankings that no event steers. P3 and P9 are as published: features, design and forest.
BASELINES = ("P3", "P9", "URF1", "marginal", "isolation forest", "BLS")


class SteeringPlan(Setting):
    """The plan of a steering matrix.

    Attributes
    ----------
    contrasts, events : tuple of str
        Rows: events or `BASELINES`. Columns: events, with `OTHER_GENERATOR` behind those of the unseen generators.
    feature_set : str
        Of every row but P3, P9 and BLS.
    forest : ForestSettings
        Of every row but P3, P9, BLS and the isolation forest.
    seeds : int
        Splits and draws that intervals are taken over.
    curves, measured : int
        Light curves of a contrast set, and injected light curves that are measured.
    most_stars : int
        Stars of the workspace that are used at most.
    quiet_labels : tuple of str
        Values of labels that say that nothing happens. Stars with any other label are not measured.
    group : str or None
        Light curves of one mission, cadence and pipeline, as in `RunSpec`; None takes the largest group.
    halves : bool
        Of half of the stars all train, and of the others the quiet ones are measured; see `split_stars`.
    """

    contrasts: tuple[str, ...] = (*USUAL_EVENTS, *BASELINES)
    events: tuple[str, ...] = (*USUAL_EVENTS, *(event + OTHER_GENERATOR for event in UNSEEN_EVENTS))
    feature_set: str = "steering"
    seeds: Annotated[int, Range(1, 100, "seeds")] = 5
    curves: Annotated[int, Range(10, 10_000, "curves")] = 300
    measured: Annotated[int, Range(10, 10_000, "curves")] = 200
    most_stars: Annotated[int, Range(12, 100_000, "stars")] = 600
    quiet_labels: tuple[str, ...] = QUIET
    group: str | None = None
    halves: bool = False
    forest: ForestSettings = FORESTS["steering"]

    def model_post_init(self, context: Any) -> None:
        """Refuse unknown names of contrast sets and events."""
        for name in self.contrasts:
            if name not in EVENTS and name not in BASELINES:
                raise DesignError(f"there is no contrast set {name!r}; known: {', '.join([*EVENTS, *BASELINES])}")
        for name in self.events:
            measured_design(name, 10, 0)
