"""The name of the star of a target."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from clara_engine.lightcurve import star_and_sector_of

__all__ = ["star_and_sector"]


def star_and_sector(connection: sqlite3.Connection, target_id: str) -> tuple[str, int | None]:
    """What a person calls the star of a target (`Target.name`), and the sector; ("", None) when the id is none.

    Parameters
    ----------
    connection : sqlite3.Connection
    target_id : str
    """
    found = connection.execute(
        "SELECT CASE WHEN simulated THEN 'SIM' ELSE catalogue END || ' ' || tic, sector FROM targets "
        "WHERE target_id = ?",
        (target_id,),
    ).fetchone()
    if found is not None:
        return str(found[0]), int(found[1])
    with suppress(ValueError):
        return star_and_sector_of(target_id)
    return "", None
