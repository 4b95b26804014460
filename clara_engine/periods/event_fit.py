"""Shape and ephemeris of the events of a star, fitted together to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from clara_engine.errors import DesignError, FeatureError
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.periods.event_model import EventModel, Family
from clara_engine.periods.event_points import BINS_A_DURATION, Points
from clara_engine.periods.profile import Profile, occultation, trapezoid
from clara_engine.periods.red_noise import RedNoise

__all__ = ["Discs", "EventFit", "fit_event", "rough_fit"]

Float = NDArray[np.float64]
#: How much better, in χ², a trapezoid must fit than a planet, and stars than a trapezoid, to be taken for the truth:
#: most shallow dips are of planets, and two stars have two parameters more than a trapezoid.
CLEARLY_BETTER = {"trapezoid": 9.0, "stars": 4.0}
#: A fit has converged when a step changes χ² by that share: of some hundred points, by a hundredth of an error.
ENOUGH = 1e-6
#: Shares of the depth between which points are alike in their noise.
LEVELS = (0.02, 0.35, 0.7)
LENGTHS = (1.0, 0.6, 1.5)  # of the duration, to start from
UNSURE_DARKENING = 0.1  # Patel & Espinoza 2022, AJ 163, 228: models and TESS transits differ by that much
USUAL_IMPACT = 0.3  # so far off 0 impact parameters can hardly be told from it


@dataclass(frozen=True, slots=True, eq=False)
class EventFit:
    """A fitted event.

    Attributes
    ----------
    ephemeris : Ephemeris
        With the fitted period, epoch and duration.
    depth, bottom : float
        Between the level beside the event and the bottom, and the flux of the bottom [relative flux].
    slope_share : float
        Share of the duration spent on both slopes: 0 a box, 1 a V.
    white : dict
        White-noise errors of ``depth``, ``bottom``, ``epoch_days``, ``period_days``, ``duration_days``; NaN where the
        fit says nothing.
    response : dict
        By how much each of these moves with the flux of each point.
    points : Points
    residual : ndarray
        How far each point lies off the fit, in its white noise.
    share : ndarray
        Of the depth, 0 to 1, that the fit has at each point.
    profile : Profile
    converged : bool
    chi_square : float
        Of the points.
    free : int
        Number of fitted parameters.
    family : Family
    shape : tuple of float
        What the profile is made from.
    """

    ephemeris: Ephemeris
    depth: float
    bottom: float
    slope_share: float
    white: dict[str, float]
    response: dict[str, Float]
    points: Points
    residual: Float
    share: Float
    profile: Profile
    converged: bool
    chi_square: float
    free: int
    family: Family
    shape: tuple[float, ...]

    def errors(self, noise: RedNoise) -> dict[str, float]:
        """As `white`, with the red noise, and with as much noise as the points show, beside and at each depth apart.

        Photons are fewer in a deep eclipse, and so is their noise (White 1980, Econometrica 48, 817).

        Parameters
        ----------
        noise : RedNoise
            Of the star between the events.
        """
        points = self.points
        expected = 1 + noise.covariance[0] / points.together[points.group] / points.error**2
        misfit = np.ones(points.flux.size)
        level = np.digitize(self.share, LEVELS)
        for part in (level == step for step in np.unique(level)):
            if part.sum() > 2 * self.free:
                misfit[part] = (self.residual[part] ** 2).sum() / (part.sum() - self.free / 2) / expected[part].mean()
        found = {}
        for name, white in self.white.items():
            weights, red = self.response[name] * np.sqrt(misfit), 0.0
            for group, together in enumerate(points.together):
                mine = points.group == group
                red += noise.variance(points.away[mine], weights[mine]) / together
            more = float((self.response[name] ** 2 * points.error**2) @ (misfit - 1))
            found[name] = float(np.sqrt(max(white**2 + more + red, 0.0))) if np.isfinite(white) else white
        return found


@dataclass(frozen=True, slots=True)
class Trapezoids:
    """Straight slopes and a flat bottom."""

    starts: tuple[tuple[float, ...], ...] = ((0.5,),)
    bounds: tuple[tuple[float, float], ...] = ((0.02, 1.0),)
    blind: tuple[tuple[int, float], ...] = ()
    depth_shapes: bool = False

    def profile(self, depth: float, shape: Sequence[float] | Float) -> Profile:
        return trapezoid(shape[0])

    def surprise(self, shape: Sequence[float] | Float) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Discs:
    """Dark discs in front of a limb-darkened one.

    Parameters of the shape are the first coefficient of limb darkening, the impact parameter in sums of the radii, and
    the ratio of the radii, but for a planet, whose size follows from the depth.

    Attributes
    ----------
    limb_darkening : two floats
        Quadratic coefficients as models of atmospheres give them; the first one may differ by some 0.1.
    planet : bool
    """

    limb_darkening: tuple[float, float]
    planet: bool

    @property
    def starts(self) -> tuple[tuple[float, ...], ...]:
        """Where fits begin: nearly central, and grazing."""
        first = self.limb_darkening[0]
        return ((first, 0.3), (first, 0.7)) if self.planet else ((first, 0.2, 0.4), (first, 0.6, 0.8))

    @property
    def blind(self) -> tuple[tuple[int, float], ...]:
        """Places of what the profile hardly depends on near 0, and how far: the impact parameter of planets."""
        return ((1, USUAL_IMPACT),) if self.planet else ()

    @property
    def depth_shapes(self) -> bool:
        """Whether the profile depends on the depth, too."""
        return self.planet

    @property
    def bounds(self) -> tuple[tuple[float, float], ...]:
        """Least and largest value of each parameter."""
        return ((-0.2, 0.95), (0.0, 0.98), *(() if self.planet else ((0.02, 1.0),)))

    def profile(self, depth: float, shape: Sequence[float] | Float) -> Profile:
        """The profile of discs with these parameters.

        Parameters
        ----------
        depth : float
            Relative flux.
        shape : sequence of float
        """
        first, second, impact = shape[0], self.limb_darkening[1], shape[1]
        if not self.planet:
            return occultation(shape[2], impact, (first, second))
        cosine = np.sqrt(max(1 - impact**2, 0.0))
        brightness = (1 - first * (1 - cosine) - second * (1 - cosine) ** 2) / (1 - first / 3 - second / 6)
        ratio = float(np.sqrt(np.clip(depth / max(brightness, 0.1), 1e-4, 1.0)))
        return occultation(ratio, impact, (first, second))

    def surprise(self, shape: Sequence[float] | Float) -> float:
        """How far the limb darkening is off the expected one, in errors of that."""
        return (shape[0] - self.limb_darkening[0]) / UNSURE_DARKENING


def fit_event(
    points: Points,
    ephemeris: Ephemeris,
    limb_darkening: tuple[float, float],
    *,
    planet: bool,
    curved: bool = False,
    timed: bool = True,
) -> EventFit:
    """Fit depth, duration, middle, period and shape at once.

    Discs that cover each other are tried, and a trapezoid, which is taken where it fits clearly better.

    Parameters
    ----------
    points : Points
    ephemeris : Ephemeris
        Where the fit starts, with a duration.
    limb_darkening : two floats
        Quadratic coefficients.
    planet : bool
        Whether the size of the disc follows from the depth.
    curved : bool
        Whether the flux beside the events changes with phase.
    timed : bool
        Whether the period is fitted, too.

    Raises
    ------
    FeatureError
        When nothing can be fitted.
    """
    timed = bool(timed and not ephemeris.single and np.ptp(points.number) > 0)
    stack = points.stacked(ephemeris.duration_days / BINS_A_DURATION)
    plain = _best(_fits(stack, ephemeris, Trapezoids(), LENGTHS, curved))
    chosen = plain
    try:
        discs = _first(_fits(stack, plain.ephemeris, Discs(limb_darkening, planet), (1.0,), curved), plain.chi_square)
        better = plain.chi_square - discs.chi_square
        if better > (-CLEARLY_BETTER["trapezoid"] if planet else CLEARLY_BETTER["stars"]):
            chosen = discs
    except (DesignError, FeatureError):  # batman is not installed
        pass
    if not timed:
        return chosen
    return _fit(points, chosen.ephemeris, chosen.family, chosen.shape, curved, timed)


def rough_fit(points: Points, ephemeris: Ephemeris) -> EventFit:
    """A trapezoid on all events on top of each other: where better fits start.

    Parameters
    ----------
    points : Points
    ephemeris : Ephemeris
        With a duration.
    """
    stack = points.stacked(ephemeris.duration_days / BINS_A_DURATION)
    return _best(_fits(stack, ephemeris, Trapezoids(), LENGTHS, False))


def _fits(
    points: Points, start: Ephemeris, family: Family, lengths: Sequence[float], curved: bool
) -> Iterator[EventFit]:
    """A fit from each start."""
    for length, shape in product(lengths, family.starts):
        longer = replace(start, duration_days=min(start.duration_days * length, 1.9 * points.reach_days))
        yield _fit(points, longer, family, shape, curved, False)


def _best(fits: Iterable[EventFit]) -> EventFit:
    return min(fits, key=lambda fit: fit.chi_square)


def _first(fits: Iterator[EventFit], chi_square: float) -> EventFit:
    """The first that converges and is as good as wanted: others then end in the same place. Else the best."""
    tried = []
    for fit in fits:
        tried.append(fit)
        if fit.converged and fit.chi_square <= chi_square:
            break
    return _best(tried)


def _fit(
    points: Points, start: Ephemeris, family: Family, shape: Sequence[float], curved: bool, timed: bool
) -> EventFit:
    model = EventModel(points, start, family, curved=curved, timed=timed)
    try:
        found = least_squares(
            model.residuals,
            model.first(shape),
            jac=model.slopes,
            bounds=(model.lower, model.upper),
            x_scale="jac",
            ftol=ENOUGH,
            max_nfev=300,
        )
    except ValueError as problem:
        raise FeatureError(f"the event can't be fitted ({problem})") from problem
    values, slopes = found.x, found.jac.copy()
    for place, width in family.blind:
        # Near 0 a parameter that counts by its square has no slope: what it may be says how far the others may be off.
        at, further = model.shape.start + place, values.copy()
        if values[at] < width:
            further[at] += width
            slopes[:, at] = (model.residuals(further) - model.residuals(values)) / width
    covariance = np.linalg.pinv(slopes.T @ slopes)
    moved_by = covariance @ (slopes[: points.flux.size] / points.error[:, None]).T
    fitted, duration = model.ephemeris(values), start.duration_days
    edge = values[1] < model.lower[1] + 1e-3 or values[1] > model.upper[1] - 1e-3 or abs(values[3] - 1) > 0.499
    converged = bool(found.status > 0 and not edge and values[0] > 0)
    told = {name: np.zeros(values.size) for name in ("depth", "bottom", "epoch_days", "period_days", "duration_days")}
    told["depth"][0] = 1.0
    told["bottom"][[0, 2]] = -1.0, 1.0
    told["duration_days"][1] = duration * np.exp(values[1] - 3)
    told["epoch_days"][3] = duration
    if timed:
        told["epoch_days"][model.shape.stop] = -model.centre * model.slide_days
        told["period_days"][model.shape.stop] = model.slide_days
    white = {
        name: float(np.sqrt(max(float(of @ covariance @ of), 0.0))) if converged else np.nan
        for name, of in told.items()
    }
    if not timed:
        white["period_days"] = np.nan
    profile = model.profile(values)
    return EventFit(
        ephemeris=fitted,
        depth=float(values[0]),
        bottom=float(values[2] - values[0]),
        slope_share=_slope_share(profile),
        white=white,
        response={name: of @ moved_by for name, of in told.items()},
        points=points,
        residual=found.fun[: points.flux.size],
        share=model.share(values),
        profile=profile,
        converged=converged,
        chi_square=float(2 * found.cost),
        free=values.size,
        family=family,
        shape=tuple(float(value) for value in values[model.shape]),
    )


def _slope_share(profile: Profile) -> float:
    """Of a trapezoid that spends as much time as the profile between a tenth and nine tenths of the depth."""
    place = np.linspace(0, 1, 1001)
    depth = profile(place)
    between = float(np.mean((depth > 0.1) & (depth < 0.9)))
    return min(between / 0.8, 1.0)
