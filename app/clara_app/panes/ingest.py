"""Light curves and labels from files: of the server's machine, or uploaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.file_field import FileField
from clara_app.formatting import counted, format_bytes
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, CheckBoxGroup, TextInput
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.readers.columns import Columns
from clara_engine.readers.table_file import NEEDED
from clara_engine.store.labels import LabelBook
from clara_engine.store.light_curve_files import Survey, survey
from clara_engine.store.uploads import keep_upload
from clara_engine.studies.ingest import ingest
from clara_engine.workspace import Ingested

__all__ = ["IngestPane", "ingested_html", "survey_html"]

CURVES = ".fits,.fit,.gz,.csv,.tsv,.ecsv,.txt,.dat,.parquet"
TABLES = ".csv,.gz"
MOST_BYTES = 300_000_000
SIDE = (8, 10, 4, 10)
LANE = "looks"
SHOWN = 50
#: How what `LabelBook.columns_of` says of a column of numbers begins.
NUMBERS = "numbers"
#: Tables of a folder of which the columns are offered.
MOST_TABLES = 12
#: A table, its column, and whether that holds numbers.
Column = tuple[Path, str, bool]
STOPPED = "cancelled; what had been read is registered, the rest is not"


class Looked(NamedTuple):
    """What a place holds: light curves, and tables of stars with their columns."""

    place: str
    columns: str
    found: Survey
    tables: dict[Path, dict[str, str]]


def survey_html(found: Survey) -> str:
    """What a folder holds, before it is registered."""
    looked = "" if found.looked_at == found.files else f" of the {found.looked_at} that were looked at"
    return render("survey", found=found, looked=looked, needed=NEEDED)


def ingested_html(result: Ingested, stored: Mapping[str, int] | None = None, refused: Sequence[str] = ()) -> str:
    """What became of the files, how many labels and numbers were stored with them, and why some tables were not."""
    listed = [(Path(path).name, first) for path, first in result.duplicates[:SHOWN]]
    return render("ingested", result=result, listed=listed, stored=stored or {}, refused=refused)


class IngestPane(pn.viewable.Viewer):
    """A folder, uploaded light curves, and labels from a table."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.path = TextInput(
            label="Folder or file on the machine of the server",
            labelled=True,
            margin=SIDE,
            sizing_mode="stretch_width",
        )
        self.folder_columns = _columns_field()
        self.scan_button = _button("Look", self.scan)
        self.register_button = _button("Register", self.register, disabled=True)
        self.scanning = BackgroundJob(session, self._scanned)
        self.found_columns = CheckBoxGroup(
            label="labels and numbers in tables of the folder",
            options=[],
            margin=SIDE,
            sizing_mode="stretch_width",
            visible=False,
        )
        self.beside = _note("Tables of the folder hold labels and numbers of stars. What is ticked is stored, too:")
        self.beside.visible = False
        self.found_columns.param.watch(lambda event: self.beside.param.update(visible=event.new), "visible")
        self.registering = BackgroundJob(
            session, lambda result: self._registered(self.registering, *result), stopped=STOPPED
        )
        self.upload_columns = _columns_field()
        self.uploads = _upload(self.store_uploads, "Choose light curves", CURVES, multiple=True)
        self.uploading = BackgroundJob(
            session, lambda result: self._registered(self.uploading, *result), stopped=STOPPED
        )
        self.label_file = _upload(self._label_file_came, "Choose a table of labels", TABLES)
        self.columns = CheckBoxGroup(
            label="Columns with labels",
            options=[],
            margin=SIDE,
            sizing_mode="stretch_width",
            visible=False,
        )
        self.numbers = CheckBoxGroup(
            label="Columns with numbers: catalogue parameters",
            options=[],
            margin=SIDE,
            sizing_mode="stretch_width",
            visible=False,
        )
        self.label_button = _button("Store", self.store_labels, visible=False)
        self.labelling = BackgroundJob(session, self._labelled)
        self._labels_path: Path | None = None
        self._found: dict[str, Column] = {}
        self.path.enter(self.scan)
        for field in (self.path, self.folder_columns):
            field.param.watch(lambda event: self._forget(), "value_input")
        self._view = pn.Column(
            _title("A folder of light curves"),
            _note(f"SPOC, TESS-SPOC, QLP, TASOC, eleanor-lite, Kepler and K2 FITS files, and tables with {NEEDED}."),
            self.path,
            self.folder_columns,
            self.scanning.line,
            self.beside,
            self.found_columns,
            pn.Row(self.scan_button, self.register_button, margin=0),
            self.registering.line,
            _title("Upload a few light curves"),
            _note(
                f"Up to {format_bytes(MOST_BYTES)}; they are kept in the workspace. A table says whose it is in a "
                "column tic, in a line <code># tic: 261136679</code>, or in its name, TIC261136679.csv."
            ),
            self.upload_columns,
            self.uploads,
            self.uploading.line,
            _title("Labels and parameters from a table"),
            _note(
                "CSV with a column tic, kic, epic or target_id. Runs are measured against labels; an empty cell is "
                "none."
            ),
            self.label_file,
            self.columns,
            self.numbers,
            self.label_button,
            self.labelling.line,
            sizing_mode="stretch_both",
            margin=0,
            scroll="y",
        )

    # -- a folder ------------------------------------------------------------------------------------------------------

    def scan(self) -> None:
        """Say what the path holds."""
        text = _typed(self.path)
        if not text:
            self.scanning.show_text("type a path first", problem=True)
            return
        columns, server = _typed(self.folder_columns), self.session.server

        def work(report: Reporter) -> Looked:
            found = survey([server.reach.to_read(text)], report, columns=columns, readable=server.reach.readable())
            tables = server.workspace.labels.tables_of_stars(found.tables[:MOST_TABLES])
            return Looked(text, columns, found, tables)

        self.scanning.start(JobKind.LOOK, f"look into {Path(text).name}", work, lane=LANE, passing=True)

    def register(self) -> None:
        """Queue the registration of what was found."""
        text = _typed(self.path)
        ticked = [self._found[title] for title in self.found_columns.value or [] if title in self._found]
        self._register(self.registering, [text], f"register {text}", _typed(self.folder_columns), ticked)

    def _scanned(self, looked: Looked) -> None:
        if (looked.place, looked.columns) != (_typed(self.path), _typed(self.folder_columns)):
            return
        self.scanning.line.object = survey_html(looked.found)
        found = [
            (f"{path.name}: {column} ({what})", (path, column, what.startswith(NUMBERS)))
            for path, columns in looked.tables.items()
            for column, what in columns.items()
        ]
        self._found = dict(sorted(found, key=lambda pair: pair[1][2]))  # labels first
        self.found_columns.param.update(options=list(self._found), value=[], visible=bool(self._found))
        self.register_button.param.update(disabled=False, label=f"Register {counted(looked.found.files, 'file')}")

    def _forget(self) -> None:
        self.scanning.line.object = ""
        self._found = {}
        self.found_columns.param.update(options=[], value=[], visible=False)
        self.register_button.param.update(disabled=True, label="Register")

    def _register(
        self, job: BackgroundJob, places: list[str], title: str, columns: str, ticked: Sequence[Column] = ()
    ) -> None:
        workspace, reach = self.session.server.workspace, self.session.server.reach

        def work(report: Reporter) -> tuple[Ingested, dict[str, int], list[str]]:
            report.stage("reading headers")
            ingested = ingest(
                workspace,
                [reach.to_read(place) for place in places],
                report,
                columns=columns,
                readable=reach.readable(),
            )
            stored: dict[str, int] = {}
            refused = []
            for path in dict.fromkeys(path for path, _, _ in ticked):
                words, numbers = (
                    [name for of, name, is_number in ticked if of == path and is_number == wanted]
                    for wanted in (False, True)
                )
                try:
                    stored |= _store(workspace.labels, path, words, numbers, report)
                except ClaraError as error:  # the light curves are registered all the same
                    refused.append(str(error))
            return ingested, stored, refused

        job.start(JobKind.INGEST, title, work)

    def _registered(self, job: BackgroundJob, ingested: Ingested, stored: dict[str, int], refused: list[str]) -> None:
        job.line.object = ingested_html(ingested, stored, refused)

    # -- uploads -------------------------------------------------------------------------------------------------------

    def store_uploads(self, files: Mapping[str, bytes]) -> None:
        """Keep uploaded light curves and register them."""
        columns = _typed(self.upload_columns)
        try:
            if columns:
                Columns.parse(columns)
            folder = self.session.server.workspace.folder
            places = [str(keep_upload(folder, name, body)) for name, body in files.items()]
        except ClaraError as error:
            self.uploading.show_text(str(error), problem=True)
            return
        self._register(self.uploading, places, f"register {counted(len(places), 'uploaded file')}", columns)

    # -- labels --------------------------------------------------------------------------------------------------------

    def read_label_file(self, name: str, content: bytes) -> None:
        """Keep a table and offer its columns."""
        workspace = self.session.server.workspace
        try:
            self._labels_path = keep_upload(workspace.folder, name, content)
            columns = workspace.labels.columns_of(self._labels_path)
        except ClaraError as error:
            self._offer({})
            self.labelling.show_text(str(error), problem=True)
            return
        self._offer(columns)
        self.labelling.show_text(f"{self._labels_path.name}: choose columns")

    def store_labels(self) -> None:
        """Queue the chosen columns."""
        path, labels, numbers = self._labels_path, list(self.columns.value or []), list(self.numbers.value or [])
        if path is None or not (labels or numbers):
            self.labelling.show_text("choose a column first", problem=True)
            return
        book = self.session.server.workspace.labels
        self.labelling.start(JobKind.LABELS, f"labels of {path.name}", partial(_store, book, path, labels, numbers))

    def _offer(self, columns: dict[str, str]) -> None:
        named = {f"{column} ({what})": column for column, what in columns.items()}
        numbers = {title: column for title, column in named.items() if columns[column].startswith(NUMBERS)}
        self.columns.param.update(options=named, value=[], visible=bool(named))
        self.numbers.param.update(options=numbers, value=[], visible=bool(numbers))
        self.label_button.visible = bool(named)

    def _label_file_came(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            self.read_label_file(name, content)

    def _labelled(self, stored: dict[str, int]) -> None:
        none = not any(stored.values())
        words = ", ".join(f"{name}: {number:,}" for name, number in stored.items())
        self.labelling.show_text(
            f"stored {words}{'; is any of these stars registered here?' if none else ''}", problem=none
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _store(book: LabelBook, path: Path, labels: list[str], numbers: list[str], report: Reporter) -> dict[str, int]:
    report.stage("storing")
    imported = book.import_table(path, {name: name for name in labels}, numbers)
    stored = {f"labels {name}": number for name, number in imported.labels.items()}
    return stored | ({"parameters": imported.parameters} if numbers else {})


def _button(label: str, act: Any, **options: Any) -> Any:
    return Button(label=label, margin=(0, 0, 4, 10), on_click=act, **options)


def _upload(take: Callable[[dict[str, bytes]], object], label: str, accept: str, **options: Any) -> FileField:
    return FileField(take, label=label, accept=accept, margin=SIDE, width=260, most_bytes=MOST_BYTES, **options)


def _columns_field() -> TextInput:
    return TextInput(
        label="Columns, where their names are not known",
        labelled=True,
        placeholder="time=TIME flux=FLUX",
        margin=SIDE,
        sizing_mode="stretch_width",
    )


def _typed(field: TextInput) -> str:
    return (field.value_input or "").strip()


def _title(words: str) -> Any:
    return live_text(f"<b>{words}</b>", css=":host{padding:8px 10px 0}", sizing_mode="stretch_width")


def _note(text: str) -> Any:
    return live_text(f'<span class="quiet">{text}</span>', css=":host{padding:0 10px}", sizing_mode="stretch_width")
