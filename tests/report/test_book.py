"""The book of a run: figures and tables that say what they are of; what is missing is said with its command."""

import io
import json
import shutil
import zipfile
from html.parser import HTMLParser

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.errors import Cancelled, WorkspaceError
from clara_engine.report.book import book_zip, write_book
from clara_engine.report.book_pieces import PIECES
from clara_engine.studies.steer import SteeringMatrix


class Links(HTMLParser):
    """Every address of a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("src", "href")]


@pytest.fixture
def ws(trained, tmp_path):
    return Workspace.open(shutil.copytree(trained.folder, tmp_path / "ws"))


def test_what_is_there_is_written_and_what_is_missing_is_told_with_its_command(ws, tmp_path):
    run = ws.runs.get("latest")
    written = write_book(ws, run, tmp_path / "book")
    chapters = {one.title: one for one in written.chapters}
    assert list(chapters) == list(PIECES)
    assert (written.run, chapters["Performance"].stars) == (run.id, 40)
    assert run.id in chapters["Performance"].made_from
    assert chapters["Map"].command == "clara map tsne --set flux_power"
    assert chapters["Clusters"].command == "clara cluster --set flux_power"
    assert chapters["Importances of features"].command == f"clara importances {run.id}"
    assert chapters["Similarity to labelled stars"].command == "clara match truth"
    assert chapters["Steering matrix"].command == "clara steer --seeds 1"
    assert "simulated" in chapters["Colour–magnitude diagram of Gaia"].missing
    table = pd.read_csv(tmp_path / "book" / "performance.csv").set_index("label")
    assert table.loc["truth/dip", "roc_auc"] == pytest.approx(run.measures["truth/dip"]["roc_auc"]["value"])
    assert len(pd.read_csv(tmp_path / "book" / "ranking.csv")) == 40
    page = (tmp_path / "book" / "index.html").read_text()
    assert "SIMULATED" in page
    for words in ("clara map tsne --set flux_power", "40 stars", run.id):
        assert words in page


def test_what_is_missing_is_made_when_asked_and_every_link_leads_somewhere(ws, tmp_path, monkeypatch):
    monkeypatch.setattr(SteeringMatrix, "table", lambda self, report: self.kept_table())  # it takes minutes
    written = write_book(ws, ws.runs.get("latest"), tmp_path / "book", make=True, formats=[".svg"])
    missing = {one.title for one in written.chapters if one.missing}
    assert missing == {"Colour–magnitude diagram of Gaia", "Steering matrix"}
    links = Links()
    links.feed((tmp_path / "book" / "index.html").read_text())
    here = {path.name for path in (tmp_path / "book").iterdir()}
    assert {link for link in links.found if not link.startswith("#")} == here - {"index.html", "book.json"}
    assert here == set(written.files)
    assert {"map.png", "map.svg", "clusters.csv", "similarity_confusion.csv", "importances.png"} <= here
    assert ws.clusterings.list()  # what was made is kept


def test_an_earlier_book_is_replaced_and_nothing_else_is(ws, tmp_path):
    run, folder = ws.runs.get("latest"), tmp_path / "book"
    write_book(ws, run, folder, formats=[".pdf"])
    assert (folder / "performance.pdf").exists()
    (folder / "mine.txt").write_text("kept")
    write_book(ws, run, folder)
    assert not (folder / "performance.pdf").exists()
    assert (folder / "mine.txt").read_text() == "kept"
    other = tmp_path / "other"
    other.mkdir()
    (other / "paper.tex").write_text("")
    with pytest.raises(WorkspaceError, match="holds something else"):
        write_book(ws, run, other)
    with pytest.raises(WorkspaceError, match=r"no format of pictures '\.jpg'"):
        write_book(ws, run, folder, formats=[".jpg"])


def test_a_list_of_files_cannot_lead_out_of_the_folder(ws, tmp_path):
    folder = tmp_path / "book"
    write_book(ws, ws.runs.get("latest"), folder)
    (tmp_path / "precious").write_text("")
    facts = json.loads((folder / "book.json").read_text())
    (folder / "book.json").write_text(json.dumps(facts | {"files": ["../precious"]}))
    write_book(ws, ws.runs.get("latest"), folder)
    assert (tmp_path / "precious").exists()


def test_a_book_as_a_zip_is_what_a_folder_would_be(ws):
    content, written = book_zip(ws, ws.runs.get("latest"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"book/{name}" for name in written.files]


def test_names_are_text(ws, tmp_path):
    run = ws.runs.rename(ws.runs.get("latest").id, "<script>alert(1)</script>")
    write_book(ws, run, tmp_path / "book")
    assert "<script" not in (tmp_path / "book" / "index.html").read_text()


def test_who_cancels_ends_it(ws, tmp_path):
    class Stop:
        def stage(self, name, step=None):
            if name == "Map":
                raise Cancelled("stopped")

        def __call__(self, done, total):
            pass

    with pytest.raises(Cancelled):
        write_book(ws, ws.runs.get("latest"), tmp_path / "book", report=Stop())
