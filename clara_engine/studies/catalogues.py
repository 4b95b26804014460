"""The services that know something of a star: how each is asked, and what its answer means."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clara_engine.archives import Archive
from clara_engine.archives.gaia import RADIUS_ARCSEC, gaia_stars
from clara_engine.archives.mast import tic_entries
from clara_engine.archives.simbad import simbad_types
from clara_engine.archives.toi import exofop_tois, nasa_tois, one_a_star, with_signal_to_noise
from clara_engine.errors import ArchiveError
from clara_engine.evaluate.population import tangential_velocity
from clara_engine.progress import Report
from clara_engine.store.archive_answers import Answer, ArchiveCache

__all__ = ["SERVICES", "TABLE_DAYS", "CatalogueQuery", "Service", "Stored", "positions"]

TABLE_DAYS = 7.0
STAR_DAYS = 180.0
TIC_PARAMETERS = ["tmag", "teff_k", "logg", "mh", "radius_rsun", "mass_msun", "lum_lsun", "distance_pc"]
GAIA_PARAMETERS = [
    "parallax_mas",
    "parallax_error_mas",
    "pmra",
    "pmdec",
    "vtan_kms",
    "ruwe",
    "gaia_g",
    "bp_rp",
    "gaia_teff_k",
    "gaia_logg",
    "gaia_mh",
    "gaia_distance_pc",
]
TOI_PARAMETERS = ["period_days", "epoch_btjd", "duration_hours", "depth_ppm", "radius_rearth", "snr"]
#: Of further TOIs of a star, as `toi_2_period_days`; see `clara_engine.store.known_ephemerides`.
TOI_EPHEMERIS = ["period_days", "epoch_btjd", "duration_hours"]
NON_SINGLE = {1: "astrometric", 2: "spectroscopic", 4: "eclipsing"}


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What one service says, by star: labels by family (values by tic), parameters and notes (by tic)."""

    labels: dict[str, pd.Series]
    parameters: pd.DataFrame
    notes: dict[int, str]


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What every service needs to ask.

    Attributes
    ----------
    targets : DataFrame
        Observed targets, with the position and proper motion of their headers.
    """

    targets: pd.DataFrame
    cache: ArchiveCache
    archives: dict[str, Archive]
    refresh: bool
    report: Report

    def ask_stars(self, name: str, archive: str, tics: list[int], ask: Callable[[list[int]], pd.DataFrame]) -> Answer:
        """Ask an archive about stars, in its chunks; what is kept and fresh is not asked for.

        Parameters
        ----------
        name : str
            Of the service; answers are kept under it.
        archive : str
            Key of the manifest.
        tics : list of int
            Numbers of the stars.
        ask : callable
            Called with some of them; returns rows by TIC.
        """
        return self.cache.answer(
            name,
            tics,
            ask,
            max_age_days=STAR_DAYS,
            chunk=self.archives[archive].chunk,
            refresh=self.refresh,
            question=f"{archive} by TIC",
            progress=self.report,
        )


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its name as the source of what is stored, how to ask it, and how to read what is kept of it."""

    source: str
    ask: Callable[[CatalogueQuery, list[int]], Answer]
    read: Callable[[pd.DataFrame, list[int]], Stored]


def _ask_tic(query: CatalogueQuery, tics: list[int]) -> Answer:
    return query.ask_stars("tic", "mast", tics, lambda some: tic_entries(query.archives["mast"], some))


def _read_tic(table: pd.DataFrame, tics: list[int]) -> Stored:
    return Stored({}, table.reindex(columns=TIC_PARAMETERS), {})


def _ask_toi(query: CatalogueQuery, tics: list[int]) -> Answer:
    def ask() -> pd.DataFrame:
        try:
            tois = nasa_tois(query.archives["nasa-exoplanet-archive"])
        except ArchiveError as first:
            try:
                tois = exofop_tois(query.archives["exofop"])
            except ArchiveError:
                raise first from None
        else:
            with suppress(ArchiveError):  # the rest is worth having without it; what needs it says that it is missing
                tois = with_signal_to_noise(tois, exofop_tois(query.archives["exofop"]))
        return tois.set_axis(tois["tic"].to_numpy())

    return query.cache.whole(
        "toi", ask, max_age_days=TABLE_DAYS, refresh=query.refresh, question="toi", progress=query.report
    )


