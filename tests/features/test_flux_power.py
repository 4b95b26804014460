import numpy as np
import pytest
from astropy.timeseries import LombScargle

from clara_engine import LightCurve, Target
from clara_engine.errors import FeatureError
from clara_engine.features import FLUX_POWER_FREQUENCY, feature_set, flux_power


def curve(flux, time=None, tic=7):
    flux = np.asarray(flux, float)
    time = np.arange(flux.size) / 720 if time is None else time
    return LightCurve(time=time, flux=flux, target=Target(tic=tic))


def test_frequencies_are_periods_of_27_days_to_4_hours():
    assert FLUX_POWER_FREQUENCY.shape == (1000,)
    assert FLUX_POWER_FREQUENCY[[0, -1]] == pytest.approx([1 / 27, 6])
    ratios = FLUX_POWER_FREQUENCY[1:] / FLUX_POWER_FREQUENCY[:-1]
    assert ratios == pytest.approx(np.full(999, 162 ** (1 / 999)))


def test_flux_block_closes_gaps_and_power_block_sees_the_whole_light_curve():
    random = np.random.default_rng(1)
    time = 1325 + np.arange(4000) / 720
    flux = 1e4 + random.normal(size=4000)
    time[50], flux[[0, 100]], flux[101] = np.nan, np.nan, np.inf
    good = np.isfinite(time) & np.isfinite(flux)
    z = (flux[good] - np.mean(flux[good])) / np.sqrt(np.mean((flux[good] - np.mean(flux[good])) ** 2))

    features = flux_power(curve(flux, time))

    assert features.shape == (4000,)
    assert features.dtype == np.float64
    np.testing.assert_allclose(features[:3000], z[:3000], atol=1e-10)
    np.testing.assert_allclose(features[3000:], LombScargle(time[good], z).power(FLUX_POWER_FREQUENCY), atol=1e-8)


def test_a_short_light_curve_is_padded_with_zeros():
    features = flux_power(curve([1.0, 2.0, 4.0, 3.0]))
    assert features[:4] == pytest.approx((np.array([1, 2, 4, 3]) - 2.5) / np.std([1, 2, 4, 3]))
    assert not features[4:3000].any()


@pytest.mark.parametrize(
    ("flux", "reason"),
    [
        ([3.0, 3.0, 3.0, 3.0], "constant"),
        ([np.nan] * 5, "0 finite samples"),
        ([1.0, 2.0, np.nan], "2 finite samples"),
        ([], "0 finite samples"),
        ([1e308, -1e308, 0.0], "no usable spread"),
        ([1e-320, 0.0, 0.0], "no usable spread"),
    ],
)
def test_refusals_name_the_target_and_the_reason_in_one_line(flux, reason):
    with pytest.raises(FeatureError, match=reason) as refusal:
        flux_power(curve(flux, tic=261136679))
    assert "TIC 261136679" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_samples_at_one_time_are_refused():
    with pytest.raises(FeatureError, match="same time"):
        flux_power(curve([1.0, 2.0, 3.0], np.zeros(3)))


def test_blocks_tell_where_and_what_the_features_are():
    described = feature_set("flux_power")
    flux, power = described.blocks
    assert (flux.slice, power.slice) == (slice(0, 3000), slice(3000, 4000))
    assert power.axis[0] == pytest.approx(27)
    assert described.size == 4000
    assert described.id == "flux_power-v1"
    assert described.label(12) == "flux, sample 12"
    assert described.label(3000) == "power, period 27 d"
    assert len(described.labels) == 4000
    assert described.labels[3999] == described.label(3999)


def test_an_unknown_feature_set_lists_the_known_ones():
    with pytest.raises(FeatureError, match=r"'nope'.*known: flux_power"):
        feature_set("nope")
