from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import Cancelled
from clara_engine.features import flux_power
from clara_engine.synthetic import PaperTransits, SyntheticDesign, WhiteNoise, generate

PUBLISHED = {
    "n100_d13_c2_n100ppm": {"span_days": 13.5, "cadence_minutes": 2, "noise_ppm": 100},
    "n100_d27_c10_n50ppm": {"span_days": 27.0, "cadence_minutes": 10, "noise_ppm": 50},
    "n100_d27_c2_n200ppm": {"span_days": 27.0, "cadence_minutes": 2, "noise_ppm": 200},
}
#: NumPy adds in another order since 2.3, as it did where the sets were published.
FLUX_APART = 0.0 if np.lib.NumpyVersion(np.__version__) >= "2.3.0" else 1e-10
SMALL = {"curves": 12, "span_days": 6, "cadence_minutes": 10, "noise_ppm": 100}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_feature_sets_come_out_row_by_row(name: str, shared_data: Path) -> None:
    folder = shared_data / "clara_published" / "synthetic_features"
    published = np.load(folder / f"{name}.npy")
    order = [line.split() for line in (folder / f"{name}.order.txt").read_text().splitlines()]
    made = generate(SyntheticDesign.paper(curves=100, **PUBLISHED[name]))
    assert len(order) == len(published) == 100
    for row, (number, shape) in zip(published, order, strict=True):
        index = int(number)
        assert made.truth.loc[index, "shape"] == shape
        features = flux_power(made.light_curves[index])
        np.testing.assert_allclose(features[:3000], row[:3000], rtol=0, atol=FLUX_APART)
        np.testing.assert_allclose(features[3000:], row[3000:], rtol=0, atol=1e-10)


def test_draws_come_in_the_published_order():
    """Box curves rebuilt from the formulas, with all draws of the curves between them."""
    made = generate(SyntheticDesign.paper(seed=7, **SMALL))
    random = np.random.RandomState(7)
    time = np.arange(0, 6, 10 / 1440)
    boxes = 0
    for curve, truth in zip(made.light_curves, made.truth.itertuples(), strict=True):
        shape = random.choice(["box", "mandel-agol"])
        period, hours, depth = random.uniform(1, 15), random.uniform(1, 10), random.uniform(0.0005, 0.02)
        epoch = random.uniform(0, period)
        noise = random.normal(0, 100e-6, time.size)
        drawn = (truth.shape, truth.period_days, truth.duration_hours, truth.depth, truth.epoch_days)
        assert drawn == (shape, period, hours, depth, epoch)
        np.testing.assert_array_equal(curve.time, time)
        if shape == "box":
            boxes += 1
            inside = np.abs((time - epoch + period / 2) % period - period / 2) < hours / 24 / 2
            np.testing.assert_allclose(curve.flux, np.where(inside, 1 - depth, 1) + noise, rtol=0, atol=1e-15)
    assert 0 < boxes < 12


def test_the_same_design_gives_the_same_bits_and_another_seed_others():
    first, second = (generate(SyntheticDesign.paper(**SMALL)) for _ in range(2))
    pd.testing.assert_frame_equal(first.truth, second.truth)
    for a, b in zip(first.light_curves, second.light_curves, strict=True):
        np.testing.assert_array_equal(a.flux, b.flux)
    assert generate(SyntheticDesign.paper(seed=1, **SMALL)).light_curves[0].flux[0] != first.light_curves[0].flux[0]


def test_fewer_curves_are_the_first_of_more():
    few = generate(SyntheticDesign.paper(**SMALL | {"curves": 3}))
    many = generate(SyntheticDesign.paper(**SMALL))
    np.testing.assert_array_equal(few.light_curves[2].flux, many.light_curves[2].flux)


def test_synthetic_targets_can_not_be_mistaken_for_stars():
    made = generate(SyntheticDesign.paper(**SMALL))
    targets = [curve.target for curve in made.light_curves]
    assert [target.tic for target in targets] == [-1 - i for i in range(12)]
    assert {(t.product, t.simulated, t.cadence_s) for t in targets} == {("SYNTHETIC", True, 600.0)}
    assert {curve.flux_unit for curve in made.light_curves} == {"relative"}
    assert made.truth["target"].tolist() == [target.id for target in targets]
    assert made.truth["index"].tolist() == list(range(12))


def test_several_signals_are_mixed_by_weight_each_curve_from_its_own_seed():
    short, long = PaperTransits(weight=3, period_days=(1, 2)), PaperTransits(weight=1, period_days=(100, 200))
    sky = WhiteNoise(span_days=1, cadence_minutes=60, noise_ppm=10)
    design = SyntheticDesign(name="mix", curves=400, background=sky, signals=(short, long))
    assert not design.is_paper
    made = generate(design)
    assert np.mean(made.truth["period_days"] < 3) == pytest.approx(0.75, abs=0.08)
    few = generate(design.changed(curves=5))
    np.testing.assert_array_equal(few.light_curves[4].flux, made.light_curves[4].flux)


def test_progress_counts_curves_and_stops_them():
    told = []

    def stop(done, total):
        told.append((done, total))
        if done == 3:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        generate(SyntheticDesign.paper(**SMALL), stop)
    assert told == [(1, 12), (2, 12), (3, 12)]
