"""Backgrounds of synthetic light curves: times, noise, and how a signal is added.

A kind of background is a `Setting` with a literal `kind`; ``hosts(observed, curves, seed)``, the observed light curve
that each synthetic one builds on, or None; ``blank(random, index, host)``, the light curve before the signal; and
``observe(blank, model, random)``, the flux with signal and noise; ``noise(blank)``, what that noise is where there are
samples; and ``dilution(random, star)``, whose event it is and how much of it is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.setting import Interval, Random, Range, Setting
from clara_engine.synthetic.lot import lot
from clara_engine.text import counted
from clara_engine.timeseries import median

if TYPE_CHECKING:
    from clara_engine.synthetic.noise import Noise

__all__ = ["Background", "GridNoise", "Observed", "WhiteNoise", "host_level"]

Float = NDArray[np.float64]

NO_HOST = "this design is injected into observed light curves: give some that are not measured"
MOST_SAMPLES = 2_000_000
# A nominal TESS sector: two orbits of 13.7 d, a gap of a day between them, two-minute samples.
SECTOR_DAYS, GAP_DAYS, CADENCE_MINUTES = 27.4, (13.2, 14.2), 2.0


class WhiteNoise(Setting):
    """A blank star: evenly spaced times without gaps, and white Gaussian noise. The background of the paper."""

    kind: Literal["white"] = "white"
    span_days: Annotated[float, Range(0.01, 2000, "d")]
    cadence_minutes: Annotated[float, Range(0.05, 1440, "min")]
    noise_ppm: Annotated[float, Range(0, 1_000_000, "ppm")]

    @model_validator(mode="after")
    def _usable_length(self) -> WhiteNoise:
        samples = self.span_days * 1440 / self.cadence_minutes
        if not 3 <= samples <= MOST_SAMPLES:
            allowed = Range(3, MOST_SAMPLES, "samples a curve")
            raise DesignError(
                f"span_days = {self.span_days:g} at cadence_minutes = {self.cadence_minutes:g} "
                f"makes {samples:.4g}, out of range: {allowed}"
            )
        return self

    def hosts(self, observed: Sequence[LightCurve], curves: int, seed: int) -> list[LightCurve | None]:
        """None for every curve: a blank star needs no other.

        Parameters
        ----------
        observed : sequence of LightCurve
            Not read.
        curves : int
            How many are wanted.
        seed : int
            Not read.
        """
        return [None] * curves

    def blank(self, random: Random, index: int, host: LightCurve | None = None) -> LightCurve:
        """Curve number `index` before any signal: relative flux 1 from time 0 on.

        Parameters
        ----------
        random : Random
        index : int
            Number of the curve, from 0.
        host : LightCurve, optional
            Not read.
        """
        time = np.arange(0, self.span_days, self.cadence_minutes / 1440)
        return _blank(time, index, self.cadence_minutes * 60)

    def observe(self, blank: LightCurve, model: Float, random: Random) -> Float:
        """The relative flux `model` with the noise added.

        Parameters
        ----------
        blank : LightCurve
            From `blank`.
        model : ndarray of float
            Relative flux without noise, shape (n,).
        random : Random
        """
        return model + random.normal(0, self.noise_ppm / 1_000_000, model.size)

    def dilution(self, random: Random, star: Target) -> tuple[bool, float]:
        """There are no neighbours.

        Parameters
        ----------
        random : Random
        star : Target

        Returns
        -------
        of neighbour, share
            Always False and 1.
        """
        return False, 1.0

    def noise(self, blank: LightCurve) -> Noise:
        """The noise that `observe` adds."""
        from clara_engine.synthetic.noise import WhiteOnly  # compiles its loops

        return WhiteOnly(1e-6 * self.noise_ppm)


class GridNoise(Setting):
    """White and red noise on a real time grid: of observed light curves where there are some, else a nominal sector.

    The red noise is an Ornstein–Uhlenbeck process (Kelly, Bechtold & Siemiginowska 2009, ApJ 698, 895).

    Attributes
    ----------
    white_ppm, red_ppm : float
        Standard deviations [ppm].
    red_days : float
        Time in which the red noise forgets, to 1/e [d].
    cadence_minutes : float, optional
        Time between samples [minutes] of evenly spaced ones, over as long as the host was observed and with its gaps;
        the host's own when not given.
    """

    silent_when_none: ClassVar[frozenset[str]] = frozenset({"cadence_minutes"})

    kind: Literal["grid"] = "grid"
    white_ppm: Annotated[float, Range(0, 1_000_000, "ppm")] = 500.0
    red_ppm: Annotated[float, Range(0, 1_000_000, "ppm")] = 300.0
    red_days: Annotated[float, Range(0.01, 100, "d")] = 1.0
    cadence_minutes: Annotated[float, Range(0.3, 1440, "min")] | None = None

    def hosts(self, observed: Sequence[LightCurve], curves: int, seed: int) -> list[LightCurve | None]:
        """Observed light curves in turn, from a random one on, for their times alone.

        Parameters
        ----------
        observed : sequence of LightCurve
            May be empty: then the times are those of a plain sector.
        curves : int
            How many are wanted.
        seed : int
            Fixes all that is drawn.
        """
        return _in_turn(observed, curves, seed) if observed else [None] * curves

    def blank(self, random: Random, index: int, host: LightCurve | None = None) -> LightCurve:
        """Curve number `index` before any signal, on the grid of its host.

        Parameters
        ----------
        random : Random
        index : int
            Number of the curve, from 0.
        host : LightCurve, optional
            Gives the times.
        """
        if host is None:
            minutes = self.cadence_minutes or CADENCE_MINUTES
            time = np.arange(0, SECTOR_DAYS, minutes / 1440)
            return _blank(time[(time < GAP_DAYS[0]) | (time > GAP_DAYS[1])], index, minutes * 60)
        observed = host.finite().time
        if self.cadence_minutes is None:
            return _blank(observed, index, host.target.cadence_s)
        step, own = self.cadence_minutes / 1440, host.target.cadence_s / 86_400
        time = np.arange(observed[0], observed[-1] + step / 2, step)
        after = np.clip(np.searchsorted(observed, time), 1, observed.size - 1)
        away = np.minimum(np.abs(time - observed[after - 1]), np.abs(observed[after] - time))
        return _blank(time[away <= max(own, step) / 2 + 1e-9], index, self.cadence_minutes * 60)

    def observe(self, blank: LightCurve, model: Float, random: Random) -> Float:
        """The relative flux `model` with the noise added.

        Parameters
        ----------
        blank : LightCurve
            From `blank`.
        model : ndarray of float
            Relative flux without noise, shape (n,).
        random : Random
        """
        from scipy.signal import lfilter

        grid = float(np.median(np.diff(blank.time))) if len(blank) > 1 else 1.0
        place = np.round((blank.time - blank.time[0]) / grid).astype(np.intp)
        keep = np.exp(-grid / self.red_days)
        kicks = random.normal(0, np.sqrt(1 - keep**2), place[-1] + 1)
        kicks[0] = random.normal()
        red = lfilter([1.0], [1.0, -keep], kicks)[place]
        return np.asarray(model + 1e-6 * (self.red_ppm * red + random.normal(0, self.white_ppm, model.size)))

    def dilution(self, random: Random, star: Target) -> tuple[bool, float]:
        """There are no neighbours.

        Parameters
        ----------
        random : Random
        star : Target

        Returns
        -------
        of neighbour, share
            Always False and 1.
        """
        return False, 1.0

    def noise(self, blank: LightCurve) -> Noise:
        """The noise that `observe` adds."""
        from clara_engine.synthetic.noise import red_noise  # compiles its loops

        return red_noise(blank.time, 1e-6 * self.white_ppm, 1e-6 * self.red_ppm, self.red_days)


class Observed(Setting):
    """Injection into observed light curves, with their gaps, quality flags, noise and whatever else they show.

    Attributes
    ----------
    tmag : interval, optional
        TESS magnitudes of the stars that are used; any when not given.
    flux : {"pdcsap", "sap"}
        Which flux the light curves hold. Light of neighbours weakens an event in SAP flux to CROWDSAP of it; PDCSAP
        flux is corrected for that (Kinemuchi et al. 2012, PASP 124, 963).
    neighbours : float
        Share of the events that happen to a neighbour. 1 − CROWDSAP of such an event is seen in SAP flux, and
        (1 − CROWDSAP) / CROWDSAP of it in PDCSAP flux.
    crowding : float, optional
        CROWDSAP of stars whose files don't tell it.
    """

    kind: Literal["observed"] = "observed"
    tmag: Annotated[Interval, Range(-5, 30, "mag")] | None = None
    flux: Literal["pdcsap", "sap"] = "pdcsap"
    neighbours: Annotated[float, Range(0, 1, "of the events")] = 0.0
    crowding: Annotated[float, Range(0.01, 1)] | None = None

    def hosts(self, observed: Sequence[LightCurve], curves: int, seed: int) -> list[LightCurve | None]:
        """Observed light curves in turn, each about as often as any other.

        Parameters
        ----------
        observed : sequence of LightCurve
            Light curves that may carry a signal.
        curves : int
            How many are wanted.
        seed : int
            Fixes all that is drawn.

        Raises
        ------
        DesignError
            When there is none of the wanted magnitude.
        """
        fit = self.turn({curve.target.id: curve.target.tmag for curve in observed}, seed)
        known = {curve.target.id: curve for curve in observed}
        return [known[fit[index % len(fit)]] for index in range(curves)]

    def turn(self, tmags: Mapping[str, float], seed: int) -> list[str]:
        """Those of the targets that are used, in the order in which they are.

        Parameters
        ----------
        tmags : mapping of str to float
            Target id to TESS magnitude [mag].
        seed : int
            Fixes all that is drawn.

        Returns
        -------
        list of str
            Target ids.

        Raises
        ------
        DesignError
            When there is none of the wanted magnitude.
        """
        if not tmags:
            raise DesignError(NO_HOST)
        fit = [target_id for target_id, tmag in tmags.items() if self._takes(tmag)]
        if not fit:
            raise DesignError(f"none of {counted(len(tmags), 'background star')} has a Tmag within tmag = {self.tmag}")
        return sorted(fit, key=lambda target_id: lot(target_id, seed))

    def _takes(self, tmag: float) -> bool:
        return self.tmag is None or self.tmag[0] <= tmag <= self.tmag[1]

    def blank(self, random: Random, index: int, host: LightCurve | None = None) -> LightCurve:
        """Curve number `index` before any signal: its host, median 1, under another name.

        Parameters
        ----------
        random : Random
        index : int
            Number of the curve, from 0.
        host : LightCurve, optional
            The observed light curve.

        Raises
        ------
        DesignError
            There is no host, or its median flux is not above 0.
        """
        if host is None:
            raise DesignError(NO_HOST)
        level = host_level(host)
        if not level > 0:
            raise DesignError(f"{host.target.id} can't be a background: its median flux is {level:g}, not above 0")
        target = replace(host.target, tic=-1 - index, product="SYNTHETIC", simulated=True)
        return replace(
            host, flux=host.flux / level, flux_err=host.flux_err / level, flux_unit="relative", target=target
        )

    def observe(self, blank: LightCurve, model: Float, random: Random) -> Float:
        """The flux of the host times the relative flux `model`.

        Parameters
        ----------
        blank : LightCurve
            From `blank`.
        model : ndarray of float
            Relative flux of the signal, shape (n,).
        random : Random
            Not read: the noise is that of the host.
        """
        return blank.flux * model

    def dilution(self, random: Random, star: Target) -> tuple[bool, float]:
        """Whether a neighbour has the event, and how much of it is seen.

        Parameters
        ----------
        random : Random
        star : Target
            Its CROWDSAP is read.

        Returns
        -------
        of neighbour, share
            Share of the event's depth that is seen, 0 to 1.

        Raises
        ------
        DesignError
            When that depends on a crowding that nobody knows.
        """
        of_neighbour = self.neighbours > 0 and random.uniform() < self.neighbours
        if self.flux == "pdcsap" and not of_neighbour:
            return False, 1.0
        own = star.crowdsap if 0 < star.crowdsap <= 1 else self.crowding
        if own is None:
            raise DesignError("a background star has no CROWDSAP: give crowding, 0.01 to 1, for such stars")
        shown = 1 - own if of_neighbour else own
        return of_neighbour, shown if self.flux == "sap" else shown / own

    def noise(self, blank: LightCurve) -> Noise:
        """All that the host shows, where its flux is finite."""
        from clara_engine.synthetic.noise import measured_noise  # compiles its loops

        clean = blank.finite()
        return measured_noise(clean.time, clean.flux)


Background = Annotated[WhiteNoise | GridNoise | Observed, Field(discriminator="kind")]


def host_level(host: LightCurve) -> float:
    """Median of the finite flux, NaN where none is."""
    seen = np.isfinite(host.flux)
    return median(host.flux[seen]) if seen.any() else float("nan")


def _blank(time: Float, index: int, cadence_s: float) -> LightCurve:
    target = Target(tic=-1 - index, cadence_s=cadence_s, product="SYNTHETIC", simulated=True)
    return LightCurve(time=time, flux=np.ones(time.size), target=target, flux_unit="relative")


def _in_turn(observed: Sequence[LightCurve], curves: int, seed: int) -> list[LightCurve | None]:
    order = sorted(observed, key=lambda curve: lot(curve.target.id, seed))
    return [order[index % len(order)] for index in range(curves)]
