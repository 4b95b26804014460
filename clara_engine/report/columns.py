"""What the columns of exported tables hold: unit, UCD and a description of each, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["COLUMNS", "PPM", "UNITS", "Column", "column"]

#: Parts per million, in units that astropy reads.
PPM = "1e-6"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name, description : str
    unit : str
        As astropy reads it; ``"1e-6"`` is parts per million. Empty without one.
    ucd : str
        Unified content descriptor (UCD1+) of the IVOA.
    """

    name: str
    description: str
    ucd: str = ""
    unit: str = ""


def _with_error(name: str, description: str, ucd: str, unit: str = "") -> tuple[Column, Column]:
    error = Column(f"{name}_error", f"standard error of {name}; empty where the fit says nothing", "", unit)
    first = ucd.split(";")[0]
    return Column(name, description, ucd, unit), Column(error.name, error.description, f"stat.error;{first}", unit)


def _event(prefix: str, of: str) -> tuple[Column, ...]:
    """The columns of a measured event."""
    return (
        *_with_error(f"{prefix}period_days", f"period of {of}", "time.period", "d"),
        *_with_error(f"{prefix}epoch_btjd", f"middle of one of {of}: BJD (TDB) - 2457000", "time.epoch", "d"),
        *_with_error(f"{prefix}duration_hours", f"first to last contact of {of}", "time.duration", "h"),
        *_with_error(f"{prefix}depth_ppm", f"depth of the bottom of {of}, of the level", "src.var.amplitude", PPM),
    )


_COLUMNS = (
    Column("rank", "1 is the strangest light curve of the run; ties share the best rank", "meta.number"),
    Column("tic", "number of the star in its catalogue", "meta.id"),
    Column("target_id", "light curve: star, sector, product and cadence", "meta.id;meta.main"),
    Column("anomaly_score", "probability of the contrast set, by trees that never saw the star", "stat.probability"),
    Column("anomaly_spread", "standard deviation of the score over trees", "stat.stdev;stat.probability"),
    Column("weirdness", "1 minus the share of light curves that fall into the same leaf", "stat.value"),
    Column("percentile", "of the mean rank, 0 to 100", "stat.value"),
    Column("trained", "whether it trained the forest", "meta.code"),
    Column("set_aside", "whether it made the contrast set itself", "meta.code"),
    Column("p_value", "how often a quiet star reaches this score", "stat.probability"),
    Column("star", "star that the light curve is of", "meta.id"),
    Column("star_light_curves", "light curves of the star in the run", "meta.number"),
    Column("star_best", "whether it is the strangest light curve of its star", "meta.code"),
    Column("star_p_value", "p-value of the star", "stat.probability"),
    Column("star_q_value", "least false-discovery rate of a cut that the star is above", "stat.probability"),
    Column("star_rank", "rank among stars", "meta.number"),
    Column("kind", "likeliest kind of star, by a forest of many classes", "src.class"),
    Column("kind_probability", "posterior of that kind", "stat.probability"),
    Column("wrss", "joint score of two runs, 0 to 1 within those that both score above 0", "stat.value"),
    Column("wrss_raw", "the same before it is scaled: the weighed sum of square roots of both scores", "stat.value"),
    Column("catalogue", "input catalogue of the number: TIC, KIC or EPIC", "meta.code"),
    Column("sector", "sector, quarter or campaign", "meta.id;obs.field"),
    Column("product", "pipeline that made the light curve", "meta.code"),
    Column("cadence_s", "time between samples", "time.resolution", "s"),
    Column("tmag", "TESS magnitude", "phot.mag;em.opt.I", "mag"),
    Column("teff", "effective temperature, by the header", "phys.temperature.effective", "K"),
    Column("radius", "radius, by the header", "phys.size.radius", "solRad"),
    Column("logg", "surface gravity, log10 of cm/s2, by the header", "phys.gravity"),
    Column("ra", "right ascension (ICRS)", "pos.eq.ra;meta.main", "deg"),
    Column("dec", "declination (ICRS)", "pos.eq.dec;meta.main", "deg"),
    Column("pmra", "proper motion in right ascension times cos(dec)", "pos.pm;pos.eq.ra", "mas/yr"),
    Column("pmdec", "proper motion in declination", "pos.pm;pos.eq.dec", "mas/yr"),
    Column("simulated", "whether it is no observation", "meta.code"),
    Column("procver", "version of the pipeline", "meta.version;meta.software"),
    Column("data_release", "number of the data release", "meta.version"),
    Column("crowdsap", "share of the flux in the aperture that is the star's own", "phot.flux;arith.ratio"),
    Column("camera", "camera of TESS", "meta.id;instr"),
    Column("ccd", "detector of the camera", "meta.id;instr"),
    Column("verdict_label", "last verdict that stands", "meta.note"),
    Column("verdict_note", "note of that verdict", "meta.note"),
    Column("verdict_author", "who gave it", "meta.curation"),
    Column("verdict_period_days", "period on the screen when it was given", "time.period", "d"),
    Column("verdict_sector", "sector on the screen when it was given", "meta.id;obs.field"),
    Column("verdict_run", "name of the run on the screen when it was given", "meta.id"),
    Column("verdicts", "everybody's last verdict, author: label", "meta.note"),
    Column("run", "name of the run", "meta.id"),
    Column("run_id", "number of the run in its workspace", "meta.id"),
    Column("design", "name of the design of the contrast set", "meta.id"),
    Column("design_digest", "hash of all that fixes the contrast set", "meta.checksum"),
    Column("clara_version", "version of CLARA that made the run", "meta.version;meta.software"),
    *_event("event_", "the measured event"),
    *_with_error(
        "event_secondary_depth_ppm", "depth of the second kind of event of the period", "src.var.amplitude", PPM
    ),
    Column("event_secondary_phase", "phase of the second kind of event", "time.phase"),
    Column("event_snr", "mean depth over its error, red noise included", "stat.snr"),
    Column("event_seen", "events that the light curve covers", "meta.number"),
    Column("event_cut", "whether a gap cuts every event: the duration is a lower limit", "meta.code"),
    Column("event_sectors", "sectors that were measured together", "meta.id;obs.field"),
    Column("event_ephemeris", "where the measurement began: saved, verdict or search", "meta.note"),
    Column("event_problem", "why the event could not be measured", "meta.note"),
    *_event("", "the event"),
    Column("name", "name of the star", "meta.id;meta.main"),
    Column("label", "last verdict that stands", "meta.note"),
    Column("author", "who gave it", "meta.curation"),
    Column("problem", "why the event could not be measured", "meta.note"),
    Column("known_as", "what TOI, CTOI, EB catalogues, VSX and Gaia call it, where asked", "meta.id.cross"),
    Column("sectors_to_come", "sectors that have not ended and see the star, as planned", "meta.id;obs.field"),
    Column("next_event_utc", "middle of the next event at the barycentre (UTC)", "time.epoch"),
    Column("next_event_btjd", "the same: BJD (TDB) - 2457000", "time.epoch", "d"),
    Column("next_event_error_hours", "standard error of the next event", "stat.error;time.epoch", "h"),
    Column("next_event_sector", "sector that sees the next event, 0 for none", "meta.id;obs.field"),
    Column("seen_event_utc", "middle of the first event that a sector to come sees (UTC)", "time.epoch"),
    Column("seen_event_sector", "that sector, 0 for none", "meta.id;obs.field"),
)

