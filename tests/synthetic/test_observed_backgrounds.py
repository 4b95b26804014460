"""Signals on observed light curves and on red noise; designs that steer."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import (
    EVENTS,
    UNSEEN_EVENTS,
    GridNoise,
    Observed,
    SyntheticDesign,
    generate,
    steering_design,
    unseen_design,
)
from clara_engine.synthetic.signals import Transits


def star(tic: int, tmag: float = 10.0, samples: int = 4000) -> LightCurve:
    rng = np.random.default_rng(tic)
    time = 1325 + np.arange(samples) * 10 / 1440
    flux = 5000 + rng.normal(0, 3, samples)
    flux[samples // 2 : samples // 2 + 50] = np.nan
    quality = (rng.random(samples) < 0.01).astype(np.int32)
    return LightCurve(
        time=time,
        flux=flux,
        quality=quality,
        centroid_column=100 + rng.normal(0, 0.01, samples),
        target=Target(tic=tic, sector=1, cadence_s=600, tmag=tmag, teff=5000 + tic, radius=1.1),
    )


STARS = [star(tic, tmag=8 + tic) for tic in range(1, 5)]


@pytest.mark.parametrize("event", EVENTS)
def test_injection_keeps_time_gaps_flags_and_noise(event):
    made = generate(steering_design(event, curves=8, seed=1), observed=STARS)
    hosts = {curve.target.id: curve for curve in STARS}
    assert made.truth["background"].value_counts().max() == 2
    assert len({curve.target.id for curve in made.light_curves}) == 8
    for curve, name in zip(made.light_curves, made.truth["background"], strict=True):
        host = hosts[name]
        np.testing.assert_array_equal(curve.time, host.time)
        np.testing.assert_array_equal(curve.quality, host.quality)
        np.testing.assert_array_equal(np.isnan(curve.flux), np.isnan(host.flux))
        np.testing.assert_array_equal(curve.centroid_column, host.centroid_column)
        assert curve.target.tic < 0
        assert curve.target.simulated
        assert curve.target.product == "SYNTHETIC"
        for name in ("tmag", "teff", "radius", "cadence_s"):
            assert getattr(curve.target, name) == getattr(host.target, name)
        assert curve.flux_unit == "relative"


def test_injected_flux_is_the_host_times_the_model():
    design = SyntheticDesign(name="t", curves=4, background=Observed(), signals=(Transits(depth=(0.01, 0.01)),))
    made = generate(design, observed=STARS[:1])
    host = STARS[0]
    for curve, event in zip(made.light_curves, made.truth.itertuples(), strict=True):
        ratio = curve.flux / (host.flux / np.nanmedian(host.flux))
        seen = np.isfinite(ratio)
        assert ratio[seen].max() == pytest.approx(1)
        inside = np.abs(
            (host.time - event.epoch_days + event.period_days / 2) % event.period_days - event.period_days / 2
        )
        assert (ratio[seen & (inside > event.lasts_hours / 48 + 0.01)] == 1).all()
        assert ratio[seen & (inside < 0.005)].max() < 0.992


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), event=st.sampled_from(sorted(UNSEEN_EVENTS)))
def test_the_same_design_on_the_same_stars_gives_the_same_bits(seed, event):
    design = unseen_design(event, curves=3, seed=seed)
    first, again = (generate(design, observed=STARS) for _ in range(2))
    for one, other in zip(first.light_curves, again.light_curves, strict=True):
        np.testing.assert_array_equal(one.flux, other.flux)


@settings(max_examples=20, deadline=None)
@given(curves=st.integers(1, 23), stars=st.integers(1, 4), seed=st.integers(0, 2**31))
def test_no_star_is_used_more_often_than_it_must(curves, stars, seed):
    design = SyntheticDesign(name="t", curves=curves, seed=seed, background=Observed(), signals=EVENTS["microlensing"])
    used = generate(design, observed=STARS[:stars]).truth["background"].value_counts()
    assert used.max() == math.ceil(curves / stars)
    assert used.sum() == curves


def test_noise_is_put_on_the_times_of_observed_stars():
    design = SyntheticDesign(name="g", curves=5, background=GridNoise(), signals=EVENTS["planets"])
    made = generate(design, observed=STARS)
    hosts = {curve.target.id: curve for curve in STARS}
    for curve, name in zip(made.light_curves, made.truth["background"], strict=True):
        np.testing.assert_array_equal(curve.time, hosts[name].finite().time)
        assert curve.target.cadence_s == 600
    assert (generate(design).truth["background"] == "").all()


def test_a_host_without_light_is_refused():
    dark = LightCurve(time=np.arange(9.0), flux=np.full(9, -3.0), target=Target(tic=5))
    with pytest.raises(DesignError, match="5-s0000-SPOC-120 can't be a background: its median flux is -3"):
        generate(steering_design("flares", curves=1), observed=[dark])


def test_every_steering_design_survives_toml():
    for design in [*(steering_design(event) for event in EVENTS), *(unseen_design(event) for event in UNSEEN_EVENTS)]:
        assert SyntheticDesign.from_toml(design.to_toml()) == design
        assert design.needs_observed
        assert not design.is_paper
    faint = SyntheticDesign(name="x", curves=3, background=Observed(tmag=(10, 12)), signals=EVENTS["flares"])
    assert SyntheticDesign.from_toml(faint.to_toml()).digest() == faint.digest()


def test_magnitudes_are_matched_and_missing_hosts_named():
    design = SyntheticDesign(name="x", curves=6, background=Observed(tmag=(9.5, 11.5)), signals=EVENTS["flares"])
    made = generate(design, observed=STARS)
    assert {curve.target.tmag for curve in made.light_curves} == {10.0, 11.0}
    with pytest.raises(DesignError, match="none of 1 background star has a Tmag"):
        generate(design, observed=STARS[:1])
    with pytest.raises(DesignError, match="injected into observed light curves"):
        generate(design)
    with pytest.raises(DesignError, match="there is no event 'comets'"):
        steering_design("comets")


def test_red_noise_has_the_asked_size_and_memory():
    sky = GridNoise(white_ppm=100, red_ppm=1000, red_days=0.5)
    random = np.random.default_rng(4)
    steps, spreads = [], []
    for index in range(30):
        blank = sky.blank(random, index)
        flux = sky.observe(blank, np.ones(len(blank)), random) - 1
        spreads.append(flux.var())
        lag = round(0.5 * 720)
        first = flux[: flux.size // 2 - lag]
        steps.append((first * flux[lag : flux.size // 2]).mean())
    assert 1e6 * np.sqrt(np.mean(spreads)) == pytest.approx(1005, rel=0.1)
    assert np.mean(steps) / 1e-6 == pytest.approx(np.exp(-1), abs=0.15)
    assert np.diff(blank.time).max() > 0.9


def test_what_a_star_carries_hangs_on_that_star_alone():
    every = generate(steering_design("planets", curves=8, seed=1), observed=STARS)
    fewer = generate(steering_design("planets", curves=6, seed=1), observed=[STARS[3], STARS[0], STARS[2]])
    both = every.truth.merge(fewer.truth, on=["background", "period_days", "epoch_days", "depth"])
    assert len(both) == 6
    assert set(both["background"]) == {curve.target.id for curve in STARS} - {STARS[1].target.id}


OLD = """name = "binaries and more"
curves = 4
seed = 42

