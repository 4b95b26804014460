"""Small things to draw."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.evaluate import Measures, measure
from clara_engine.evaluate.neighbours import neighbours
from clara_engine.features import feature_set
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.periods import Ephemeris
from clara_engine.studies.design_mapping import DesignMapping, map_designs
from clara_engine.studies.reasons import Reason

PERIOD, EPOCH, DURATION = 3.0, 1001.0, 0.15


def transits(samples: int = 2000, days: float = 26.0) -> LightCurve:
    """A light curve with dips of 5,000 ppm, a gap, flagged samples and a centroid."""
    rng = np.random.default_rng(1)
    time = np.linspace(1000, 1000 + days, samples)
    time[time > 1013] += 1.0
    phase = (time - EPOCH + PERIOD / 2) % PERIOD - PERIOD / 2
    flux = 1000 * (1 - 0.005 * (np.abs(phase) < DURATION / 2) + 2e-4 * rng.normal(size=samples))
    quality = np.zeros(samples, np.int32)
    quality[::50] = 4
    return LightCurve(
        time=time,
        flux=flux,
        quality=quality,
        centroid_column=100 + 1e-3 * rng.normal(size=samples),
        centroid_row=200 + 1e-3 * rng.normal(size=samples),
        target=Target(tic=7, sector=1),
    )


@pytest.fixture(scope="session")
def curve() -> LightCurve:
    return transits()


@pytest.fixture(scope="session")
def ephemeris() -> Ephemeris:
    return Ephemeris(PERIOD, EPOCH, DURATION)


@pytest.fixture(scope="session")
def stars() -> pd.DataFrame:
    """Places, scores and parameters of 60 stars."""
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        {
            "x": rng.normal(size=60),
            "y": rng.normal(size=60),
            "ra": rng.uniform(80, 90, 60),
            "dec": rng.uniform(-70, -60, 60),
            "bp_rp": rng.uniform(0, 3, 60),
            "abs_g": rng.uniform(-1, 12, 60),
            "teff_k": rng.uniform(3500, 9000, 60),
            "anomaly_score": rng.random(60),
            "score_first": rng.random(60),
            "score_second": rng.random(60),
        },
        index=[f"star-{place}" for place in range(60)],
    )
    table.loc["star-3", ["anomaly_score", "abs_g"]] = np.nan
    return table


@pytest.fixture(scope="session")
def events() -> pd.DataFrame:
    """Injected events of which the deep ones are found."""
    rng = np.random.default_rng(0)
    depth = np.geomspace(5e-4, 2e-2, 200)
    return pd.DataFrame(
        {
            "depth": depth,
            "period_days": rng.uniform(1, 13, 200),
            "tmag": rng.uniform(8, 12, 200),
            "found": depth > 2e-3,
            "background": rng.integers(0, 25, 200).astype(str),
        }
    )


@pytest.fixture(scope="session")
def runs() -> pd.DataFrame:
    """Four ranked runs of a sweep over two axes."""
    return pd.DataFrame(
        {
            "run_id": list("dcba"),
            "name": list("dcba"),
            "axis design.curves": [200, 200, 100, 100],
            "axis design.background.noise_ppm": [100.0, 50.0, 100.0, 50.0],
            "objective": [1.0, 0.75, 0.5, 0.25],
            "roc_auc": [0.8, 0.7, 0.6, 0.5],
            "roc_auc_low": 0.4,
            "roc_auc_high": 0.9,
            "recall": [0.4, 0.3, 0.2, 0.1],
            "anomaly_rate": [0.1, 0.2, 0.3, 0.4],
        }
    )


@pytest.fixture(scope="session")
def mapping() -> DesignMapping:
    """Of eight runs of a sweep over two axes."""
    rng = np.random.default_rng(5)
    grid = pd.DataFrame(
        [(curves, noise) for curves in (100, 200) for noise in (25.0, 50.0, 75.0, 100.0)],
        columns=["axis design.curves", "axis design.background.noise_ppm"],
    )
    names = ("recall", "anomaly_rate", "published_recall_auc", "published_importance_auc")
    return map_designs(grid.assign(label="toi/any", **{name: rng.random(8) for name in names}), draws=20)


@pytest.fixture(scope="session")
def matrix() -> pd.DataFrame:
    """Two contrast sets against two events, and a baseline."""
    rows = [
        (contrast, event, value)
        for contrast, values in {"planets": (0.95, 0.6), "flares": (0.55, 0.9), "P9": (0.7, 0.5)}.items()
        for event, value in zip(("planets", "flares"), values, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["contrast", "event", "auc"])
    return table.assign(auc_low=table["auc"] - 0.05, auc_high=table["auc"] + 0.04, seeds=1)


@pytest.fixture(scope="session")
def sectors() -> pd.DataFrame:
    """Two designs, each trained on two sectors and measured on both."""
    rows = [(design, trained, measured) for design in ("P9", "planets") for measured in (1, 2) for trained in (1, 2)]
    table = pd.DataFrame(rows, columns=["design", "trained", "measured"]).assign(stars=200, labelled=10)
    for name in ("auc", "recall", "agreement", "auc_change", "recall_change"):
        table = table.assign(**{name: 0.7, f"{name}_low": 0.6, f"{name}_high": 0.8})
    return table


@pytest.fixture(scope="session")
def reason() -> Reason:
    features = feature_set("flux_power")
    rng = np.random.default_rng(3)
    contributions = rng.normal(scale=1e-4, size=features.size)
    return Reason("star-1", features, rng.random(features.size).astype(np.float32), 0.4, contributions)


@pytest.fixture(scope="session")
def measures() -> Measures:
    rng = np.random.default_rng(4)
    positive = rng.random(300) < 0.1
    return measure(rng.random(300) + 0.5 * positive - 0.5, positive)


@pytest.fixture(scope="session")
def importance() -> pd.DataFrame:
    return pd.DataFrame(
        {"feature": ["power, period 3 d", "flux, 1 d", "flux, 2 d"], "importance": [0.5, 0.3, 0.1], "chance": 0.2}
    )


@pytest.fixture(scope="session")
def confusion() -> pd.DataFrame:
    return pd.DataFrame({"planet": [8, 1], "binary": [2, 9]}, ["planet", "binary"])


@pytest.fixture(scope="session")
def beside() -> pd.DataFrame:
    """Sources around a star: itself, one that could make a dip of 5,000 ppm, and one that could not."""
    sources = pd.DataFrame(
        {
            "source_id": ["1", "2", "3"],
            "ra": [85.0, 85.01, 84.98],
            "dec": [-60.0, -60.005, -60.02],
            "pmra": 0.0,
            "pmdec": 0.0,
            "gaia_g": [10.0, 14.0, 19.0],
            "bp_rp": [0.8, 1.0, np.nan],
        }
    )
    return neighbours(sources, Target(tic=7, ra=85.0, dec=-60.0, tmag=9.6), 5000.0)
