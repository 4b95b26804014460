"""30-minute means of a sector: made once, kept, and made again when a file changes."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from clara_engine import LightCurve, Target, Workspace
from clara_engine.errors import Cancelled
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.studies import simultaneous
from clara_engine.workers import Threads

STARS = 12


def light_curve(tic, seed, dip_at=None, camera=1):
    rng = np.random.default_rng(seed)
    time = np.arange(0, 13, 10 / 1440)
    flux = 1 + rng.normal(0, 3e-4, time.size)
    if dip_at is not None:
        flux[np.abs(time - dip_at) < 0.1] -= 5e-3
    target = Target(tic=tic, sector=5, cadence_s=600.0, camera=camera, ra=10.0, dec=-40.0)
    return LightCurve(time=time + 1438, flux=1e4 * flux, flux_err=np.full(time.size, 3.0), target=target)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    for number in range(STARS):
        curve = light_curve(5000 + number, number, 6.0 if number < 5 else None, camera=1 + number % 2)
        write_spoc(curve, folder / spoc_file_name(curve.target))
    return folder


@pytest.fixture
def store(tmp_path, files):
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([files])
    return ws


def target(store, place=0):
    return store.targets.light_curve(store.targets.ids()[place]).target


def test_rows_are_made_once_and_again_when_the_file_changes(store, files):
    assert simultaneous.unprepared(store, 5) == STARS
    assert simultaneous.prepare_sector(store, 5) == STARS
    assert simultaneous.prepare_sector(store, 5) == 0
    assert simultaneous.unprepared(store, 7) == 0
    before = (path := store.targets.path(store.targets.ids()[3])).read_bytes()
    try:
        write_spoc(light_curve(5003, 99, 2.0), path)
        store.ingest([files])
        assert simultaneous.unprepared(store, 5) == 1
    finally:
        path.write_bytes(before)


def test_others_are_those_of_the_sector_without_the_star_itself(store):
    found = simultaneous.others_of_sector(store, target(store))
    assert (len(found.stars), len(found.camera), found.missing) == (STARS - 1, STARS // 2 - 1, 0)
    assert simultaneous.others_of_sector(store, replace(target(store), sector=6)).stars == ()


def test_a_star_whose_camera_is_not_known_is_of_no_camera(store):
    known = target(store)
    with sqlite3.connect(store.folder / "clara.sqlite") as connection:
        connection.execute("UPDATE targets SET camera = NULL WHERE target_id != ?", (known.id,))
    found = simultaneous.others_of_sector(store, known)
    assert (len(found.stars), len(found.camera)) == (STARS - 1, 0)
    assert not simultaneous.others_of_sector(store, replace(known, camera=None)).camera


def test_many_are_left_to_a_job(store, monkeypatch):
    monkeypatch.setattr(simultaneous, "FEW", 3)
    monkeypatch.setattr("clara_engine.workers.processes", lambda: Threads(2))  # processes take seconds to start
    assert simultaneous.others_of_sector(store, target(store)).missing == STARS
    assert simultaneous.others_of_sector(store, target(store), prepare=True).missing == 0


def test_the_work_can_be_cancelled_and_keeps_what_was_made(store):
    class Stop:
        def stage(self, name, step=None):
            assert name == "30-minute means of sector 5"

        def __call__(self, done, total):
            if done == 4:
                raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        simultaneous.prepare_sector(store, 5, Stop())
    assert simultaneous.unprepared(store, 5) == STARS - 4


def test_a_star_that_can_not_be_read_tells_nothing_of_others(store, monkeypatch):
    monkeypatch.setattr(simultaneous, "binned_star", lambda curve: (_ for _ in ()).throw(OSError("gone")))
    found = simultaneous.others_of_sector(store, target(store))
    assert found.stars == ()
    assert found.missing == 0
