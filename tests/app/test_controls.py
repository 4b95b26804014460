"""The wheel: designs, forests, and what Retrain asks for."""

from collections.abc import Callable

import pytest

from clara_app.areas.wheel import Wheel
from clara_app.controls.design import DesignControl
from clara_app.controls.forest import ForestControl
from clara_app.controls.preview import preview_html, stacked
from clara_app.controls.retrain import RetrainControl, run_name
from clara_app.page import ExplorerPage
from clara_app.session import Session
from clara_engine.errors import DesignError
from clara_engine.forest import PRESETS as FORESTS
from clara_engine.synthetic import PRESETS, generate


@pytest.mark.parametrize("name", ["P3", "P5", "P9"])
def test_presets_are_the_published_designs(session: Session, name: str) -> None:
    control = DesignControl(session)
    control.preset = name
    assert control.design() == PRESETS[name]


def test_a_moved_slider_makes_the_design_ones_own(session: Session) -> None:
    control = DesignControl(session)
    control.noise_ppm = 125.0
    assert control.preset == "own"
    assert control.design().background.noise_ppm == 125
    assert "n300 d24.5 c2 n125ppm" in control.letters.object
    control.preset = "P9"
    assert control.design() == PRESETS["P9"]


def test_a_design_out_of_range_is_one_line(session: Session) -> None:
    control = DesignControl(session)
    control.span_days = 1e9
    with pytest.raises(DesignError):
        control.design()
    assert "span_days" in control.letters.object


def test_the_preview_shows_the_very_curves_of_the_design(session: Session) -> None:
    whole = generate(PRESETS["P9"].changed(curves=6)).light_curves[:4]
    few = generate(PRESETS["P9"].changed(curves=4)).light_curves
    for one, other in zip(whole, few, strict=True):
        assert (one.flux == other.flux).all()
    floors = [line.y.min() for line in stacked(few)]
    assert floors == sorted(floors, reverse=True)
    page = preview_html(few, session.server.real_median())
    assert page.count("<svg") == 3
    assert "median of all stars" in page


def test_forest_presets_and_variants(session: Session) -> None:
    control = ForestControl(session)
    assert control.settings() == FORESTS["P9"]
    control.variant = "URF2"
    assert control.settings() == FORESTS["URF2"]
    control.n_estimators = 12
    assert control.preset == "own"
    control.variant = "marginal"
    assert control.settings() == FORESTS["marginal"]


def test_a_variant_brings_its_published_forest_and_the_design_its_own(session: Session) -> None:
    design, forest = DesignControl(session), ForestControl(session)
    control = RetrainControl(session, design, forest)
    for variant in ("URF1", "URF3"):
        forest.variant = variant
        assert forest.settings() == FORESTS[variant]
    design.preset = "P3"
    forest.variant = "URF4"
    assert control.spec().forest == FORESTS["P3"]


@pytest.mark.parametrize("variant", ["URF1", "URF2", "URF4", "marginal"])
def test_every_variant_makes_a_valid_spec(session: Session, variant: str) -> None:
    design, forest = DesignControl(session), ForestControl(session)
    forest.variant = variant
    spec = RetrainControl(session, design, forest).spec()
    assert spec.variant == variant
    assert (spec.design is not None) == (variant == "URF4")
    assert spec.name == run_name(forest, design)


def test_labelled_and_selected_stars_make_contrast_sets(session: Session) -> None:
    forest = ForestControl(session)
    control = RetrainControl(session, DesignControl(session), forest)
    forest.variant = "URF3"
    assert control.spec().label == forest.label
    assert forest.label[0] == "truth"
    forest.variant = "picked"
    control.press()
    assert "no star is selected" in session.notice
    session.selection = session.order[:3]
    assert control.spec().picked == tuple(session.order[:3])
    assert control.spec().name == "picked · 3 stars · flux power"


def test_retrain_is_refused_with_its_reason_while_one_runs(session: Session, spec) -> None:
    control = RetrainControl(session, DesignControl(session), ForestControl(session))
    assert control.reason() == ""
    session.retrain(spec("slow", forest=FORESTS["marginal"]))
    assert "being trained" in control.reason()
    assert control.button.disabled
    session.cancel(session.jobs[-1].id)
    session.server.queue.wait(session.jobs[-1].id, 60)
    session.poll()
    assert not control.button.disabled


def test_keys_reach_the_session(session: Session) -> None:
    page = ExplorerPage(session)
    start = list(session.order)
    for key in ("j", "ArrowDown", "k"):
        page.keyboard.press(key)
    assert session.target_id == start[1]
    session.period_days = 2.0
    page.keyboard.press("[")
    assert session.period_days == 1.0
    page.keyboard.press("3")
    assert session.table["verdict"][session.target_id] == "flare"
    page.keyboard.press("u")
    assert session.table["verdict"].isna().all()
    page.keyboard.press("?")
    assert page.help.open
    page.keyboard.press("q")


def test_a_forest_can_be_trained_on_one_sector(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(ForestControl(session).param.sector.objects) == [None]
    table = session.server.catalogue().copy()
    table.loc[table.index[::2], "sector"] = 27
    monkeypatch.setattr(session.server, "catalogue", lambda: table)
    design, forest = DesignControl(session), ForestControl(session)
    control = RetrainControl(session, design, forest)
    assert control.spec().training_sectors == ()
    forest.more.value = True
    forest.sector = 27
    assert control.spec().training_sectors == (27,)
    assert control.spec().name.endswith(" · sector 27")


def test_tuning_fills_the_fields_with_the_best_settings(
    session: Session, monkeypatch: pytest.MonkeyPatch, after_restart: Callable[[], Session]
) -> None:
    wheel = Wheel(session)
    wheel.design.curves = 12
    wheel.forest.more.value = True
    tune = wheel.tune
    monkeypatch.setattr("clara_app.controls.tune.DRAWS", 2)
    tune.press()
    assert [job.kind for job in session.jobs if job.state.active] == ["tune"]
    session.server.queue.wait(session.jobs[-1].id, 60)
    session.poll()
    best = session.server.queue.jobs()[-1].result.trials[0]
    assert wheel.forest.settings() == best.settings
    assert wheel.forest.preset == "own"
    assert f"accuracy {best.accuracy:.3f} (chance {30 / 42:.3f}" in tune.job.line.object
    again = Wheel(after_restart())
    again.forest.more.value = True
    last = again.tune.job.line.object
    assert last.removeprefix("The last search found ") == tune.job.line.object.removeprefix("Taken: ")
    wheel.forest.variant = "picked"
    tune.press()
    assert "no star is selected" in tune.job.line.object


def test_each_term_of_the_wheel_is_explained_in_a_sentence(session: Session) -> None:
    wheel = Wheel(session)
    for owner, names in (
        (wheel.design, ["event", "ground", "preset", "curves", "span_days", "cadence_minutes", "noise_ppm"]),
        (wheel.forest, ["variant", "feature_set", "preset"]),
    ):
        for name in names:
            assert (owner.param[name].doc or "").endswith("."), name
