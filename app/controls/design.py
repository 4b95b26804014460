"""The synthetic set: presets and sliders, with the published letters beside them."""

from __future__ import annotations

from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui
import param

from app.card import live_text
from app.controls.preview import Preview
from app.session import Session
from clara_engine.errors import DesignError
from clara_engine.synthetic import PRESETS, SyntheticDesign

__all__ = ["DesignControl"]

OWN = "own"
SLIDER = {
    "& .MuiFormLabel-root": {"fontSize": "11px", "lineHeight": "14px"},
    "& .MuiSlider-root": {"padding": "8px 0"},
    "& .MuiTextField-root": {"flex": "0 0 74px"},
    "& .MuiInputBase-input": {"fontSize": "12px", "padding": "0"},
}


class DesignControl(pn.viewable.Viewer):
    """A synthetic design as a person builds it."""

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
        thin = {"size": "small", "margin": (0, 10), "sizing_mode": "stretch_width", "inline_layout": True, "sx": SLIDER}
        slider = pmui.EditableFloatSlider
        self._view = pn.Column(
            pmui.RadioButtonGroup.from_param(
                self.param.preset, size="small", margin=(0, 8, 2, 8), label="", sizing_mode="stretch_width",
            ),
            pmui.EditableIntSlider.from_param(self.param.curves, step=10, fixed_start=1, fixed_end=100_000, **thin),
            slider.from_param(self.param.span_days, step=0.25, fixed_start=0.05, fixed_end=1000, **thin),
            slider.from_param(self.param.cadence_minutes, step=0.5, fixed_start=0.3, fixed_end=1440, **thin),
            slider.from_param(self.param.noise_ppm, step=25, fixed_start=0, fixed_end=1e6, **thin),
            self._letters,
            self.preview,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.param.watch(self._preset_chosen, "preset")
        self.param.watch(self._changed, ["curves", "span_days", "cadence_minutes", "noise_ppm", "seed"])
        self._changed()

    def design(self) -> SyntheticDesign:
        """The design as the sliders stand; raises `DesignError` with one line when it can't be."""
        return SyntheticDesign.paper(
            curves=self.curves, span_days=self.span_days, cadence_minutes=self.cadence_minutes,
            noise_ppm=self.noise_ppm, seed=self.seed, name=None if self.preset == OWN else self.preset,
        )  # fmt: skip

    def _preset_chosen(self, *events: object) -> None:
        if self.preset == OWN:
            return
        chosen = PRESETS[self.preset]
        sky = chosen.background
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
            self._letters.object = f'<span class="problem">{escape(str(error))}</span>'
            return
        if self.preset != OWN and design.digest() != PRESETS[self.preset].digest():
            self.preset = OWN
        self._letters.object = f'<span class="quiet">published as</span> <code>{escape(design.published_label)}</code>'
        self.preview.preview(design)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
