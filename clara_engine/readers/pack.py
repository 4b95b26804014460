"""Packs: Parquet files of many light curves, a row group each, so that one star is read without the others.

The key ``clara_pack`` of a file's metadata is a JSON object: ``version``, ``ticks_a_day_log2`` and ``curves``, a list
with target, unit of the flux, first and last usable sample [BTJD, days] and their number for each row group, in their
order. Columns: ``target_id``, ``time_ticks`` (the time is ``time_ticks × 2**-ticks_a_day_log2`` BTJD [days], exact;
null where there is none) or ``time`` [BTJD, days], ``pdcsap_flux``, ``pdcsap_flux_err``, ``quality``, and perhaps
``centroid_column`` and ``centroid_row`` [pixel].
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from clara_engine.errors import UnreadableLightCurve, first_line
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.readers.content import telling
from clara_engine.readers.summary import Summary
from clara_engine.text import counted

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["CENTROIDS", "ENDING", "KEY", "VERSION", "read", "read_all", "recognises", "summaries"]

#: Of the names of packs.
ENDING = ".pack.parquet"
KEY, VERSION = b"clara_pack", 1
CENTROIDS = ("centroid_column", "centroid_row")
#: No light curve has more samples: twenty years of 2-minute data are 5.3 million.
MOST_SAMPLES = 8_000_000
MEND = "take it from a copy, or pack the light curves again"
FACTS = {field.name for field in fields(Target)}


def recognises(path: str | PathLike[str]) -> bool:
    """Whether the name of a file is that of a pack."""
    return os.path.basename(path).lower().endswith(ENDING)


def read(path: str | PathLike[str], flux: str = "pdcsap", of: tuple[str, int] | None = None) -> LightCurve:
    """Read one light curve of a pack.

    Parameters
    ----------
    path : str or path-like
    flux : {"pdcsap"}
        A pack has no other.
    of : tuple of str and int, optional
        Star and sector, where the pack holds several.

    Raises
    ------
    UnreadableLightCurve
        One line without the file's name.
    """
    if flux != "pdcsap":
        raise UnreadableLightCurve(f"a pack has no {flux} flux: read the file that it was made of")
    with _Pack(path) as pack:
        places = [place for place, one in enumerate(pack.targets) if of is None or (one.star, one.sector) == of]
        if not places:
            raise UnreadableLightCurve(f"holds no light curve of {of[0]}, sector {of[1]}" if of else "an empty pack")
        if len(places) > 1:
            raise UnreadableLightCurve(f"holds {counted(len(places), 'light curve')}: say of which star and sector")
        return pack.light_curve(places[0])


def read_all(path: str | PathLike[str]) -> list[LightCurve]:
    """Read every light curve of a pack."""
    with _Pack(path) as pack:
        return [pack.light_curve(place) for place in range(len(pack.targets))]


def summaries(path: str | PathLike[str]) -> tuple[Summary, ...]:
    """What the light curves of a pack are, from its index alone."""
    with _Pack(path) as pack, _telling():
        found = zip(pack.targets, pack.curves, strict=True)
        return tuple(
            Summary(target, float(one["begin_btjd"]), float(one["end_btjd"]), int(one["samples"]), tuple(one["notes"]))
            for target, one in found
        )


class _Pack:
    """An open pack, with its index checked."""

    file: pq.ParquetFile
    curves: list[dict[str, Any]]
    targets: list[Target]

    def __init__(self, path: str | PathLike[str]) -> None:
        self._path = os.fspath(path)

    def __enter__(self) -> _Pack:
        import pyarrow.parquet as pq

        with _telling():
            self.file = pq.ParquetFile(self._path, page_checksum_verification=True)
            index = json.loads((self.file.schema_arrow.metadata or {})[KEY])
            if index["version"] != VERSION:
                raise UnreadableLightCurve(f"a pack of version {index['version']}; this program reads {VERSION}")
            self.curves, self._log2 = index["curves"], int(index["ticks_a_day_log2"])
            known = [{name: value for name, value in one["target"].items() if value is not None} for one in self.curves]
            self.targets = [Target(**{name: facts[name] for name in FACTS & set(facts)}) for facts in known]
            if len(self.targets) != self.file.num_row_groups:
                raise UnreadableLightCurve(f"a damaged pack: its index does not fit; {MEND}")
        return self

    def __exit__(self, *about: object) -> None:
        self.file.close()

    def light_curve(self, place: int) -> LightCurve:
        """The light curve of a row group."""
        with _telling():
            one = self.curves[place]
            if self.file.metadata.row_group(place).num_rows > MOST_SAMPLES:
                raise UnreadableLightCurve(f"a damaged pack: no light curve has so many samples; {MEND}")
            names = [name for name in self.file.schema_arrow.names if name != "target_id"]
            table = self.file.read_row_group(place, columns=names, use_threads=False)
            columns = {name: table.column(name).to_numpy() for name in names}
            if columns["quality"].dtype.kind not in "iu":
                raise UnreadableLightCurve(f"a damaged pack: flags that are no whole numbers; {MEND}")
            time = columns.get("time")
            if time is None:  # null, where there is no time, is NaN here
                ticks = table.column("time_ticks").combine_chunks()
                time = np.where(ticks.is_valid(), ticks.fill_null(0).to_numpy() * 2.0**-self._log2, np.nan)
            return LightCurve(
                time=time,
                flux=columns["pdcsap_flux"],
                flux_err=columns["pdcsap_flux_err"],
                quality=columns["quality"],
                **{name: columns[name] for name in CENTROIDS if name in columns},
                target=self.targets[place],
                flux_unit=str(one["flux_unit"]),
                notes=tuple(one["notes"]),
            )


@contextmanager
def _telling() -> Iterator[None]:
    """Say in one line what is wrong with a pack."""
    import pyarrow as pa

    try:
        with telling():
            yield
    except (pa.ArrowException, KeyError, ValueError, TypeError, AttributeError) as error:
        raise UnreadableLightCurve(f"a damaged pack ({first_line(error):.150}): {MEND}") from None
