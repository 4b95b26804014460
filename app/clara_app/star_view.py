"""The selected star as it is shown: which flux, folded on which ephemeris."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import param
from panel.io import hold

from clara_app.in_thread import LatestRequest, RunsInThread
from clara_app.stars import NO_STAR, Star
from clara_engine.archives.intervals import BadIntervals, bad_intervals
from clara_engine.errors import ClaraError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Detrending, Ephemeris, Transit, detrend, fold
from clara_engine.periods.known_intervals import intervals_of
from clara_engine.readers import stitch
from clara_engine.studies.one_at_a_time import one_at_a_time

__all__ = ["FLUXES", "LONGEST_DAYS", "SHORTEST_DAYS", "StarView", "sectors_of"]

# Outside this range a period can't fold any light curve.
SHORTEST_DAYS, LONGEST_DAYS = 1e-4, 1e5

# Share by which the periods of a peak and of the best box at it may differ.
SAME_PERIOD = 2e-3

#: Fluxes that can be shown, and their titles.
FLUXES = {"pdcsap": "PDCSAP", "sap": "SAP", "detrended": "detrended"}

#: What makes an ephemeris.
NUMBERS = ("period_days", "epoch_btjd", "duration_days")

# Settings that change which light curve is shown.
CHOICES = ("flux", "window_days", "stitched")


class StarView(param.Parameterized):
    """The part of a session that belongs to the selected star.

    `period_days`, `epoch_btjd` and `duration_days` are the ephemeris on the screen. A period of None with an epoch is a
    single event. A change of the period keeps the epoch.

    A star has one period: in place of dips that a search has found, the ephemeris that is fitted to them is shown, once
    it is there. What a person, a link or a saved ephemeris names stays as it is named.
    """

    target_id = param.String("", doc="Selected star; empty when there is none.")
    period_days = param.Number(None, allow_None=True, bounds=(0, None), doc="Period on the screen [days].")
    epoch_btjd = param.Number(None, allow_None=True, doc="Middle of an event, phase 0 [BTJD, days].")
    duration_days = param.Number(None, allow_None=True, bounds=(0, None), doc="Length of an event [days].")
    period_typed = param.Boolean(False, doc="Whether the period is the user's own: typed, dragged, halved or doubled.")
    without_saved = param.Boolean(False, doc="Whether the search leaves out the events of the saved ephemerides.")
    flux: Any = param.Selector(default="pdcsap", objects=list(FLUXES), doc="Flux that is shown.")
    window_days = param.Number(1.5, bounds=(0.1, 30), doc="Window of the detrending [days].")
    keep_bad = param.Boolean(False, doc="Whether times that are known to be bad are searched for periods, too.")
    stitched = param.Boolean(False, doc="Whether all sectors of the star are shown as one light curve.")
    beside = param.Boolean(False, doc="Whether stitched sectors stand side by side, without the time between them.")
    star = param.ClassSelector(class_=Star, default=NO_STAR)
    star_origin = param.String("", doc='Mark of panes with the selected star: "SIMULATED" or nothing.')
    curve = param.ClassSelector(class_=LightCurve, allow_None=True, doc="Light curve of the star as it is shown.")
    curve_problem = param.String("", doc="Why `curve` is None, in one line.")
    bad = param.Parameter((), doc="Times of `curve` that are known to be bad, see `BadInterval`.")
    parts = param.Dict({}, doc="`curve` cut into its sectors; one part where it is one sector.")

    to_fit = param.ClassSelector(
        class_=Ephemeris, allow_None=True, doc="What was found and is being fitted; its fit then takes its place."
    )
    awake = param.Boolean(True, doc="Whether a browser shows the page; before that it queues no jobs and fits nothing.")

    ephemerides_changed = param.Integer(0, doc="Change counter of the saved ephemerides.")

    #: Set by the session: reads a star, reads a target in a flux, and finds the targets that are sectors of a star.
    star_of: Callable[[str], Star]
    read: Callable[[str, str], LightCurve]
    sectors: Callable[[str], pd.Series]
    #: Set by the session: measures an event, and gives what was measured of it lately.
    measure: Callable[[LightCurve, Ephemeris], Transit]
    measured: Callable[[LightCurve, Ephemeris], Transit | None]
    bad_intervals: Callable[[], BadIntervals] = staticmethod(bad_intervals)

    def follow_star(self, page: RunsInThread) -> None:
        """Read a star from now on whenever another star, another flux or all sectors are requested."""
        self._requested = self.target_id
        self._latest, self._fitting = LatestRequest(page), LatestRequest(page)
        self._exact: Ephemeris | None = None
        self._star_to_come: Callable[[], dict[str, object]] | None = None
        # What a link gives for that star, and with it what the user has given meanwhile.
        self._linked: dict[str, Any] = {}
        self._typed_ahead: dict[str, Any] = {}
        self.param.watch(self._target_changed, ["target_id", "period_days", "epoch_btjd"])
        self.param.watch(self._choice_changed, list(CHOICES))
        self.param.watch(self._fit, ["to_fit", "awake"])

    @property
    def requested(self) -> str:
        """The star that was requested last; it is on the screen once it has been read."""
        return self._requested

    def show(self, target_id: str) -> None:
        """Select a star and fold it on its best period; all panes change together when it has been read."""
        self._requested = target_id
        self._read(lambda: {"target_id": target_id} | self.values_of(self._star(target_id)))

    def _target_changed(self, *events: param.parameterized.Event) -> None:
        """Read the target that was set as a parameter, with a period or without."""
        target_id = self.target_id
        if self.star.target_id == target_id:
            if self._star_to_come is None:
                self._requested = target_id
            return
        given = {event.name: event.new for event in events if event.name != "target_id" and event.new is not None}
        self._requested = target_id
        self.param.update(
            **(self.values_of(replace(NO_STAR, target_id=target_id)) | given)
        )  # until then no pane shows the star before
        self._read(lambda: self._values_given(self._star(target_id), given))
        self._linked = given

    def _values_given(self, star: Star, given: dict[str, Any]) -> dict[str, object]:
        """`values_of` a star, with the period and the epoch that a link gives."""
        found: dict[str, Any] = self.values_of(star)
        values = found | given
        period, curve = values["period_days"], values["curve"]
        values["period_typed"] = "period_days" in given and (bool(found["to_fit"]) or period != found["period_days"])
        if period and values["epoch_btjd"] is None and isinstance(curve, LightCurve):
            with suppress(ClaraError):
                values |= _numbers(_deepest(curve, period))
        return values

    def _choice_changed(self, *events: object) -> None:
        self._latest(self._star_to_come or partial(self.curve_values_of, self.star), self._apply)

    def _star(self, target_id: str) -> Star:
        return self.star_of(target_id) if target_id else NO_STAR

    def _read(self, work: Callable[[], dict[str, object]]) -> None:
        self._star_to_come, self._linked, self._typed_ahead = work, {}, {}
        self._latest(work, self._apply)

    def _apply(self, values: dict[str, Any]) -> None:
        self._star_to_come = None
        if self._typed_ahead and isinstance(star := values.get("star"), Star):
            values = self._values_given(star, self._linked | self._typed_ahead)
        with hold():  # all panes change in one message to the browser
            self.param.update(**values)

    @property
    def ephemeris(self) -> Ephemeris | None:
        """The ephemeris on the screen; None when there is none."""
        if self.epoch_btjd is None:
            return None
        shown = {name: getattr(self, name) for name in NUMBERS}
        best = self.star.best
        for known in (self._exact, best and self.fitted(best), best):
            if known is not None and _numbers(known) == shown:
                return known  # not what rounding leaves of it: the event is measured alike on the page and elsewhere
        period, duration = self.period_days or np.nan, self.duration_days or np.nan
        return Ephemeris(period, self.epoch_btjd, duration if not duration >= period else np.nan)

    @property
    def one_of_several(self) -> bool:
        """Whether one light curve is shown of a star that has more."""
        return bool(self.target_id) and not self.stitched and len(self.sectors(self.target_id)) > 1

    def adopt(self, ephemeris: Ephemeris | None, *, typed: bool = False, found: bool = False) -> None:
        """Put an ephemeris on the screen, or none.

        Parameters
        ----------
        ephemeris : Ephemeris or None
        typed : bool
            Whether its period is the user's own.
        found : bool
            Whether it was found by a search or the like, so that what is fitted to it takes its place.
        """
        to_fit, best = None, self.star.best
        if found:
            if ephemeris is not None and best is not None and _same_events(ephemeris, best):
                ephemeris = best  # a peak is less sure of them
            ephemeris, to_fit = self._known_fit(self._searched, ephemeris)
        self._exact = ephemeris
        self.param.update(period_typed=typed, to_fit=to_fit, **_numbers(ephemeris))

    def fitted(self, found: Ephemeris) -> Ephemeris:
        """What was fitted to an ephemeris that was found; itself until then, and where the fit did not converge."""
        return self._known_fit(self._searched, found)[0] or found

    @property
    def _searched(self) -> LightCurve | None:
        """The light curve that was searched: as it is stored, whichever flux is shown."""
        return self.curve if self.stitched else self.star.light_curve

    def _known_fit(
        self, curve: LightCurve | None, found: Ephemeris | None
    ) -> tuple[Ephemeris | None, Ephemeris | None]:
        """What to show of an ephemeris that was found, and what is still to be fitted."""
        if curve is None or found is None or not np.isfinite(found.duration_days):
            return found, None
        event = self.measured(curve, found)
        if event is None:
            return found, found
        return event.ephemeris if event.converged else found, None

    def _fit(self, *events: object) -> None:
        """Have `to_fit` fitted, and the fit take its place, unless something else is on the screen by then."""
        found, curve = self.to_fit, self._searched
        self._fitting.cancel()
        if found is None or curve is None or not self.awake:
            return

        def put(event: Transit) -> None:
            fit = event.ephemeris if event.converged else found
            shown = {name: getattr(self, name) for name in NUMBERS[:2]}
            named = self.period_typed  # a link that names what was fitted is of the star's own period all the same
            if shown.items() <= _numbers(fit).items() or (shown.items() <= _numbers(found).items() and not named):
                self.adopt(fit)
            else:
                self.to_fit = None

        self._fitting(partial(self.measure, curve, found), put, lambda why: self.param.update(to_fit=None))

    def type_period(self, period_days: float) -> None:
        """Fold on a period that the user gives: from the epoch on the screen, else with the deepest bin at phase 0."""
        if self.is_to_come:
            self._type_ahead(period_days=period_days, period_typed=True)
        elif self.epoch_btjd is None:
            self.adopt_period(period_days, typed=True)
        else:
            self.param.update(period_days=period_days, period_typed=True)

    def type_epoch(self, epoch_btjd: float) -> None:
        """Fold from an epoch that the user gives [BTJD]."""
        if self.is_to_come:
            self._type_ahead(epoch_btjd=epoch_btjd)
        else:
            self.epoch_btjd = epoch_btjd

    @property
    def is_to_come(self) -> bool:
        """Whether the star on the screen is being read, and nothing is known of it but its name."""
        return self._star_to_come is not None and self.star.target_id == self.requested

    def _type_ahead(self, **given: Any) -> None:
        """Keep what the user gives for the star that is to come: what is found for it then does not take its place."""
        self._typed_ahead |= given
        self.param.update(**given)

    def scale_period(self, factor: float) -> None:
        """Multiply the period on the screen."""
        scaled = round((self.period_days or 0.0) * factor, 6)
        if SHORTEST_DAYS <= scaled <= LONGEST_DAYS:
            self.type_period(scaled)

    def adopt_period(self, period_days: float, *, typed: bool = False) -> None:
        """Fold on a period without a known epoch: the deepest bin comes to phase 0.

        Parameters
        ----------
        period_days : float
        typed : bool
            Whether it is the user's own.
        """
        if self.curve is not None:
            self.adopt(_deepest(self.curve, period_days), typed=typed)

    def values_of(self, star: Star) -> dict[str, object]:
        """Parameters that change with the star, its best ephemeris included."""
        origin = "SIMULATED" if star.simulated else ""
        best, to_fit = self._known_fit(star.light_curve, star.best)
        fresh = {"period_typed": False, "without_saved": False, "to_fit": to_fit}
        return {"star": star, "star_origin": origin} | fresh | _numbers(best) | self.curve_values_of(star)

    def curve_values_of(self, star: Star) -> dict[str, object]:
        """Parameters of the light curve in the chosen flux: the curve and its sectors, or why there is none."""
        if star.light_curve is None:
            return {"curve": None, "curve_problem": star.problem, "bad": (), "parts": {}}
        try:
            curve = self._curve(star.light_curve)
            bad = intervals_of(curve, self.bad_intervals())
            return {"curve": curve, "curve_problem": "", "bad": bad, "parts": self._parts(curve, star.target_id)}
        except (ClaraError, OSError) as error:
            return {"curve": None, "curve_problem": str(error).splitlines()[0], "bad": (), "parts": {}}

    def _parts(self, curve: LightCurve, target_id: str) -> dict[int | str, LightCurve]:
        sectors = self.sectors(target_id)
        if not self.stitched or len(sectors) < 2:
            return {curve.target.sector: curve}
        begins = {sector: np.nanmin(self.read(target_id, "pdcsap").time) for sector, target_id in sectors.items()}
        order = sorted(begins, key=lambda sector: begins[sector])
        ends = [begins[sector] for sector in order[1:]] + [np.inf]
        return {
            sector: curve.select((curve.time >= begins[sector]) & (curve.time < end))
            for sector, end in zip(order, ends, strict=True)
        }

    def _curve(self, curve: LightCurve) -> LightCurve:
        flux = "sap" if self.flux == "sap" else "pdcsap"
        if self.stitched and len(ids := self.sectors(curve.target.id)) > 1:
            curve = stitch([self.read(target_id, flux) for target_id in ids])
        elif flux == "sap":
            curve = self.read(curve.target.id, flux)
        return detrend(curve, Detrending(window_days=self.window_days)) if self.flux == "detrended" else curve


def sectors_of(catalogue: pd.DataFrame, target_id: str) -> pd.Series:
    """Target ids of the same star, one for each time, indexed by sector.

    Of several targets of one time, the one with the product and cadence of `target_id` is taken, else the one that
    `one_at_a_time` prefers. Parts of one sector, such as months of a quarter, have the sector and a letter: ``"5b"``.
    """
    if target_id not in catalogue.index:
        return pd.Series(dtype=str)
    star = catalogue.loc[target_id]
    same = catalogue[(catalogue["tic"] == star["tic"]) & (catalogue["catalogue"] == star["catalogue"])]
    ids = list(one_at_a_time(same, target_id).ids)
    sectors = same.loc[ids, "sector"]
    part = sectors.groupby(sectors).cumcount()
    names = [f"{sector}{chr(97 + n)}" if n else sector for sector, n in zip(sectors, part, strict=True)]
    return pd.Series(ids, index=names)


def _deepest(curve: LightCurve, period_days: float) -> Ephemeris:
    return Ephemeris(period_days, fold(curve, period_days).epoch_btjd)


def _same_events(one: Ephemeris, other: Ephemeris) -> bool:
    away = abs(float(one.away_days(np.array([other.epoch_btjd]))[0]))
    return abs(one.period_days / other.period_days - 1) < SAME_PERIOD and away < other.duration_days / 2


def _numbers(ephemeris: Ephemeris | None) -> dict[str, float | None]:
    if ephemeris is None:
        return dict.fromkeys(NUMBERS)
    known = replace(ephemeris, period_days=round(ephemeris.period_days, 6), epoch_btjd=round(ephemeris.epoch_btjd, 5))
    numbers = {name: getattr(known, name) for name in NUMBERS}
    return {name: value if np.isfinite(value) else None for name, value in numbers.items()}
