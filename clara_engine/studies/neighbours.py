"""What Gaia says of the stars beside a target: asked once, kept in the workspace, read from there without a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.archives import Archive, archives
from clara_engine.archives.gaia import EPOCH_YEARS, gaia_around
from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.neighbours import RADIUS_ARCSEC, neighbours
from clara_engine.lightcurve import Target
from clara_engine.progress import Report, quiet
from clara_engine.readers.target_pixels import TargetPixels, pixels_beside, read_target_pixels
from clara_engine.store.archive_answers import Answer, ArchiveCache

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["ask_neighbours", "is_corrected", "kept_neighbours", "neighbours_of", "pixels_of"]

KEPT_AS = "gaia_around"
MAX_AGE_DAYS = 180.0
MAS_A_DEGREE = 3.6e6
#: Products whose flux is that of the star alone: the light of the others was taken off.
CORRECTED = ("SPOC", "TESS-SPOC", "Kepler", "K2", "TGLC", "QLP")


def is_corrected(target: Target, flux: str = "pdcsap") -> bool:
    """Whether a flux is that of the target alone, without the light of its neighbours.

    Parameters
    ----------
    target : Target
        Its product decides.
    flux : {"pdcsap", "sap", "detrended"}
    """
    return flux != "sap" and target.product in CORRECTED


def ask_neighbours(
    workspace: Store,
    target: Target,
    *,
    addresses: dict[str, Archive] | None = None,
    refresh: bool = False,
    report: Report = quiet,
) -> Answer:
    """Ask Gaia about the sources within 2′ of a target; what is kept and younger than half a year is not asked for.

    Parameters
    ----------
    workspace : Store
    target : Target
        With a position.
    addresses : dict of Archive, optional
        By default those of the manifest.
    refresh : bool
        Ask again in any case.
    report : Report

    Raises
    ------
    WorkspaceError
        When nothing says where the star is, or it is simulated.
    ArchiveError
        When the archive does not answer, and nothing is kept.
    """
    if target.simulated:
        raise WorkspaceError(f"{target.name} is simulated: nothing stands beside it")
    if not (np.isfinite(target.ra) and np.isfinite(target.dec)):
        raise WorkspaceError(f"{target.name}: its light curve does not say where it is")
    archive = (addresses or archives())["gaia"]
    step = EPOCH_YEARS / MAS_A_DEGREE
    dec = target.dec + np.nan_to_num(target.pmdec) * step
    ra = target.ra + np.nan_to_num(target.pmra) * step / np.cos(np.radians(target.dec))

    def ask(keys: list[str]) -> pd.DataFrame:
        found = gaia_around(archive, ra, dec, radius_arcsec=RADIUS_ARCSEC)
        return found.set_axis([target.star] * len(found))

    report.stage("Gaia DR3")
    return ArchiveCache.of(workspace).answer(
        KEPT_AS,
        [target.star],
        ask,
        max_age_days=MAX_AGE_DAYS,
        chunk=1,
        refresh=refresh,
        question="sources within 2 arcmin",
        progress=report,
    )


def kept_neighbours(workspace: Store, target: Target) -> Answer:
    """What is kept of the sources around a target, without asking anybody.

    Parameters
    ----------
    workspace : Store
    target : Target
    """
    return ArchiveCache.of(workspace).kept(KEPT_AS, [target.star])


def neighbours_of(
    workspace: Store,
    target: Target,
    depth_ppm: float = np.nan,
    *,
    flux: str = "pdcsap",
    at_btjd: float | None = None,
) -> pd.DataFrame | None:
    """The table of `clara_engine.evaluate.neighbours` from what is kept; None where Gaia was not asked.

    Parameters
    ----------
    workspace : Store
    target : Target
    depth_ppm : float
        Of the dip in its light curve.
    flux : {"pdcsap", "sap", "detrended"}
        Which flux that is.
    at_btjd : float, optional
        When it was observed [BTJD, days].
    """
    kept = kept_neighbours(workspace, target)
    if not kept.answered([target.star]):
        return None
    sources = kept.table if len(kept.table) else pd.DataFrame(columns=["source_id", *SOURCE_NUMBERS])
    return neighbours(sources, target, depth_ppm, corrected=is_corrected(target, flux), at_btjd=at_btjd)


SOURCE_NUMBERS = ("ra", "dec", "pmra", "pmdec", "gaia_g", "bp_rp")


def pixels_of(light_curve_file: Path, target: Target) -> TargetPixels | None:
    """The target pixels beside a light curve, where a file of them lies there.

    Parameters
    ----------
    light_curve_file : Path
    target : Target

    Raises
    ------
    UnreadableLightCurve
        When the file can't be read.
    """
    path = pixels_beside(light_curve_file, target)
    return None if path is None else read_target_pixels(path)
