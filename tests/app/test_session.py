"""The state of one tab, driven without a browser."""

import math
import re
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from clara_app.server import Server
from clara_app.session import Session
from clara_app.stars import NO_STAR
from clara_engine.errors import UnreadableLightCurve
from clara_engine.jobs import JobState, Reporter
from clara_engine.workspace import Workspace


def poll_until(session: Session, condition, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"still waiting; jobs {[(job.title, job.state) for job in session.jobs]}"
        session.poll()
        time.sleep(0.02)


def test_opens_on_the_newest_run_and_its_strangest_star(session: Session) -> None:
    scores = session.run.scores()
    assert session.run.name == "first"
    assert list(session.table.index) == scores["target_id"].tolist()
    assert session.target_id == scores["target_id"][0]
    assert session.star.light_curve.target.id == session.target_id
    assert session.ephemeris == session.fitted(session.star.best)
    assert (session.origin, session.star_origin) == ("SIMULATED", "SIMULATED")


def test_an_empty_workspace_shows_nothing_and_breaks_nothing(tmp_path) -> None:
    session = Session(Server(Workspace.open(tmp_path)))
    assert (session.run, session.target_id, session.star, session.origin) == (None, "", NO_STAR, "")
    session.step(1)
    session.scale_period(2)
    session.give_verdict("planet")
    session.undo_verdict()
    assert session.notice == "nothing to undo"
    session.poll()


def test_next_and_previous_follow_the_ranking_and_stop_at_its_ends(session: Session) -> None:
    order = list(session.order)
    session.step(1)
    assert session.target_id == order[1]
    session.step(-5)
    assert session.target_id == order[0]
    session.step(1000)
    assert session.target_id == order[-1]


def test_find_by_tic_number_and_the_notice_when_there_is_none(session: Session) -> None:
    wanted = session.order[3]
    session.find(f" TIC {wanted.split('-')[0]} ")
    assert session.target_id == wanted
    session.find("12 345")
    assert session.target_id == wanted
    assert "12 345" in session.notice


def test_a_url_gives_target_and_period_together(session: Session) -> None:
    wanted = session.order[2]
    session.param.update(target_id=wanted, period_days=3.25)
    assert session.star.target_id == wanted
    assert session.period_days == 3.25
    session.target_id = session.order[4]
    assert session.ephemeris == session.fitted(session.star.best)


def test_half_and_double_the_period(session: Session) -> None:
    session.period_days = 4.0
    session.scale_period(0.5)
    assert session.period_days == 2.0
    session.scale_period(2)
    assert session.period_days == 4.0


def test_an_unreadable_light_curve_is_told_not_raised(session: Session) -> None:
    target_id = session.order[1]
    session.server.workspace.targets.path(target_id)

    def broken(asked: str) -> None:
        raise UnreadableLightCurve(f"{asked}.fits: it is truncated\nmore")

    session.server.star.read = broken
    session.show(target_id)
    assert session.star.light_curve is None
    assert session.star.problem == f"{target_id}.fits: it is truncated"
    assert session.period_days is None


def test_verdicts_are_written_with_what_was_on_the_screen_and_undone(session: Session) -> None:
    session.period_days = 1.5
    session.give_verdict("planet", "<b>deep</b>")
    record = session.server.workspace.verdicts.history(session.target_id).iloc[-1]
    assert (record["label"], record["note"], record["author"]) == ("planet", "<b>deep</b>", "tester")
    assert (record["run_id"], record["period_days"]) == (session.run_id, 1.5)
    assert session.table["verdict"][session.target_id] == "planet"
    session.undo_verdict()
    assert session.table["verdict"].isna().all()
    assert len(session.server.workspace.verdicts.history()) == 2


def test_a_retrain_ends_on_the_top_of_the_new_run_and_says_what_it_changed(session: Session, spec) -> None:
    session.show(session.order[5])
    old = session.run_id
    session.retrain(spec("second", seed=7))
    poll_until(session, lambda: session.run_id != old)
    assert session.run.name == "second"
    assert session.target_id == session.order[0]
    assert session.family_value == ("truth", "planet")
    planets = session.server.workspace.labels.members(session.order)["truth", "planet"]
    here = planets[: math.ceil(0.05 * len(session.order))].sum()
    words = rf"planets: \d+ of {planets.sum()} in the top 5 % before, {here} now \(chance [\d.]+\)"
    assert re.fullmatch(words, session.notice)
    assert [run.name for run in session.runs] == ["second", "first"]
    moved = session.server.workspace.runs.get(old).scores().set_index("target_id")["rank"]
    np.testing.assert_array_equal(session.table["rank_change"], moved[session.table.index] - session.table["rank"])


def test_a_retrain_leaves_the_star_to_somebody_who_vets(session: Session, spec) -> None:
    session.area = "vet"
    session.show(session.order[5])
    kept, old = session.target_id, session.run_id
    session.retrain(spec("second", seed=7))
    poll_until(session, lambda: session.run_id != old)
    assert session.target_id == kept


def test_another_session_learns_of_the_run_but_keeps_its_own(server: Server, spec) -> None:
    one, other = Session(server), Session(server)
    before = other.run_id
    one.retrain(spec("second"))
    poll_until(one, lambda: one.run.name == "second")
    poll_until(other, lambda: len(other.runs) == 2)
    assert other.run_id == before


def test_a_job_that_hangs_in_one_place_is_cancelled(session: Session) -> None:
    begun = threading.Event()

    def work(report: Reporter) -> None:
        while True:
            report(1, 2)
            begun.set()
            time.sleep(0.01)

    job = session.server.queue.submit("train", "endless", work)
    assert begun.wait(60)
    session.poll()
    assert [shown.title for shown in session.jobs] == ["endless"]
    start = time.monotonic()
    session.cancel(job.id)
    poll_until(session, lambda: session.jobs[-1].state is JobState.CANCELLED, 60)
    assert time.monotonic() - start < 20


def test_a_failed_job_leaves_one_line(session: Session) -> None:
    def work(report: Reporter) -> None:
        raise UnreadableLightCurve("no light in it")

    session.server.queue.submit("features", "features", work)
    poll_until(session, lambda: session.notice != "")
    assert session.notice == "features failed: no light in it"


def test_maps_are_asked_for_once(server: Server) -> None:
    for file in (server.workspace.folder / "maps").iterdir():
        file.unlink()
    server.request_map("tsne", author="ada")
    server.request_map("tsne", author="ada")
    assert sum(job.kind == "map" for job in server.queue.jobs()) == 1
    session = Session(server)
    poll_until(session, lambda: not server.queue.active())
    assert server.stored_map("tsne") is not None
    server.request_map("tsne", author="ada")
    assert not server.queue.active()


def test_stars_seen_lately_are_not_read_again(session: Session) -> None:
    first = session.star
    session.step(1)
    session.step(-1)
    assert session.star is first


@pytest.mark.parametrize("run_id", ["", "nonsense"])
def test_a_run_that_is_not_there_gives_way_to_the_newest(server: Server, run_id: str) -> None:
    assert Session(server, run_id=run_id).run.name == "first"


def test_a_file_that_holds_another_star_now_is_not_shown_as_the_old_one(session: Session, tmp_path) -> None:
    table = session.server.workspace.targets.frame().set_index("target_id")
    first, second = session.order[:2]
    path, before = Path(table.loc[first, "path"]), Path(table.loc[first, "path"]).read_bytes()
    try:
        session.show(first)
        name = session.star.name
        path.write_bytes(Path(table.loc[second, "path"]).read_bytes())
        session.show(first)
        assert session.curve is None
        assert "now holds another star" in session.curve_problem
        path.write_bytes(before[:100])
        session.show(first)
        assert session.curve is None
        assert (session.star.name, session.star_origin) == (name, "SIMULATED")
    finally:
        path.write_bytes(before)
    session.show(first)
    assert session.curve is not None
