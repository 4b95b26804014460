"""Which reader reads which product. A new FITS product is one new file, and its entry in `READERS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers import (
    cluster_products,
    eleanor,
    foreign,
    k2,
    kepler,
    lightkurve_fits,
    lightkurve_object,
    pack,
    qlp,
    spoc,
    table_file,
    tasoc,
    tglc,
)
from clara_engine.readers.columns import Columns
from clara_engine.readers.content import naming
from clara_engine.readers.fits_file import FitsFile, open_fits
from clara_engine.readers.fits_layout import Layout, read_extent, read_layout, target_of
from clara_engine.readers.not_light_curves import what_it_is
from clara_engine.readers.remote import local_copy
from clara_engine.readers.summary import Summary

if TYPE_CHECKING:
    import lightkurve

__all__ = [
    "READERS",
    "Reader",
    "Summary",
    "read_light_curve",
    "read_light_curves",
    "read_target",
    "summarise",
]


@dataclass(frozen=True, slots=True)
class Reader:
    """How one FITS product is recognised, and where it keeps what."""

    layout: Layout
    recognises: Callable[[FitsFile], bool]

    @property
    def name(self) -> str:
        """What people call the product."""
        return self.layout.name


#: The first that recognises a file reads it; SPOC's columns are what others have too, so it comes last.
READERS: tuple[Reader, ...] = (
    *(Reader(layout, recognises) for layout, recognises in (*k2.LAYOUTS, *cluster_products.LAYOUTS)),
    *(
        Reader(module.LAYOUT, module.recognises)
        for module in (tglc, qlp, tasoc, eleanor, lightkurve_fits, kepler, spoc)
    ),
)


def read_light_curve(
    source: str | PathLike[str] | lightkurve.LightCurve,
    *,
    flux: str = "pdcsap",
    columns: Columns | str | None = None,
    of: tuple[str, int] | None = None,
) -> LightCurve:
    """Read a light curve; its product is recognised from the file's own headers and columns.

    Parameters
    ----------
    source : path-like or lightkurve.LightCurve
        A FITS file, plain or gzipped, of a product in `READERS`; a table (see `clara_engine.readers.table_file`), or a
        pack of light curves (see `clara_engine.readers.pack`); the URL of such a file in object storage, ``s3://…``
        (see `clara_engine.readers.remote`); or an object of lightkurve.
    flux : {"pdcsap", "sap"}
        The flux with systematics removed by the pipeline, or the plain sum over the aperture.
    columns : Columns or str, optional
        Which columns of a file are what, where its own names are not known: ``"time=TIME flux=FLUX"``.
    of : tuple of str and int, optional
        Star and sector, ``("TIC 261136679", 1)``, where a table holds several light curves.

    Returns
    -------
    LightCurve
        Time in BTJD days; flux in e-/s where the file says so. Infinite flux is NaN.

    Raises
    ------
    UnreadableLightCurve
        One line: the name of the file, and what is wrong with it.
    """
    if not isinstance(source, str | PathLike):
        return lightkurve_object.read(source)
    source = local_copy(source)
    with naming(source):
        named = Columns.parse(columns) if isinstance(columns, str) else columns
        if pack.recognises(source):
            return pack.read(source, flux, of)
        if table_file.recognises(source):
            return table_file.read(source, flux, named, of)
        with open_fits(source) as file:
            if named:
                return foreign.read_named(file, named)
            reader = _reader(file)
            return read_layout(file, reader.layout, flux) if reader else foreign.read_unknown(file, flux)


def read_light_curves(
    path: str | PathLike[str], *, flux: str = "pdcsap", columns: Columns | str | None = None
) -> list[LightCurve]:
    """Read every light curve of a file: a table may hold several stars and sectors, any other file holds one.

    Parameters
    ----------
    path : str or path-like
    flux : {"pdcsap", "sap"}
    columns : Columns or str, optional
        Which column is what, where their names do not say it.

    Raises
    ------
    UnreadableLightCurve
        As `read_light_curve`.
    """
    path = local_copy(path)
    if pack.recognises(path):
        with naming(path):
            return pack.read_all(path)
    if not table_file.recognises(path):
        return [read_light_curve(path, flux=flux, columns=columns)]
    with naming(path):
        return table_file.read_all(path, flux, Columns.parse(columns) if isinstance(columns, str) else columns)


def read_target(path: str | PathLike[str], *, columns: Columns | str | None = None) -> Target:
    """Whose light curve a file holds, from its headers alone.

    Parameters
    ----------
    path : str or path-like
    columns : Columns or str, optional
        Which column is what, where their names do not say it.

    Raises
    ------
    UnreadableLightCurve
        As `read_light_curve`; the numbers themselves are not looked at.
    """
    path = local_copy(path)
    if pack.recognises(path):
        return summarise(path)[0].target
    if columns or table_file.recognises(path):
        return read_light_curve(path, columns=columns).target
    with naming(path), open_fits(path, headers_only=True) as file:
        reader = _reader(file)
        target = target_of(file, reader.layout) if reader else None
    return target if target is not None else read_light_curve(path).target


def summarise(
    path: str | PathLike[str], content: bytes | None = None, *, columns: Columns | str | None = None
) -> tuple[Summary, ...]:
    """The light curves of a file, from their times and fluxes; other columns of known products are not looked at.

    Parameters
    ----------
    path : path-like
    content : bytes, optional
        What the file holds, where it was read before: then a FITS file of a known product is not read again.
    columns : Columns or str, optional
        As `read_light_curve`.

    Raises
    ------
    UnreadableLightCurve
        As `read_light_curves`: what has a summary can be read.
    """
    if pack.recognises(path):
        with naming(path):
            return pack.summaries(path)
    if not columns and not table_file.recognises(path):
        with naming(path), open_fits(path, content) as file:
            if reader := _reader(file):
                return (Summary(*read_extent(file, reader.layout)),)
    return tuple(Summary.of(curve) for curve in read_light_curves(path, columns=columns))


def _reader(file: FitsFile) -> Reader | None:
    """Who reads a file; None where nobody knows it.

    Raises
    ------
    UnreadableLightCurve
        The file is known to be something else, or holds no table.
    """
    if other := what_it_is(file):
        raise UnreadableLightCurve(other)
    if foreign.is_astropys(file):
        return None
    return next((reader for reader in READERS if reader.recognises(file)), None)
