"""FITS tables of no known product: with columns that a person names, or as astropy and lightkurve understand them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve
from clara_engine.readers import lightkurve_fits, lightkurve_object
from clara_engine.readers.columns import Columns
from clara_engine.readers.fits_file import FitsFile, Table
from clara_engine.readers.fits_layout import Layout, read_layout
from clara_engine.readers.table_names import AGAIN

__all__ = ["is_astropys", "read_named", "read_unknown"]

NAMED = replace(
    lightkurve_fits.LAYOUT,
    name="table",
    product=lambda file, cadence_s: "table",
    star=("TICID", "TIC_ID", "TIC", "KEPLERID", "KIC", "EPIC", "TARGETID", "OBJECT"),
    centroids=(),
)
NEEDED = "name its columns: --columns time=TIME flux=FLUX"


def is_astropys(file: FitsFile) -> bool:
    """Whether astropy wrote the times of the first table, as two numbers that add up to a Julian date."""
    time = file.table.columns.get("TIME")
    return time is not None and time.repeat == 2


def read_named(file: FitsFile, columns: Columns) -> LightCurve:
    """The light curve in the first table that has the named columns.

    Parameters
    ----------
    file : FitsFile
    columns : Columns
        Which column is what, as a person named them.

    Raises
    ------
    UnreadableLightCurve
        No table has them; or as `read_layout`.
    """
    wanted = [name.upper() for name in (columns.time, columns.flux, columns.err, columns.quality) if name]
    table = next((table for table in file.tables if all(name in table for name in wanted)), None)
    if table is None:
        for role in Columns.roles():
            columns.found(role, list(file.table.columns))
        raise UnreadableLightCurve(f"no table holds {', '.join(wanted)} together")
    layout = _layout(columns)
    return read_layout(replace(file, tables=(table,)), layout)


def _layout(columns: Columns) -> Layout:
    flux = columns.flux.upper()
    return replace(
        NAMED,
        time=(columns.time.upper(),),
        flux={"pdcsap": (flux,)},
        errors={flux: columns.err.upper()} if columns.err else {},
        quality=(columns.quality.upper(),) if columns.quality else (),
        good_flags=("G", "0", ""),
    )


def read_unknown(file: FitsFile, flux: str) -> LightCurve:
    """What astropy or lightkurve makes of a file; a column of `flux` is taken where there is one.

    Parameters
    ----------
    file : FitsFile
        Of a product that no reader of this program knows.
    flux : str
        Name of the flux column that is wanted, e.g. ``"pdcsap"``.

    Raises
    ------
    UnreadableLightCurve
        Neither finds times and flux, or several columns have one name.
    """
    lacking = _lacking(file.table)
    if twice := [name for name in file.table.columns if AGAIN.search(name)]:
        raise UnreadableLightCurve(f"several columns have one name: {', '.join(twice):.120}; {NEEDED}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            curve = _read(file, flux)
    except Exception as error:  # whatever another library stumbles over
        raise UnreadableLightCurve(lacking) from error
    return lightkurve_object.read(curve)


def _read(file: FitsFile, flux: str) -> Any:
    import lightkurve

    if is_astropys(file):
        curve = _astropys(file, flux)
    else:
        try:
            curve = lightkurve.read(str(file.path), quality_bitmask="none")
        except Exception:  # the products that lightkurve does not know have no bit mask
            curve = lightkurve.read(str(file.path))
    _blank_nulls(curve, file.table)
    for key, value in {**file.table.header, **file.primary}.items():
        curve.meta.setdefault(key, int(value) if isinstance(value, float) and value.is_integer() else value)
    if not curve.meta.get("TICID"):
        catalogue = lightkurve_fits.catalogue(replace(file, primary={**file.table.header, **file.primary}))
        curve.meta.setdefault("CATALOG", catalogue)
    return curve


def _blank_nulls(curve: Any, table: Table) -> None:
    """Make what a table calls null NaN: lightkurve drops that from columns of whole numbers."""
    for name in ("flux", "flux_err"):
        null = table.null(name.upper()) if name.upper() in table else np.nan
        column = curve[name] if name in curve.colnames else None
        if column is not None and not np.isnan(null):
            values = np.asarray(getattr(column, "value", column), dtype=np.float64)
            blank = np.where(values == null, np.nan, values)
            curve[name] = blank * column.unit if getattr(column, "unit", None) else blank


def _astropys(file: FitsFile, flux: str) -> Any:
    """Units and times as astropy stores them beside the numbers."""
    import lightkurve
    from astropy.table import QTable
    from astropy.time import Time

    table = QTable.read(str(file.path), hdu=1)
    names = {name.lower(): name for name in table.colnames}
    time = table[names["time"]]
    if not isinstance(time, Time):
        days = np.asarray(getattr(time, "value", time), dtype=np.float64)
        time = Time(days[:, 0], days[:, 1], format="jd", scale="tdb")
    name = next(names[key] for key in (f"{flux}_flux", "flux", "pdcsap_flux") if key in names)
    error = names.get(f"{name.lower()}_err")
    curve = lightkurve.LightCurve(time=time, flux=table[name], flux_err=table[error] if error else None)
    if "quality" in names:
        curve["quality"] = table[names["quality"]]
    return curve


def _lacking(table: Table) -> str:
    times = [name for name in table.columns if "TIME" in name or "JD" in name]
    fluxes = [name for name in table.columns if "FLUX" in name or "MAG" in name]
    lacks = " and ".join(what for what, found in (("a time", times), ("a flux", fluxes)) if not found)
    what = f"it lacks {lacks} column" if lacks else NEEDED
    return f"the layout of no known product; {what}; its columns: {', '.join(table.columns) or 'none':.200}"
