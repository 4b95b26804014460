"""What failed is kept with its reason until it succeeds; what there is, is counted."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clara_engine import Workspace
from clara_engine.errors import ArchiveError, Cancelled
from clara_engine.store.failures import DOWNLOAD, FILE, STAR
from clara_engine.store.schema import FIRST_SCHEMA, MIGRATIONS
from clara_engine.studies.crossmatch import crossmatch, service_states
from clara_engine.studies.fetch import Fetcher
from tests.sky import file_name
from tests.stand_in import Reply

PLENTY = 10**12


def kinds(workspace):
    return workspace.failures.frame().groupby("kind").size().to_dict()


@pytest.fixture
def empty(tmp_path):
    return Workspace.open(tmp_path / "ws")


def test_a_failed_file_of_a_download_is_kept_and_comes_later(mast, empty, services):
    whole = mast.routes["/api/v0.1/Download/file"]
    mast.routes["/api/v0.1/Download/file"] = lambda asked: (
        Reply(status=404) if file_name(7) in asked.fields["uri"] else whole(asked)
    )
    fetcher = Fetcher(empty, services)
    plan = fetcher.sector(1, tics=[6, 7, 999])
    assert (fetcher.cost(plan).files, fetcher.cost(plan).here) == (2, 0)
    fetcher.run(plan, free=lambda _: PLENTY)
    reopened = Workspace.open(empty.folder)
    assert kinds(reopened) == {DOWNLOAD: 1, STAR: 1}
    assert "has nothing at" in reopened.failures.frame().set_index("kind")["reason"][DOWNLOAD]
    mast.routes["/api/v0.1/Download/file"] = whole
    again = Fetcher(reopened, services)
    assert again.run(again.pending(), free=lambda _: PLENTY).ingested.added == 1
    assert again.pending().files == ()
    assert kinds(reopened) == {STAR: 1}
    assert fetcher.cost(plan).here == 2


def test_a_download_that_was_stopped_goes_on_with_its_labels(mast, empty, services):
    from clara_engine.archives.manifest import ListedStar, TargetList

    class Stop:
        def stage(self, name, step=None):
            self.name = name

        def __call__(self, done, total):
            if self.name == "downloading" and done:
                raise Cancelled("stopped")

    stars = [{"tic": tic, "class": "planet", "name": "x", "sector": 1, "reference": "nobody"} for tic in range(1, 9)]
    listed = TargetList(name="mine", title="mine", star=tuple(ListedStar(**star) for star in stars))
    plan = Fetcher(empty, services).listed(listed)
    with pytest.raises(Cancelled):
        Fetcher(empty, services, Stop()).run(plan, workers=1, free=lambda _: PLENTY)
    pending = Fetcher(empty, services).pending()
    assert 0 < len(pending.files) < 8
    Fetcher(empty, services).run(pending, free=lambda _: PLENTY)
    assert set(empty.labels.frame()["value"]) == {"planet"}
    assert kinds(empty) == {}


def test_an_archive_that_is_down_leaves_its_reason(mast, empty, services):
    fetcher = Fetcher(empty, services)
    plan = fetcher.sector(1, limit=3)
    mast.routes["/api/v0.1/Download/file"] = Reply(status=503)
    with pytest.raises(ArchiveError):
        fetcher.run(plan, free=lambda _: PLENTY)
    table = empty.failures.frame()
    assert table["kind"].tolist() == [DOWNLOAD] * 3
    assert table["reason"].str.contains("out of order").all()


def test_a_catalogue_that_did_not_answer(sky, observed, services):
    sky.routes["/simbad/"] = Reply(status=503)
    crossmatch(observed, ["toi", "simbad"], addresses=services)
    known = {one.service: one for one in service_states(observed)}
    assert (known["toi"].stars, known["toi"].answered, known["toi"].found) == (3, 3, 1)
    assert abs(known["toi"].oldest - time.time()) < 60
    assert known["tic"].oldest is None
    assert "out of order" in known["simbad"].problem
    assert kinds(observed) == {"catalogue": 1}


def test_files_and_features_are_listed_until_they_succeed(workspace, light_curve_folder, tmp_path):
    bad = tmp_path / "bad.fits"
    bad.write_bytes(b"no")
    workspace.ingest([bad])
    workspace.features.rows("steering").append_failures({workspace.targets.ids()[0]: "constant flux"})
    assert kinds(workspace) == {FILE: 1, "features steering": 1}
    workspace.targets.forget_unreadable([str(bad)])
    assert kinds(workspace) == {"features steering": 1}


def test_an_older_workspace_learns_the_catalogue_of_its_stars(tmp_path):
    """As version 2 wrote it: a Kepler star under its bare number."""
    facts = ", ".join(["NULL"] * 8)
    with sqlite3.connect(tmp_path / "clara.sqlite") as old:
        old.executescript(FIRST_SCHEMA + MIGRATIONS[0])
        for tic, product in ((7, "Kepler"), (8, "K2"), (9, "SPOC")):
            old.execute(
                f"INSERT INTO targets VALUES (?, ?, 1, 120.0, ?, {facts}, 0, '', 1, 1)",
                (f"{tic}-s0001-{product}-120", tic, product),
            )
            old.execute("INSERT INTO labels VALUES (?, 'kind', 'planet', 'me')", (f"{tic}-s0001-{product}-120",))
        old.execute("PRAGMA user_version = 2")
    workspace = Workspace.open(tmp_path)
    stars = {"KIC7-s0001-Kepler-120": "KIC 7", "EPIC8-s0001-K2-120": "EPIC 8", "9-s0001-SPOC-120": "TIC 9"}
    assert workspace.targets.stars().to_dict() == stars
    assert set(workspace.labels.frame()["target_id"]) == set(stars)


def test_several_may_make_one_workspace_at_once(tmp_path):
    ready = threading.Barrier(6)

    def make(_):
        ready.wait()
        return len(Workspace.open(tmp_path / "ws").targets)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(make, range(6))) == [0] * 6
