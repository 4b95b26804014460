"""Which sectors of TESS see a place of the sky, from the pointings of the manifest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clara_engine.archives.manifest import Pointing, PointingTable

__all__ = ["HALF_WIDTH_DEG", "Seen", "camera_of", "sectors_seeing"]

Float = NDArray[np.float64]

#: Four cameras in a row along the roll angle, their axes 24° apart (Ricker et al. 2015, JATIS 1, 014003).
OFFSETS_DEG = (-36.0, -12.0, 12.0, 36.0)
#: A camera sees 24° × 24°; the outermost twentieth of a degree is not counted on.
HALF_WIDTH_DEG = 11.95


@dataclass(frozen=True, slots=True)
class Seen:
    """One sector that sees a star, and with which camera (1 to 4)."""

    sector: int
    camera: int
    start: date
    end: date


def camera_of(pointing: Pointing, ra_deg: float, dec_deg: float) -> int | None:
    """The camera that sees a place during a sector; None where none does, or only its edge.

    Gaps between the detectors of a camera, some hundredths of a degree wide, are left out of account.

    Parameters
    ----------
    pointing : Pointing
    ra_deg, dec_deg : float
        Of the star [deg, ICRS].
    """
    star, boresight = _unit(ra_deg, dec_deg), _unit(pointing.ra, pointing.dec)
    east = np.array([-np.sin(np.radians(pointing.ra)), np.cos(np.radians(pointing.ra)), 0.0])
    north = np.cross(boresight, east)
    roll = np.radians(pointing.roll)
    along = north * np.cos(roll) - east * np.sin(roll)
    across = np.cross(boresight, along)
    for camera, offset in enumerate(np.radians(OFFSETS_DEG), start=1):
        axis = boresight * np.cos(offset) + along * np.sin(offset)
        beside = along * np.cos(offset) - boresight * np.sin(offset)
        ahead = float(star @ axis)
        if ahead > 0:
            angles = np.degrees(np.arctan2([float(star @ beside), float(star @ across)], ahead))
            if np.abs(angles).max() < HALF_WIDTH_DEG:
                return camera
    return None


def sectors_seeing(table: PointingTable, ra_deg: float, dec_deg: float, *, after: date | None = None) -> list[Seen]:
    """The sectors that see a place, in order.

    Parameters
    ----------
    table : PointingTable
    ra_deg, dec_deg : float
        Of the star [deg, ICRS].
    after : date, optional
        Only sectors that end after this day.
    """
    return [
        Seen(pointing.number, camera, pointing.start, pointing.end)
        for pointing in table.pointing
        if (after is None or pointing.end > after) and (camera := camera_of(pointing, ra_deg, dec_deg)) is not None
    ]


def _unit(ra_deg: float, dec_deg: float) -> Float:
    ra, dec = np.radians([ra_deg, dec_deg])
    return np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
