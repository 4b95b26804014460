"""TESS Objects of Interest, from the NASA Exoplanet Archive or from ExoFOP, in one form."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import PoliteSession, explained
from clara_engine.archives.tap import ask_tap
from clara_engine.errors import ArchiveError
from clara_engine.lightcurve import BTJD_ZERO

__all__ = ["DISPOSITIONS", "exofop_tois", "nasa_tois", "one_a_star", "toi_rows", "with_signal_to_noise"]

DISPOSITIONS = ("CP", "KP", "PC", "APC", "FP", "FA")  # from the surest planet to the false alarm
COLUMNS = (
    "tic",
    "toi",
    "disposition",
    "period_days",
    "epoch_btjd",
    "duration_hours",
    "depth_ppm",
    "radius_rearth",
    "snr",
)

NASA = {
    "tid": "tic",
    "toi": "toi",
    "tfopwg_disp": "disposition",
    "pl_orbper": "period_days",
    "pl_tranmid": "epoch_btjd",
    "pl_trandurh": "duration_hours",
    "pl_trandep": "depth_ppm",
    "pl_rade": "radius_rearth",
}
EXOFOP = {
    "TIC ID": "tic",
    "TOI": "toi",
    "TFOPWG Disposition": "disposition",
    "Period (days)": "period_days",
    "Epoch (BJD)": "epoch_btjd",
    "Transit Epoch (BJD)": "epoch_btjd",
    "Duration (hours)": "duration_hours",
    "Depth (ppm)": "depth_ppm",
    "Planet Radius (R_Earth)": "radius_rearth",
    "Planet SNR": "snr",
}


def nasa_tois(archive: Archive) -> pd.DataFrame:
    """The whole TOI table of the NASA Exoplanet Archive, by TAP.

    Returns
    -------
    DataFrame
        A row a TOI: tic, toi, disposition (of the TESS follow-up working group), period_days, epoch_btjd,
        duration_hours, depth_ppm, radius_rearth, and snr, signal-to-noise, which only ExoFOP tells: NaN here.
    """
    table = ask_tap(archive, f"SELECT {', '.join(NASA)} FROM toi")
    with explained(archive):
        return _plain(table, NASA)


def exofop_tois(archive: Archive) -> pd.DataFrame:
    """The whole TOI table of ExoFOP, in the form of `nasa_tois`."""
    with PoliteSession(archive) as session, explained(archive):
        response = session.get(f"{archive.address}/download_toi.php", params={"sort": "toi", "output": "csv"})
        response.raise_for_status()
        table = pd.read_csv(io.StringIO(response.content.decode("utf-8", errors="replace")), comment="#")
        return _plain(table, EXOFOP)


def toi_rows(table: pd.DataFrame, what: str = "the table of TOIs") -> pd.DataFrame:
    """A TOI table that was downloaded from either archive, in the form of `nasa_tois`.

    Parameters
    ----------
    table : DataFrame
    what : str
        The table, for the reason.

    Raises
    ------
    ArchiveError
        When it lacks the number of the star, the TOI, or the disposition.
    """
    try:
        return _plain(table, NASA if "tid" in table else EXOFOP)
    except ValueError as error:
        raise ArchiveError(f"{what}: {error}") from None


def with_signal_to_noise(tois: pd.DataFrame, exofop: pd.DataFrame) -> pd.DataFrame:
    """TOIs with the signal-to-noise that ExoFOP's table has for the same TOI.

    Parameters
    ----------
    tois, exofop : DataFrame
        As of `nasa_tois` and `exofop_tois`.
    """
    known = exofop.drop_duplicates("toi").set_index("toi")["snr"]
    return tois.assign(snr=tois["snr"].fillna(tois["toi"].map(known)))


def one_a_star(tois: pd.DataFrame) -> pd.DataFrame:
    """The surest TOI of every star, the first one among equals, indexed by tic; ``tois`` counts them."""
    rank = tois["disposition"].map({word: i for i, word in enumerate(DISPOSITIONS)}).fillna(len(DISPOSITIONS))
    ordered = tois.assign(rank=rank).sort_values(["tic", "rank", "toi"]).drop(columns="rank")
    first = ordered.drop_duplicates("tic").set_index("tic")
    return first.assign(tois=tois.groupby("tic").size())


def _plain(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    table = table.rename(columns=names)
    missing = [name for name in ("tic", "toi", "disposition") if name not in table]
    if missing:
        raise ValueError(f"no column for {missing[0]}")
    table = table.reindex(columns=list(COLUMNS))
    numbers = [name for name in COLUMNS if name not in ("toi", "disposition")]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce").astype(float)
    table = table[table["tic"] > 0].astype({"tic": np.int64})
    table["epoch_btjd"] = table["epoch_btjd"].where(table["epoch_btjd"] < BTJD_ZERO, table["epoch_btjd"] - BTJD_ZERO)
    table["toi"] = pd.to_numeric(table["toi"]).map("{:.2f}".format)
    table["disposition"] = table["disposition"].fillna("").astype(str).str.strip()
    return table.reset_index(drop=True)
