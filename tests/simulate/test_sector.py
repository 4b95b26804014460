from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.timeseries import BoxLeastSquares, LombScargle

from clara_engine.errors import Cancelled, DesignError
from clara_engine.readers import read_light_curve, read_target
from clara_engine.simulate import (
    CLASSES,
    TWO_MINUTE_TARGETS,
    SectorPlan,
    plan_again,
    plan_sector,
    simulate_sector,
    star_counts,
)
from clara_engine.simulate.instrument import white_noise
from clara_engine.simulate.sector import observe_star


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("sector")
    return folder, simulate_sector(folder, stars=48, seed=7, workers=2)


@pytest.fixture(scope="module")
def plan() -> SectorPlan:
    return plan_sector(240, seed=3)


def rows(plan: SectorPlan, name: str, count: int) -> list[int]:
    return np.flatnonzero(plan.stars["class"] == name)[:count].tolist()


def test_counts_add_up() -> None:
    assert star_counts(1200) == CLASSES
    assert min(CLASSES.values()) >= 20
    for stars in (12, 13, 30, 100, 1201, 20_000):
        counts = star_counts(stars)
        assert sum(counts.values()) == stars
        assert min(counts.values()) >= 1
    assert (CLASSES["quiet"] + CLASSES["rotator"]) / 1200 == pytest.approx(0.7, abs=0.02)
    assert set(TWO_MINUTE_TARGETS) == set(CLASSES)
    assert star_counts(1200, TWO_MINUTE_TARGETS) == TWO_MINUTE_TARGETS
    for stars in (0, 11, 200_001):
        with pytest.raises(DesignError, match=f"stars is {stars}"):
            star_counts(stars)


def test_files_are_read_back_by_the_ordinary_reader(small: tuple[Path, pd.DataFrame]) -> None:
    folder, truth = small
    assert sorted(path.name for path in folder.iterdir()) == sorted(truth.file)
    assert set(truth["class"]) == set(CLASSES)
    for row in truth.itertuples():
        curve = read_light_curve(folder / row.file)
        # As text: unknown numbers are unequal from Python 3.13 on.
        assert repr(curve.target) == repr(read_target(folder / row.file))
        assert curve.target.id == row.target_id
        assert curve.target.simulated
        assert curve.target.tmag == pytest.approx(row.tmag)
        assert curve.target.teff == pytest.approx(row.teff_k)
        assert curve.centroid_column is not None
        assert np.isfinite(curve.flux).mean() > 0.87  # .90 of the samples of real sector-1 products
        assert np.isnan(curve.flux[curve.quality != 0]).all()
        assert np.isfinite(read_light_curve(folder / row.file, flux="sap").flux).sum() > np.isfinite(curve.flux).sum()


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_workers(
    small: tuple[Path, pd.DataFrame], tmp_path: Path
) -> None:
    folder, truth = small
    again = simulate_sector(tmp_path, stars=48, seed=7, workers=1)
    pd.testing.assert_frame_equal(truth, again)
    for name in truth.file:
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes()
    other = plan_sector(48, seed=8)
    assert not np.allclose(other.stars.tmag, truth.tmag)


