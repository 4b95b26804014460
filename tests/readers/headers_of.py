"""Headers and names of columns of a file, without a file: what readers recognise their products by."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any


def file_with(*columns: str, name: str = "curve.fits", table: dict[str, Any] | None = None, **primary: Any) -> Any:
    """As much of a `FitsFile` as `recognises` looks at.

    Parameters
    ----------
    columns : str
        Names of the columns of the table.
    name : str
        Of the file.
    table : dict, optional
        Keywords of the table's header.
    primary : keywords
        Of the primary header.
    """
    shown = SimpleNamespace(columns=dict.fromkeys(columns), header=table or {})
    return SimpleNamespace(primary=primary, table=shown, path=Path(name), named=lambda name: None)
