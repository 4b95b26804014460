"""How well the ranking finds what carries a label, each number beside its chance level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import panel as pn

from clara_app.areas.parts import part
from clara_app.card import live_text, quiet
from clara_app.formatting import label_options
from clara_app.glossary import meaning
from clara_app.plot_view import PlotView
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Select
from clara_engine.errors import ClaraError
from clara_engine.evaluate import Measures, measure
from clara_engine.plots.performance import measured, performance
from clara_engine.studies.events_found import event_of, label_of
from clara_engine.studies.sweep import usual_label

__all__ = ["MeasuresPane", "measures_html"]

UNLABELLED = (
    "Nothing to measure against yet. Labels come from a table (Files, in Data), the archives (Catalogues, in Data), "
    "or a terminal: clara label FILE.csv -c COLUMN."
)
#: Measures whose names begin so have their meaning in the glossary.
WORDS = {name: meaning(name) for name in ("ROC-AUC", "average precision", "recall", "lift")}
CSS = ":host { padding: 0 10px 6px; box-sizing: border-box; }"


def measures_html(measures: Measures, caveat: str = "") -> str:
    """A table of measures: value, 95 % interval, chance."""
    rates = measured(measures) | {"lift, score > 0": measures.lift}
    return render("measures", measures=measures, rates=rates, words=WORDS, caveat=caveat)


def measure_labels(table: pd.DataFrame, positive: np.ndarray) -> Measures:
    """Measure the anomaly scores of `Session.table` against one label, without the stars that were set aside."""
    scored = np.isfinite(table["anomaly_score"].to_numpy(float)) & ~table["set_aside"].to_numpy(bool)
    return measure(table["anomaly_score"].to_numpy(float)[scored], positive[scored])


class MeasuresPane(pn.viewable.Viewer):
    """Measures of the run on the screen for one label."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.label = Select(label="label to measure with", margin=(2, 10), width=240)
        self.html = live_text(css=CSS, sizing_mode="stretch_width")
        self.plot = PlotView(performance)
        self.figure = part(self.plot, "1 0 160px")  # so that each measure has its name
        self._members: dict[tuple[str, str], np.ndarray] = {}
        self._view = pn.Column(
            self.label, self.html, self.figure, sizing_mode="stretch_both", margin=0, styles={"overflow-y": "auto"}
        )
        self.label.param.watch(self._chosen, "value")
        session.follow(self._run_changed, "scored")
        session.follow(self.draw, "family_value")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self._run_changed()

    def _run_changed(self, *events: object) -> None:
        session = self.session
        self._members = session.server.labels.members(session.table.index) if session.run else {}
        options = label_options(self._members)
        if options and session.family_value not in options.values():
            session.family_value = self._usual() or usual_label(self._members) or next(iter(options.values()))
        self.label.param.update(options=options, value=session.family_value if options else None)
        self.label.visible = bool(options)
        self.draw()

    def _usual(self) -> tuple[str, str] | None:
        """The label that belongs to the event of the run."""
        run = self.session.run
        return None if run is None else run.spec.label or label_of(event_of(run.spec), self._members)

    def _chosen(self, event: object) -> None:
        if self.label.value:
            self.session.family_value = self.label.value

    def draw(self, *events: object) -> None:
        """Show the measures of the run on the screen."""
        mask = self._members.get(self.session.family_value)
        self.figure.visible = False
        if self.session.run is None:
            self.html.object = quiet("No run yet: choose a synthetic set on the left and press Retrain.")
        elif mask is None:
            self.html.object = quiet(UNLABELLED)
        else:
            try:
                measures = measure_labels(self.session.table, mask)
                self.plot.draw(measures=measures, dark=self.session.dark)
                self.figure.visible = True
                self.html.object = measures_html(measures, self.session.run.caveat or "")
            except ClaraError as error:
                self.html.object = quiet(str(error))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
