"""Classes and periods of variable sources in Gaia DR3, by source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from clara_engine.archives.known_rows import known_rows
from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import in_one_line
from clara_engine.archives.tap import ask_tap, in_list
from clara_engine.errors import ArchiveError
from clara_engine.lightcurve import BTJD_ZERO

__all__ = ["gaia_variables"]

#: Zero of the times of Gaia, a Julian date (TCB, which is some 15 s ahead of TDB).
GAIA_ZERO = 2455197.5


@in_one_line
def gaia_variables(archive: Archive, sources: pd.Series) -> pd.DataFrame:
    """What Gaia DR3 says of the variability of stars.

    Parameters
    ----------
    archive : Archive
    sources : Series, indexed by tic
        Source identifiers of DR3, text or whole numbers.

    Returns
    -------
    DataFrame, indexed by tic
        As `clara_engine.archives.known_rows.KNOWN_COLUMNS`, a row a table of Gaia that has the star.
    """
    tic_of = pd.Series(sources.index.to_numpy(np.int64), index=sources.astype(str).astype(np.int64).to_numpy())
    if tic_of.empty:
        return known_rows([])
    wanted = in_list([int(number) for number in tic_of.index])
    found = []
    for table, (columns, read) in TABLES.items():
        rows = ask_tap(archive, f"SELECT source_id, {columns} FROM gaiadr3.{table} WHERE source_id IN {wanted}")
        if missing := {"source_id", *map(str.strip, columns.split(","))} - {*rows.columns} if len(rows) else ():
            raise ArchiveError(f"Gaia answered for {table} without {', '.join(sorted(missing))}")
        if len(rows):
            number = rows["source_id"].astype(np.int64)
            rows = rows[number.isin(tic_of.index)]  # an archive may answer more than it was asked
            number = number[rows.index]
        if len(rows):
            found.append(
                known_rows(tic_of.loc[number].to_numpy(), name=[f"Gaia DR3 {n}" for n in number], **read(rows))
            )
    return pd.concat(found) if found else known_rows([])


def _classified(rows: pd.DataFrame) -> dict[str, object]:
    said = zip(rows["best_class_name"].astype(str), rows["best_class_score"].astype(float), strict=True)
    return {"kind": [f"{name} (score {score:.2f})" for name, score in said], "source": "gaia-variables"}


def _eclipsing(rows: pd.DataFrame) -> dict[str, object]:
    period = 1 / rows["frequency"].astype(float)
    phase = pd.to_numeric(rows["derived_primary_ecl_phase"], errors="coerce").astype(float)
    epoch = rows["reference_time"].astype(float) + GAIA_ZERO - BTJD_ZERO + phase * period
    return {"kind": "eclipsing binary", "period_days": period, "epoch_btjd": epoch, "source": "gaia-eclipsing-binaries"}


def _rotating(rows: pd.DataFrame) -> dict[str, object]:
    return {
        "kind": "rotator",
        "period_days": rows["best_rotation_period"].astype(float),
        "source": "gaia-rotation",
    }


def _rr_lyrae(rows: pd.DataFrame) -> dict[str, object]:
    modes = rows[["pf", "p1_o"]].apply(pd.to_numeric, errors="coerce").astype(float)
    return {"kind": "RR Lyrae", "period_days": modes["pf"].fillna(modes["p1_o"]), "source": "gaia-rr-lyrae"}


#: Table to its columns, and what they mean.
TABLES: dict[str, tuple[str, Callable[[pd.DataFrame], dict[str, object]]]] = {
    "vari_classifier_result": ("best_class_name, best_class_score", _classified),
    "vari_eclipsing_binary": ("frequency, reference_time, derived_primary_ecl_phase", _eclipsing),
    "vari_rotation_modulation": ("best_rotation_period", _rotating),
    "vari_rrlyrae": ("pf, p1_o", _rr_lyrae),
}
