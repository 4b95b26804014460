import numpy as np
import pytest

from clara_engine.simulate.instrument import (
    EARTH_POINT,
    JITTER_LIMIT,
    MANUAL_EXCLUDE,
    MOMENTUM_DUMP,
    Observing,
    electrons_per_second,
    observe_sector,
    red_noise,
    white_noise,
)


@pytest.fixture(scope="module")
def sector() -> Observing:
    return observe_sector(np.random.default_rng(2))


def test_the_grid_has_its_span_cadence_gap_and_dumps(sector: Observing) -> None:
    assert np.ptp(sector.time) == pytest.approx(27.88, abs=0.01)
    assert np.diff(sector.time) * 86400 == pytest.approx(120)
    gap = sector.time[(sector.quality & EARTH_POINT) > 0]
    assert np.ptp(gap) == pytest.approx(1.14, abs=0.01)
    dumped = sector.time[(sector.quality & MOMENTUM_DUMP) > 0]
    events = 1 + (np.diff(dumped) > 0.1).sum()
    assert events == sector.dumps.size == 10
    # 18,104 of 20,076 samples of real sector-1 products are good
    assert np.mean(sector.quality == 0) == pytest.approx(0.902, abs=0.02)
    assert sector.scattered.argmax() > sector.time.size - 1500 or sector.time[sector.scattered.argmax()] < gap[0]


def test_between_two_dumps_the_pointing_is_restless(sector: Observing) -> None:
    restless = (sector.time > sector.dumps[-3]) & (sector.time < sector.dumps[-2])
    left_out = (sector.quality & MANUAL_EXCLUDE) > 0
    # of real sector 1: 44 % of these cadences, and 3 % of the others
    assert left_out[restless].mean() == pytest.approx(0.44, abs=0.12)
    assert left_out[~restless].mean() < 0.06
    assert np.abs(sector.jitter[sector.quality == 0]).max() <= JITTER_LIMIT


def test_noise_follows_magnitude() -> None:
    hour = 1e6 * white_noise([6, 8, 10, 12, 13]) / np.sqrt(30)
    assert (np.diff(hour) > 0).all()
    # medians of the scatter of real sector-1 products
    assert 1e6 * white_noise([8.2, 10, 12.1, 13.2]) == pytest.approx([420, 990, 3050, 7500], rel=0.25)
    # photons alone: a factor of 100 in light is a factor of 10 in noise
    assert white_noise(8.0) / white_noise(3.0) < 10
    assert electrons_per_second(10) == pytest.approx(15_000, rel=0.02)


def test_noise_of_real_stars(shared_data: object) -> None:
    from pathlib import Path

    from clara_engine.readers import read_light_curve

    paths = sorted((Path(str(shared_data)) / "spoc_s0001_2min").glob("*.fits.gz"))
    paths = paths[1::4]  # none that the sky was fitted to
    ratios = []
    for path in paths:
        curve = read_light_curve(path).finite()
        scatter = np.median(np.abs(np.diff(curve.flux))) / 0.6745 / np.sqrt(2) / np.median(curve.flux)
        ratios.append(scatter / white_noise(curve.target.tmag))
    assert np.median(ratios) == pytest.approx(1, abs=0.08)


def test_red_noise_has_unit_variance_and_its_time_scale() -> None:
    noise = red_noise(400_000, 0.1, np.random.default_rng(1))
    assert noise.std() == pytest.approx(1, abs=0.05)
    lag = round(0.1 * 720)
    assert np.mean(noise[lag:] * noise[:-lag]) == pytest.approx(np.exp(-1), abs=0.05)
