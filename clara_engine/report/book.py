"""The book of a run: its figures and tables in a folder, with a page that says what each shows and what is missing."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clara_engine import __version__
from clara_engine.errors import Cancelled, ClaraError, WorkspaceError, WorkspaceUnavailable, one_line
from clara_engine.files import reading, write_atomically, write_zip
from clara_engine.plots.still import PICTURES, save_picture
from clara_engine.progress import Report, quiet
from clara_engine.report.book_pieces import PIECES, Piece, Subject
from clara_engine.report.export import write_table
from clara_engine.report.templates import rendered
from clara_engine.studies.sweep import target_label

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["Chapter", "Written", "book_zip", "write_book"]

PAGE, LIST = "index.html", "book.json"
#: What the page of contents shows; other formats are written beside it.
SHOWN = ".png"


@dataclass(frozen=True)
class Picture:
    """A picture of a chapter: its files, that of the page first, and what it shows."""

    files: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Chapter:
    """One piece of a book, as it was written.

    Attributes
    ----------
    title : str
    made_from : str
        Run, map, clustering … that it shows.
    stars : int
    pictures : tuple of Picture
    tables : tuple of str
        Names of files.
    missing : str
        Why it is not there; empty where it is.
    command : str
        What makes it.
    """

    title: str
    made_from: str = ""
    stars: int = 0
    pictures: tuple[Picture, ...] = ()
    tables: tuple[str, ...] = ()
    missing: str = ""
    command: str = ""


@dataclass(frozen=True)
class Written:
    """A book that was written: the run, the page of contents, its chapters, and every file in the folder."""

    run: str
    page: str
    chapters: tuple[Chapter, ...]
    files: tuple[str, ...]


def write_book(
    store: Store,
    run: Run,
    folder: Path,
    *,
    label: tuple[str, str] | None = None,
    make: bool = False,
    formats: Sequence[str] = (),
    report: Report = quiet,
) -> Written:
    """Write the figures of the publication for a run, their tables, and a page of contents.

    What an earlier book left in the folder is replaced. A piece that is not there is said on the page, with the command
    that makes it.

    Parameters
    ----------
    store : Store
    run : Run
    folder : Path
        Made if need be; one that holds anything else than a book is refused.
    label : (family, value), optional
        What is measured and matched; TOIs by default, or whatever there is.
    make : bool
        Whether what is missing is computed; archives are not asked.
    formats : sequence of str
        Endings of further files of each picture, such as ``".pdf"``: of `clara_engine.plots.still.PICTURES`.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When a format or the label is unknown, or the folder holds something else or can't be written.
    """
    unknown = [ending for ending in formats if ending not in PICTURES]
    if unknown:
        raise WorkspaceError(f"no format of pictures {unknown[0]!r}: choose of {', '.join(PICTURES)}")
    if label is not None:
        target_label(store, label)
    old = _earlier(folder)
    subject = Subject(store, run, label, make, report)
    endings = tuple(dict.fromkeys((SHOWN, *formats)))
    chapters = tuple(_written(title, subject, folder, endings) for title in PIECES)
    simulated = bool(store.targets.frame().set_index("target_id")["simulated"].reindex(subject.scores.index).any())
    page = rendered(
        "book.html",
        run=run,
        workspace=store.folder.name,
        version=__version__,
        simulated=simulated,
        chapters=chapters,
        stars=subject.stars(subject.scores.index),
    )
    write_atomically(folder.absolute() / PAGE, lambda beside: beside.write_text(page, encoding="utf-8"))
    made = [
        name for one in chapters for name in (*one.tables, *(file for shown in one.pictures for file in shown.files))
    ]
    written = Written(run.id, PAGE, chapters, (PAGE, *made, LIST))
    text = json.dumps(asdict(written), indent=1)
    write_atomically(folder.absolute() / LIST, lambda beside: beside.write_text(text))
    for name in set(old) - set(written.files):
        (folder / name).unlink(missing_ok=True)
    return written


def book_zip(store: Store, run: Run, *, make: bool = False, report: Report = quiet) -> tuple[bytes, Written]:
    """A book as a zip file, and what is in it.

    Parameters
    ----------
    store : Store
    run : Run
    make : bool
        Whether what is missing is computed.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "book"
        written = write_book(store, run, folder, make=make, report=report)
        content = io.BytesIO()
        with reading(folder):
            write_zip(content, {f"book/{name}": (folder / name).read_bytes() for name in written.files}, level=6)
    return content.getvalue(), written


def _written(title: str, subject: Subject, folder: Path, endings: Sequence[str]) -> Chapter:
    """Write one piece, or say why it is not there."""
    try:
        subject.report.stage(title)
        piece = PIECES[title](subject)
    except (Cancelled, WorkspaceUnavailable):
        raise
    except ClaraError as error:
        return Chapter(title, missing=one_line(error), command=getattr(error, "command", ""))
    return _saved(Chapter(title, piece.made_from, piece.stars), piece, folder, endings)


def _saved(chapter: Chapter, piece: Piece, folder: Path, endings: Sequence[str]) -> Chapter:
    pictures = []
    for figure in piece.figures:
        files = tuple(f"{figure.name}{ending}" for ending in endings)
        for file in files:
            save_picture(figure.plot, folder / file, size=figure.size)
        pictures.append(Picture(files, figure.words))
    for name, table in piece.tables.items():
        write_table(table, folder / f"{name}.csv")
    return replace(chapter, pictures=tuple(pictures), tables=tuple(f"{name}.csv" for name in piece.tables))


def _earlier(folder: Path) -> list[str]:
    """Files of an earlier book in a folder."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise WorkspaceError(f"{folder} is no folder")
    list_ = folder / LIST
    if not list_.exists():
        if any(folder.iterdir()):
            raise WorkspaceError(f"{folder} holds something else than a book: name another folder")
        return []
    with reading(list_):
        names = json.loads(list_.read_text())["files"]
    return [name for name in names if isinstance(name, str) and Path(name).name == name]
