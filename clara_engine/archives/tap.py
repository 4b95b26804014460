"""Queries in ADQL to a TAP service, through pyvo."""

from __future__ import annotations

import warnings

import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import PoliteSession, explained

__all__ = ["ask_tap", "in_list"]

MOST_ROWS = 500_000


def ask_tap(archive: Archive, query: str, uploads: dict[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Send a query to a TAP service, and wait for the result.

    Parameters
    ----------
    archive : Archive
        Gives address, pace and time-out.
    query : str
        ADQL.
    uploads : dict of DataFrame, optional
        Tables that the query calls ``TAP_UPLOAD.name``.

    Returns
    -------
    DataFrame
        A row a row of the answer.

    Raises
    ------
    ArchiveError
        When the service does not answer, refuses the query, or answers with something else than a table, or with one
        that it cut short.
    """
    from astropy.table import Table
    from pyvo.dal import TAPService
    from pyvo.dal.exceptions import DALOverflowWarning

    tables = {name: Table.from_pandas(table) for name, table in (uploads or {}).items()}
    with PoliteSession(archive) as session, explained(archive), warnings.catch_warnings():
        warnings.simplefilter("ignore", DALOverflowWarning)
        warnings.filterwarnings("ignore", module=r"astropy\.io\.votable")
        found = TAPService(archive.address, session=session).run_sync(query, maxrec=MOST_ROWS, uploads=tables or None)
        if found.status[0] == "OVERFLOW":
            raise ValueError("cut short")
        return found.to_table().to_pandas()


def in_list(values: list[int] | list[str]) -> str:
    """Values as the right side of ``IN``."""
    words = ("'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(int(value)) for value in values)
    return f"({', '.join(words)})"
