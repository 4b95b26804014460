"""The wheel, which steers the forest: contrast set, forest settings, Retrain."""

from __future__ import annotations

import panel as pn

from clara_app.card import html
from clara_app.controls.design import DesignControl
from clara_app.controls.forest import ForestControl
from clara_app.controls.retrain import RetrainControl
from clara_app.controls.tune import TuneControl
from clara_app.session import Session
from clara_app.theme import BORDER

__all__ = ["Wheel"]

WIDTH = 272


class Wheel(pn.viewable.Viewer):
    """The sidebar."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.design, self.forest = DesignControl(session), ForestControl(session)
        self.retrain = RetrainControl(session, self.design, self.forest)
        synthetic = pn.Column(_heading("Synthetic set"), self.design, sizing_mode="stretch_width", margin=0)
        self.forest.param.watch(lambda event: synthetic.param.update(visible=event.new == "URF4"), "variant")
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
        self._view = pn.Column(
            settings,
            pn.Column(self.retrain, sizing_mode="stretch_width", margin=0, styles={"border-top": BORDER}),
            sizing_mode="stretch_height",
            width=WIDTH,
            margin=0,
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _heading(words: str) -> pn.pane.HTML:
    return html(f"<b>{words}</b>", margin=(6, 8, 2, 10))
