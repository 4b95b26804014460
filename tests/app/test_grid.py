"""A grid of one's own, without a browser."""

from clara_app.controls.grid import GridBuilder, cost_words
from clara_app.panes.sweep import SweepPane
from clara_app.session import Session
from clara_engine.studies.sweep import SweepCost, Sweeps
from clara_engine.studies.sweep_plan import SweepPlan


def test_the_cost_is_told_in_words() -> None:
    assert cost_words(SweepCost(4, 4, 6.04, "P9")) == "4 runs: about 6 s, if each takes as long as “P9” did"
    assert cost_words(SweepCost(4, 3, 600, "P9")) == (
        "4 runs, 1 trained already: about 10 min, if each takes as long as “P9” did"
    )
    assert cost_words(SweepCost(2, 0, 0.0, "P9")) == "2 runs, all trained already"


def test_a_grid_starts_from_the_run_on_the_screen_and_says_what_it_takes(session: Session) -> None:
    begun: list[SweepPlan] = []
    builder = GridBuilder(session, begun.append)
    assert [field.value for field in builder.fields[:2]] == ["design.curves", "design.background.noise_ppm"]
    assert builder.values[0].value == "5, 10, 20"
    assert builder.note.object.count("9 runs, 1 trained already: about") == 1
    assert f"All else is as in “{session.run.name}”." in builder.note.object
    builder.values[1].value = "100"
    builder.press()
    assert begun[0].name == "curves-noise_ppm"
    assert [spec.design.curves for spec in begun[0].specs()] == [5, 10, 20]
    assert {spec.forest for spec in begun[0].specs()} == {session.run.spec.forest}


def test_what_can_not_be_taken_is_marked_where_it_stands(session: Session) -> None:
    builder = GridBuilder(session, lambda plan: None)
    for text, words in (("0", "curves = 0 is out of range"), ("few", "is no number"), ("", "has no values")):
        builder.values[0].value = text
        assert words in builder.note.object
        assert "refused" in builder.values[0].css_classes
        assert "refused" not in builder.values[1].css_classes
        assert builder.button.disabled
    builder.values[0].value = "20"
    assert "refused" not in builder.values[0].css_classes
    assert not builder.button.disabled
    builder.fields[2].value = "design.curves"
    assert "curves is chosen twice" in builder.note.object
    builder.fields[2].value = "forest.n_estimators"
    builder.name_field.value = "paper36"
    builder.press()
    assert "the name of a published sweep" in builder.note.object


def test_a_grid_is_run_and_then_shown(session: Session) -> None:
    pane = SweepPane(session)
    pane.own.value = True
    assert pane.builder is not None
    pane.builder.fields[1].value = "–"
    pane.builder.values[0].value = "5, 6"
    pane.builder.press()
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.poll()
    assert Sweeps(session.server.workspace).names() == ["curves"]
    assert pane.grid.value == "curves"
    assert "2 runs, measured against" in pane.note.object
    assert pane.builder.name_field.placeholder == "curves-2"
