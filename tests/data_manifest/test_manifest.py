import tomllib
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from clara_engine.simulate import CLASSES, SectorPlan, plan_sector, simulate_sector
from clara_engine.simulate.fingerprint import fingerprint_curves, fingerprint_stars
from clara_engine.simulate.population import FIRST_TIC

MANIFEST = Path(__file__).parents[2] / "data_manifest"
SHA256 = r"^[0-9a-f]{64}$"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    name: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=5)
    kind: Literal["data", "formula"]
    provider: str = Field(min_length=3)
    address: str = Field(pattern=r"^https?://\S+$")
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    columns: list[str] = []
    licence: str = Field(min_length=3)
    citation: str = Field(pattern=r"\d{4}")
    used_for: str = Field(min_length=5)

    @model_validator(mode="after")
    def data_name_their_columns(self) -> "Source":
        if self.kind == "data" and not self.columns:
            raise ValueError(f"{self.name}: data without columns")
        return self


class Sources(Strict):
    source: list[Source]


class DemoSector(Strict):
    version: int = Field(ge=1)
    stars: int
    seed: int
    sector: int
    cadence_s: int
    span_days: float
    first_tic: int
    numpy: list[str]
    rows: list[int]
    stars_sha256: str = Field(pattern=SHA256)
    curves_sha256: str = Field(pattern=SHA256)
    classes: dict[str, int]


def toml(name: str) -> dict[str, object]:
    return tomllib.loads((MANIFEST / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def recipe() -> DemoSector:
    return DemoSector.model_validate(toml("demo_sector.toml"))


@pytest.fixture(scope="module")
def plan(recipe: DemoSector) -> SectorPlan:
    return plan_sector(recipe.stars, recipe.seed)


def test_sources_follow_the_schema() -> None:
    sources = Sources.model_validate(toml("sources.toml")).source
    names = [source.name for source in sources]
    assert len(set(names)) == len(names)
    assert {"tess-spoc-light-curves", "clara-paper", "toi", "tess-eb", "noise", "flare-template"} <= set(names)


def test_the_recipe_says_what_the_demo_is(recipe: DemoSector, plan: SectorPlan) -> None:
    assert recipe.classes == CLASSES == plan.stars["class"].value_counts().to_dict()
    assert recipe.first_tic == FIRST_TIC == plan.stars.tic.min()
    assert len(plan.stars) == recipe.stars == sum(recipe.classes.values())
    defaults = simulate_sector.__kwdefaults__
    assert (defaults["stars"], defaults["seed"]) == (recipe.stars, recipe.seed)
    curve, _, _ = plan.observe(recipe.rows[0])
    assert (curve.target.sector, round(curve.target.cadence_s)) == (recipe.sector, recipe.cadence_s)
    assert curve.span_days == pytest.approx(recipe.span_days, abs=0.01)
    assert set(plan.stars["class"].iloc[recipe.rows]) == set(CLASSES)


def test_the_recipe_still_makes_the_same_sector(recipe: DemoSector, plan: SectorPlan) -> None:
    if ".".join(np.__version__.split(".")[:2]) not in recipe.numpy:
        pytest.skip(f"numpy {np.__version__} may draw other numbers than {recipe.numpy}, which the checksums belong to")
    assert fingerprint_stars(plan) == recipe.stars_sha256
    assert fingerprint_curves(plan, recipe.rows) == recipe.curves_sha256


def test_checksums_notice_another_seed(recipe: DemoSector) -> None:
    other = plan_sector(recipe.stars, recipe.seed + 1)
    assert fingerprint_stars(other) != recipe.stars_sha256
    assert fingerprint_curves(other, recipe.rows[:1]) != fingerprint_curves(other, recipe.rows[1:2])
