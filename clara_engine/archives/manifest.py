"""The data manifest: what data there is, where it comes from, and its checksum, licence and citation.

The files lie in `data_manifest`; each is checked against its schema when it is read.
"""

from __future__ import annotations

import os
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clara_engine.errors import ArchiveError
from clara_engine.validation_messages import requirement

__all__ = [
    "Archive",
    "DemoSector",
    "Entry",
    "ListedFile",
    "ListedStar",
    "Pointing",
    "PointingTable",
    "Sector",
    "SectorTable",
    "Source",
    "Sources",
    "TargetList",
    "archives",
    "demo_sector",
    "manifest_file",
    "pointings",
    "read_entry",
    "sectors",
    "sources",
    "target_list",
    "target_lists",
]

OVERRIDE = "CLARA_ARCHIVES"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Address = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Entry(BaseModel):
    """Base of everything in the manifest: immutable, no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Archive(Entry):
    """A service that answers questions over the network, and how politely it is asked.

    Attributes
    ----------
    name, title : str
        Key in ``archives.toml``, and what a person calls it.
    address : str
    timeout_s : float
        Longest silence before the archive counts as not answering [s].
    interval_s : float
        Least time between two requests [s].
    retries : int
        How often a failed request is sent again.
    backoff_s : float
        The n-th retry waits backoff_s · 2ⁿ⁻¹ [s], or what the archive asks for.
    chunk : int
        Stars in one question.
    """

    name: str
    title: str
    address: Address
    timeout_s: float = Field(default=60.0, gt=0, le=3600)
    interval_s: float = Field(default=0.1, ge=0, le=60)
    retries: int = Field(default=3, ge=0, le=10)
    backoff_s: float = Field(default=1.0, ge=0, le=60)
    chunk: int = Field(default=500, ge=1, le=10_000)


class Sector(Entry):
    """One pointing of TESS; the days are UTC, and the last data may be of the day before `end`."""

    number: int = Field(ge=1)
    start: date
    end: date
    cadences_s: tuple[int, ...]
    ffi_cadence_s: int

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 10 <= (self.end - self.start).days <= 60:
            raise ValueError(f"sector {self.number} lasts from {self.start} to {self.end}")
        return self


class SectorTable(Entry):
    """Every known sector, and where the list of its light curves lies, by cadence [s]."""

    lists: dict[int, str]
    sector: tuple[Sector, ...]

    def get(self, number: int) -> Sector:
        """The sector of that number."""
        for sector in self.sector:
            if sector.number == number:
                return sector
        raise ArchiveError(f"the manifest knows no sector {number}: choose 1 to {self.sector[-1].number}")

    def bulk_list(self, number: int, cadence_s: int) -> str:
        """Path of the list of light curves of one sector, below the address of ``mast-lists``.

        Parameters
        ----------
        number : int
            Of the sector.
        cadence_s : int
            [s].

        Raises
        ------
        ArchiveError
            The sector has no light curves of this cadence.
        """
        sector = self.get(number)
        if cadence_s not in sector.cadences_s:
            known = " or ".join(map(str, sector.cadences_s))
            raise ArchiveError(f"sector {number} has no light curves of {cadence_s} s: choose {known}")
        return self.lists[cadence_s].format(sector=number)


class Pointing(Entry):
    """Where TESS points in one sector.

    Attributes
    ----------
    number : int
        Of the sector.
    start, end : date
        UTC; the last data may be of the day before `end`.
    ra, dec, roll : float
        Of the boresight [deg, ICRS].
    """

    number: int = Field(ge=1)
    start: date
    end: date
    ra: float = Field(ge=0, lt=360)
    dec: float = Field(ge=-90, le=90)
    roll: float = Field(ge=-360, le=360)


class PointingTable(Entry):
    """Every sector that is known, those that are planned too; `read` is when the table was."""

    source: str
    read: date
    pointing: tuple[Pointing, ...]

    @model_validator(mode="before")
    @classmethod
    def _rows(cls, content: dict) -> dict:
        names = list(Pointing.model_fields)
        rows = [dict(zip(names, row, strict=True)) for row in content.get("pointing", [])]
        return {**content, "pointing": rows}


class Source(Entry):
    """Where data or a formula comes from.

    Attributes
    ----------
    bibcode : str, optional
        Of the citation, in ADS.
    verified : tuple of {"citation", "doi", "licence"}
        What public sources other than the provider confirm; the rest still has to be looked up there.
    """

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=5)
    kind: Literal["data", "formula"]
    provider: str = Field(min_length=3)
    address: Address
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    columns: tuple[str, ...] = ()
    licence: str = Field(min_length=3)
    citation: str = Field(pattern=r"\d{4}")
    bibcode: str | None = Field(default=None, pattern=r"^\d{4}[\w.&]{15}$")
    used_for: str = Field(min_length=5)
    verified: tuple[Literal["citation", "doi", "licence"], ...] = ()

    @model_validator(mode="after")
    def _data_name_their_columns(self) -> Self:
        if self.kind == "data" and not self.columns:
            raise ValueError(f"{self.name}: data without columns")
        return self


class Sources(Entry):
    """All of ``sources.toml``."""

    source: tuple[Source, ...]


class ListedStar(Entry):
    """A star of a target list, with the reference of what it is said to be."""

    tic: int = Field(ge=1)
    name: str = Field(min_length=1)
    star_class: str = Field(alias="class", pattern=r"^[a-z_]+$|^[A-Za-z0-9*?]+$")
    sector: int = Field(ge=1)
    reference: str = Field(min_length=5)
    note: str = ""


class ListedFile(Entry):
    """A file with its address, and its checksum where that is known."""

    address: Address
    name: str = Field(pattern=r"^\w[\w.+-]*$")
    bytes: int | None = Field(default=None, ge=0)
    sha256: Sha256 | None = None


class TargetList(Entry):
    """A named list of what to fetch: stars, files, or both.

    `sector` and `reference` are those of all stars that name none of their own; `family` is what their classes become,
    the name of the list by default.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    cadence_s: int = 120
    family: str = Field(default="", pattern=r"^[a-z0-9_]*$")
    sector: int | None = Field(default=None, ge=1)
    reference: str = ""
    star: tuple[ListedStar, ...] = ()
    file: tuple[ListedFile, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _shared(cls, given: Any) -> Any:
        """Stars have what the list says of all of them."""
        if not isinstance(given, dict) or not isinstance(given.get("star"), list | tuple):
            return given
        shared = {name: given[name] for name in ("sector", "reference") if given.get(name)}
        return {**given, "star": [{**shared, **star} if isinstance(star, dict) else star for star in given["star"]]}


class DemoSector(Entry):
    """Recipe of the simulated sector behind ``clara demo``, with its checksums."""

    version: int = Field(ge=1)
    stars: int
    seed: int
    sector: int
    cadence_s: int
    span_days: float
    first_tic: int
    numpy: tuple[str, ...]
    rows: tuple[int, ...]
    stars_sha256: Sha256
    curves_sha256: Sha256
    classes: dict[str, int]
    again: int
    again_rows: tuple[int, ...]
    again_sha256: Sha256


E = TypeVar("E", bound=Entry)


def archives(override: Path | None = None) -> dict[str, Archive]:
    """Every archive by name.

    Parameters
    ----------
    override : Path, optional
        TOML file whose entries replace those of the manifest, field by field: for a mirror. By default the file that
        ``CLARA_ARCHIVES`` names, if any.
    """
    entries = _toml(_folder() / "archives.toml")
    named = os.environ.get(OVERRIDE)
    place = override or (Path(named) if named else None)
    for name, fields in (_toml(place) if place else {}).items():
        if name not in entries:
            raise ArchiveError(f"{place}: there is no archive {name}; there are {', '.join(entries)}")
        entries[name] = {**entries[name], **fields}
    return {name: _checked(Archive, {"name": name, **fields}, "archives.toml") for name, fields in entries.items()}


def manifest_file(name: str) -> Path:
    """Where a file of the manifest lies."""
    return _folder() / name


def read_entry(schema: type[E], place: Path) -> E:
    """A TOML file, checked.

    Parameters
    ----------
    schema : type of Entry
    place : Path

    Raises
    ------
    ArchiveError
        When it can't be read, or says what its schema does not allow.
    """
    return _checked(schema, _toml(place), place.name)


@cache
def sectors() -> SectorTable:
    """Every known sector of TESS."""
    return _checked(SectorTable, _toml(_folder() / "sectors.toml"), "sectors.toml")


def pointings() -> PointingTable:
    """Where TESS points in every known sector."""
    return _checked(PointingTable, _toml(_folder() / "pointings.toml"), "pointings.toml")


def sources() -> tuple[Source, ...]:
    """Every source of data and formulas."""
    return _checked(Sources, _toml(_folder() / "sources.toml"), "sources.toml").source


def demo_sector() -> DemoSector:
    """The recipe of the demo sector."""
    return _checked(DemoSector, _toml(_folder() / "demo_sector.toml"), "demo_sector.toml")


def target_lists() -> list[str]:
    """Names of the target lists of the manifest."""
    return sorted(Path(place.name).stem for place in (_folder() / "lists").iterdir() if place.name.endswith(".toml"))


def target_list(name: str) -> TargetList:
    """A target list of the manifest by its name, or any by the path of its TOML file."""
    if name in target_lists():
        return _checked(TargetList, _toml(_folder() / "lists" / f"{name}.toml"), f"{name}.toml")
    if not name.endswith(".toml"):
        raise ArchiveError(f"no target list {name!r}: choose {', '.join(target_lists())}, or give a TOML file")
    return _checked(TargetList, _toml(Path(name)), name)


def _folder() -> Path:
    package = Path(__file__).parents[1]
    for folder in (package / "data_manifest", package.parent / "data_manifest"):  # installed, and in a checkout
        if folder.is_dir():
            return folder
    raise ArchiveError("the data manifest is not installed: pip install the whole project")


def _toml(place: Path) -> dict[str, dict]:
    try:
        return tomllib.loads(place.read_text("utf-8"))
    except OSError as error:
        raise ArchiveError(f"{place} can't be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{place} is not TOML: {error}") from None


def _checked(schema: type[E], content: dict, place: str) -> E:
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise ArchiveError(f"{place}: {where or 'the file'}: {requirement(problem)}") from None
