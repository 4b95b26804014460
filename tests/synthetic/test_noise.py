"""Signal-to-noise of signals whose shape and times are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import next_fast_len
from scipy.linalg import solve

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import MOST_REDRAWS, GridNoise, Observed, SyntheticDesign, WhiteNoise, generate
from clara_engine.synthetic.noise import BLOCKS, measured_noise, red_noise
from clara_engine.synthetic.signals import Flares, Transits

SEEDS = st.integers(0, 2**31)
TIME = np.delete(np.arange(4000) * 10 / 1440, np.r_[1900:2050, 3000:3004])


def boxes(time: np.ndarray, period: float, hours: float, depth: float = 1e-3) -> np.ndarray:
    return np.where(np.abs((time - 1 + period / 2) % period - period / 2) < hours / 48, 1 - depth, 1.0)


def exact(time: np.ndarray, model: np.ndarray, white: float, red: float, days: float) -> float:
    """√(sᵀC⁻¹s) with the whole covariance matrix, the level free."""
    covariance = red**2 * np.exp(-np.abs(time[:, None] - time) / days) + white**2 * np.eye(time.size)
    solved = solve(covariance, np.stack([model - 1, np.ones(time.size)], axis=1), assume_a="pos")
    signal, level = (model - 1) @ solved, np.ones(time.size) @ solved
    return float(np.sqrt(signal[0] - signal[1] ** 2 / level[1]))


@settings(max_examples=8, deadline=None)
@given(red=st.floats(1e-5, 1e-3), days=st.floats(0.1, 3), hours=st.floats(1.5, 6), period=st.floats(1, 4))
def test_known_noise_agrees_with_the_whole_covariance(red, days, hours, period):
    time = TIME[1300:2200]
    model = boxes(time, period, hours)
    expected = exact(time, model, 3e-4, red, days)
    # A gap cuts events that repeat slowly; of 300 random ones the worst differs by .19.
    assert red_noise(time, 3e-4, red, days).signal_to_noise(model) == pytest.approx(expected, rel=0.3)


def test_known_noise_agrees_with_the_whole_covariance_in_nearly_all_cases():
    time, random, errors = TIME[1300:2200], np.random.default_rng(3), []
    for _ in range(100):
        red, days = random.uniform(1e-5, 1e-3), random.uniform(0.1, 3)
        model = boxes(time, random.uniform(1, 4), random.uniform(1.5, 6))
        found = red_noise(time, 3e-4, red, days).signal_to_noise(model)
        errors.append(abs(found / exact(time, model, 3e-4, red, days) - 1))
    assert np.median(errors) < 0.005
    assert np.percentile(errors, 95) < 0.1


def plain(time: np.ndarray, flux: np.ndarray, model: np.ndarray) -> float:
    """The same signal-to-noise from plain numpy: outliers put right, gaps bridged, the periodogram smoothed."""
    middle = np.r_[flux[1], (flux[:-2] + flux[2:]) / 2, flux[-2]]
    off = np.abs(flux - middle)
    far = off > 6 * 1.4826 * np.median(off)
    lone = far & ~np.r_[far[1:], False] & ~np.r_[False, far[:-1]]
    peak = far & (off >= np.r_[off[1:], 0]) & (off >= np.r_[0, off[:-1]])
    flux = np.where(lone | peak, middle, flux)
    place = np.round((time - time[0]) / np.median(np.diff(time))).astype(int)
    cells, size = place[-1] + 1, next_fast_len(int(place[-1] + 1), real=True)
    block = place * BLOCKS // cells
    means = [flux[block == number].mean() for number in np.unique(block)]
    whole = np.interp(np.arange(cells), (np.unique(block) + 0.5) * cells / BLOCKS, means)
    line = np.linspace(whole[0], whole[-1], cells)
    whole[place] = flux
    power = np.abs(np.fft.rfft(whole - line, size)) ** 2
    reach = [min(max(k // 4, 2), 50) for k in range(power.size)]
    power = np.array([power[max(k - r, 1) : k + r + 1].mean() for k, r in enumerate(reach)])
    signal = np.zeros(cells)
    signal[place] = model - model.mean()
    weight = 2 * time.size / size / power
    weight[0] = 0
    return float(np.sqrt(np.sum(np.abs(np.fft.rfft(signal, size)) ** 2 * weight)))


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, outliers=st.integers(0, 30), gap=st.integers(0, 900))
def test_compiled_parts_of_the_measured_noise_agree_with_plain_numpy(seed, outliers, gap):
    random = np.random.default_rng(seed)
    time = np.delete(TIME[:2500], slice(700, 700 + gap))
    flux = 1 + random.normal(0, 3e-4, time.size) + 1e-3 * np.sin(time)
    flux[random.integers(0, time.size, outliers)] += random.normal(0, 0.1, outliers)
    model = boxes(time, 2.3, 3)
    assert measured_noise(time, flux).signal_to_noise(model) == pytest.approx(plain(time, flux, model), rel=1e-9)


@pytest.mark.parametrize(("red", "days"), [(0, 1), (3e-4, 0.5), (2e-3, 3)])
def test_measured_noise_agrees_with_the_noise_that_was_put_in(red, days):
    model = boxes(TIME, 3, 4)
    known = red_noise(TIME, 5e-4, red, days).signal_to_noise(model)
    sky = GridNoise(white_ppm=500, red_ppm=1e6 * red, red_days=days)
    blank = LightCurve(time=TIME, flux=np.ones(TIME.size), target=Target(tic=1, cadence_s=600), flux_unit="relative")
    found = []
    for seed in range(30):
        flux = sky.observe(blank, np.ones(TIME.size), np.random.default_rng(seed))
        flux[::500] += 0.05  # lone outliers
        found.append(measured_noise(TIME, flux).signal_to_noise(model))
    assert np.mean(found) == pytest.approx(known, rel=0.12)
    assert np.std(found) < 0.15 * known


def test_white_noise_gives_the_textbook_formula():
    design = SyntheticDesign.paper(curves=20, span_days=20, cadence_minutes=10, noise_ppm=300)
    made = generate(design)
    for event in made.truth[made.truth["shape"] == "box"].itertuples():
        time = made.light_curves[event.index].time
        phase = np.abs((time - event.epoch_days + event.period_days / 2) % event.period_days - event.period_days / 2)
        share = float((phase < event.duration_hours / 48).mean())
        assert event.signal_to_noise == pytest.approx(event.depth * np.sqrt(share * (1 - share) * time.size) / 300e-6)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, factor=st.floats(0.1, 10))
def test_it_is_as_large_as_the_signal(seed, factor):
    noise = measured_noise(TIME, 1 + 5e-4 * np.random.default_rng(seed).standard_normal(TIME.size))
    once = noise.signal_to_noise(boxes(TIME, 2, 3))
    assert noise.signal_to_noise(boxes(TIME, 2, 3, factor * 1e-3)) == pytest.approx(factor * once)
    assert noise.signal_to_noise(np.full(TIME.size, 1.5)) == pytest.approx(0, abs=1e-9)


def noisy(tic: int, ppm: float) -> LightCurve:
    flux = 900 * (1 + 1e-6 * ppm * np.random.default_rng(tic).standard_normal(TIME.size))
    return LightCurve(time=TIME, flux=flux, target=Target(tic=tic, cadence_s=600))


@pytest.mark.parametrize("sky", [Observed(), GridNoise(), WhiteNoise(span_days=20, cadence_minutes=10, noise_ppm=900)])
def test_events_below_the_least_are_drawn_again(sky):
    signal = Transits(depth=(1e-4, 1e-2))
    design = SyntheticDesign(name="seen", curves=40, background=sky, signals=(signal,), least_signal_to_noise=12)
    hosts = [noisy(1, 300), noisy(2, 1500)]
    truth = generate(design, observed=hosts).truth
    assert (truth["signal_to_noise"] >= 12).all()
    assert truth["redraws"].max() > 0
    plain = generate(design.changed(least_signal_to_noise=None), observed=hosts).truth
    assert plain["signal_to_noise"].min() < 12
    assert (plain["redraws"] == 0).all()
    first = truth["redraws"] == 0
    assert truth.loc[first, "epoch_days"].equals(plain.loc[first, "epoch_days"])


def test_what_can_not_be_seen_ends_with_the_strongest_and_says_so():
    dim = SyntheticDesign(
        name="dim", curves=3, background=Observed(), signals=(Flares(depth=(1e-5, 1e-4)),), least_signal_to_noise=1000
    )
    truth = generate(dim, observed=[noisy(1, 3000)]).truth
    assert (truth["redraws"] == MOST_REDRAWS).all()
    assert (truth["signal_to_noise"] < 1000).all()


def test_the_least_is_kept_in_toml_and_changes_the_digest_only_when_it_is_set():
    design = SyntheticDesign.paper(curves=3)
    seen = design.changed(least_signal_to_noise=4.0)
    assert SyntheticDesign.from_toml(seen.to_toml()) == seen
    assert "least_signal_to_noise" not in design.to_toml()
    assert seen.digest() != design.digest()
    assert design.is_paper
    assert not seen.is_paper
    with pytest.raises(DesignError, match="least_signal_to_noise = -1 is out of range: 0 to 10 000"):
        design.changed(least_signal_to_noise=-1.0)
