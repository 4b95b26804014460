"""The card of a run: what it says, and what can be done with it."""

from collections.abc import Callable

import pytest

from clara_app.page import ExplorerPage
from clara_app.panes.run_card import card_facts
from clara_app.session import Session
from clara_engine.errors import DesignError
from clara_engine.synthetic import GridNoise, SyntheticDesign, steering_design, unseen_design
from clara_engine.workspace import RunSpec

Until = Callable[..., None]


@pytest.fixture
def page(session: Session) -> ExplorerPage:
    return ExplorerPage(session)


def test_it_says_what_the_run_was_made_of(page: ExplorerPage, session: Session) -> None:
    run = session.run
    page.run_card.open()
    assert page.run_card.dialog.open
    facts = card_facts(run)
    assert facts["light curves"] == f"{run.targets:,} ranked, {run.trained:,} trained"
    assert all(words in page.run_card.text.object for words in facts.values() if "&" not in words)
    assert page.run_card.name_field.value == run.name


def test_a_run_is_renamed_and_pinned_for_every_tab(page: ExplorerPage, session: Session, until: Until) -> None:
    card = page.run_card
    card.name_field.value = "my flares"
    card.rename()
    until(session, lambda: session.run.name == "my flares")
    card.act("pin")
    until(session, lambda: session.run.pinned)
    assert list(page.run_select.options) == ["★ my flares"]
    assert "unpin" in card.text.object
    card.name_field.value = ""
    card.rename()
    until(session, lambda: "name" in session.notice)
    assert session.run.name == "my flares"


def test_a_removed_run_is_brought_back_by_undo(page: ExplorerPage, session: Session, until: Until) -> None:
    kept = session.run_id
    page.run_card.act("remove")
    until(session, lambda: session.run is None)
    assert "The run is removed" in page.run_card.text.object
    page.run_card.act("restore")
    until(session, lambda: session.run_id == kept and session.run is not None)
    assert "The run is removed" not in page.run_card.text.object


@pytest.mark.parametrize(
    "design",
    [
        SyntheticDesign.paper(curves=50, span_days=20, cadence_minutes=4, noise_ppm=100, seed=3),
        steering_design("flares", curves=70, seed=5),
        steering_design("binaries"),
        steering_design("planets").changed(background=GridNoise(white_ppm=50, cadence_minutes=10)),
    ],
)
def test_what_a_run_was_made_of_is_loaded_into_the_wheel(page: ExplorerPage, design: SyntheticDesign) -> None:
    spec = RunSpec(name="x", design=design, feature_set="steering", training_size=None, background_stars=60, seed=9)
    page.wheel.load(spec)
    made = page.wheel.retrain.spec()
    assert made.design.digest() == design.digest()
    assert made.model_copy(update={"name": "x", "design": design}) == spec


def test_a_design_without_fields_is_refused_and_leaves_the_wheel(page: ExplorerPage, session: Session) -> None:
    before = page.wheel.retrain.spec()
    with pytest.raises(DesignError, match="has no fields here"):
        page.wheel.load(RunSpec(name="x", design=unseen_design("flares")))
    assert page.wheel.retrain.spec() == before
