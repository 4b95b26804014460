"""The forest: the variant of its contrast set, and its settings."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel as pn
import param

from clara_app.card import live_text, quiet
from clara_app.formatting import counted, label_options
from clara_app.glossary import hint
from clara_app.in_thread import LatestRequest
from clara_app.session import Session
from clara_app.widgets import Checkbox, IntInput, Select, Toggle
from clara_engine.errors import DesignError
from clara_engine.features import FEATURE_SETS
from clara_engine.forest import PRESETS, ForestSettings
from clara_engine.workers import cores
from clara_engine.workspace import RunSpec

__all__ = ["VARIANTS", "ForestControl"]

#: Title to variant.
VARIANTS = {
    "URF4 · synthetic curves": "URF4",
    "URF1 · uniform": "URF1",
    "URF2 · uniform, 2023 forest": "URF2",
    "URF3 · stars with a label": "URF3",
    "picked · stars selected on the map": "picked",
    "marginal · shuffled columns": "marginal",
}
OWN = "own"
FEATURES_A_SPLIT = {"sqrt": "sqrt", "log2": "log2", "a fifth": 0.2, "two fifths": 0.4}
#: Reading a two-minute light curve and computing its features, on one core [s]; other sets take at most `MOST_CORE_S`.
CORE_S, MOST_CORE_S = {"flux_power": 0.010, "steering": 0.020}, 0.020
#: What an empty field means.
WHEN_EMPTY = {"max_depth": "any", "training_size": "all"}
#: Forest settings that have a field.
SETTINGS = (
    "n_estimators",
    "max_features",
    "max_depth",
    "min_samples_split",
    "min_samples_leaf",
    "bootstrap",
    "contrast_to_real",
)


class ForestControl(pn.viewable.Viewer):
    """Fields of the forest's settings."""

    variant: Any = param.Selector(default="URF4", objects=VARIANTS, label="contrast set", doc=hint("contrast set"))
    feature_set: Any = param.Selector(
        default="flux_power",
        objects={known.title: name for name, known in FEATURE_SETS.items()},
        label="features",
        doc=hint("features"),
    )
    label: Any = param.Selector(default=None, objects=[None], label="label", doc="URF3: family and value.")
    preset: Any = param.Selector(
        default="P9",
        objects=[*PRESETS, OWN],
        label="forest",
        doc="Settings of the forest; those of P3, P5, P9 and URF1 to URF4 as published.",
    )
    n_estimators = param.Integer(166, bounds=(1, 10_000), label="trees")
    max_features: Any = param.Selector(default="sqrt", objects=FEATURES_A_SPLIT, label="features a split")
    max_depth = param.Integer(
        None, allow_None=True, bounds=(1, None), label="depth", doc="How many splits lie one below another at most."
    )
    min_samples_split = param.Integer(2, bounds=(2, None), label="rows to split")
    min_samples_leaf = param.Integer(1, bounds=(1, None), label="rows in a leaf")
    bootstrap = param.Boolean(True, label="bootstrap")
    contrast_to_real = param.Number(None, allow_None=True, bounds=(1e-3, 1e3), doc="Weight of the contrast class.")
    training_size = param.Integer(
        1416, bounds=(2, None), allow_None=True, label="training stars", doc="Drawn at random."
    )
    sector: Any = param.Selector(default=None, objects={"all sectors": None}, label="train on")
    group: Any = param.Selector(default=None, objects={"largest group": None}, label="light curves of")
    seed = param.Integer(42, bounds=(0, 2**32 - 1), label="seed")

    def __init__(self, session: Session, **params: object) -> None:
        super().__init__(**params)
        self.session = session
        self._filling = False
        self._asking = LatestRequest(session)
        named: dict[str, Any] = {"labelled": True, "margin": (7, 4, 3, 4), "sizing_mode": "stretch_width"}

        def pair(*names: str) -> pn.Row:
            made = [
                Select.from_param(self.param[name], **named)
                if isinstance(self.param[name], param.Selector)
                else IntInput.from_param(self.param[name], placeholder=WHEN_EMPTY.get(name, ""), **named)
                for name in names
            ]
            return pn.Row(*made, sizing_mode="stretch_width", margin=(0, 4))

        self._chosen_stars = pair("sector"), pair("group")

        def settings() -> list[pn.Row]:
            return [
                pair("n_estimators", "max_features"),
                pair("max_depth", "min_samples_split"),
                pair("min_samples_leaf", "training_size"),
                *self._chosen_stars,
                pn.Row(
                    Checkbox.from_param(self.param.bootstrap, margin=(2, 8)),
                    IntInput.from_param(self.param.seed, **named),
                    sizing_mode="stretch_width",
                    margin=(0, 4),
                ),
            ]

        body = pn.Column(sizing_mode="stretch_width", margin=0, visible=False)
        self.more = Toggle(label="settings", value=False, margin=(4, 4), width=84)

        def show_settings(event: object) -> None:
            if not len(body):  # made when first opened, so that the page opens sooner
                body.objects = settings()
            body.visible = self.more.value

        self.more.param.watch(show_settings, "value")
        self._label_row = pn.Row(
            Select.from_param(self.param.label, **named), sizing_mode="stretch_width", margin=(0, 4), visible=False
        )
        self._picked = live_text(css=":host{padding:0 10px}", sizing_mode="stretch_width", visible=False)
        self.cost = live_text(css=":host{padding:0 10px}", sizing_mode="stretch_width")
        self._view = pn.Column(
            pn.Row(Select.from_param(self.param.variant, **named), sizing_mode="stretch_width", margin=(2, 4, 0, 4)),
            self._label_row,
            self._picked,
            pn.Row(
                Select.from_param(self.param.preset, **named),
                self.more,
                sizing_mode="stretch_width",
                margin=(0, 4),
                styles={"align-items": "center"},
            ),
            pn.Row(Select.from_param(self.param.feature_set, **named), sizing_mode="stretch_width", margin=(0, 4)),
            self.cost,
            body,
            sizing_mode="stretch_width",
            margin=0,
        )
        self.param.watch(self._preset_chosen, "preset")
        self.param.watch(self._variant_chosen, "variant")
        self.param.watch(self._edited, list(SETTINGS))
        session.follow(self._offer_stars, "scored")
        session.follow(self._offer_labels, "scored")
        session.follow(self._tell, "selection")
        self.param.watch(self._tell_cost, "feature_set")
        session.follow(self._tell_cost, "scored", "features_changed")
        self._tell_cost()
        self._offer_stars()
        self._offer_labels()
        self._tell()

    def contrast(self) -> dict[str, Any]:
        """Arguments of a `RunSpec` about the contrast set, except a synthetic design.

        Raises
        ------
        DesignError
            When stars are to make the contrast set and none are chosen.
        """
        if self.variant == "URF3":
            if self.label is None:
                raise DesignError("no star carries a label yet: `clara label FILE.csv`, or choose another contrast set")
            return {"variant": "URF3", "label": self.label}
        if self.variant == "picked":
            if not self.session.selection:
                raise DesignError("no star is selected: draw a lasso around some on the map")
            return {"variant": "picked", "picked": tuple(self.session.selection)}
        return {"variant": self.variant}

    def settings(self) -> ForestSettings:
        """The settings as the fields are set; raises `DesignError` when one is out of range."""
        return ForestSettings(**{name: getattr(self, name) for name in SETTINGS})

    def apply(self, settings: ForestSettings) -> None:
        """Put settings into the fields."""
        self.param.update(**{name: getattr(settings, name) for name in SETTINGS})

    def load(self, spec: RunSpec) -> None:
        """Put all that a run asks of contrast set, features and forest into the fields.

        Parameters
        ----------
        spec : RunSpec
        """
        if spec.label is not None and spec.label not in self.param.label.objects:
            self.param.label.objects = [*self.param.label.objects, spec.label]
        self.variant = spec.variant
        if spec.variant == "picked":
            self.session.selection = list(spec.picked)
        self.apply(spec.forest)
        known = [name for name, settings in PRESETS.items() if settings == spec.forest]
        self.preset = known[0] if known else OWN
        self.param.update(
            label=spec.label or self.label,
            feature_set=spec.feature_set,
            training_size=spec.training_size,
            seed=spec.seed,
            sector=next(iter(spec.training_sectors), None) if len(self.param.sector.objects) > 1 else None,
        )

    def _offer_stars(self, *events: object) -> None:
        """Offer the sectors to train on, so that a run can be validated on the others in Compare, and the groups."""
        catalogue = self.session.server.catalogue()
        sectors = {f"sector {sector}": int(sector) for sector in sorted(set(catalogue["sector"].dropna()))}
        groups = {f"{name} ({count:,})": name for name, count in catalogue["group"].value_counts().items()}
        offered = ("sector", "all sectors", sectors), ("group", "largest group", groups)
        for row, (name, usual, found) in zip(self._chosen_stars, offered, strict=True):
            row.visible = len(found) > 1
            options = {usual: None} | (found if len(found) > 1 else {})
            if self.param[name].names != options:
                self.param[name].objects = options
                if getattr(self, name) not in options.values():
                    self.param.update(**{name: None})

    def _offer_labels(self, *events: object) -> None:
        session = self.session
        members = session.server.labels.members(session.table.index)
        options = label_options(members)
        self.param.label.objects = options or [None]
        if self.label not in options.values():
            self.label = next(iter(options.values()), None)

    def _tell(self, *events: object) -> None:
        count = len(self.session.selection)
        words = f"the contrast set is {counted(count, 'selected star')}, taken out of the real class"
        self._picked.object = f'<span class="quiet">{words if count else "draw a lasso around stars on the map"}</span>'

    def _tell_cost(self, *events: object) -> None:
        """Say how many light curves have the features, and how long the others take."""
        session, name = self.session, self.feature_set

        def show(count: int) -> None:
            seconds = count * CORE_S.get(name, MOST_CORE_S) / cores()
            words = f"{counted(count, 'light curve')} get them first: about {max(1, round(seconds))} s"
            self.cost.object = quiet(words if count else "every light curve has these features")

        self._asking(partial(session.server.lacking, name), show)

    def _variant_chosen(self, *events: object) -> None:
        self._label_row.visible = self.variant == "URF3"
        self._picked.visible = self.variant == "picked"
        if self.variant in PRESETS and self.variant != "URF4":  # there the design says which
            self.preset = self.variant

    def _preset_chosen(self, *events: object) -> None:
        if self.preset == OWN:
            return
        self._filling = True
        try:
            self.apply(PRESETS[self.preset])
        finally:
            self._filling = False

    def _edited(self, *events: object) -> None:
        if not self._filling and self.preset != OWN and self.settings() != PRESETS[self.preset]:
            self.preset = OWN

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
