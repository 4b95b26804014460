"""The synthetic contrast set: its event, the background of its light curves, and its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn
import param

from clara_app.background_job import problem_html
from clara_app.card import live_text, quiet
from clara_app.controls.preview import Preview
from clara_app.file_field import FileField
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import FloatInput, IntInput, RadioButtonGroup, Select, Slider
from clara_engine.errors import DesignError
from clara_engine.synthetic import (
    EVENTS,
    PRESETS,
    DrawnShape,
    GridNoise,
    Observed,
    SyntheticDesign,
    WhiteNoise,
    read_points,
)

__all__ = ["DesignControl"]

OWN = "own"
PAPER, UPLOAD = "paper", "upload"
#: Title to event; the first is the published design.
EVENT_TITLES = {"transits, as published": PAPER, **{event: event for event in EVENTS}, "a shape from a file": UPLOAD}
GROUNDS = {"observed stars": "observed", "white and red noise": "grid"}
MOST_PERCENT = 100.0
NAMED: dict[str, Any] = {"labelled": True, "margin": (7, 4, 3, 4), "sizing_mode": "stretch_width"}


class DesignControl(pn.viewable.Viewer):
    """Fields of a synthetic design."""

    event: Any = param.Selector(default=PAPER, objects=EVENT_TITLES, label="event to look for")
    ground: Any = param.Selector(default="observed", objects=GROUNDS, label="put on")
    depth_percent = param.Range((0.05, 2.0), bounds=(0, 1e5), doc="Depth or height of the event [%].")
    period_days = param.Range((1.0, 13.0), bounds=(0, 1e5), doc="Period, where the event has one [d].")
    background_stars = param.Integer(None, allow_None=True, bounds=(1, 100_000), label="background stars, empty: all")
    points = param.List([], doc="The uploaded shape: pairs of phase and change.")
    preset: Any = param.Selector(default="P9", objects=[*PRESETS, OWN], label="preset")
    curves = param.Integer(300, softbounds=(10, 1000), label="curves (n)")
    span_days = param.Number(24.5, softbounds=(0.73, 27.0), label="span (d), days")
    cadence_minutes = param.Number(2.0, softbounds=(0.5, 30.0), label="cadence (c), minutes")
    noise_ppm = param.Number(225.0, softbounds=(0.0, 1000.0), label="noise (n), ppm")
    seed = param.Integer(42, bounds=(0, 2**32 - 1), label="seed")

    def __init__(self, session: Session, **params: object) -> None:
        super().__init__(**params)
        self._filling = False
        self.preview = Preview(session)
        self._letters = live_text(css=":host{padding:0 8px}")
        wide: dict[str, Any] = {"margin": (0, 10), "sizing_mode": "stretch_width"}
        curves = Slider.from_param(self.param.curves, step=10, start=1, end=100_000, **wide)
        self._published = pn.Column(
            Slider.from_param(self.param.span_days, step=0.25, start=0.05, end=1000, **wide),
            Slider.from_param(self.param.cadence_minutes, step=0.5, start=0.3, end=1440, **wide),
            Slider.from_param(self.param.noise_ppm, step=25, start=0, end=1e6, **wide),
            sizing_mode="stretch_width",
            margin=0,
        )
        self.presets = RadioButtonGroup.from_param(
            self.param.preset,
            label="published design",
            margin=(0, 8, 2, 8),
            sizing_mode="stretch_width",
        )
        self._view = pn.Column(
            self._row(Select.from_param(self.param.event, **NAMED)),
            self.presets,
            curves,
            self._published,
            self._steered(),
            self._letters,
            self.preview,
            sizing_mode="stretch_width",
            margin=0,
        )
        self.param.watch(self._preset_chosen, "preset")
        self.param.watch(self._event_chosen, "event")
        self.param.watch(self._changed, ["curves", "span_days", "cadence_minutes", "noise_ppm", "seed"])
        self.param.watch(self._changed, ["ground", "depth_percent", "period_days", "points"])
        self._event_chosen()

    @staticmethod
    def _row(*fields: Any, **options: Any) -> pn.Row:
        return pn.Row(*fields, **({"sizing_mode": "stretch_width", "margin": (2, 4, 0, 4)} | options))

    def _steered(self) -> pn.Column:
        """Fields of the designs beyond the published one."""
        number = {"start": 0, "step": 0.1} | NAMED
        self._ends = {
            name: tuple(FloatInput(label=label, **number) for label in labels)
            for name, labels in (
                ("depth_percent", ("depth from, %", "to, %")),
                ("period_days", ("period from, d", "to, d")),
            )
        }
        for name, (low, high) in self._ends.items():
            for field in (low, high):
                field.param.watch(lambda event, name=name: self._ends_edited(name), "value")
        self.file = FileField(
            self._uploaded,
            accept=".csv,.txt",
            label="phase, change (CSV)",
            description="two columns: phase, from 0 to 1 or from −0.5 to 0.5, and relative change of the flux",
            margin=(5, 4),
            sizing_mode="stretch_width",
        )
        self._file_row = self._row(self.file, visible=False)
        self._period_row = self._row(*self._ends["period_days"])
        self._steering_rows = (
            self._file_row,
            self._row(*self._ends["depth_percent"]),
            self._period_row,
            self._row(
                Select.from_param(self.param.ground, **NAMED),
                IntInput.from_param(self.param.background_stars, **NAMED),
            ),
        )
        self._steering = pn.Column(sizing_mode="stretch_width", margin=0, visible=False)
        return self._steering

    def design(self) -> SyntheticDesign:
        """The design as the fields are set; raises `DesignError` when it is invalid."""
        if self.event == PAPER:
            return SyntheticDesign.paper(
                curves=self.curves,
                span_days=self.span_days,
                cadence_minutes=self.cadence_minutes,
                noise_ppm=self.noise_ppm,
                seed=self.seed,
                name=None if self.preset == OWN else self.preset,
            )
        if self.event == UPLOAD:
            if not self.points:
                raise DesignError("choose a CSV file with two columns: phase (0 to 1, or -0.5 to 0.5), and change")
            signals: tuple[Any, ...] = (DrawnShape(points=tuple(self.points)),)
        else:
            signals = EVENTS[self.event]
        low, high = self.depth_percent
        changes: dict[str, Any] = {"depth": (low / 100, high / 100)}
        if len(signals) == 1 and "period_days" in type(signals[0]).model_fields:
            changes["period_days"] = self.period_days
        signals = tuple(type(signal)(**signal.model_dump() | changes) for signal in signals)
        ground = Observed() if self.ground == "observed" else GridNoise()
        name = self.event if self.event != UPLOAD else "uploaded shape"
        return SyntheticDesign(name=name, curves=self.curves, seed=self.seed, background=ground, signals=signals)

    @property
    def title(self) -> str:
        """The design in a few words, for the name of a run."""
        if self.event != PAPER:
            return next(title for title, event in EVENT_TITLES.items() if event == self.event)
        return self.preset if self.preset != OWN else f"{self.span_days:g} d · {self.cadence_minutes:g} min"

    def _event_chosen(self, *events: object) -> None:
        """Show the fields of the event, filled with its usual ranges."""
        paper = self.event == PAPER
        self.presets.visible = self._published.visible = paper
        self._steering.visible = not paper
        self._file_row.visible = self.event == UPLOAD
        if not paper:
            self._steering.objects = self._steering.objects or list(self._steering_rows)  # late: the page opens sooner
            signals = EVENTS.get(self.event) or (DrawnShape(points=((0, 0), (0.5, -1), (1, 0))),)
            has_period = len(signals) == 1 and "period_days" in type(signals[0]).model_fields
            self._period_row.visible = has_period
            low, high = signals[0].depth
            self._filling = True
            try:
                self.depth_percent = (100 * low, min(100 * high, MOST_PERCENT * 100))
                if has_period:
                    self.period_days = signals[0].period_days
            finally:
                self._filling = False
            for name, fields in self._ends.items():
                for field, value in zip(fields, getattr(self, name), strict=True):
                    field.value = value
        self._changed()

    def _ends_edited(self, name: str) -> None:
        low, high = (field.value for field in self._ends[name])
        if low is not None and high is not None and 0 <= low <= high and (low, high) != getattr(self, name):
            setattr(self, name, (low, high))

    def _uploaded(self, files: Mapping[str, bytes]) -> None:
        try:
            for content in files.values():
                self.points = list(read_points(content.decode("utf-8", "replace")))
        except DesignError as error:
            self._letters.object = problem_html(str(error))

    def _preset_chosen(self, *events: object) -> None:
        if self.preset == OWN:
            return
        chosen = PRESETS[self.preset]
        sky = chosen.background
        assert isinstance(sky, WhiteNoise)
        self._filling = True
        try:
            self.param.update(
                curves=chosen.curves,
                span_days=sky.span_days,
                cadence_minutes=sky.cadence_minutes,
                noise_ppm=sky.noise_ppm,
                seed=chosen.seed,
            )
        finally:
            self._filling = False
        self._changed()

    def _changed(self, *events: object) -> None:
        if self._filling:
            return
        try:
            design = self.design()
        except DesignError as error:
            self._letters.object = problem_html(str(error))
            return
        if self.event != PAPER:
            self._letters.object = quiet(self._words())
            self.preview.preview(design)
            return
        if self.preset != OWN and design.digest() != PRESETS[self.preset].digest():
            self.preset = OWN
        self._letters.object = render("published_as", label=design.published_label)
        self.preview.preview(design)

    def _words(self) -> str:
        if self.ground == "observed":
            return "injected into observed stars; each star is scored by trees that never saw it"
        return "on white and red noise, with the times of observed stars"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
