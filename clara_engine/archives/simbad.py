"""Names and types of stars from SIMBAD."""

from __future__ import annotations

import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import in_one_line
from clara_engine.archives.tap import ask_tap, in_list

__all__ = ["simbad_types"]

COLUMNS = ("main_id", "otype", "sp_type")


@in_one_line
def simbad_types(archive: Archive, tics: list[int]) -> pd.DataFrame:
    """Names and types of stars by their TIC identifier.

    Parameters
    ----------
    archive : Archive
    tics : list of int
        Numbers of the stars.

    Returns
    -------
    DataFrame, indexed by tic
        main_id, otype (short form, e.g. ``"PM*"``), sp_type. Stars that SIMBAD does not know are left out.
    """
    found = ask_tap(
        archive,
        "SELECT ident.id AS tic_name, basic.main_id, basic.otype, basic.sp_type "
        "FROM ident JOIN basic ON ident.oidref = basic.oid "
        f"WHERE ident.id IN {in_list([f'TIC {tic}' for tic in tics])}",
    )
    tic = found["tic_name"].astype(str).str.extract(r"TIC\s*(\d+)", expand=False).astype("int64")
    text = found[list(COLUMNS)].fillna("").astype(str).apply(lambda column: column.str.strip())
    return text.set_axis(pd.Index(tic, name="tic")).loc[lambda t: ~t.index.duplicated()]
