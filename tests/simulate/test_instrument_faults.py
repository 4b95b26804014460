"""Simulated faults of the instrument."""

import numpy as np
import pytest

from clara_engine.simulate.instrument import (
    Observing,
    observe_sector,
)
from clara_engine.simulate.instrument_faults import FAULTS, fault


@pytest.fixture(scope="module")
def sector() -> Observing:
    return observe_sector(np.random.default_rng(2))


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_is_bounded_and_does_something(sector: Observing, kind: str) -> None:
    shape = FAULTS[kind](sector, np.random.default_rng(4))
    assert shape.shape == sector.time.shape
    assert np.isfinite(shape).all()
    assert 0.1 < np.ptp(shape[sector.quality == 0]) < 5


def test_faults_stand_out_of_the_noise(sector: Observing) -> None:
    for seed in range(20):
        _, flux = fault(sector, 0.003, np.random.default_rng(seed))
        assert np.ptp(flux[sector.quality == 0]) > 2 * 0.003
