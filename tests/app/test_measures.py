"""The measures of the run on the screen."""

from dataclasses import replace

import pytest

from clara_app.panes.measures import MeasuresPane
from clara_app.session import Session
from clara_engine.synthetic import steering_design


def test_an_older_run_says_why_it_can_not_be_compared(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    assert session.run is not None
    pane = MeasuresPane(session)
    assert "can't be compared" not in pane.html.object
    spec = session.run.spec.model_copy(update={"design": steering_design("flares")})
    older = replace(session.run, spec=spec, scoring="")
    monkeypatch.setattr(Session, "run", property(lambda _: older))
    pane.draw()
    assert "it can&#39;t be compared with newer runs" in pane.html.object


def test_they_open_at_the_label_of_the_event_and_each_says_what_it_means(session: Session) -> None:
    assert session.family_value == ("", "")
    pane = MeasuresPane(session)
    assert session.family_value == pane.label.value == ("truth", "planet")
    assert pane.html.object.count("<tr><td title=") == pane.html.object.count("<tr><td")
