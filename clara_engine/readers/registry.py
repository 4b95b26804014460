"""Which reader reads which product. A new product is one new file, and its `Reader` in `READERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers import spoc
from clara_engine.readers.fits_file import FitsFile, open_fits

__all__ = ["READERS", "Reader", "read_light_curve", "read_target"]


@dataclass(frozen=True, slots=True)
class Reader:
    """How one product is recognised and read. `read` is given the flux that is asked for, ``"pdcsap"`` or ``"sap"``."""

    name: str
    recognises: Callable[[FitsFile], bool]
    target: Callable[[FitsFile], Target | None]
    read: Callable[[FitsFile, str], LightCurve]


READERS: tuple[Reader, ...] = (Reader("SPOC", spoc.recognises, spoc.target, spoc.read),)


def read_light_curve(path: str | PathLike[str], *, flux: str = "pdcsap") -> LightCurve:
    """Read a light curve; its product is recognised from the file's own headers and columns.

    Parameters
    ----------
    path : path-like
        A FITS file, plain or gzipped.
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
    with _naming(path):
        file = open_fits(path)
        return _reader(file).read(file, flux)


def read_target(path: str | PathLike[str]) -> Target:
    """Whose light curve a file holds, from its headers alone.

    Raises
    ------
    UnreadableLightCurve
        As `read_light_curve`; the numbers themselves are not looked at.
    """
    with _naming(path):
        file = open_fits(path, headers_only=True)
        target = _reader(file).target(file)
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
