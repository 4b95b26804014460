"""A small workspace of made-up light curves, for every test."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from clara_engine import LightCurve, Target, Workspace
from clara_engine.forest import ForestSettings
from clara_engine.readers import spoc_file_name, write_spoc
from clara_engine.synthetic import SyntheticDesign
from clara_engine.workspace import RunSpec
from tests.once import made_once


def star(tic: int, seed: int, dip: float = 0.0) -> LightCurve:
    """A quiet star, or one with a dip of relative depth `dip` every 2.5 d."""
    rng = np.random.default_rng(seed)
    time = np.arange(0, 13, 10 / 1440)
    flux = 1 + rng.normal(0, 3e-4, time.size) + 1e-3 * np.sin(2 * np.pi * time / rng.uniform(2, 9))
    flux[np.abs((time - 1.1) % 2.5 - 0.1) < 0.1] -= dip
    target = Target(tic=tic, sector=1, tmag=10.0, teff=5500.0, cadence_s=600.0, simulated=True)
    return LightCurve(time=time + 1325, flux=1e4 * flux, flux_err=np.full(time.size, 3.0), target=target)


@pytest.fixture(scope="session")
def light_curve_folder(tmp_path_factory):
    """Forty light curves, of which four have dips; tests only read them."""

    def make(folder):
        for i in range(40):
            curve = star(1000 + i, seed=i, dip=0.01 if i < 4 else 0.0)
            write_spoc(curve, folder / spoc_file_name(curve.target))

    return made_once(tmp_path_factory, "light_curves", make)


@pytest.fixture
def workspace(tmp_path, light_curve_folder):
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([light_curve_folder])
    return ws


@pytest.fixture
def workspace_of_copies(tmp_path, light_curve_folder):
    """A workspace whose light curves belong to one test, which may change their files."""
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([shutil.copytree(light_curve_folder, tmp_path / "files")])
    return ws


@pytest.fixture(scope="session")
def small_design():
    """Transits on white noise that resemble the made-up stars and take a moment."""
    return SyntheticDesign.paper(name="small", curves=40, span_days=13, cadence_minutes=10, noise_ppm=300)


@pytest.fixture(scope="session")
def small_spec(small_design):
    """A run of 20 trees that leaves ten stars out of the training set."""
    return RunSpec(name="small", design=small_design, forest=ForestSettings(n_estimators=20), training_size=30, seed=7)


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory, light_curve_folder, small_spec):
    """A workspace with labels and one run, to be copied."""

    def make(folder):
        ws = Workspace.open(folder / "ws")
        ws.ingest([light_curve_folder])
        truth = {id: "dip" if i < 4 else "quiet" for i, id in enumerate(ws.targets.ids())}
        ws.labels.add("truth", truth, source="test")
        ws.train(small_spec)

    made = made_once(tmp_path_factory, "trained", make)
    return shutil.copytree(made / "ws", tmp_path_factory.mktemp("trained") / "ws")


@pytest.fixture(scope="module")
def trained(tmp_path_factory, trained_folder):
    """A workspace with labels and one run; what a test adds stays with the tests of its file."""
    return Workspace.open(shutil.copytree(trained_folder, tmp_path_factory.mktemp("trained") / "ws"))


@pytest.fixture(scope="module")
def two_sectors(tmp_path_factory, light_curve_folder, small_spec):
    """The forty stars of sector 1, and thirty of them in sector 2 with other noise."""
    folder = tmp_path_factory.mktemp("sector2")
    for i in range(30):
        curve = star(1000 + i, seed=100 + i, dip=0.01 if i < 4 else 0.0)
        curve = replace(curve, time=curve.time + 28, target=replace(curve.target, sector=2))
        write_spoc(curve, folder / spoc_file_name(curve.target))
    ws = Workspace.open(tmp_path_factory.mktemp("two"))
    ws.ingest([light_curve_folder, folder])
    tics = ws.targets.frame().set_index("target_id")["tic"]
    ws.labels.add("truth", {id: "dip" if tic < 1004 else "quiet" for id, tic in tics.items()}, source="test")
    for sector in (1, 2):
        values = small_spec.model_dump() | {"name": f"s{sector}", "training_sectors": (sector,), "training_size": None}
        ws.train(RunSpec(**values))
    return ws
