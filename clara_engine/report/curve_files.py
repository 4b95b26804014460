"""A light curve, or a fold of it, as a file for other programs: CSV with units and facts above it, or FITS."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import WorkspaceError
from clara_engine.lightcurve import BTJD_ZERO, LightCurve, Target
from clara_engine.periods.fold import FIRST_PHASE, Folded, around_events, fold, no_level
from clara_engine.timeseries import level_of

if TYPE_CHECKING:
    from astropy.io import fits
    from astropy.table import Table

    from clara_engine.periods.ephemeris import Ephemeris

__all__ = ["CURVE_ENDINGS", "file_name", "fold_bytes", "fold_table", "light_curve_bytes", "light_curve_table"]

#: Endings of files that are written.
CURVE_ENDINGS = (".csv", ".fits")
TIME_UNIT = "BJD - 2457000, days"
#: Keyword that numbers a star, by its catalogue, and what observed it.
NUMBERED = {"TIC": ("TICID", "TESS"), "KIC": ("KEPLERID", "Kepler"), "EPIC": ("KEPLERID", "K2")}
#: Facts of a target as keywords of FITS.
KEYWORDS = {
    "ra": "RA_OBJ",
    "dec": "DEC_OBJ",
    "pmra": "PMRA",
    "pmdec": "PMDEC",
    "tmag": "TESSMAG",
    "teff": "TEFF",
    "logg": "LOGG",
    "radius": "RADIUS",
    "camera": "CAMERA",
    "ccd": "CCD",
    "crowdsap": "CROWDSAP",
}

Float = NDArray[np.float64]


def file_name(target: Target, what: str, ending: str) -> str:
    """What a file is called: ``TIC261136679-s0001-SPOC-120-fold.csv``.

    Parameters
    ----------
    target : Target
    what : str
        What it holds, e.g. ``"fold"``.
    ending : str
        One of `CURVE_ENDINGS`.
    """
    number = target.id if target.id.startswith(target.catalogue) else target.catalogue + target.id
    return f"{number.replace(' ', '_')}-{what}{ending}"


def light_curve_table(curve: LightCurve, *, made: Sequence[str] = ()) -> Table:
    """Every sample of a light curve that has a time, with units.

    Parameters
    ----------
    curve : LightCurve
    made : sequence of str
        How its flux was made, a line each.

    Returns
    -------
    astropy.table.Table
        time [BTJD, days], flux, flux_err [unit of the light curve], quality (flags of the product, 0 where all is
        well), and the centroid [pixel] where there is one. ``meta`` says whose it is and where it comes from.
    """
    from astropy import units as u
    from astropy.table import Column, Table

    seen = curve.select(np.isfinite(curve.time))
    unit = u.electron / u.s if curve.flux_unit == "e-/s" else u.dimensionless_unscaled
    columns = [
        Column(seen.time, "time", unit=u.day, description="BTJD = BJD - 2457000, TDB"),
        Column(seen.flux, "flux", unit=unit, description="1 is the quiet star" if unit.is_unity() else None),
        Column(seen.flux_err, "flux_err", unit=unit),
        Column(seen.quality, "quality", description="flags of the product, 0 where all is well"),
    ]
    if seen.centroid_column is not None and seen.centroid_row is not None:
        columns.append(Column(seen.centroid_column, "centroid_column", unit=u.pixel))
        columns.append(Column(seen.centroid_row, "centroid_row", unit=u.pixel))
    return Table(columns, meta=_facts(curve, made))


def fold_table(curve: LightCurve, ephemeris: Ephemeris, *, made: Sequence[str] = ()) -> Table:
    """A folded light curve, in the order of phase, from −0.25 to 0.75; a single event in hours from its middle.

    Parameters
    ----------
    curve : LightCurve
    ephemeris : Ephemeris
    made : sequence of str
        How its flux was made, a line each.

    Returns
    -------
    astropy.table.Table
        phase (or hours [h]), flux_ppm, flux_err_ppm [ppm off the median], time [BTJD, days], cycle (which period or
        event, counted from the epoch), quality; and of the bin that the sample lies in its middle, median and the
        error of its mean: bin_phase (bin_hours), bin_flux_ppm, bin_error_ppm [ppm].

    Raises
    ------
    DesignError
        When a single event has no duration.
    WorkspaceError
        When the flux has no level to be folded relative to.
    """
    from astropy import units as u
    from astropy.table import Column, Table

    if why := no_level(curve):
        raise WorkspaceError(f"{curve.target.name} can't be folded: {why}")
    clean = curve.finite()
    if ephemeris.single:
        events = around_events(curve, ephemeris)
        x, flux, cycle = events.hours, events.flux_ppm, events.number
        centre, middle, error = events.bin_hours, events.bin_flux_ppm, np.full(events.bin_hours.size, np.nan)
        near = np.abs(ephemeris.away_days(clean.time)) * 24 <= np.abs(x).max(initial=0.0) + 1e-9
        name, unit = "hours", u.hour
    else:
        folded: Folded = fold(curve, ephemeris.period_days, ephemeris.epoch_btjd, first_phase=FIRST_PHASE)
        x, flux, cycle = folded.phase, folded.flux_ppm, folded.cycle
        centre, middle, error = folded.bin_phase, folded.bin_flux_ppm, folded.bin_error_ppm
        near = np.ones(len(clean), bool)
        name, unit = "phase", u.dimensionless_unscaled
    clean = clean.select(near)
    ppm = u.Unit(1e-6)
    step = centre[1] - centre[0]
    place = np.clip(((x - centre[0]) / step + 0.5).astype(int), 0, centre.size - 1)
    error_ppm = clean.flux_err / level_of(curve.finite().flux) * 1e6
    table = Table(
        [
            Column(x, name, unit=unit, description="0 in the middle of the event"),
            Column(flux, "flux_ppm", unit=ppm, description="off the median of the light curve"),
            Column(error_ppm, "flux_err_ppm", unit=ppm),
            Column(clean.time, "time", unit=u.day, description="BTJD = BJD - 2457000, TDB"),
            Column(cycle, "cycle", description="which period, counted from the epoch"),
            Column(clean.quality, "quality", description="flags of the product, 0 where all is well"),
            Column(centre[place], f"bin_{name}", unit=unit, description="middle of the bin that the sample lies in"),
            Column(middle[place], "bin_flux_ppm", unit=ppm, description="median of that bin"),
            Column(error[place], "bin_error_ppm", unit=ppm, description="standard error of its mean"),
        ],
        meta=_facts(curve, made)
        | {
            "period_days": _known(ephemeris.period_days),
            "epoch_btjd": ephemeris.epoch_btjd,
            "duration_hours": _known(24 * ephemeris.duration_days),
        },
    )
    table.sort(name)
    return table


def light_curve_bytes(curve: LightCurve, ending: str, *, made: Sequence[str] = ()) -> bytes:
    """A light curve as the content of a file; lightkurve and CLARA read both kinds.

    Parameters
    ----------
    curve : LightCurve
    ending : str
        One of `CURVE_ENDINGS`. CSV has its units and facts in the lines before (ECSV of astropy).
    made : sequence of str
        How its flux was made, a line each.
    """
    table = light_curve_table(curve, made=made)
    if ending == ".csv":
        return _csv(table)
    names = {"time": "TIME", "flux": "FLUX", "flux_err": "FLUX_ERR", "quality": "QUALITY"}
    names |= {"centroid_column": "MOM_CENTR1", "centroid_row": "MOM_CENTR2"}
    flux_unit = "e-/s" if curve.flux_unit == "e-/s" else ""
    units = {"TIME": TIME_UNIT, "FLUX": flux_unit, "FLUX_ERR": flux_unit, "MOM_CENTR1": "pixel", "MOM_CENTR2": "pixel"}
    samples = _hdu({names[name]: table[name] for name in table.colnames}, units, "LIGHTCURVE")
    samples.header.update(
        {"BJDREFI": int(BTJD_ZERO), "BJDREFF": 0.0, "TIMEUNIT": "d", "TIMESYS": "TDB", "TIMEREF": "SOLARSYSTEM"}
    )
    return _fits(curve, made, {"CREATOR": _creator()}, samples)


def fold_bytes(curve: LightCurve, ephemeris: Ephemeris, ending: str, *, made: Sequence[str] = ()) -> bytes:
    """A fold as the content of a file; lightkurve reads the FITS file as a folded light curve.

    There TIME is days from the middle of the nearest event, as lightkurve writes it, and PHASE what is shown.

    Parameters
    ----------
    curve : LightCurve
    ephemeris : Ephemeris
    ending : str
        One of `CURVE_ENDINGS`.
    made : sequence of str
        How its flux was made, a line each.
    """
    table = fold_table(curve, ephemeris, made=made)
    if ending == ".csv":
        return _csv(table)
    single = ephemeris.single
    place = table.colnames[0]
    samples = _hdu(
        {
            "TIME": np.asarray(table[place]) * (1 / 24 if single else ephemeris.period_days),
            place.upper(): table[place],
            "FLUX": 1 + 1e-6 * np.asarray(table["flux_ppm"]),
            "FLUX_ERR": 1e-6 * np.asarray(table["flux_err_ppm"]),
            "QUALITY": table["quality"],
            "CYCLE": table["cycle"],
            "TIME_ORIGINAL": table["time"],
        },
        {"TIME": "d", "HOURS": "h", "TIME_ORIGINAL": TIME_UNIT},
        "LIGHTCURVE",
    )
    bins = table[np.unique(np.asarray(table[f"bin_{place}"]), return_index=True)[1]]
    means = _hdu(
        {name.upper(): bins[name] for name in (f"bin_{place}", "bin_flux_ppm", "bin_error_ppm")},
        {"BIN_HOURS": "h", "BIN_FLUX_PPM": "1E-6", "BIN_ERROR_PPM": "1E-6"},
        "BINS",
    )
    words: dict[str, Any] = {
        "ORIGIN": "CLARA",  # lightkurve asks for both
        "CREATOR": f"{_creator()}, folded",
        "PERIOD": _known(ephemeris.period_days) or 0.0,
        "EPOCH": ephemeris.epoch_btjd,
        "PHEPOCH": 0.0,
        "PHNORM": not single,
        "DURATION": _known(24 * ephemeris.duration_days),
    }
    return _fits(curve, made, words, samples, means)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _creator() -> str:
    return f"CLARA {version('clara-astro')}"


def _facts(curve: LightCurve, made: Sequence[str]) -> dict[str, Any]:
    """Whose light curve it is and where it comes from; what is not known is left out."""
    target = curve.target
    found: dict[str, Any] = {
        target.catalogue.lower(): target.tic,
        "object": target.name,
        "sector": target.sector,
        "product": target.product,
        "cadence_s": _known(target.cadence_s),
        "simulated": target.simulated,
        "procver": target.procver or None,
        "data_release": target.data_release,
        "flux_unit": curve.flux_unit,
        "made": [*made, *curve.notes] or None,
        "written_by": _creator(),
    }
    for name in KEYWORDS:
        value = getattr(target, name)
        found[name] = value if isinstance(value, int) else None if value is None else _known(value)
    return {name: value for name, value in found.items() if value is not None}


def _csv(table: Table) -> bytes:
    """ECSV; the rows by pandas, which takes a tenth of the time."""
    text = io.StringIO()
    table[:0].write(text, format="ascii.ecsv", delimiter=",")
    table.to_pandas().to_csv(text, index=False, header=False, na_rep="nan", lineterminator="\n")
    return text.getvalue().encode()


def _hdu(columns: dict[str, Any], units: dict[str, str], name: str) -> fits.BinTableHDU:
    from astropy.io import fits

    made = []
    for column, values in columns.items():
        values = np.asarray(values)
        form = "J" if values.dtype.kind in "iu" else "D"
        made.append(fits.Column(column, form, unit=units.get(column) or None, array=values))
    return fits.BinTableHDU.from_columns(made, name=name)


def _fits(curve: LightCurve, made: Sequence[str], words: dict[str, Any], *tables: fits.BinTableHDU) -> bytes:
    from astropy.io import fits

    target = curve.target
    number, mission = NUMBERED.get(target.catalogue, ("TARGETID", "TESS"))
    primary = fits.PrimaryHDU()
    cards: dict[str, Any] = {
        "TELESCOP": "TESS" if mission == "TESS" else "Kepler",
        "MISSION": mission,
        "OBJECT": target.name,
        number: target.tic,
        "SECTOR" if mission == "TESS" else "QUARTER" if mission == "Kepler" else "CAMPAIGN": target.sector,
        "AUTHOR": target.product,
        "SIMDATA": target.simulated,
        "PROCVER": target.procver or None,
        "DATA_REL": target.data_release,
        "FLUXUNIT": curve.flux_unit,
    }
    for name, keyword in KEYWORDS.items():
        value = getattr(target, name)
        cards[keyword] = value if isinstance(value, int) else None if value is None else _known(value)
    for keyword, value in (cards | words).items():
        if value is not None:
            primary.header[keyword] = value
    for line in (*made, *curve.notes):
        primary.header.add_history(line.encode("ascii", "replace").decode())
    file = io.BytesIO()
    fits.HDUList([primary, *tables]).writeto(file, checksum=True)
    return file.getvalue()
