"""Anomaly scores against stellar parameters, and the colour–magnitude diagram.

Parameters are columns named with their unit: ``teff_k``, ``logg``, ``radius_rsun``, ``mass_msun``, ``lum_lsun``,
``gaia_g``, ``bp_rp``, ``parallax_mas``, ``parallax_error_mas``, ``pmra`` and ``pmdec`` [mas/yr], ``ruwe``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr

from clara_engine.evaluate.corrections import benjamini_hochberg, holm
from clara_engine.progress import Progress, silent
from clara_engine.text import agreeing, counted

__all__ = [
    "CORRELATED",
    "absolute_magnitude",
    "colour_magnitude",
    "score_correlations",
    "tangential_velocity",
    "with_derived",
]

Float = NDArray[np.float64]

CORRELATED = ("teff_k", "ruwe", "vtan_kms", "bp_rp", "lum_lsun")
KMS_PER_AU_YR = 4.74047
SUN_TEFF_K = 5772.0
LEAST_STARS = 10
UNCERTAIN = 0.2  # a parallax error above a fifth makes the distance depend on the prior (Bailer-Jones 2015)


def tangential_velocity(proper_motion_mas_yr: ArrayLike, parallax_mas: ArrayLike) -> Float:
    """vtan = 4.74047 μ / ϖ [km/s]; NaN where the parallax is not positive.

    Parameters
    ----------
    proper_motion_mas_yr : array_like
        Total proper motion [mas/yr].
    parallax_mas : array_like
        [mas].

    Examples
    --------
    >>> round(float(tangential_velocity(100.0, 10.0)), 2)  # 0.1 arcsec a year at 100 pc
    47.4
    """
    motion, parallax = np.asarray(proper_motion_mas_yr, np.float64), np.asarray(parallax_mas, np.float64)
    positive = parallax > 0
    return np.where(positive, KMS_PER_AU_YR * motion / np.where(positive, parallax, 1), np.nan)


def absolute_magnitude(magnitude: ArrayLike, parallax_mas: ArrayLike) -> Float:
    """M = m + 5 log10(ϖ / 100 mas) [mag], without extinction; NaN where the parallax is not positive.

    Parameters
    ----------
    magnitude : array_like
        Apparent [mag].
    parallax_mas : array_like
        [mas].

    Examples
    --------
    >>> round(float(absolute_magnitude(10.0, 10.0)), 2)  # at 100 pc
    5.0
    """
    apparent, parallax = np.asarray(magnitude, np.float64), np.asarray(parallax_mas, np.float64)
    positive = parallax > 0
    return np.where(positive, apparent + 5 * np.log10(np.where(positive, parallax, 1) / 100), np.nan)


def with_derived(parameters: pd.DataFrame) -> pd.DataFrame:
    """Parameters with ``vtan_kms``, ``lum_lsun`` and ``abs_g``, computed where no catalogue gives them.

    The luminosity is R² (Teff / 5772 K)⁴ in solar units (Stefan–Boltzmann; IAU 2015 Resolution B3).
    """
    known = set(parameters)
    derived = {}
    if {"pmra", "pmdec", "parallax_mas"} <= known:
        motion = np.hypot(parameters["pmra"], parameters["pmdec"])
        derived["vtan_kms"] = pd.Series(tangential_velocity(motion, parameters["parallax_mas"]), parameters.index)
    if {"radius_rsun", "teff_k"} <= known:
        derived["lum_lsun"] = parameters["radius_rsun"] ** 2 * (parameters["teff_k"] / SUN_TEFF_K) ** 4
    if {"gaia_g", "parallax_mas"} <= known:
        bright = absolute_magnitude(parameters["gaia_g"], parameters["parallax_mas"])
        derived["abs_g"] = pd.Series(bright, parameters.index)
    return parameters.assign(
        **{name: parameters[name].fillna(column) if name in known else column for name, column in derived.items()}
    )


def colour_magnitude(parameters: pd.DataFrame) -> pd.DataFrame:
    """Place stars in the Gaia colour–magnitude diagram.

    Parameters
    ----------
    parameters : DataFrame, indexed by target id
        Columns gaia_g, bp_rp, parallax_mas, and parallax_error_mas where it is known.

    Returns
    -------
    DataFrame
        Same index. bp_rp and abs_g [mag], NaN where there is no position; abs_g_error [mag] from the parallax error;
        reason: why there is no position, or why it is not to be trusted; else empty.
    """
    known = parameters.reindex(columns=["gaia_g", "bp_rp", "parallax_mas", "parallax_error_mas"]).astype(float)
    g, colour, parallax, error = (known[name].to_numpy() for name in known)
    magnitude = absolute_magnitude(g, parallax)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(parallax > 0, error / parallax, np.nan)
    problems = [
        (np.isnan(g), "no Gaia magnitude"),
        (np.isnan(colour), "no Gaia colour"),
        (np.isnan(parallax), "no parallax"),
        (parallax <= 0, "parallax is not positive: no distance follows from it"),
        (relative > UNCERTAIN, f"parallax is uncertain by more than {UNCERTAIN:.0%}"),
    ]
    reason = np.select([mask for mask, _ in problems], [text for _, text in problems], default="")
    placed = np.isfinite(magnitude) & np.isfinite(colour)
    return pd.DataFrame(
        {
            "bp_rp": np.where(placed, colour, np.nan),
            "abs_g": np.where(placed, magnitude, np.nan),
            "abs_g_error": np.where(placed, 5 / np.log(10) * relative, np.nan),
            "reason": reason,
        },
        index=parameters.index,
    )


def score_correlations(
    scores: pd.Series,
    parameters: pd.DataFrame,
    names: Sequence[str] = CORRELATED,
    *,
    resamples: int = 1000,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Spearman correlation of a score with each parameter.

    Parameters
    ----------
    scores : Series, indexed by target id
        One row a star: a star that counts twice makes every interval too narrow.
    parameters : DataFrame, indexed by target id
    names : sequence of str
        Columns to correlate with; absent ones get a row without a number.
    resamples : int
        Bootstrap samples of the 95 % interval (percentiles; Efron 1979).
    seed : int
        Of the bootstrap.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.

    Returns
    -------
    DataFrame
        parameter, stars (with both numbers), rho, rho_low, rho_high, p_value (two-sided), p_corrected (Holm 1979) and
        q_value (Benjamini & Hochberg 1995), and the reason where there is no number. By chance rho is 0.
    """
    rows = []
    for done, name in enumerate(names):
        progress(done, len(names))
        column = parameters[name] if name in parameters else pd.Series(dtype=float)
        both = pd.concat([scores.rename("score"), column.rename("parameter")], axis=1, join="inner")
        both = both.astype(float).replace([np.inf, -np.inf], np.nan).dropna()
        random = np.random.default_rng([seed, done])
        rows.append({"parameter": name, **_correlation(both, name in parameters, resamples, random)})
    progress(len(names), len(names))
    table = pd.DataFrame(rows)
    table["p_corrected"] = holm(table["p_value"])
    table["q_value"] = benjamini_hochberg(table["p_value"])
    return table[["parameter", "stars", "rho", "rho_low", "rho_high", "p_value", "p_corrected", "q_value", "reason"]]


