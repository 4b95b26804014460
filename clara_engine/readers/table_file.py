"""Light curves in tables: CSV, TSV, ECSV, text and Parquet, with the column names that people use.

Rules, the same for all:

- Time is the first column of `TIMES`. Its name says the zero point (``btjd``, ``bkjd``, ``mjd``); a plain ``time``,
  ``jd`` or ``bjd`` is told by its median: 2.4 to 2.5 million is a Julian date, 40 000 to 100 000 a modified one, 0 to
  20 000 BTJD. Anything else is refused.
- Flux is the first column of `FLUXES`. Its unit stands in brackets (``flux [ppm]``) or at its end (``flux_ppm``).
  Without one, a median from 0.5 to 2 is relative flux, more is e-/s, and flux around zero is refused.
- The star comes from a column or a comment (``# tic: 261136679``; ``kic`` and ``epic`` for stars of Kepler and K2),
  otherwise from ``TIC261136679`` in the file's name. So do ``sector``, ``product``, ``tmag``, ``teff``, ``radius``,
  ``logg``, ``ra``, ``dec``, ``pmra`` and ``pmdec``.
- A text file without a line of names holds time, flux and, if there is a third column, its error.
- Whoever looks through a folder takes only tables whose names of columns have a time and a flux (`holds_light_curve`).
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.checks import FULL_JD, checked_flux, checked_times, in_flux_unit, step_seconds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NEEDED", "SUFFIXES", "holds_light_curve", "read", "recognises"]

Float = NDArray[np.float64]
TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".ecsv")
ECSV = "%ECSV"
HEAD_BYTES = 1 << 16
PARQUET_SUFFIXES = (".parquet", ".pq")
SUFFIXES = (*TEXT_SUFFIXES, *(f"{suffix}.gz" for suffix in TEXT_SUFFIXES), *PARQUET_SUFFIXES)

BTJD_ZERO = 2457000.0
ZERO_POINTS = {"btjd": 0.0, "tjd": 0.0, "bkjd": 2454833.0 - BTJD_ZERO, "mjd": 2400000.5 - BTJD_ZERO}
TIMES = ("time", "btjd", "bjd", "bjd_tdb", "bkjd", "tjd", "mjd", "jd", "hjd", "t", "date")
FLUXES = {
    "pdcsap": (
        "pdcsap_flux", "corr_flux", "kspsap_flux", "det_flux", "flux", "relative_flux", "rel_flux", "norm_flux",
        "normalized_flux", "flux_norm", "sap_flux",
    ),
    "sap": ("sap_flux", "raw_flux", "flux"),
}  # fmt: skip
ERRORS = ("flux_err", "flux_error", "e_flux", "flux_unc", "err", "error", "sigma", "uncertainty")
QUALITIES = ("quality", "sap_quality", "flag", "flags")
CENTROIDS = (("mom_centr1", "mom_centr2"), ("centroid_column", "centroid_row"), ("centroid_col", "centroid_row"))
NUMBERS = ("tmag", "teff", "radius", "logg", "ra", "dec", "pmra", "pmdec")
STARS = {"tic": "TIC", "ticid": "TIC", "tic_id": "TIC", "tess_id": "TIC", "kic": "KIC", "kepid": "KIC", "epic": "EPIC"}
FACTS = (*STARS, "sector", "product", *NUMBERS)
DAY_UNITS = {"", "d", "day", "days", "btjd", "bjd", "jd", "mjd", "bkjd", "bjd - 2457000, days", "bjd - 2457000"}
UNIT_ENDINGS = ("ppm", "ppt", "percent")
#: For people who wonder why a table was passed over.
NEEDED = "a time column (time, btjd, bjd, mjd …) and a flux column (pdcsap_flux, flux, sap_flux …)"
LARGEST_BYTES = 1 << 30
MJD = (4e4, 1e5)
BTJD = (0.0, 2e4)
EARLIEST_BTJD = -2e4  # 1960: ground-based light curves too


def recognises(path: str | PathLike[str]) -> bool:
    """Whether the name of a file is that of a table."""
    return Path(path).name.lower().endswith(SUFFIXES)


def holds_light_curve(path: str | PathLike[str]) -> bool:
    """Whether the columns of a table are named like those of a light curve; only its beginning is read."""
    try:
        names = {_name_and_unit(name)[0] for name in _column_names(Path(path))}
    except (OSError, EOFError, zlib.error, ValueError):
        return False
    return not names.isdisjoint(TIMES) and not names.isdisjoint({name for group in FLUXES.values() for name in group})


def _column_names(path: Path) -> list[str]:
    if path.name.lower().endswith(PARQUET_SUFFIXES):
        import pyarrow.parquet as pq  # its errors are ValueErrors

        return list(pq.read_schema(path).names)
    with (gzip.open if path.name.lower().endswith(".gz") else open)(path, "rb") as stream:
        lines = stream.read(HEAD_BYTES).decode("utf-8-sig", errors="ignore").splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    comments = [line.lstrip("# \t") for line in lines if line.startswith("#")]
    for line in (first, *comments[-1:]):
        names = _split(line)
        if names and all(math.isnan(_number(name)) and name.lower() not in ("nan", "") for name in names):
            return names
    return []


def _split(line: str) -> list[str]:
    separator = next((mark for mark in (",", ";", "\t") if mark in line), None)
    return [name.strip(" \"'") for name in line.split(separator)]


def read(path: str | PathLike[str], flux: str = "pdcsap") -> LightCurve:
    """Read a table; the rules are those of the module.

    Raises
    ------
    UnreadableLightCurve
        One line without the file's name: no such columns, no usable numbers, unknown units or star.
    """
    path = Path(path)
    if flux not in FLUXES:
        raise UnreadableLightCurve(f"no flux {flux!r} in tables; choose one of {', '.join(FLUXES)}")
    try:
        if path.is_file() and path.stat().st_size > LARGEST_BYTES:
            raise UnreadableLightCurve(f"{path.stat().st_size / 1e9:.3g} GB are too much for a light curve")
        frame, facts = _parquet(path) if path.name.lower().endswith(PARQUET_SUFFIXES) else _text(path)
    except FileNotFoundError:
        raise UnreadableLightCurve("no such file") from None
    except IsADirectoryError:
        raise UnreadableLightCurve("is a folder, not a file") from None
    except PermissionError:
        raise UnreadableLightCurve("permission denied: this user may not read it") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableLightCurve("truncated or damaged gzip file: fetch it again") from error
    except OSError as error:
        raise UnreadableLightCurve(f"can't be read: {error.strerror or error}") from error
    return _light_curve(frame, facts, path, flux)


def _light_curve(frame: pd.DataFrame, facts: dict[str, str], path: Path, flux: str) -> LightCurve:
    units = {}
    renamed = {}
    for column in frame.columns:
        name, unit = _name_and_unit(str(column))
        if name not in units:
            renamed[column], units[name] = name, unit
    frame = frame[list(renamed)].rename(columns=renamed)
    if not len(frame):
        raise UnreadableLightCurve("the table is empty: no samples")

    time_name = _found(TIMES, units, "time")
    flux_name = _found(FLUXES[flux], units, "flux")
    if units[time_name] not in DAY_UNITS:
        raise UnreadableLightCurve(f"{time_name} is in {units[time_name]!r}; days are needed")
    time = _btjd(_numbers(frame, time_name), time_name)
    order = np.argsort(time, kind="stable")
    time = time[order]
    values = checked_flux(time, _numbers(frame, flux_name)[order], flux_name)
    error_name = next((name for name in (f"{flux_name}_err", *ERRORS) if name in units), None)
    errors = _numbers(frame, error_name)[order] if error_name else None
    unit = units[flux_name] or _unit_by_value(values, flux_name)
    values, errors, unit = in_flux_unit(values, errors, unit, flux_name)
    quality = next((name for name in QUALITIES if name in units), None)
    flags = np.nan_to_num(_numbers(frame, quality)[order], posinf=0, neginf=0) if quality else None
    column, row = next((pair for pair in CENTROIDS if pair[0] in units and pair[1] in units), (None, None))
    for name in FACTS:
        if name in units and name not in facts:
            facts[name] = str(frame[name].iloc[0])
    return LightCurve(
        time=time,
        flux=values,
        flux_err=errors,  # type: ignore[arg-type]
        quality=None if flags is None else (flags.astype(np.int64) & 0x7FFFFFFF).astype(np.int32),  # type: ignore[arg-type]
        centroid_column=_numbers(frame, column)[order] if column else None,
        centroid_row=_numbers(frame, row)[order] if row else None,
        target=_target(facts, path, step_seconds(time, time_name)),
        flux_unit=unit,
    )


def _name_and_unit(column: str) -> tuple[str, str]:
    """``"Flux [ppm]"`` and ``"flux_ppm"`` are both flux in ppm."""
    plain = re.fullmatch(r"\s*(.*?)\s*[\[(](.*)[\])]\s*", column)
    name, unit = (plain[1], plain[2].strip()) if plain else (column.strip(), "")
    name = re.sub(r"[\s-]+", "_", name.lower())
    for ending in UNIT_ENDINGS:
        if name.endswith(f"_{ending}"):
            return name.removesuffix(f"_{ending}"), unit or ending
    for zero in ZERO_POINTS:
        if name == f"time_{zero}":
            return zero, unit.lower()
    return name, unit if "flux" in name else unit.lower()


def _found(names: tuple[str, ...], units: Mapping[str, str], what: str) -> str:
    for name in names:
        if name in units:
            return name
    there = ", ".join(units) or "none"
    hint = "; magnitudes must be made flux first" if what == "flux" and any("mag" in name for name in units) else ""
    raise UnreadableLightCurve(f"no {what} column ({', '.join(names[:4])} …); its columns: {there:.200}{hint}")


def _numbers(frame: pd.DataFrame, name: str) -> Float:
    import pandas as pd

    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()


def _btjd(time: Float, name: str) -> Float:
    """Times as BTJD, their zero point from the column's name or from their median."""
    time[~np.isfinite(time)] = np.nan
    if np.isnan(time).all():
        raise UnreadableLightCurve(f"{name} is NaN throughout")
    middle = float(np.nanmedian(time))
    if FULL_JD[0] < middle < FULL_JD[1]:
        zero = -BTJD_ZERO
    elif name in ZERO_POINTS:
        zero = ZERO_POINTS[name]
    elif MJD[0] <= middle <= MJD[1]:
        zero = ZERO_POINTS["mjd"]
    elif BTJD[0] <= middle <= BTJD[1]:
        zero = 0.0
    else:
        raise UnreadableLightCurve(
            f"{name} is around {middle:.6g}: neither a Julian date, a modified one nor BTJD in days; name it bkjd, if "
            "it is that"
        )
    return checked_times(time + zero, name, earliest=EARLIEST_BTJD)


