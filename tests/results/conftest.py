"""Made-up stars that are measured in seconds, once for all tests of the results."""

import numpy as np
import pytest

from clara_engine import LightCurve, Target, Workspace
from clara_engine.forest import ForestSettings
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.results.sample import measure_sample
from clara_engine.studies.nulls import NullPlan
from clara_engine.studies.steer import SteeringPlan

EVENTS = ("planets", "dippers")
NULLS = NullPlan(most=26)


def star(tic: int, dip: float = 0.0) -> LightCurve:
    """Slow spots and noise, and a dip every 2.5 d where one is asked for."""
    rng = np.random.default_rng(tic)
    time = np.arange(0, 13, 10 / 1440)
    flux = 1 + rng.normal(0, 3e-4, time.size) + 1e-3 * np.sin(2 * np.pi * time / rng.uniform(2, 9))
    flux[np.abs((time - 1.1) % 2.5 - 0.1) < 0.1] -= dip
    target = Target(tic=tic, sector=1, tmag=10 + tic % 4, teff=5500.0, cadence_s=600.0, simulated=True)
    return LightCurve(time=time + 1325, flux=1e4 * flux, flux_err=np.full(time.size, 3.0), target=target)


@pytest.fixture(scope="session")
def stars(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stars") / "curves"
    folder.mkdir()
    for tic in range(1000, 1030):
        curve = star(tic, dip=0.01 if tic < 1004 else 0.0)
        write_spoc(curve, folder / spoc_file_name(curve.target))
    rows = ["tic,toi,hello_nflares"] + [f"{tic},{'101.01' if tic < 1004 else ''},0" for tic in range(1000, 1030)]
    (folder.parent / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="session")
def plan():
    others = tuple(f"{event} (other generator)" for event in EVENTS)
    return SteeringPlan(
        contrasts=(*EVENTS, "BLS"),
        events=(*EVENTS, *others),
        seeds=2,
        curves=16,
        measured=16,
        forest=ForestSettings(n_estimators=40, min_samples_leaf=2),
    )


@pytest.fixture(scope="session")
def small(stars, tmp_path_factory):
    """A workspace of the stars; the four with dips are labelled."""
    workspace = Workspace.open(tmp_path_factory.mktemp("workspace"))
    workspace.ingest([stars])
    ids = workspace.targets.ids()
    workspace.labels.add("event", dict.fromkeys(ids[:4], "yes"), source="test")
    return workspace


@pytest.fixture(scope="session")
def measured(small, plan):
    return measure_sample(small, plan, name="small", nulls=NULLS)
