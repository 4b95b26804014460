"""The page and its panes in a notebook: without a server, linked by one session."""

from collections.abc import Iterator
from pathlib import Path

import panel as pn
import pytest
from bokeh.document import Document

from clara_app import explore
from clara_app.notebook import PANES, Explorer
from clara_engine.workspace import Workspace


@pytest.fixture
def explorer(workspace_folder: Path) -> Iterator[Explorer]:
    made = explore(Workspace.open(workspace_folder))
    yield made
    made.session.server.close()


def test_every_pane_is_drawn_and_the_style_comes_with_it(explorer: Explorer) -> None:
    for name in PANES:
        root = explorer.pane(name).get_root(document := Document())
        document.add_root(root)
        assert "--accent" in str(document.to_json()), name
    with pytest.raises(ValueError, match="choose map, ranking"):
        explorer.pane("nothing")


def test_panes_follow_each_other(explorer: Explorer) -> None:
    facts, _ = explorer.pane("facts"), explorer.pane("ranking")
    first, second = explorer.session.order[:2]
    explorer.session.show(second)
    (text,) = [one for one in facts.select() if "name" in str(getattr(one, "object", ""))]
    assert explorer.session.star.name in text.object
    explorer.session.show(first)
    assert explorer.session.star.name in text.object


def test_the_whole_page_stands_in_its_cell(explorer: Explorer) -> None:
    view = pn.panel(explorer)
    document = Document()
    document.add_root(view.get_root(document))
    assert "position: relative" in str(document.to_json())