def _correlation(both: pd.DataFrame, known: bool, resamples: int, random: np.random.Generator) -> dict[str, object]:
    nothing = {"stars": len(both), "rho": np.nan, "rho_low": np.nan, "rho_high": np.nan, "p_value": np.nan}
    if not known:
        return nothing | {"reason": "not in this workspace"}
    if len(both) < LEAST_STARS:
        have = f"{counted(len(both), 'star')} {agreeing(len(both), 'have')} it"
        return nothing | {"reason": f"{have}, at least {LEAST_STARS} are needed"}
    if (both.nunique() < 2).any():
        return nothing | {"reason": "every star has the same value"}
    x, y = both["score"].to_numpy(), both["parameter"].to_numpy()
    found = spearmanr(x, y)
    low, high = _bootstrap(x, y, resamples, random)
    return {
        "stars": len(both),
        "rho": float(found.statistic),
        "rho_low": low,
        "rho_high": high,
        "p_value": float(found.pvalue),
        "reason": "",
    }


def _bootstrap(x: Float, y: Float, resamples: int, random: np.random.Generator) -> tuple[float, float]:
    """95 % percentile interval of Spearman's ρ; a resample is how often each star was drawn."""
    n = x.size
    codes = [np.unique(values, return_inverse=True)[1] for values in (x, y)]
    found = np.empty(resamples)
    for i in range(resamples):
        drawn = np.bincount(random.integers(0, n, n), minlength=n).astype(np.float64)
        a, b = (_centred_ranks(code, drawn) for code in codes)
        with np.errstate(invalid="ignore"):  # a resample of equal values has no correlation
            found[i] = (drawn * a * b).sum() / np.sqrt((drawn * a * a).sum() * (drawn * b * b).sum())
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return float(low), float(high)


def _centred_ranks(code: NDArray[np.intp], drawn: Float) -> Float:
    """Mid-ranks within a resample, less their mean."""
    mass = np.bincount(code, weights=drawn)
    return (np.cumsum(mass) - mass / 2)[code] - code.size / 2
