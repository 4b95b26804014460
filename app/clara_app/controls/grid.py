"""A grid of one's own: fields of a run, the values that each takes, and what all of its runs cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import panel as pn
import param

from clara_app.background_job import problem_html
from clara_app.card import live_text, quiet
from clara_app.formatting import counted
from clara_app.in_thread import LatestRequest
from clara_app.session import Session
from clara_app.widgets import Button, Select, TextInput
from clara_engine.errors import ClaraError, DesignError
from clara_engine.studies.sweep import SweepCost, Sweeps
from clara_engine.studies.sweep_fields import SweepField, shown_value, sweep_fields, typed_values
from clara_engine.studies.sweep_plan import PLANS, SweepPlan

__all__ = ["GridBuilder", "cost_words"]

#: Fields that may be varied together: a table of more is not read by anybody.
MOST_AXES = 3
NONE = "–"
#: Fields that are offered first, where the design has them.
USUAL = ("design.curves", "design.background.noise_ppm")
#: Values that are offered for a number, over that of the run.
FACTORS = (0.5, 1.0, 2.0)
#: From here on times are told in minutes [s].
LONG_S = 100.0


def cost_words(cost: SweepCost) -> str:
    """The number of runs, and the time that those take which are not there yet."""
    words = counted(cost.runs, "run")
    if not cost.untrained:
        return f"{words}, all trained already"
    if cost.untrained < cost.runs:
        words += f", {cost.runs - cost.untrained:,} trained already"
    if cost.seconds is None:
        return words
    time = f"{cost.seconds:.2g} s" if cost.seconds < LONG_S else f"{cost.seconds / 60:,.0f} min"
    return f"{words}: about {time}, if each takes as long as “{cost.like}” did"


class GridBuilder(pn.viewable.Viewer):
    """Fields and values, and the button that trains all of their combinations.

    Every run is as the one on the screen but for the fields that are chosen.

    Parameters
    ----------
    begin : callable
        Called with the plan.
    """

    busy = param.Boolean(False, doc="Whether a sweep is running.")

    def __init__(self, session: Session, begin: Callable[[SweepPlan], Any]) -> None:
        super().__init__()
        self._refused = False
        self.session, self._begin = session, begin
        self._fields: dict[str, SweepField] = {}
        self._ask = LatestRequest(session)
        self._filling = False
        named: dict[str, Any] = {"labelled": True, "margin": (7, 4, 3, 4)}
        self.fields = [Select(label=f"field {place}", options=[NONE], width=210, **named) for place in self._places()]
        self.values = [
            TextInput(
                label=f"values {place}",
                placeholder="e.g. 100, 200, 300",
                description="with commas between them; an interval as 0.1–2",
                width=210,
                **named,
            )
            for place in self._places()
        ]
        self.name_field = TextInput(label="name of the sweep", max_length=40, width=210, **named)
        self.button = Button(label="Run these", look="filled", on_click=self.press, margin=(8, 4))
        self.note = live_text(css=":host{padding:0 6px}", sizing_mode="stretch_width")
        pairs = [pn.Row(field, values, margin=0) for field, values in zip(self.fields, self.values, strict=True)]
        self._view = pn.Column(
            pn.Row(
                *pairs, self.name_field, self.button, margin=0, styles={"flex-wrap": "wrap", "align-items": "center"}
            ),
            self.note,
            sizing_mode="stretch_width",
            margin=(0, 6),
        )
        for place, field in enumerate(self.fields):
            field.param.watch(lambda event, place=place: self._field_chosen(place), "value")
            self.values[place].param.watch(self._changed, "value")
        session.follow(self._offer, "run_id")
        session.follow(self._changed, "studies_changed", "scored")
        self.param.watch(self._enable, "busy")
        self._offer()

    @staticmethod
    def _places() -> range:
        return range(1, MOST_AXES + 1)

    def plan(self) -> SweepPlan:
        """The grid as the fields are set.

        Raises
        ------
        DesignError
            One line on what is wrong.
        """
        run = self.session.run
        if run is None:
            raise DesignError("a grid needs a run to start from: Retrain makes one")
        if run.spec.imported:
            raise DesignError(f"{run.name} was trained elsewhere: choose a run that was trained here")
        axes: dict[str, tuple[Any, ...]] = {}
        for field, values in zip(self.fields, self.values, strict=True):
            values.mark("")
            if field.value == NONE:
                continue
            try:
                if field.value in axes:
                    raise DesignError(f"{self._fields[field.value].title} is chosen twice")
                axes[field.value] = typed_values(self._fields[field.value], values.value or "")
                SweepPlan(name="one", base=run.spec, axes={field.value: axes[field.value]})
            except ClaraError as error:
                values.mark(str(error))
                raise
        if not axes:
            raise DesignError("choose a field, and values for it")
        name = (self.name_field.value or "").strip() or self.name_field.placeholder
        if name in PLANS:
            raise DesignError(f"{name} is the name of a published sweep: choose another")
        return SweepPlan(name=name, base=run.spec, axes=axes)

    def press(self) -> None:
        """Queue the sweep."""
        try:
            plan = self.plan()
        except ClaraError as error:
            self.note.object = problem_html(str(error))
            return
        self._begin(plan)

    def _offer(self, *events: object) -> None:
        """The fields of the run on the screen; those that were chosen stay where it has them."""
        run = self.session.run
        self._fields = {} if run is None else {field.path: field for field in sweep_fields(run.spec)}
        options = {NONE: NONE} | {field.title: path for path, field in self._fields.items()}
        first = all(field.value == NONE for field in self.fields)
        self._filling = True
        try:
            for place, field in enumerate(self.fields):
                usual = USUAL[place] if first and place < len(USUAL) else field.value
                value = usual if usual in self._fields else NONE
                field.param.update(options=options, value=value)
                if first and value != NONE:
                    self.values[place].value = self._suggested(value)
        finally:
            self._filling = False
        self._changed()

    def _field_chosen(self, place: int) -> None:
        if not self._filling:
            chosen = self.fields[place].value
            self.values[place].value = "" if chosen == NONE else self._suggested(chosen)
            self._changed()

    def _suggested(self, path: str) -> str:
        """Half, once and twice the value of the run; an interval as it is."""
        value = self._fields[path].value
        if value is None or isinstance(value, tuple):
            return "" if value is None else shown_value(path, value)
        kind = type(value)
        return ", ".join(dict.fromkeys(shown_value(path, kind(factor * value)) for factor in FACTORS))

    def _changed(self, *events: object) -> None:
        if self._filling:
            return
        self._suggest_name()
        try:
            plan = self.plan()
        except ClaraError as error:
            self._ask.cancel()
            self._refuse(str(error))
            return
        self._refused = False
        self._enable()
        sweeps, run = Sweeps(self.session.server.workspace), self.session.run
        self._ask(lambda: sweeps.cost(plan, run), self._tell, self._refuse)

    def _suggest_name(self) -> None:
        """A name of the fields that no sweep has yet."""
        words = [self._fields[field.value].path.split(".")[-1] for field in self.fields if field.value in self._fields]
        name = re.sub(r"[^\w.-]", "", "-".join(words))[:36] or "grid"
        taken = {*PLANS, *Sweeps(self.session.server.workspace).names()}
        free = (f"{name}{ending}" for ending in ("", *(f"-{number}" for number in range(2, 1000))))
        self.name_field.placeholder = next((one for one in free if one not in taken), name)

    def _tell(self, cost: SweepCost) -> None:
        base = f"“{self.session.run.name}”" if self.session.run else "the run"
        self.note.object = quiet(f"{cost_words(cost)}. All else is as in {base}.")

    def _refuse(self, why: str) -> None:
        self._refused = True
        self._enable()
        self.note.object = problem_html(why)

    def _enable(self, *events: object) -> None:
        self.button.disabled = self._refused or self.busy

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
