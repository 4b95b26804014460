"""The Retrain button, and the reason where it can't be pressed."""

from __future__ import annotations

import panel as pn

from clara_app.card import live_text, quiet
from clara_app.controls.design import PAPER, DesignControl
from clara_app.controls.forest import ForestControl
from clara_app.formatting import counted
from clara_app.session import Session
from clara_app.widgets import Button, Checkbox, TextInput
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind
from clara_engine.workspace import RunSpec

__all__ = ["RetrainControl", "run_name"]

GROUND_NAMES = {"observed": "injected", "grid": "on noise"}


def run_name(forest: ForestControl, design: DesignControl) -> str:
    """A name that describes the run, e.g. ``P9 · 300 curves · 225 ppm · flux power``."""
    sector = "" if forest.sector is None else f" · sector {forest.sector}"
    return f"{_asked(forest, design)} · {forest.feature_set.replace('_', ' ')}{sector}"


def _asked(forest: ForestControl, design: DesignControl) -> str:
    if forest.variant == "URF3" and forest.label:
        return f"URF3 · {' '.join(forest.label)}"
    if forest.variant == "picked":
        return f"picked · {counted(len(forest.session.selection), 'star')}"
    if forest.variant != "URF4":
        return str(forest.variant)
    last = f"{design.noise_ppm:g} ppm" if design.event == PAPER else GROUND_NAMES[design.ground]
    return f"{design.title} · {counted(design.curves, 'curve')} · {last}"


class RetrainControl(pn.viewable.Viewer):
    """Name, button, and reason."""

    def __init__(self, session: Session, design: DesignControl, forest: ForestControl) -> None:
        super().__init__()
        self.session, self.design, self.forest = session, design, forest
        self.name_field = TextInput(
            label="name of the run",
            placeholder=run_name(forest, design),
            max_length=80,
            margin=(6, 8, 4, 8),
            sizing_mode="stretch_width",
        )
        self.button = Button(
            label="Retrain",
            look="filled",
            classes="tall",
            on_click=self.press,
            margin=(0, 8, 4, 8),
            sizing_mode="stretch_width",
        )
        self.kinds = Checkbox(
            label="say what kind each star is",
            value=False,
            margin=(2, 8),
            description="planet, binary, flare star … and how likely: a column of the ranking, for the run on the "
            "screen and for each that is trained while this is ticked. The first time takes longest.",
        )
        self.why = live_text(css=":host{padding:0 8px 4px}", sizing_mode="stretch_width")
        self._view = pn.Column(
            self.name_field, self.button, self.kinds, self.why, sizing_mode="stretch_width", margin=0
        )
        watched = ["event", "ground", "preset", "curves", "span_days", "cadence_minutes", "noise_ppm"]
        design.param.watch(self.rename, watched)
        forest.param.watch(self.rename, ["variant", "label", "sector", "feature_set"])
        design.param.watch(self._suit, "event")
        forest.param.watch(self._suit_design, "variant")
        session.follow(self.rename, "selection")
        session.follow(self._classify, "run_id")
        self.kinds.param.watch(self._classify, "value")
        session.follow(self._explain, "jobs", "scored")
        design.param.watch(self._explain, "refusal")
        forest.param.watch(self._explain, "variant")
        self._explain()

    def spec(self) -> RunSpec:
        """The run as the fields are set; raises `DesignError` when a value is out of range."""
        return RunSpec.checked(
            name=self.name_field.value or run_name(self.forest, self.design),
            **self.forest.contrast(),
            design=self.design.design() if self.forest.variant == "URF4" else None,
            forest=self.forest.settings(),
            training_size=self.forest.training_size,
            training_sectors=() if self.forest.sector is None else (self.forest.sector,),
            group=self.forest.group,
            background_stars=self.design.background_stars,
            feature_set=self.forest.feature_set,
            seed=self.forest.seed,
        )

    def press(self) -> None:
        """Queue the run."""
        try:
            spec = self.spec()
        except ClaraError as error:
            self.session.notice = str(error)
            return
        self.session.notice = ""
        self.button.disabled = True  # until it is queued: a second press would queue another run
        self.session.retrain(spec, refused=self._refused)

    def _refused(self, why: str) -> None:
        self.session.notice = f"the run is not queued: {why}"
        self._explain()

    def _classify(self, *events: object) -> None:
        if self.kinds.value:
            self.session.classify()

    def _suit(self, *events: object) -> None:
        """Set the features and the forest that suit the kind of event."""
        steered = self.design.event != PAPER
        self.forest.param.update(
            feature_set="steering" if steered else "flux_power", preset="steering" if steered else self.design.preset
        )

    def _suit_design(self, *events: object) -> None:
        """Back at a design, its own forest again."""
        if self.forest.variant == "URF4":
            self._suit()

    def rename(self, *events: object) -> None:
        """Propose a name for the next run."""
        self.name_field.placeholder = run_name(self.forest, self.design)

    def reason(self) -> str:
        """Why no run can be trained now; empty when one can."""
        if not len(self.session.server.catalogue()):
            return "no light curves yet: `clara demo` or `clara ingest FOLDER`"
        if any(job.kind == JobKind.TRAIN and job.state.active for job in self.session.jobs):
            return "a run is being trained: see the bar above"
        if self.forest.variant == "URF4" and self.design.refusal:
            return f"can't train: {self.design.refusal}"
        return ""

    def _explain(self, *events: object) -> None:
        reason = self.reason()
        self.button.disabled = bool(reason)
        self.why.object = quiet(reason) if reason else ""

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