#: By name.
COLUMNS = {one.name: one for one in _COLUMNS}

#: Of families of columns: a pattern of the name, what is said of it, and its UCD.
_FAMILIES = (
    (r"kind_(.+)", "posterior of the kind {}", "stat.probability"),
    (r"label_(.+)", "label of the family {}", "src.class"),
)
#: Units of catalogue parameters by the end of their name, with a UCD where the end says what it is.
_ENDINGS = {
    "_days": ("d", "time"),
    "_hours": ("h", "time"),
    "_btjd": ("d", "time.epoch"),
    "_ppm": (PPM, ""),
    "_mas": ("mas", "pos.parallax"),
    "_k": ("K", "phys.temperature.effective"),
    "_rsun": ("solRad", "phys.size.radius"),
    "_msun": ("solMass", "phys.mass"),
    "_lsun": ("solLum", "phys.luminosity"),
    "_rearth": ("earthRad", "phys.size.radius"),
    "_pc": ("pc", "pos.distance"),
    "_kms": ("km/s", "phys.veloc"),
    "_s": ("s", "time"),
    "_deg": ("deg", ""),
}
_PARAMETERS = {
    "gaia_g": ("mag", "phot.mag;em.opt"),
    "abs_g": ("mag", "phot.mag;em.opt"),
    "pmra": ("mas/yr", "pos.pm;pos.eq.ra"),
    "pmdec": ("mas/yr", "pos.pm;pos.eq.dec"),
    "bp_rp": ("mag", "phot.color;em.opt"),
    "gaia_logg": ("", "phys.gravity"),
    "mh": ("", "phys.abund.Z"),
    "gaia_mh": ("", "phys.abund.Z"),
    "ruwe": ("", "stat.fit.goodness"),
}

#: Units of the columns that are known by name.
UNITS = {one.name: one.unit for one in _COLUMNS if one.unit}


def column(name: str) -> Column:
    """What is known of a column; of a catalogue parameter what its name says."""
    if name in COLUMNS:
        return COLUMNS[name]
    for pattern, words, ucd in _FAMILIES:
        if found := re.fullmatch(pattern, name):
            return Column(name, words.format(found[1].replace("_", " ")), ucd)
    unit, ucd = _PARAMETERS.get(name) or next(
        (known for ending, known in _ENDINGS.items() if name.endswith(ending)), ("", "")
    )
    return Column(name, f"catalogue parameter {name}", ucd or "meta.note", unit)