def _unit_by_value(flux: Float, name: str) -> str:
    middle, spread = float(np.nanmedian(flux)), float(np.nanstd(flux))
    if 0.5 <= middle <= 2:
        return "relative"
    if abs(middle) <= 3 * spread and middle < 2:
        raise UnreadableLightCurve(f"{name} is around zero; name its unit, e.g. {name} [ppm] or {name} [e-/s]")
    return "e-/s"


def _target(facts: Mapping[str, str], path: Path, cadence_s: float) -> Target:
    named = re.search(r"(TIC|KIC|EPIC)[\s_-]*(\d+)", path.name, re.IGNORECASE) or re.search(
        r"()(?<!\d)(\d{16})(?!\d)", path.name
    )
    key = next((name for name in STARS if name in facts), None)
    tic = _number(facts[key]) if key else float(named[2]) if named else math.nan
    catalogue = STARS[key] if key else named[1].upper() if named and named[1] else "TIC"
    if not abs(tic) < 1e15:
        raise UnreadableLightCurve(
            "whose light curve is it? Add a line `# tic: 261136679`, a column tic, or name the file TIC261136679.csv"
        )
    sector = _number(facts.get("sector", ""))
    if math.isnan(sector):
        match = re.search(r"(?<![a-z0-9])s(?:ector)?[_-]?(\d{1,4})(?!\d)", path.name, re.IGNORECASE)
        sector = float(match[1]) if match else 0.0
    if not 0 <= sector < 10_000:
        raise UnreadableLightCurve(f"sector {sector:g} is out of range: 0 to 9999")
    return Target(
        tic=int(tic),
        catalogue=catalogue,
        sector=int(sector),
        cadence_s=cadence_s,
        product=re.sub(r"[^\w.+-]", "-", facts.get("product", "table").strip()) or "table",
        **{name: _number(facts.get(name, "")) for name in NUMBERS},  # type: ignore[arg-type]
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _parquet(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as stream:
        try:
            table = pq.read_table(stream)
            facts = _known((k.decode(), v.decode()) for k, v in (table.schema.metadata or {}).items() if k != b"pandas")
            return table.to_pandas(), facts
        except (pa.ArrowException, UnicodeDecodeError, ValueError, OSError) as error:
            raise UnreadableLightCurve(f"damaged or no Parquet file ({str(error).splitlines()[0]:.100})") from error


def _text(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd

    with (gzip.open if path.name.lower().endswith(".gz") else open)(path, "rb") as stream:
        content = stream.read(LARGEST_BYTES)
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UnreadableLightCurve("neither a FITS file nor text") from None
    if lines and ECSV in lines[0]:
        return _ecsv(lines)
    comments = [line.lstrip("# \t") for line in lines if line.startswith("#")]
    rows = [line for line in lines if line.strip() and not line.startswith("#")]
    if not rows:
        raise UnreadableLightCurve("the file is empty: no samples")
    facts = _known(found.groups() for line in comments if (found := re.match(r"(\w+)\s*[:=]\s*(.+)", line)))
    separator = next((mark for mark in (",", ";", "\t") if mark in rows[0]), None)
    names = [name.strip(" \"'") for name in rows[0].split(separator)]
    if all(not math.isnan(_number(name)) or name.lower() in ("nan", "") for name in names):
        above = [name.strip(" \"'") for name in comments[-1].split(separator)] if comments else []
        names = above if len(above) == len(names) else ["time", "flux", "flux_err"][: len(names)]
    else:
        rows = rows[1:]
    cells = [row.split(separator) for row in rows]
    if any(len(row) < len(names) for row in cells):
        short = next(i for i, row in enumerate(cells) if len(row) < len(names))
        raise UnreadableLightCurve(
            f"row {short + 1} has {len(cells[short])} of {len(names)} columns; the file is damaged"
        )
    columns = zip(*(row[: len(names)] for row in cells), strict=True) if cells else ([] for _ in names)
    return pd.DataFrame({i: pd.Series(list(column), dtype=object) for i, column in enumerate(columns)}).set_axis(
        names, axis=1
    ), facts


def _ecsv(lines: list[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    from astropy.table import Table

    try:
        table = Table.read(lines, format="ascii.ecsv")
        units = {
            name: str(column.unit) if getattr(column, "unit", None) else "" for name, column in table.columns.items()
        }
        facts = _known((str(key), str(value)) for key, value in table.meta.items())
        frame = table[[name for name in table.colnames if getattr(table[name], "ndim", 2) == 1]].to_pandas()
    except Exception as error:  # whatever YAML, units and columns can be wrong with
        raise UnreadableLightCurve(f"damaged or no ECSV file ({str(error).splitlines()[0]:.100})") from error
    return frame.rename(columns={name: f"{name} [{unit}]" for name, unit in units.items() if unit}), facts


def _known(pairs: Iterable[tuple[str, ...]]) -> dict[str, str]:
    return {key.lower(): value.strip() for key, value in pairs if key.lower() in FACTS}
