"""What all pages share is read once, dropped when the workspace has changed, and never too much."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from clara_app import cached_workspace
from clara_app.server import Server
from clara_app.session import Session
from clara_app.stars import Facts, StarCache
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.store.versions import Topic


@pytest.fixture
def reads(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs whose scores were read from the disk."""
    read: list[str] = []
    run = server.runs[0]
    scores = type(run).scores

    def counted(self) -> pd.DataFrame:
        read.append(self.id)
        time.sleep(0.05)
        return scores(self)

    monkeypatch.setattr(type(run), "scores", counted)
    return read


def test_two_threads_read_scores_once(server: Server, reads: list[str]) -> None:
    run = server.runs[0]
    with ThreadPoolExecutor(4) as pool:
        tables = list(pool.map(lambda _: server.scores(run), range(4)))
    assert reads == [run.id]
    assert all(table is tables[0] for table in tables)


def test_tables_are_made_anew_when_their_topic_moves_and_only_then(server: Server, reads: list[str]) -> None:
    run = server.runs[0]
    server.table(run, None)
    server.workspace.verdicts.add(server.catalogue().index[0], "planet", author="ada")
    server.read()
    server.table(run, None)
    assert len(reads) == 1
    with server.workspace.changing(Topic.CLAIMS):
        pass
    server.read()
    server.table(run, None)
    assert len(reads) == 2
    server.workspace.labels.add("kind", {server.catalogue().index[0]: "odd"}, source="test")
    server.workspace.labels.add_parameters(pd.DataFrame({"extra": [1.0]}, index=[server.catalogue().index[0]]), "test")
    server.read()
    assert "extra" in server.table(run, None)
    assert len(reads) == 2


def test_pictures_are_bounded_and_follow_the_file(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_workspace, "PICTURES_IN_MEMORY", 3)
    server = Server(server.workspace)
    drawn: list[str] = []
    curve = server.workspace.targets.light_curve(server.catalogue().index[0])

    def counted(target_id: str, flux: str = "pdcsap") -> LightCurve:
        drawn.append(target_id)
        return curve

    monkeypatch.setattr(server.workspace.targets, "light_curve", counted)
    ids = list(server.catalogue().index[:4])
    for target_id in [*ids, *ids[1:]]:
        assert server.picture(target_id).startswith("<svg")
    assert drawn == ids
    server.picture(ids[0])  # went, as the one used longest ago
    assert drawn == [*ids, ids[0]]
    monkeypatch.setattr(server, "facts", lambda target_id: Facts(target_id, stamp="written anew"))
    server.picture(ids[0])
    assert drawn == [*ids, ids[0], ids[0]]
    server.close()


def test_a_star_is_searched_once_by_two_pages() -> None:
    read: list[str] = []
    time_days = np.arange(0, 10, 1 / 48)
    curve = LightCurve(time=time_days, flux=1 + 1e-3 * np.sin(time_days), target=Target(tic=1))

    def slow(target_id: str) -> LightCurve:
        read.append(target_id)
        time.sleep(0.05)
        return curve

    stars = StarCache(slow, 2)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(stars, ["a", "a", "a"]))
    assert read == ["a"]
    assert all(star is found[0] for star in found)
    for target_id in ("b", "c", "a"):
        stars(target_id)
    assert read == ["a", "b", "c", "a"]


def test_what_a_page_shows_first_is_in_memory_before_it_is_made(
    server: Server, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.read_first()
    assert reads
    reads.clear()
    monkeypatch.setattr("clara_app.stars.read_star", lambda *asked: pytest.fail("the star was read again"))
    assert Session(server).star.light_curve is not None
    assert reads == []


def test_labels_are_read_when_they_have_changed_and_say_who_carries_them(server: Server) -> None:
    ids = server.catalogue().index
    assert {key: list(mask) for key, mask in server.labels.members(ids).items()} == {
        key: list(mask) for key, mask in server.workspace.labels.members(list(ids)).items()
    }
    server.workspace.labels.add("odd", {str(ids[1]): "yes"}, source="test")
    assert "odd" not in server.labels.families()  # the pages are told of it, then they read
    server.read()
    assert "odd" in server.labels.families()
    assert list(server.labels.members(ids[:3])["odd", "yes"]) == [False, True, False]


def test_labels_of_one_star_come_from_memory(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [str(target_id) for target_id in server.catalogue().index]
    server.workspace.labels.add("odd", {ids[1]: "yes"}, source="test")
    server.read()
    wanted = [server.workspace.labels.of(target_id) for target_id in ids]
    server.labels.families()
    monkeypatch.setattr(server.workspace.labels, "frame", lambda **asked: pytest.fail("they were read again"))
    for target_id, labels in zip(ids, wanted, strict=True):
        order = ["family", "value", "source"]
        pd.testing.assert_frame_equal(server.labels.of(target_id), labels.sort_values(order, ignore_index=True))
    assert server.labels.of("nothing").empty


def test_light_curves_without_features_are_counted_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert server.lacking("flux_power") == 0
    assert server.lacking("steering") == len(server.catalogue())
    monkeypatch.setattr(type(server.workspace.features), "ids", None)
    assert server.lacking("steering") == len(server.catalogue())
