"""What a person may choose of an event: its depth, period, duration and number, each from and to, in usual units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import panel as pn

from clara_app.background_job import problem_html
from clara_app.card import live_text
from clara_app.widgets import FloatInput
from clara_engine.errors import DesignError
from clara_engine.setting import Range, allowed
from clara_engine.studies.sweep_fields import RISING

__all__ = ["EVENT_SETTINGS", "EventFields", "EventSetting", "IntervalField"]

Ends = tuple[float, float] | None


class EventSetting(NamedTuple):
    """How a setting of a signal is shown.

    Attributes
    ----------
    label : str
    unit : str
        Of what is shown.
    factor : float
        What is shown over the engine's value.
    hint : str
        What an empty field means, or how it acts.
    """

    label: str
    unit: str
    factor: float
    hint: str = ""


#: Settings that have fields, in their order.
EVENT_SETTINGS = {
    "depth": EventSetting("depth", "%", 100),
    "period_days": EventSetting("period", "d", 1),
    "events": EventSetting("events", "", 1, "how many a light curve has; empty: as the period or rate gives"),
    "count": EventSetting("events", "", 1, "how many a light curve has, where they come at random times"),
    "per_day": EventSetting("rate", "per day", 1),
    "duration_hours": EventSetting("duration", "h", 1, "from first to last contact; empty: what star and orbit give"),
    "ingress_hours": EventSetting("ingress", "h", 1),
    "tail_hours": EventSetting("tail", "h", 1, "time in which the dimming falls to 1/e"),
    "width_minutes": EventSetting("time scale", "min", 1),
    "einstein_days": EventSetting("Einstein time", "d", 1, "time to cross the Einstein radius"),
}
DIGITS = 6


class IntervalField(pn.viewable.Viewer):
    """Two numbers, from and to, and below them the reason where they can't be taken.

    Parameters
    ----------
    setting : EventSetting
    range : Range
        What the engine takes.
    ends : tuple of two floats, optional
        The engine's values; None where the setting may be empty, and is.
    optional : bool
        Whether both may be empty.
    changed : callable
        Called after each change.

    Attributes
    ----------
    ends : tuple of two floats, or None
        In the engine's unit, as typed; to be used when there is no `refusal`.
    refusal : str
        Why not, in the unit of the fields; empty where all is well.
    """

    def __init__(
        self, setting: EventSetting, range: Range, ends: Ends, *, optional: bool, changed: Callable[[], Any]
    ) -> None:
        super().__init__()
        self.setting, self.range, self.ends, self.optional = setting, range, ends, optional
        self.refusal = ""
        self._changed = changed
        unit = f", {setting.unit}" if setting.unit else ""
        shown = (None, None) if ends is None else tuple(round(setting.factor * end, DIGITS) for end in ends)
        self.fields = [
            FloatInput(
                label=label,
                value=value,
                step=0.1,
                labelled=True,
                description=setting.hint,
                placeholder="free" if optional else "",
                margin=(7, 4, 3, 4),
                sizing_mode="stretch_width",
            )
            for label, value in zip((f"{setting.label} from{unit}", f"to{unit}"), shown, strict=True)
        ]
        self.why = live_text(css=":host{padding:0 6px}", sizing_mode="stretch_width", visible=False)
        for field in self.fields:
            field.more = {"optional": True}  # an emptied field says so, and keeps no older value in secret
            field.tell()
            field.param.watch(self._edited, "value")
        self._view = pn.Column(
            pn.Row(*self.fields, sizing_mode="stretch_width", margin=(2, 4, 0, 4)),
            self.why,
            sizing_mode="stretch_width",
            margin=0,
        )

    def _edited(self, *events: object) -> None:
        low, high = (field.value for field in self.fields)
        self.refusal = self._wrong(low, high)
        if not self.refusal:
            self.ends = None if low is None or high is None else (low / self.setting.factor, high / self.setting.factor)
        for field in self.fields:
            field.mark(self.refusal)
        self.why.param.update(object=problem_html(self.refusal), visible=bool(self.refusal))
        self._changed()

    def _wrong(self, low: float | None, high: float | None) -> str:
        label, unit, factor, _ = self.setting
        if low is None and high is None:
            return "" if self.optional else f"{label} is empty: give both ends"
        if low is None or high is None:
            return f"{label} has one end: give both{' or none' if self.optional else ''}"
        least, most = (factor * end for end in (self.range.low, self.range.high))
        if not least <= low <= most or not least <= high <= most:
            return f"{label}: {least:,.6g} to {most:,.6g} {unit}".rstrip() + " can be taken"
        return f"{label} runs from {low:g} down to {high:g} {unit}".rstrip() + ": swap them" if low > high else ""

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


class EventFields(pn.viewable.Viewer):
    """The fields of an event.

    Parameters
    ----------
    changed : callable
        Called after each change of a field.
    """

    def __init__(self, changed: Callable[[], Any]) -> None:
        super().__init__()
        self._changed = changed
        self._signals: tuple[Any, ...] = ()
        self.fields: dict[str, IntervalField] = {}
        self._view = pn.Column(sizing_mode="stretch_width", margin=0)

    def offer(self, signals: Sequence[Any]) -> None:
        """Offer the fields of these signals; of several, those of the first, whose depth, once changed, is that of all.

        Parameters
        ----------
        signals : sequence of signals
            Of `clara_engine.synthetic`.
        """
        self._signals = tuple(signals)
        first = type(self._signals[0])
        unused = {"duration_hours"} if getattr(self._signals[0], "repeats", False) else set()  # the period is all of it
        names = [name for name in EVENT_SETTINGS if name in first.model_fields and name not in unused]
        self.fields = {name: self._field(first, name) for name in names}
        self._view.objects = list(self.fields.values())

    def _field(self, kind: type[Any], name: str) -> IntervalField:
        setting = EVENT_SETTINGS[name]
        if name == "depth" and kind.model_fields["kind"].default in RISING:
            setting = setting._replace(label="height")
        if name == "duration_hours" and name not in kind.silent_when_none:
            setting = setting._replace(hint="full width at half depth")
        kinds = [type(signal) for signal in self._signals] if name == "depth" else [kind]
        ranges = [allowed(each, name) for each in kinds]
        taken = Range(max(one.low for one in ranges), min(one.high for one in ranges), ranges[0].unit)
        optional = kind.model_fields[name].default is None
        return IntervalField(setting, taken, getattr(self._signals[0], name), optional=optional, changed=self._changed)

    @property
    def refusal(self) -> str:
        """Why the fields can't be taken; empty when they can."""
        return next((field.refusal for field in self.fields.values() if field.refusal), "")

    def signals(self) -> tuple[Any, ...]:
        """The signals as the fields are set.

        Raises
        ------
        DesignError
            A field holds what can't be taken.
        """
        if self.refusal:
            raise DesignError(self.refusal)
        first, *others = self._signals
        chosen = {name: field.ends for name, field in self.fields.items()}
        same = {} if chosen["depth"] == first.depth else {"depth": chosen["depth"]}
        return (
            type(first)(**first.model_dump() | chosen),
            *(type(other)(**other.model_dump() | same) for other in others),
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