def _read_toi(table: pd.DataFrame, tics: list[int]) -> Stored:
    if table.empty:
        return Stored({}, pd.DataFrame(), {})
    hosts = one_a_star(table.reset_index(drop=True))
    hosts = hosts[hosts.index.isin(tics)]
    kept = [name for name in TOI_PARAMETERS if name in hosts]  # older answers have no signal-to-noise
    numbers = hosts[kept].add_prefix("toi_")
    rest = table[table["tic"].isin(hosts.index)]
    rest = rest[rest["toi"] != rest["tic"].map(hosts["toi"])].sort_values(["tic", "toi"])
    place = rest.groupby("tic").cumcount() + 2
    for number, some in rest.groupby(place):
        numbers = numbers.join(some.set_index("tic")[TOI_EPHEMERIS].add_prefix(f"toi_{number}_"))
    several = {int(tic): f"{n} TOIs; the surest one comes first" for tic, n in hosts["tois"].items() if n > 1}
    return Stored({"toi": hosts["disposition"].replace("", "TOI")}, numbers, several)


def positions(query: CatalogueQuery, tics: list[int], *, ask: bool = False) -> pd.DataFrame:
    """Where stars are: by the TESS Input Catalog as far as it was asked, else by the headers of their light curves.

    Parameters
    ----------
    query : CatalogueQuery
    tics : list of int
        Numbers of the stars.
    ask : bool
        Whether to ask the TIC about those that are not kept.

    Returns
    -------
    DataFrame, indexed by tic
        ra, dec [deg, epoch 2000.0], pmra, pmdec [mas/yr], gaia_dr2 (text, empty when unknown).
    """
    headers = query.targets.drop_duplicates("tic").set_index("tic")[["ra", "dec", "pmra", "pmdec"]]
    stars = headers.assign(gaia_dr2="")
    try:
        entries = (_ask_tic(query, tics) if ask else query.cache.kept("tic", tics)).table
    except ArchiveError:
        entries = pd.DataFrame()
    if len(entries):
        stars.update(entries[stars.columns])
    return stars


def _ask_gaia(query: CatalogueQuery, tics: list[int]) -> Answer:
    stars = positions(query, tics, ask=True)
    archive = query.archives["gaia"]
    return query.ask_stars("gaia", "gaia", tics, lambda some: gaia_stars(archive, stars.loc[some]))


def _read_gaia(table: pd.DataFrame, tics: list[int]) -> Stored:
    if table.empty:
        return Stored({}, pd.DataFrame(), dict.fromkeys(tics, _NO_GAIA))
    motion = np.hypot(table["pmra"], table["pmdec"])
    numbers = table.assign(vtan_kms=tangential_velocity(motion, table["parallax_mas"]))[GAIA_PARAMETERS]
    bits = table["non_single_star"].fillna(0).astype(int)
    several = bits[bits > 0].map(lambda b: "+".join(word for bit, word in NON_SINGLE.items() if b & bit))
    variable = table["variable"][table["variable"].astype(bool)].map(lambda _: "yes")
    notes: dict[int, list[str]] = {tic: [_NO_GAIA] for tic in set(tics) - set(table.index)}
    for tic, star in table.iterrows():
        lines = notes.setdefault(int(tic), [])
        if star["candidates"] > 1:
            nearest = "in magnitude" if star["matched_by"] == "dr2" else "in position"
            lines.append(f"{star['candidates']:.0f} Gaia counterparts; the nearest {nearest} is taken")
        if star["parallax_mas"] <= 0:
            lines.append("the parallax is not positive: no distance follows from it")
    joined = {tic: "; ".join(lines) for tic, lines in notes.items() if lines}
    return Stored({"gaia_variable": variable, "gaia_non_single": several}, numbers, joined)


_NO_GAIA = f"no Gaia DR3 counterpart by its DR2 identifier or within {RADIUS_ARCSEC:g}″"


def _ask_simbad(query: CatalogueQuery, tics: list[int]) -> Answer:
    return query.ask_stars("simbad", "simbad", tics, lambda some: simbad_types(query.archives["simbad"], some))


def _read_simbad(table: pd.DataFrame, tics: list[int]) -> Stored:
    types = table["otype"] if "otype" in table else pd.Series(dtype=object)
    return Stored({"simbad": types[types != ""]}, pd.DataFrame(), {})


SERVICES: dict[str, Service] = {
    "tic": Service("TESS Input Catalog", _ask_tic, _read_tic),
    "toi": Service("NASA Exoplanet Archive", _ask_toi, _read_toi),
    "gaia": Service("Gaia DR3", _ask_gaia, _read_gaia),
    "simbad": Service("SIMBAD", _ask_simbad, _read_simbad),
}
