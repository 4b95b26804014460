"""The Data area, driven without a browser: files, downloads, catalogues, failures."""

import shutil
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import tomli_w

from clara_app.areas.data import DataArea
from clara_app.formatting import counted, format_bytes, format_duration, format_time, time_since
from clara_app.page import ExplorerPage
from clara_app.panes.catalogues import CataloguesPane
from clara_app.panes.failures import FailuresPane, failures_html
from clara_app.panes.fetch import FetchPane, numbers_in
from clara_app.panes.holdings import HoldingsPane, WorkspacesPane, workspaces_html
from clara_app.panes.ingest import IngestPane
from clara_app.server import Server
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine.errors import ArchiveError
from clara_engine.jobs import JobKind
from clara_engine.progress import quiet
from clara_engine.workspace import Workspace
from tests.app.conftest import Until
from tests.sky import file_name
from tests.stand_in import Reply, StandIn
from tests.store.test_named_columns import NAMED, foreign_file


@pytest.fixture
def elsewhere(services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every archive is the stand-in, for whoever asks the manifest."""
    place = tmp_path / "archives.toml"
    place.write_text(tomli_w.dumps({name: one.model_dump(exclude={"name"}) for name, one in services.items()}))
    monkeypatch.setenv("CLARA_ARCHIVES", str(place))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Session]:
    """A session on an empty workspace, in the Data area."""
    server = Server(Workspace.open(tmp_path / "fresh"))
    yield Session(server, author="tester", area="data")
    server.close()


@pytest.fixture
def looking_up(observed: Workspace, elsewhere: None) -> Iterator[Session]:
    """A session on three observed stars."""
    server = Server(observed)
    yield Session(server, author="tester", area="data")
    server.close()


def test_a_folder_is_looked_at_then_registered(
    fresh: Session, until: Until, tmp_path: Path, workspace_template: Path
) -> None:
    folder = workspace_template.parent / "sector"
    pane = IngestPane(fresh)
    assert pane.register_button.disabled
    pane.path.value = str(folder)
    pane.scan()
    until(fresh, lambda: "SPOC" in pane.scanning.line.object)
    assert "30 files" in pane.scanning.line.object
    assert not pane.register_button.disabled
    pane.register()
    until(fresh, lambda: "30 registered" in pane.registering.line.object)
    assert len(fresh.table) == 30
    assert fresh.target_id
    pane.path.value = str(tmp_path / "<gone>")
    assert pane.register_button.disabled
    pane.scan()
    until(fresh, lambda: "is not there" in pane.scanning.line.object)
    assert "&lt;gone&gt;" in pane.scanning.line.object


def test_labels_in_tables_of_a_folder_are_stored_with_its_light_curves(
    fresh: Session, until: Until, tmp_path: Path, workspace_template: Path
) -> None:
    folder = tmp_path / "s1"
    shutil.copytree(workspace_template.parent / "sector", folder, ignore=shutil.ignore_patterns("*.csv"))
    tics = list(Workspace.open(workspace_template).targets.frame()["tic"])
    rows = [f"{tic},{'odd' if tic % 2 else 'even'},{tic / 7},{2**62 + tic}" for tic in tics]
    (folder / "truth.csv").write_text("\n".join(["tic,kind,period,gaia", *rows]))
    (folder / "weather.csv").write_text("day,rain\n1,0\n2,5\n")
    pane = IngestPane(fresh)
    pane.path.value = str(folder)
    pane.scan()
    until(fresh, lambda: pane.found_columns.visible)
    kind, period, gaia = pane.found_columns.options
    assert kind.startswith("truth.csv: kind (2 values, 30 of 30 rows)")
    pane.found_columns.value = [kind, period]
    pane.register()
    until(fresh, lambda: "30 registered" in pane.registering.line.object)
    assert "labels kind: 30, parameters: 30" in pane.registering.line.object
    assert set(fresh.server.workspace.families.values("kind")[0].values()) == {"odd", "even"}
    pane.found_columns.value = [gaia]
    pane.register()
    until(fresh, lambda: "ids (of Gaia) are kept" in pane.registering.line.object)
    pane.path.value = str(tmp_path)
    assert not pane.found_columns.visible


def test_uploaded_light_curves_are_kept_and_bad_ones_told(fresh: Session, until: Until) -> None:
    rows = "\n".join(f"{1325 + i / 720:.6f},{1 + 1e-3 * (i % 7):.6f}" for i in range(200))
    pane = IngestPane(fresh)
    pane.uploads.take({"TIC42.csv": f"time,flux\n{rows}".encode(), "bad.fits": b"no"})
    until(fresh, lambda: "1 registered" in pane.uploading.line.object)
    assert "1 can't be read: see Failures" in pane.uploading.line.object
    workspace = fresh.server.workspace
    path = Path(workspace.targets.frame()["path"][0])
    assert path.is_relative_to(workspace.folder / "uploads")


def test_columns_are_named_for_a_folder_and_for_uploads(fresh: Session, until: Until, tmp_path: Path) -> None:
    path = foreign_file(tmp_path / "7.fits", 7)
    pane = IngestPane(fresh)
    pane.upload_columns.value = "time=DAY"
    pane.uploads.take({"8.fits": path.read_bytes()})
    assert "columns: no flux named; give time=… and flux=…" in pane.uploading.line.object
    pane.upload_columns.value = NAMED
    pane.uploads.take({"7.fits": path.read_bytes()})
    until(fresh, lambda: "1 registered" in pane.uploading.line.object)
    pane.path.value = str(path)
    pane.scan()
    until(fresh, lambda: "1 can't be read" in pane.scanning.line.object)
    pane.folder_columns.value = NAMED
    assert pane.register_button.disabled
    pane.scan()
    until(fresh, lambda: "table, 120 s" in pane.scanning.line.object)
    pane.register()
    until(fresh, lambda: "1 duplicate left out" in pane.registering.line.object)


def test_labels_come_from_chosen_columns(session: Session, until: Until) -> None:
    tics = [target_id.split("-")[0] for target_id in session.order[:3]]
    pane = IngestPane(session)
    pane.read_label_file("mine.csv", b"name,kind\nx,y\n")
    assert "no TIC column" in pane.labelling.line.object
    assert not pane.columns.visible
    table = f"tic,kind,period\n{tics[0]},planet,\n{tics[1]},flare,2.5\n".encode()
    pane.label_file.take({"mine.csv": table})
    assert list(pane.columns.options) == ["kind (2 values, 2 of 2 rows)", "period (numbers, 1 of 2 rows)"]
    pane.store_labels()
    assert "choose a column" in pane.labelling.line.object
    assert list(pane.numbers.options) == ["period (numbers, 1 of 2 rows)"]
    pane.columns.value, pane.numbers.value = ["kind", "period"], ["period"]
    pane.store_labels()
    until(session, lambda: "stored labels kind: 2, labels period: 1, parameters: 1" in pane.labelling.line.object)
    book = session.server.workspace.labels
    assert set(book.of(session.order[1])["family"]) >= {"kind", "period"}
    assert book.parameters().loc[session.order[1], "period"] == 2.5


def test_a_download_is_looked_up_stopped_and_resumed(
    fresh: Session, until: Until, elsewhere: None, mast: StandIn
) -> None:
    whole = mast.routes["/api/v0.1/Download/file"]
    gate = threading.Event()

    def slowly(asked):
        gate.wait(120)
        return whole(asked)

    pane = FetchPane(fresh)
    pane.way.value, pane.limit.value = "sector", 6
    assert pane.sector.visible
    assert not pane.list.visible
    pane.look_up()
    until(fresh, lambda: pane.plan)
    assert "<b>6 files</b> to download, about 12.6 MB" in pane.looking_up.line.object
    assert "left on the disk" in pane.looking_up.line.object
    mast.routes["/api/v0.1/Download/file"] = slowly
    pane.download()
    until(fresh, lambda: "downloading" in pane.getting.line.object)
    since = time.monotonic()
    pane.getting.cancel()
    until(fresh, lambda: "stopped" in pane.getting.line.object)
    assert time.monotonic() - since < 15
    assert "6 files of earlier downloads" in pane.pending.object
    gate.set()
    mast.routes["/api/v0.1/Download/file"] = whole
    pane.resume()
    until(fresh, lambda: "6 targets added" in pane.getting.line.object)
    assert pane.pending.object == ""
    assert len(fresh.table) == 6


def test_what_did_not_come_is_told_and_tried_again(
    fresh: Session, until: Until, elsewhere: None, mast: StandIn
) -> None:
    whole = mast.routes["/api/v0.1/Download/file"]
    mast.routes["/api/v0.1/Download/file"] = lambda asked: (
        Reply(status=404) if file_name(3) in asked.fields["uri"] else whole(asked)
    )
    pane, failures = FetchPane(fresh), FailuresPane(fresh)
    assert "Nothing has failed" in failures.list.object
    pane.way.value, pane.limit.value = "sector", 0
    pane.look_up()
    until(fresh, lambda: pane.plan)
    pane.download()
    until(fresh, lambda: "29 targets added" in pane.getting.line.object)
    assert "has nothing at" in pane.getting.line.object
    assert "Files that did not come from the archive: 1" in failures.list.object
    mast.routes["/api/v0.1/Download/file"] = whole
    failures.on_action("again:download")
    until(fresh, lambda: "Nothing has failed" in failures.list.object and len(fresh.table) == 30)


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(status=503), "is out of order (HTTP 503)"),
        (Reply(b"<html>nothing</html>"), "names no light curve"),
        (Reply(b"x" * 100, cut=10), "broke off"),
    ],
)
def test_an_archive_that_fails_leaves_the_pane_with_its_line(
    fresh: Session, until: Until, elsewhere: None, stand_in: StandIn, reply: Reply, line: str
) -> None:
    stand_in.routes["/lists/"] = reply
    pane = FetchPane(fresh)
    pane.way.value = "sector"
    pane.look_up()
    until(fresh, lambda: line in pane.looking_up.line.object)
    assert pane.get_button.disabled
    assert not pane.looking_up.busy


def test_a_silent_archive_holds_nobody(fresh: Session, until: Until, elsewhere: None, stand_in: StandIn) -> None:
    stand_in.routes["/lists/"] = Reply(b"late", wait_s=60)
    pane = FetchPane(fresh)
    pane.way.value = "sector"
    pane.look_up()
    until(fresh, lambda: stand_in.asked)
    since = time.monotonic()
    pane.looking_up.cancel()
    until(fresh, lambda: "cancelled" in pane.looking_up.line.object)
    assert time.monotonic() - since < 15


def test_what_people_type_is_checked_before_anybody_is_asked(fresh: Session) -> None:
    assert numbers_in("TIC 12, 13;12\n14") == [12, 13, 14]
    with pytest.raises(ArchiveError, match="too many at once"):
        numbers_in(" ".join(map(str, range(10_001))))
    pane = FetchPane(fresh)
    pane.way.value = "tics"
    pane.look_up()
    assert "type TIC numbers" in pane.looking_up.line.object
    assert fresh.jobs == []


def test_catalogues_say_what_was_found_and_what_was_not(looking_up: Session, until: Until, sky: StandIn) -> None:
    sky.routes["/simbad/"] = Reply(status=503)
    pane = CataloguesPane(looking_up)
    until(looking_up, lambda: pane.services)
    assert "never asked" in pane.table.object
    pane.on_action("ask:nobody")
    assert not pane.asking.busy
    pane.query()
    until(looking_up, lambda: pane.result.object)
    assert "SIMBAD is out of order" in pane.result.object
    until(looking_up, lambda: "just now" in pane.table.object)
    found = {one.service: one for one in pane.services}
    assert (found["toi"].found, found["tic"].found, found["simbad"].found) == (1, 3, 0)
    assert "vtan_kms" in looking_up.server.catalogue()  # parameters are seen without a restart
    sky.routes["/nasa/"] = sky.routes["/exofop/"] = Reply(status=503)
    pane.on_action("again:toi")
    until(looking_up, lambda: "out of order" in {one.service: one for one in pane.services}["toi"].problem)
    assert pane.services[1].found == 1  # what was kept is still there


def test_the_inventory_follows_the_jobs(fresh: Session, until: Until, workspace_template: Path) -> None:
    pane = HoldingsPane(fresh)
    until(fresh, lambda: pane.inventory)
    assert "None yet" in pane.html.object
    ingest = IngestPane(fresh)
    ingest.path.value = str(workspace_template.parent / "sector")
    ingest.register()
    until(fresh, lambda: pane.inventory.light_curves == 30)
    assert "SIMULATED" in pane.html.object
    pane.on_action("extract:nothing")
    pane.on_action("extract:steering")
    until(fresh, lambda: pane.inventory.features[1].stored == 30, 120)


def test_nothing_is_counted_while_nobody_looks(session: Session, until: Until) -> None:
    pane = HoldingsPane(session)
    assert session.area == "explore"
    for _ in range(5):
        session.poll()
    assert pane.inventory is None
    session.area = "data"
    until(session, lambda: pane.inventory)


def test_failures_are_escaped_and_forgotten(fresh: Session) -> None:
    workspace = fresh.server.workspace
    workspace.failures.keep("star", {"TIC 1": "<b>none"})
    pane = FailuresPane(fresh)
    assert "&lt;b&gt;none" in pane.list.object
    pane.on_action("forget:nothing")
    pane.on_action("forget:star")
    assert "Nothing has failed" in pane.list.object
    many = pd.DataFrame({"kind": "file", "name": [f"/x/{i}" for i in range(300)], "reason": "r", "created": 0.0})
    assert "and 100 more" in failures_html(many)


def test_workspaces_are_listed_and_made(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLARA_RECENT", str(tmp_path / "recent.json"))
    pane = WorkspacesPane(session)
    pane.create()
    assert "type a folder first" in pane.said.object
    pane.path.value = str(tmp_path / "new one")
    pane.create()
    assert "--workspace '" in unescape(str(pane.said.object))
    assert (tmp_path / "new one" / "clara.sqlite").exists()
    assert "new one" in pane.html.object
    (tmp_path / "file").write_text("")
    pane.path.value = str(tmp_path / "file")
    pane.create()
    assert "can't be a workspace" in unescape(str(pane.said.object))
    assert "No other" in workspaces_html(tmp_path, [tmp_path])


def test_the_area_makes_every_pane_and_says_simulated(session: Session, until: Until) -> None:
    session.area = "data"
    area = DataArea(session)
    for title in area.tabs.views:
        area.tabs.open(title)
    assert set(area.tabs.made) == {
        "Files",
        "Fetch",
        "Catalogues",
        "Failures",
        "Figures",
        "Forests",
        "Jobs",
        "Workspaces",
    }
    assert area.shows("Workspaces")
    assert session.origin == "SIMULATED"
    until(session, lambda: area.holdings.inventory)


def test_words() -> None:
    assert [format_bytes(n) for n in (5, 2_100_000, 3.2e9)] == ["5 bytes", "2.1 MB", "3.2 GB"]
    assert [format_duration(s) for s in (5, 65, 7265)] == ["0:05", "1:05", "2:01:05"]
    assert [counted(1, "star"), counted(1200, "star")] == ["1 star", "1,200 stars"]
    assert [time_since(None), time_since(time.time()), time_since(time.time() - 7200)] == [
        "never",
        "just now",
        "2 hours ago",
    ]
    assert format_time(None) == "–"


def test_an_empty_page_simulates_a_sector_as_a_job_that_can_be_cancelled(fresh: Session) -> None:
    page = ExplorerPage(fresh)
    button = next(one for one in page.view.select(Button) if one.label == "Simulate a sector to play with")
    button.press()
    button.press()  # one is enough
    (job,) = (one for one in fresh.server.queue.active() if one.kind == JobKind.DEMO)
    page.beginning.demo.cancel()
    fresh.server.queue.wait(job.id, 60)
    fresh.poll()
    assert "cancelled; what was simulated stays" in page.beginning.demo.line.object


@pytest.mark.heavy
def test_the_demo_opens_on_its_steered_run(fresh: Session) -> None:
    run_id = fresh.server.demo(quiet, stars=60)
    fresh.poll()
    assert fresh.run_id == run_id
    assert len(fresh.runs) == 2
