"""The whole page, driven by its Python API without a browser: every pane is made, shown and used."""

import importlib
import inspect
import pkgutil
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import panel as pn
import pytest
from bokeh.document import Document

import clara_app.areas
import clara_app.controls
import clara_app.panes
from clara_app.areas.parts import Tabs
from clara_app.areas.wheel import BY_LABEL
from clara_app.file_field import FileField
from clara_app.page import ExplorerPage
from clara_app.panes.queue import QueuePane
from clara_app.panes.sweep import MAPPING, SweepPane
from clara_app.server import Server
from clara_app.session import AREAS, Session
from clara_app.widgets import (
    Checkbox,
    CheckBoxGroup,
    FileDownload,
    FloatInput,
    IntInput,
    Named,
    RadioButtonGroup,
    Select,
    TextInput,
    Toggle,
)
from clara_engine.workspace import Workspace

#: Every pane that can be opened is, which takes long; each has tests of its own, and the browser shows each area.
pytestmark = pytest.mark.heavy


def _panes() -> set[type]:
    """Every class of the page that can be shown."""
    found = set()
    for package in (clara_app.areas, clara_app.controls, clara_app.panes):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            members = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
            found |= {
                one for _, one in members if issubclass(one, pn.viewable.Viewer) and one.__module__ == module.name
            }
    return found


@pytest.fixture(scope="module")
def session(workspace_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A page of a workspace for all tests of this file, each of which leaves it as it was; the last need not."""
    folder = shutil.copytree(workspace_template, tmp_path_factory.mktemp("every") / "workspace")
    server = Server(Workspace.open(folder))
    yield Session(server, author="tester")
    server.close()


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, list[Any]]]:
    """What the page makes of panes and of fields."""
    made: dict[str, list[Any]] = {"panes": [], "fields": []}

    def noting(kind: str, init: Callable[..., None]) -> Callable[..., None]:
        def noted(self: Any, *values: Any, **options: Any) -> None:
            made[kind].append(self)
            init(self, *values, **options)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pn.viewable.Viewer, "__init__", noting("panes", pn.viewable.Viewer.__init__))
        for kind in (Named, FileField):
            patch.setattr(kind, "__init__", noting("fields", kind.__init__))
        yield made


@pytest.fixture(scope="module")
def document() -> Document:
    return Document()


@pytest.fixture(scope="module")
def empty_page(made: dict[str, list[Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExplorerPage]:
    """The page of a workspace without light curves, which shows how to begin."""
    server = Server(Workspace.open(tmp_path_factory.mktemp("empty") / "workspace"))
    yield ExplorerPage(Session(server, author="tester"))
    server.close()


@pytest.fixture(scope="module")
def page(session: Session, made: dict[str, list[Any]], document: Document, empty_page: ExplorerPage) -> ExplorerPage:
    """The page with every area and every tab opened once, as a document of Bokeh's."""
    page = ExplorerPage(session)
    document.add_root(page.view.get_root(document))
    for area in AREAS:
        session.area = area
        for pane in list(made["panes"]):
            if isinstance(pane, Tabs):
                for title in pane.views:
                    pane.open(title)
    page.show_help()
    page.python.open()
    page.jobs_list.dialog.open = True
    page.star.verdict.editor.open()
    page.wheel.forest.more.value = True
    page.wheel.way.value = BY_LABEL
    page.wheel.design.event = "planets"
    for pane in made["panes"]:
        if isinstance(pane, SweepPane):
            pane.beside.value, pane.own.value = MAPPING, True
        if isinstance(pane, QueuePane):
            pane.filter.value = True
    return page


def _can_be_sent(document: Document) -> bool:
    """Whether everything on the page can go to a browser."""
    return len(document.to_json().content["roots"]) == 1  # type: ignore[attr-defined]


def test_every_pane_is_on_the_page_and_can_be_drawn(
    page: ExplorerPage, document: Document, made: dict[str, list[Any]]
) -> None:
    assert {one.__name__ for one in _panes()} <= {type(pane).__name__ for pane in made["panes"]}
    for pane in made["panes"]:
        assert isinstance(pane.__panel__(), pn.viewable.Viewable)
    assert _can_be_sent(document)


def test_every_pane_follows_star_run_selection_look_and_verdict(
    page: ExplorerPage, document: Document, session: Session
) -> None:
    first, second = session.order[0], session.order[4]
    for area in AREAS:
        session.area = area
        session.show(second)
        session.scale_period(2)
        session.selection = session.order[1:5]
        session.param.update(dark=True, colour_by="weirdness")
        page.star.verdict.give(session.labels[0].name)
        session.show(second)
        assert set(session.server.workspace.verdicts.opinions(second)["label"]) == {session.labels[0].name}
        session.undo_verdict()
        session.selection = []
        session.show(first)
        session.param.update(dark=False, colour_by="anomaly_score")
        assert session.target_id == first
    assert _can_be_sent(document)


def test_every_field_has_a_name(page: ExplorerPage, made: dict[str, list[Any]]) -> None:
    assert len(made["fields"]) > 60
    nameless = [type(field).__name__ for field in made["fields"] if not field.label.strip()]
    assert nameless == []


def test_every_table_is_handed_over(page: ExplorerPage, made: dict[str, list[Any]]) -> None:
    downloads = [
        field for field in made["fields"] if isinstance(field, FileDownload) and field.visible and not field.disabled
    ]
    files = [(download.label, download.filename, download.callback().read()) for download in downloads]
    assert len(files) >= 6
    assert [file for file in files if not isinstance(file[2], bytes) or not file[2]] == []


def _uses(field: Any) -> list[dict[str, Any]]:
    """What a person could do with a field."""
    if isinstance(field, Select | RadioButtonGroup):
        return [{"value": value} for value in (*field.values[:12], field.value)]
    if isinstance(field, Checkbox | Toggle):
        return [{"value": not field.value}, {"value": field.value}]
    if isinstance(field, FloatInput | IntInput):
        here = field.value
        low = field.start if field.start is not None else (here or 0)
        emptied = [{"value": None}] if field.more.get("optional") else []
        return [{"value": low}, *emptied, {"value": here}] if here is not None else []
    if isinstance(field, TextInput):
        return [{"value_input": "<b>x</b>"}, {"value": "<b>x</b>"}, {"enter_pressed": True}, {"value": ""}]
    if isinstance(field, CheckBoxGroup):
        return [{"value": field.values[:1]}, {"value": []}]
    return []


def test_every_field_can_be_used(page: ExplorerPage, document: Document, made: dict[str, list[Any]]) -> None:
    used = set()
    for field in list(made["fields"]):
        if field in (page.run_select, page.area_buttons):
            continue
        for told in _uses(field):
            field.param.update(**told)
            used.add(type(field))
        if isinstance(field, FileField):
            content = b64encode(b"no table").decode()
            field.receive({"name": "<b>x</b>.csv", "first": True, "content": content, "last": True})
            used.add(FileField)
    assert {Select, RadioButtonGroup, TextInput, Checkbox, CheckBoxGroup, Toggle, FloatInput, FileField} <= used
    assert _can_be_sent(document)
