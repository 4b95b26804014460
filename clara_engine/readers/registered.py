"""Reading of a registered file. It may have been overwritten since, so its star and sector are checked every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, star_and_sector_of
from clara_engine.readers.registry import read_light_curve

__all__ = ["read_registered"]


def read_registered(path: Path, target_id: str, flux: str = "pdcsap", columns: str = "") -> LightCurve:
    """Read the light curve of a target from the file, and with the `columns`, that it was registered with.

    Parameters
    ----------
    path : Path
    target_id : str
        As registered; it holds star and sector.
    flux : {"pdcsap", "sap"}
    columns : str
        Which column is what, as in `Columns.parse`; empty where names say it.

    Raises
    ------
    UnreadableLightCurve
        The file can't be read, or holds another star or sector than when it was registered.
    """
    star, sector = star_and_sector_of(target_id)
    curve = read_light_curve(path, flux=flux, columns=columns or None, of=(star, sector))
    here = curve.target
    if (here.star, here.sector) != (star, sector):
        what = "star" if here.star != star else "sector"
        raise UnreadableLightCurve(
            f"{path.name} now holds another {what}: {here.name}, sector {here.sector}, not {star}, sector {sector}; "
            "put the file back, or register it anew"
        )
    part = target_id.removeprefix(f"{here.id}-") if target_id.startswith(f"{here.id}-") else ""
    return replace(curve, target=replace(here, part=part)) if part else curve
