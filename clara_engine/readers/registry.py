"""Which reader reads which product. A new FITS product is one new file, and its entry in `READERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers import eleanor, kepler, lightkurve_object, qlp, spoc, table_file, tasoc
from clara_engine.readers.fits_file import FitsFile, open_fits
from clara_engine.readers.layout import Layout, read_layout, target_of

if TYPE_CHECKING:
    import lightkurve

__all__ = ["READERS", "Reader", "read_light_curve", "read_target"]


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
READERS: tuple[Reader, ...] = tuple(
    Reader(module.LAYOUT, module.recognises) for module in (kepler, qlp, tasoc, eleanor, spoc)
)


def read_light_curve(source: str | PathLike[str] | lightkurve.LightCurve, *, flux: str = "pdcsap") -> LightCurve:
    """Read a light curve; its product is recognised from the file's own headers and columns.

    Parameters
    ----------
    source : path-like or lightkurve.LightCurve
        A FITS file, plain or gzipped, of SPOC, TESS-SPOC, QLP, TASOC, eleanor, Kepler or K2; a table (see
        `clara_engine.readers.table_file`); or an object of lightkurve.
    flux : {"pdcsap", "sap"}
        The flux with systematics removed by the pipeline, or the plain sum over the aperture.

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
    with _naming(source):
        if table_file.recognises(source):
            return table_file.read(source, flux)
        file = open_fits(source)
        return read_layout(file, _reader(file).layout, flux)


def read_target(path: str | PathLike[str]) -> Target:
    """Whose light curve a file holds, from its headers alone.

    Raises
    ------
    UnreadableLightCurve
        As `read_light_curve`; the numbers themselves are not looked at.
    """
    if table_file.recognises(path):
        return read_light_curve(path).target
    with _naming(path):
        file = open_fits(path, headers_only=True)
        target = target_of(file, _reader(file).layout)
    return target if target is not None else read_light_curve(path).target


@contextmanager
def _naming(path: str | PathLike[str]) -> Iterator[None]:
    """Put the file's name before the message of an error."""
    try:
        yield
    except UnreadableLightCurve as error:
        raise UnreadableLightCurve(f"{Path(path).name}: {error}") from error


def _reader(file: FitsFile) -> Reader:
    for reader in READERS:
        if reader.recognises(file):
            return reader
    columns = ", ".join(file.table.columns) or "none"
    known = ", ".join(reader.name for reader in READERS)
    raise UnreadableLightCurve(f"no time and flux columns of a known product ({known}); its columns: {columns:.200}")
