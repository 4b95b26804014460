"""The synthetic contrast set: its event, the background of its light curves, and its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn
import param

from clara_app.background_job import problem_html
from clara_app.card import live_text, quiet
from clara_app.controls.event_fields import EventFields
from clara_app.controls.preview import Preview
from clara_app.file_field import FileField
from clara_app.glossary import hint
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
from clara_engine.synthetic.design import PUBLISHED_SPAN

__all__ = ["DesignControl"]

OWN = "own"
PAPER, UPLOAD = "paper", "upload"
#: Title to event; the first is the published design.
EVENT_TITLES = {"transits, as published": PAPER, **{event: event for event in EVENTS}, "a shape from a file": UPLOAD}
GROUNDS = {"observed stars": "observed", "generated noise": "grid"}
NAMED: dict[str, Any] = {"labelled": True, "margin": (7, 4, 3, 4), "sizing_mode": "stretch_width"}

EVENT = "What the synthetic light curves show: stars that show it, too, come to the top."
GROUND = "On what the events are put: light curves of stars, or generated noise."
PUBLISHED = "The designs that the publication chose: P3, P5, P9; own is any other."


class DesignControl(pn.viewable.Viewer):
    """Fields of a synthetic design."""

    event: Any = param.Selector(default=PAPER, objects=EVENT_TITLES, label="event to look for", doc=EVENT)
    ground: Any = param.Selector(default="observed", objects=GROUNDS, label="put on", doc=GROUND)
    white_ppm = param.Number(500.0, bounds=(0, 1e6), label="white noise, ppm")
    red_ppm = param.Number(300.0, bounds=(0, 1e6), label="red noise, ppm", doc="It forgets in a day.")
    grid_minutes = param.Number(
        None,
        allow_None=True,
        bounds=(0.3, 1440),
        label="cadence, min",
        doc="Time between samples; empty: that of the observed stars, whose times are taken.",
    )
    background_stars = param.Integer(
        None,
        allow_None=True,
        bounds=(1, 100_000),
        label="background stars",
        doc="How many observed stars get signals; empty: as many as there are curves, if there are so many.",
    )
    points = param.List([], doc="The uploaded shape: pairs of phase and change.")
    preset: Any = param.Selector(default="P9", objects=[*PRESETS, OWN], label="preset", doc=PUBLISHED)
    curves = param.Integer(300, softbounds=(10, 1000), label="curves (n)", doc=hint("curves"))
    span_days = param.Number(24.5, softbounds=(0.73, 27.0), label="span (d), days", doc=hint("span"))
    cadence_minutes = param.Number(
        2.0, softbounds=(0.5, 30.0), label="cadence (c), minutes", doc="Time between two samples."
    )
    noise_ppm = param.Number(225.0, softbounds=(0.0, 1000.0), label="noise (n), ppm", doc=hint("noise"))
    seed = param.Integer(42, bounds=(0, 2**32 - 1), label="seed")
    refusal = param.String("", doc="Why the fields make no design; empty when they do.")

    def __init__(self, session: Session, **params: object) -> None:
        super().__init__(**params)
        self._filling = False
        self.preview = Preview(session)
        self.letters = live_text(css=":host{padding:0 8px}")
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
            self.letters,
            self.preview,
            sizing_mode="stretch_width",
            margin=0,
        )
        self.param.watch(self._preset_chosen, "preset")
        self.param.watch(self._event_chosen, "event")
        self.param.watch(self._changed, ["curves", "span_days", "cadence_minutes", "noise_ppm", "seed"])
        self.param.watch(self._changed, ["ground", "white_ppm", "red_ppm", "grid_minutes", "points"])
        self._event_chosen()

    @staticmethod
    def _row(*fields: Any, **options: Any) -> pn.Row:
        return pn.Row(*fields, **({"sizing_mode": "stretch_width", "margin": (2, 4, 0, 4)} | options))

    def _steered(self) -> pn.Column:
        """Fields of the designs beyond the published one."""
        self.event_fields = EventFields(self._changed)
        self.file = FileField(
            self.uploaded,
            accept=".csv,.txt",
            label="phase, change (CSV)",
            description="two columns: phase, from 0 to 1 or from −0.5 to 0.5, and relative change of the flux",
            margin=(5, 4),
            sizing_mode="stretch_width",
        )
        self._file_row = self._row(self.file, visible=False)
        self.noise_rows = pn.Column(
            self._row(
                FloatInput.from_param(self.param.white_ppm, step=50, **NAMED),
                FloatInput.from_param(self.param.red_ppm, step=50, **NAMED),
            ),
            self._row(FloatInput.from_param(self.param.grid_minutes, step=1, **NAMED)),
            sizing_mode="stretch_width",
            margin=0,
            visible=False,
        )
        self._steering_rows = (
            self._file_row,
            self.event_fields,
            self._row(
                Select.from_param(self.param.ground, **NAMED),
                IntInput.from_param(self.param.background_stars, placeholder="all", **NAMED),
            ),
            self.noise_rows,
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
        signals = self.event_fields.signals()
        if self.event == UPLOAD:
            if not self.points:
                raise DesignError("choose a CSV file with two columns: phase (0 to 1, or -0.5 to 0.5), and change")
            signals = (DrawnShape(**signals[0].model_dump() | {"points": tuple(self.points)}),)
        ground = Observed() if self.ground == "observed" else self._grid()
        name = self.event if self.event != UPLOAD else "uploaded shape"
        return SyntheticDesign(name=name, curves=self.curves, seed=self.seed, background=ground, signals=signals)

    def apply(self, design: SyntheticDesign) -> None:
        """Put a design into the fields.

        Parameters
        ----------
        design : SyntheticDesign

        Raises
        ------
        DesignError
            Its signals or its background have no fields here.
        """
        sky = design.background
        self._filling = True
        try:
            if design.is_paper and isinstance(sky, WhiteNoise):
                self.param.update(
                    event=PAPER,
                    span_days=sky.span_days,
                    cadence_minutes=sky.cadence_minutes,
                    noise_ppm=sky.noise_ppm,
                    preset=next((name for name, one in PRESETS.items() if one.digest() == design.digest()), OWN),
                )
            else:
                self._apply_event(design)
            self.param.update(curves=design.curves, seed=design.seed)
        finally:
            self._filling = False
        self._changed()

    def _apply_event(self, design: SyntheticDesign) -> None:
        kinds = [signal.kind for signal in design.signals]
        known = {event: [signal.kind for signal in signals] for event, signals in EVENTS.items()} | {UPLOAD: ["drawn"]}
        event = next((event for event, of_event in known.items() if of_event == kinds), None)
        sky = design.background
        plain = Observed() if isinstance(sky, Observed) else sky
        if event is None or sky != plain or isinstance(sky, WhiteNoise) or design.least_signal_to_noise is not None:
            raise DesignError(f"{design.name} has no fields here: `clara train --design FILE` trains designs by hand")
        self.event = event
        if event == UPLOAD:
            self.points = list(design.signals[0].points)  # type: ignore[union-attr]
        self.event_fields.offer(design.signals)
        self.ground = "observed"
        if isinstance(sky, GridNoise):
            minutes = sky.cadence_minutes
            self.param.update(ground="grid", white_ppm=sky.white_ppm, red_ppm=sky.red_ppm, grid_minutes=minutes)

    def _grid(self) -> GridNoise:
        return GridNoise(white_ppm=self.white_ppm, red_ppm=self.red_ppm, cadence_minutes=self.grid_minutes)

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
            if not len(self._steering):  # late: the page opens sooner
                self._steering.objects = list(self._steering_rows)
            signals = EVENTS.get(self.event) or (DrawnShape(points=((0, 0), (0.5, -1), (1, 0))),)
            self.event_fields.offer(signals)
        self._changed()

    def uploaded(self, files: Mapping[str, bytes]) -> None:
        """Take the points of a drawn event from a file."""
        try:
            for content in files.values():
                self.points = list(read_points(content.decode("utf-8", "replace")))
        except DesignError as error:
            self.points = []  # those of an older file are not trained in place of these
            self.refusal = str(error)
            self.letters.object = problem_html(self.refusal)

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
        self.noise_rows.visible = self.ground == "grid"
        try:
            design = self.design()
        except DesignError as error:
            self.refusal = str(error)
            self.letters.object = (
                "" if self.event_fields.refusal else problem_html(self.refusal)
            )  # it stands at its field
            self.preview.clear()
            return
        self.refusal = ""
        if self.event != PAPER:
            self.letters.object = quiet(self._words())
            self.preview.preview(design)
            return
        if self.preset != OWN and design.digest() != PRESETS[self.preset].digest():
            self.preset = OWN
        self.letters.object = render("published_as", label=design.published_label, why=PUBLISHED_SPAN)
        self.preview.preview(design)

    def _words(self) -> str:
        if self.ground == "observed":
            return "injected into observed stars; each star is scored by trees that never saw it"
        return "on white and red noise, with the times of observed stars"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
