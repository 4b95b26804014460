"""What comes in after a ranking: p-values, kinds, and lines on what a run can't find."""

import dataclasses
import threading

import pytest

from clara_app.controls.design import DesignControl
from clara_app.controls.forest import ForestControl
from clara_app.controls.retrain import RetrainControl
from clara_app.group_line import group_line
from clara_app.panes.ranking import RankingPane
from clara_app.session import Session
from clara_engine.jobs import JobState
from clara_engine.store.versions import Topic
from clara_engine.studies import claims, kinds
from clara_engine.studies import train as training
from clara_engine.studies.claims import kept_claims
from clara_engine.studies.nulls import NotMade
from tests.app.test_session import poll_until


def test_the_ranking_comes_first_and_its_p_values_fill_in(session: Session, spec, monkeypatch) -> None:
    raise_if_cancelled = threading.Event()
    make = claims.claims_of

    def missing(*given: object, **more: object) -> None:
        raise NotMade("no nulls yet")

    def waits(*given, **more):
        assert raise_if_cancelled.wait(30)
        return make(*given, **more)

    monkeypatch.setattr(training, "claims_of", missing)
    monkeypatch.setattr(claims, "claims_of", waits)
    pane = RankingPane(session)
    session.retrain(spec("second", seed=7))
    poll_until(session, lambda: session.run.name == "second")
    assert "p_value" not in session.table
    assert "p-values are being made" in pane.count.object
    raise_if_cancelled.set()
    poll_until(session, lambda: "p_value" in session.table)
    assert session.run.name == "second"
    assert "being made" not in pane.count.object
    assert kept_claims(session.run) is not None


def test_cancelled_p_values_leave_the_run_and_are_said_to_be_missing(session: Session, spec, monkeypatch) -> None:
    begun = threading.Event()

    def missing(*given: object, **more: object) -> None:
        raise NotMade("no nulls yet")

    def lasts(*given, report, **more):
        begun.set()
        while True:
            report(0, 1)

    monkeypatch.setattr(training, "claims_of", missing)
    monkeypatch.setattr(claims, "claims_of", lasts)
    pane = RankingPane(session)
    session.retrain(spec("second", seed=7))
    poll_until(session, lambda: session.run.name == "second" and begun.is_set())
    session.cancel(next(job.id for job in session.jobs if job.kind == "p-values"))
    poll_until(session, lambda: not any(job.state.active for job in session.jobs))
    assert {job.kind: job.state for job in session.jobs} == {
        "train": JobState.DONE,
        "p-values": JobState.CANCELLED,
    }
    assert "no p-values yet" in pane.count.object
    assert session.run.name == "second"


@pytest.mark.heavy
def test_kinds_are_asked_for_with_a_tick_and_for_every_run_after_it(session: Session, spec, monkeypatch) -> None:
    usual = kinds.classify
    monkeypatch.setattr(kinds, "classify", lambda *given, **more: usual(*given, events=("binaries", "dippers"), **more))
    control = RetrainControl(session, DesignControl(session), ForestControl(session))
    assert "kind" not in session.table
    control.kinds.value = True
    poll_until(session, lambda: "kind" in session.table)
    assert set(session.table["kind"]) <= {"none", "binary", "dipper"}
    session.retrain(spec("second", seed=7))
    poll_until(session, lambda: session.run.name == "second" and "kind" in session.table)
    assert [job.kind for job in session.jobs] == ["kinds", "train", "kinds"]
    control.kinds.value = False
    session.retrain(spec("third", seed=8))
    poll_until(session, lambda: session.run.name == "third")
    assert [job.kind for job in session.jobs][-1] == "train"


def test_what_a_run_can_not_find_stands_above_its_ranking(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    line = group_line(session)
    note = "no host among 5 stars cooler than 2900 K & <b>fainter</b>: flares of such stars are learned as real"
    told = [dataclasses.replace(session.run, notes=(note,))]
    monkeypatch.setattr(session.server.workspace.runs, "list", lambda: told)
    assert "no host" not in line.object
    with session.server.workspace.changing(Topic.RUNS):
        pass
    session.refresh()
    assert session.about_group.endswith(note)
    assert "no host among 5 stars cooler than 2900 K &amp; &lt;b&gt;fainter&lt;/b&gt;" in line.object
    assert line.visible
