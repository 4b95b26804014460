"""What catalogues say of a star: the TIC, and Gaia."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clara_engine.lightcurve import Target

__all__ = ["GIANT_TEFF", "StarFacts", "facts_of"]

NAN = float("nan")
LOG_G_SUN = 4.438
GIANT_RADIUS, GIANT_LOG_G, GIANT_TEFF = 3.0, 3.5, 5600.0
#: Above the main sequence by more than an equal pair of stars is: giants (Gaia Collaboration 2018, A&A 616, A10).
GIANT_COLOUR, GIANT_ABS_G = 0.95, 3.5
#: So cool and so bright are thousands of giants, and some thirty dwarfs.
COOL_TEFF, BRIGHT_TMAG = 4000.0, 7.0
LEAST_PARALLAX_SIGMA = 5.0


@dataclass(frozen=True, slots=True)
class StarFacts:
    """A star as catalogues know it; unknown numbers are NaN.

    Attributes
    ----------
    teff, radius, logg, tmag : float
        Of the TIC or the header: [K], [solar radii], [log10 cm/s²], [mag].
    bp_rp, abs_g, ruwe : float
        Of Gaia: colour [mag], absolute magnitude without extinction [mag], goodness of the astrometric fit.
    gaia_variable, gaia_non_single : str
        What Gaia's tables say, empty where nothing: ``"yes"``, ``"eclipsing"`` …
    """

    teff: float = NAN
    radius: float = NAN
    logg: float = NAN
    tmag: float = NAN
    bp_rp: float = NAN
    abs_g: float = NAN
    ruwe: float = NAN
    gaia_variable: str = ""
    gaia_non_single: str = ""

    @property
    def density(self) -> float:
        """Mean density [solar]; NaN where radius or gravity is not known."""
        return 10 ** (self.logg - LOG_G_SUN) / self.radius if self.radius > 0 else NAN

    @property
    def giant(self) -> bool | None:
        """Whether it is a giant, by gravity and radius, else by colour and magnitude, else by being cool and bright.

        The radius alone tells only of cool stars: hot ones on the main sequence, and pairs of stars, are as large. None
        where nothing is known, or gravity and radius contradict each other.
        """
        by_both = {self.logg < GIANT_LOG_G} if math.isfinite(self.logg) else set()
        large = self.radius > GIANT_RADIUS
        if self.radius > 0 and (by_both or not (large and self.teff > GIANT_TEFF)):
            by_both.add(large)
        if len(by_both) == 2:
            return None
        if by_both:
            return by_both.pop()
        if math.isfinite(self.bp_rp) and math.isfinite(self.abs_g):
            return self.bp_rp > GIANT_COLOUR and self.abs_g < GIANT_ABS_G
        return True if self.teff < COOL_TEFF and self.tmag < BRIGHT_TMAG else None

    @property
    def words(self) -> str:
        """The numbers that are known, for people."""
        known = [
            (self.teff, f"Teff {self.teff:,.0f} K"),
            (self.radius, f"{self.radius:.2f} R☉"),
            (self.logg, f"log g {self.logg:.2f}"),
            (self.abs_g, f"M_G {self.abs_g:.2f} mag"),
            (self.bp_rp, f"BP − RP {self.bp_rp:.2f} mag"),
            (self.tmag, f"T {self.tmag:.1f} mag"),
        ]
        return ", ".join(text for value, text in known if math.isfinite(value))


def facts_of(target: Target, row: Mapping[str, Any] | None = None, flags: Mapping[str, str] | None = None) -> StarFacts:
    """Facts of a light curve's header, filled with what archives answered.

    Parameters
    ----------
    target : Target
    row : mapping of str to float, optional
        Parameters of the star as a workspace has them (`StarParameters.table`): teff_k, radius_rsun, logg, tmag, bp_rp,
        gaia_g [mag], parallax_mas, parallax_error_mas, ruwe. They come before those of the header.
    flags : mapping of str to str, optional
        Labels of the families gaia_variable and gaia_non_single.
    """
    row, flags = row or {}, flags or {}

    def number(name: str, otherwise: float = NAN) -> float:
        value = row.get(name)
        return float(value) if value is not None and math.isfinite(float(value)) else otherwise

    parallax, error = number("parallax_mas"), number("parallax_error_mas")
    known = parallax > 0 and not parallax < LEAST_PARALLAX_SIGMA * error
    return StarFacts(
        teff=number("teff_k", target.teff),
        radius=number("radius_rsun", target.radius),
        logg=number("logg", target.logg),
        tmag=number("tmag", target.tmag),
        bp_rp=number("bp_rp"),
        abs_g=number("gaia_g") + 5 * math.log10(parallax / 100) if known else NAN,
        ruwe=number("ruwe"),
        gaia_variable=flags.get("gaia_variable", ""),
        gaia_non_single=flags.get("gaia_non_single", ""),
    )