[background]
kind = "observed"

[[signals]]
kind = "eclipsing_binaries"
weight = 2.0
period_days = [0.6, 13.0]
depth = [0.01, 0.5]
depth_scale = "log"
secondary_share = [0.05, 1.0]
density_solar = [0.1, 2.0]
eccentric_shift = 0.12

[[signals]]
kind = "transits"
weight = 1.0
period_days = [1.0, 13.0]
depth = [0.0005, 0.02]
depth_scale = "log"
density_solar = [0.2, 3.0]
impact = [0.0, 0.9]
limb_darkening = [0.1, 0.5]

[[signals]]
kind = "flares"
weight = 1.0
per_day = [0.05, 1.0]
depth = [0.005, 0.3]
depth_scale = "log"
slope = [1.0, 2.0]
width_minutes = [5.0, 40.0]
"""


def test_designs_of_before_still_load_and_make_light_curves():
    design = SyntheticDesign.from_toml(OLD)
    assert design.least_signal_to_noise is None
    assert design.signals[0].secondary_share == (0.05, 1.0)
    assert len(generate(design, observed=STARS).light_curves) == 4
    assert SyntheticDesign.from_toml(design.to_toml()) == design


def test_generated_noise_has_the_asked_cadence_and_the_gaps_of_its_host():
    host = star(1)
    own, asked = (GridNoise(cadence_minutes=minutes).blank(np.random.default_rng(1), 0, host) for minutes in (None, 30))
    np.testing.assert_array_equal(own.time, host.finite().time)
    steps = np.diff(asked.time) * 1440
    assert np.median(steps) == pytest.approx(30)
    assert steps.max() == pytest.approx(500, abs=60)  # the gap of 50 samples of ten minutes
    assert (asked.time[0], asked.target.cadence_s) == (host.time[0], 1800)
    alone = GridNoise(cadence_minutes=10).blank(np.random.default_rng(1), 0)
    assert np.median(np.diff(alone.time)) * 1440 == pytest.approx(10)


def test_settings_that_came_later_leave_older_digests_alone():
    """What is kept on disk is found by them."""
    digests = {
        (event, ground.kind): SyntheticDesign(
            name=event, curves=30, seed=1, background=ground, signals=EVENTS[event]
        ).digest()
        for event in ("planets", "binaries", "flares")
        for ground in (Observed(), GridNoise())
    }
    assert digests == {
        ("planets", "observed"): "b30156b4d0ffa9812994b466cc958394",
        ("planets", "grid"): "5a743ed3faa9d285118b933d48a45d57",
        ("binaries", "observed"): "a61c3f452c31f26b3c249def6b2a2d24",
        ("binaries", "grid"): "a8e0f47ab44a075c96d81f52d3de0237",
        ("flares", "observed"): "801185d639c336ed95733146a2c8bc21",
        ("flares", "grid"): "7c3e6653f4a8ce3874438ba7dd3de827",
    }
    later = SyntheticDesign(
        name="x",
        curves=30,
        background=GridNoise(cadence_minutes=10),
        signals=(Transits(events=(2, 5), duration_hours=(1, 4)),),
    )
    assert SyntheticDesign.from_toml(later.to_toml()) == later
    assert "events" in later.to_toml()
