"""The wheel, which steers the forest: contrast set, forest settings, Retrain."""

from __future__ import annotations

import panel as pn

from clara_app.card import html
from clara_app.controls.design import DesignControl
from clara_app.controls.forest import ForestControl
from clara_app.controls.retrain import RetrainControl
from clara_app.controls.synthetic_files import SyntheticDownload
from clara_app.controls.tune import TuneControl
from clara_app.glossary import meaning
from clara_app.panes.autosteer import AutoSteerPane
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.theme import BORDER
from clara_app.widgets import RadioButtonGroup
from clara_engine.workspace import RunSpec

__all__ = ["Wheel"]

WIDTH = 272
BY_EVENT, BY_LABEL = "an event", "more like my labels"


class Wheel(pn.viewable.Viewer):
    """The sidebar."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.design, self.forest = DesignControl(session), ForestControl(session)
        self.retrain = RetrainControl(session, self.design, self.forest)
        self.files = SyntheticDownload(session, self.design.design)
        synthetic = pn.Column(
            _heading("Synthetic set", meaning("contrast set")),
            self.design,
            self.files,
            sizing_mode="stretch_width",
            margin=0,
        )
        self.forest.param.watch(lambda event: synthetic.param.update(visible=event.new == "URF4"), "variant")
        self.forest.param.watch(lambda event: self.design.preview.param.update(feature_set=event.new), "feature_set")
        settings = pn.Column(
            synthetic, _heading("Forest"), self.forest, sizing_mode="stretch_both", margin=0, scroll="y", min_height=0
        )
        self.tune: TuneControl | None = None
        tuning = pn.Column(sizing_mode="stretch_width", margin=0)

        def settings_opened(event: object) -> None:
            if self.tune is None:
                self.tune = TuneControl(session, self.retrain.spec, self.forest)
                settings.append(tuning)
                tuning.append(self.tune)
            tuning.visible = self.forest.more.value

        self.forest.more.param.watch(settings_opened, "value")
        self.way = RadioButtonGroup(
            label="how the contrast set is chosen",
            options=[BY_EVENT, BY_LABEL],
            value=BY_EVENT,
            margin=(8, 8, 4, 8),
            sizing_mode="stretch_width",
        )
        self.steering: AutoSteerPane | None = None
        by_event = pn.Column(
            settings,
            pn.Column(self.retrain, sizing_mode="stretch_width", margin=0, styles={"border-top": BORDER}),
            sizing_mode="stretch_both",
            margin=0,
        )
        by_label = pn.Column(sizing_mode="stretch_both", margin=0, scroll="y", visible=False)

        def way_chosen(event: object) -> None:
            if self.steering is None:
                self.steering = AutoSteerPane(session, narrow=True)
                by_label.append(self.steering)
            by_event.visible, by_label.visible = self.way.value == BY_EVENT, self.way.value == BY_LABEL

        self.way.param.watch(way_chosen, "value")
        self._view = pn.Column(
            self.way,
            by_event,
            by_label,
            sizing_mode="stretch_height",
            width=WIDTH,
            margin=0,
        )

    def load(self, spec: RunSpec) -> None:
        """Put what a run was made of into the fields.

        Parameters
        ----------
        spec : RunSpec

        Raises
        ------
        DesignError
            Its contrast set has no fields here.
        """
        if spec.design is not None:
            self.design.apply(spec.design)
        self.forest.load(spec)
        self.design.background_stars = spec.background_stars
        self.way.value = BY_EVENT

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _heading(words: str, hint: str = "") -> pn.pane.HTML:
    words_html = render("titled", title=hint, words=words, css="")
    return html(words_html, css=":host { font-weight: 600 }", margin=(6, 8, 2, 10))
