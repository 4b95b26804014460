"""Checksums of the demo sector: the recipe still makes the same stars and light curves."""

import numpy as np
import pytest

from clara_engine.archives.manifest import (
    DemoSector,
    demo_sector,
)
from clara_engine.simulate import CLASSES, SectorPlan, plan_again, plan_sector, simulate_sector
from clara_engine.simulate.fingerprint import fingerprint_curves, fingerprint_stars
from clara_engine.simulate.star_population import FIRST_TIC


@pytest.fixture(scope="module")
def recipe() -> DemoSector:
    return demo_sector()


@pytest.fixture(scope="module")
def plan(recipe: DemoSector) -> SectorPlan:
    return plan_sector(recipe.stars, recipe.seed)


def test_the_recipe_says_what_the_demo_is(recipe: DemoSector, plan: SectorPlan) -> None:
    assert recipe.classes == CLASSES == plan.stars["class"].value_counts().to_dict()
    assert recipe.first_tic == FIRST_TIC == plan.stars.tic.min()
    assert len(plan.stars) == recipe.stars == sum(recipe.classes.values())
    defaults = simulate_sector.__kwdefaults__
    assert (defaults["stars"], defaults["seed"]) == (recipe.stars, recipe.seed)
    curve, _, _ = plan.observe(recipe.rows[0])
    assert (curve.target.sector, round(curve.target.cadence_s)) == (recipe.sector, recipe.cadence_s)
    assert curve.span_days == pytest.approx(recipe.span_days, abs=0.01)
    assert set(plan.stars["class"].iloc[list(recipe.rows)]) == set(CLASSES)


def test_the_recipe_still_makes_the_same_sector(recipe: DemoSector, plan: SectorPlan) -> None:
    if ".".join(np.__version__.split(".")[:2]) not in recipe.numpy:
        pytest.skip(f"numpy {np.__version__} may draw other numbers than {recipe.numpy}, which the checksums belong to")
    assert fingerprint_stars(plan) == recipe.stars_sha256
    assert fingerprint_curves(plan, recipe.rows) == recipe.curves_sha256
    again = plan_again(plan, recipe.again, recipe.seed)
    assert (len(again.stars), set(again.stars["class"].iloc[list(recipe.again_rows)])) == (recipe.again, set(CLASSES))
    assert fingerprint_curves(again, recipe.again_rows) == recipe.again_sha256


def test_checksums_notice_another_seed(recipe: DemoSector) -> None:
    other = plan_sector(recipe.stars, recipe.seed + 1)
    assert fingerprint_stars(other) != recipe.stars_sha256
    assert fingerprint_curves(other, recipe.rows[:1]) != fingerprint_curves(other, recipe.rows[1:2])