def test_progress_ends_at_the_total_and_can_cancel(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    simulate_sector(tmp_path, stars=12, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (12, 12)

    def stop(done: int, total: int) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        simulate_sector(tmp_path / "stopped", stars=240, progress=stop)
    assert len(list((tmp_path / "stopped").iterdir())) < 100
    assert not list((tmp_path / "stopped").glob("*.part"))


def test_quiet_stars_scatter_as_their_magnitude_says(plan: SectorPlan) -> None:
    ratios = []
    for row in rows(plan, "quiet", 12):
        curve = plan.observe(row)[0].finite()
        scatter = np.median(np.abs(np.diff(curve.flux))) / 0.6745 / np.sqrt(2) / np.median(curve.flux)
        ratios.append(scatter / float(white_noise(curve.target.tmag)))
    assert np.median(ratios) == pytest.approx(1, abs=0.08)
    assert 0.8 < min(ratios) < max(ratios) < 1.3  # stars differ, as real ones do


def test_samples_are_too_bright_more_often_than_too_faint(plan: SectorPlan) -> None:
    bright = {"class": "quiet", "teff_k": 5800.0, "logg": 4.4, "radius_rsun": 1.0}
    star = {str(key): value for key, value in plan.stars.iloc[rows(plan, "quiet", 1)[0]].items()}
    dumps, shares = plan.observing.dumps, []
    for tmag in (8.0, 12.0):
        off = []
        for seed in range(6):
            random = np.random.default_rng(seed)
            curve = observe_star(star | bright | {"tmag": tmag}, plan.observing, random)[0].finite()
            level = pd.Series(curve.flux).rolling(31, center=True).median().to_numpy()
            calm = (curve.time < dumps[-3]) | (curve.time > dumps[-2])
            off.append(((curve.flux - level) / curve.flux_err)[calm])
        shares.append([float((np.concatenate(off) > 4).mean()), float((np.concatenate(off) < -4).mean())])
    # of 50 real stars: 0.6 samples in a thousand at T = 8.4, 0.2 at 11.5
    assert 3e-4 < shares[0][0] < 2e-3
    assert shares[1][0] < shares[0][0]
    assert shares[0][1] < 0.5 * shares[0][0]


@pytest.mark.parametrize("name", ["rr_lyrae", "contact_binary", "delta_scuti"])
def test_pulsators_and_contact_binaries_have_their_period(plan: SectorPlan, name: str) -> None:
    for row in rows(plan, name, 3):
        curve, _, truth = plan.observe(row)
        curve = curve.finite()
        expected = truth["period_days"] / (2 if name == "contact_binary" else 1)
        frequency = np.linspace(0.5, 50, 20_000)
        power = LombScargle(curve.time, curve.flux).power(frequency, assume_regular_frequency=True)
        assert 1 / frequency[power.argmax()] == pytest.approx(expected, rel=0.01)


def test_planets_have_their_period_epoch_and_depth(plan: SectorPlan) -> None:
    for row in rows(plan, "planet", 5):
        curve, _, truth = plan.observe(row)
        curve = curve.finite()
        period, duration = truth["period_days"], truth["duration_hours"] / 24
        box = BoxLeastSquares(curve.time, curve.flux / np.median(curve.flux))
        periods = np.concatenate([np.linspace(0.97, 1.03, 601) * period, [0.77 * period, 1.31 * period]])
        found = box.power(periods, duration * 0.9)
        best = found.power.argmax()
        assert found.period[best] == pytest.approx(period, rel=0.01)
        offset = (found.transit_time[best] - truth["epoch_btjd"]) / period
        assert abs(offset - round(offset)) * period < max(0.5 * duration, 0.03 * period)
        phase = (curve.time - truth["epoch_btjd"]) / period
        hours = np.abs(phase - np.round(phase)) * period * 24
        inside, outside = hours < 0.15 * truth["duration_hours"], hours > 0.7 * truth["duration_hours"]
        depth = 1e6 * (1 - curve.flux[inside].mean() / np.median(curve.flux[outside]))
        error = 1e6 * float(white_noise(curve.target.tmag)) / np.sqrt(inside.sum()) + 60
        assert depth == pytest.approx(truth["depth_ppm"], abs=4 * error + 0.06 * truth["depth_ppm"])


def test_eclipses_are_as_deep_as_the_truth_says(plan: SectorPlan) -> None:
    for row in rows(plan, "eclipsing_binary", 6):
        curve, _, truth = plan.observe(row)
        curve = curve.finite()
        phase = (curve.time - truth["epoch_btjd"]) / truth["period_days"]
        hours = np.abs(phase - np.round(phase)) * truth["period_days"] * 24
        inside = hours < 0.05 * truth["duration_hours"]
        if inside.sum() < 3:
            continue
        outside = (hours > 0.6 * truth["duration_hours"]) & (hours < 0.9 * truth["duration_hours"])
        depth = 1e6 * (1 - np.median(curve.flux[inside]) / np.median(curve.flux[outside]))
        assert depth == pytest.approx(truth["depth_ppm"], rel=0.15, abs=3000)


def test_single_transits_happen_once_in_the_data(plan: SectorPlan) -> None:
    for row in rows(plan, "single_transit", 4):
        curve, _, truth = plan.observe(row)
        assert truth["period_days"] > 27.4
        near = np.abs(curve.time - truth["epoch_btjd"]) < truth["duration_hours"] / 48
        assert np.isfinite(curve.flux[near]).mean() > 0.3


def test_the_light_of_background_eclipses_moves() -> None:
    plan = plan_sector(12, seed=1)
    (row,) = rows(plan, "background_eclipse", 1)
    star = {str(key): value for key, value in plan.stars.iloc[row].items()} | {"tmag": 6.0}
    curve, _, truth = observe_star(star, plan.observing, np.random.default_rng(5))
    phase = (curve.time - truth["epoch_btjd"]) / truth["period_days"]
    inside = np.abs(phase - np.round(phase)) * truth["period_days"] * 24 < 0.15 * truth["duration_hours"]
    assert curve.centroid_column is not None
    assert curve.centroid_row is not None
    moved = [np.nanmedian(c[inside]) - np.nanmedian(c[~inside]) for c in (curve.centroid_column, curve.centroid_row)]
    offset = float(truth["detail"].split()[1]) / 21
    assert np.hypot(*moved) == pytest.approx(offset * truth["depth_ppm"] / 1e6, rel=0.4, abs=0.002)


def test_flares_rise_where_the_truth_says(plan: SectorPlan) -> None:
    for row in rows(plan, "flare_star", 4):
        curve, _, truth = plan.observe(row)
        near = np.abs(curve.time - truth["epoch_btjd"]) < 0.005
        height = np.nanmax(curve.flux[near]) / np.nanmedian(curve.flux) - 1
        assert height == pytest.approx(truth["amplitude_ppm"] / 1e6, rel=0.35, abs=0.03)


@pytest.fixture(scope="module")
def again(plan: SectorPlan) -> SectorPlan:
    return plan_again(plan, 48, seed=3)


def test_stars_seen_again_keep_what_lasts(plan: SectorPlan, again: SectorPlan) -> None:
    assert again.stars["class"].value_counts().to_dict() == star_counts(48)
    earlier = {tic: row for row, tic in enumerate(plan.stars["tic"])}
    for name in ("planet", "eclipsing_binary", "rr_lyrae", "rotator", "background_eclipse"):
        row = rows(again, name, 1)[0]
        first, _, before = plan.observe(earlier[again.stars["tic"].iloc[row]])
        second, _, after = again.observe(row)
        assert before["period_days"] == after["period_days"]
        assert before.get("epoch_btjd") == after.get("epoch_btjd")
        assert before.get("depth_ppm", 0) == pytest.approx(after.get("depth_ppm", 0), rel=1e-3)
        assert (first.target.sector, second.target.sector) == (1, 2)
        assert first.target.star == second.target.star
        assert 0 < second.time[0] - first.time[-1] < 3
        assert not np.array_equal(first.flux, second.flux, equal_nan=True)
    for name in ("fault", "single_transit"):
        assert again.observe(rows(again, name, 1)[0])[2]["class"] == "quiet"
    with pytest.raises(DesignError, match="again is 241; only 240 stars"):
        plan_again(plan, 241)


def test_planets_seen_again_transit_when_their_ephemeris_says(again: SectorPlan) -> None:
    row = rows(again, "planet", 1)[0]
    curve, _, truth = again.observe(row)
    curve = curve.finite()
    phase = (curve.time - truth["epoch_btjd"]) / truth["period_days"]
    hours = np.abs(phase - np.round(phase)) * truth["period_days"] * 24
    inside, outside = hours < 0.3 * truth["duration_hours"], hours > truth["duration_hours"]
    depth = 1e6 * (np.median(curve.flux[outside]) - curve.flux[inside].mean()) / np.median(curve.flux)
    assert depth == pytest.approx(truth["depth_ppm"], rel=0.4)


def test_flares_and_dips_come_at_other_times(plan: SectorPlan, again: SectorPlan) -> None:
    earlier = {tic: row for row, tic in enumerate(plan.stars["tic"])}
    for name in ("flare_star", "dipper"):
        row = rows(again, name, 1)[0]
        first = plan.observe(earlier[again.stars["tic"].iloc[row]])[0].flux
        second = again.observe(row)[0].flux
        assert np.corrcoef(*(np.nan_to_num(flux / np.nanmedian(flux), nan=1.0) for flux in (first, second)))[0, 1] < 0.9


def test_a_second_sector_is_written_beside_the_first(tmp_path: Path) -> None:
    truth = simulate_sector(tmp_path, stars=24, seed=7, again=12, workers=1)
    assert truth["target_id"].is_unique
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(truth["file"])
    assert truth["tic"].value_counts().value_counts().to_dict() == {1: 12, 2: 12}
    alone = simulate_sector(tmp_path / "alone", stars=24, seed=7, workers=1)
    pd.testing.assert_frame_equal(truth[:24], alone)
    assert (truth["class"][24:] == "quiet").sum() >= 2
