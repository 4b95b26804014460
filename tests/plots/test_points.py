"""Points, pictures of very many of them, light curves, folds: what is drawn, and where."""

import numpy as np
import pandas as pd
import pytest

import clara_engine.plots as plots
from clara_engine.periods import BoxPeriodogram, Periodogram
from clara_engine.plots.points import MOST_POINTS
from clara_engine.plots.samples import MOST_SAMPLES, gaps, limits, running_mean
from clara_engine.plots.theme import PALETTES
from tests.plots.conftest import transits


def parts(overlay, kind: str) -> list:
    """Elements of one type that hold anything."""
    return [part for part in overlay if type(part).__name__ == kind and len(part)]


def crowd(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {"x": rng.normal(size=count), "y": rng.normal(size=count), "score": rng.random(count)},
        [f"star-{place}" for place in range(count)],
    )


def test_few_stars_are_points_the_strangest_on_top(stars: pd.DataFrame) -> None:
    drawn = plots.embedding(stars, stars["anomaly_score"], target="star-5")
    points, ring = parts(drawn, "Points")
    assert len(points) == len(stars)
    order = points["value"][np.isfinite(points["value"])]
    np.testing.assert_array_equal(order, np.sort(order))
    assert np.isnan(points["value"][0])  # without a score, so at the bottom
    assert points["target"][-1] == stars["anomaly_score"].idxmax()
    np.testing.assert_allclose([ring["x"][0], ring["y"][0]], stars.loc["star-5", ["x", "y"]], rtol=1e-6)
    assert not parts(drawn, "Image")


def test_what_is_selected_stands_out(stars: pd.DataFrame) -> None:
    chosen = ["star-1", "star-2"]
    rest, top = parts(plots.embedding(stars, stars["anomaly_score"], selection=chosen), "Points")
    assert sorted(top["target"]) == chosen
    assert len(rest) == len(stars) - 2
    assert rest.opts.get("style").kwargs["fill_alpha"] < 0.2 < top.opts.get("style").kwargs["fill_alpha"]


def test_very_many_stars_are_one_picture_that_names_the_strangest_of_a_pixel() -> None:
    table = crowd(MOST_POINTS + 2000)
    drawn = plots.embedding(table, table["score"], view=plots.View(width=40, height=30))
    assert not parts(drawn, "Points")
    (picture,) = parts(drawn, "Image")
    star = picture.dimension_values("star", flat=False)
    value = picture.dimension_values("value", flat=False)
    assert star.shape == (30, 40)
    seen = star[star >= 0].astype(int)
    np.testing.assert_allclose(table["score"].to_numpy(np.float32)[seen], value[star >= 0])
    best = int(table["score"].argmax())
    assert best in seen  # nobody hides the strangest of all
    close = plots.View(x=(-0.2, 0.2), y=(-0.2, 0.2), width=40, height=30)
    (few, *_) = parts(plots.embedding(table, table["score"], view=close), "Points")
    inside = table["x"].between(-0.2, 0.2) & table["y"].between(-0.2, 0.2)
    assert len(few) == inside.sum()


def test_words_get_a_colour_each() -> None:
    words = pd.Series(["a", "b", None, "a", *(f"rare {place}" for place in range(10))])
    shade = plots.Shade.of(words)
    assert shade.categories[0] == "a"
    assert shade.categories[-1] == "other"
    assert len(shade.categories) == 8
    assert np.isnan(shade.values[2])


def test_the_diagram_of_colours_has_its_bright_end_up(stars: pd.DataFrame) -> None:
    drawn = plots.colour_magnitude(stars, selection=["star-1"])
    assert drawn.opts.get("plot").kwargs["invert_yaxis"]
    assert [len(part) for part in parts(drawn, "Points")] == [58, 1]  # one has no parallax
    east = plots.sky_map(stars)
    assert east.opts.get("plot").kwargs["invert_xaxis"]


def test_a_light_curve_shows_samples_flags_gaps_means_and_events(curve, ephemeris) -> None:
    drawn = plots.light_curve(curve, ephemeris)
    samples, flagged, events = parts(drawn, "Scatter")
    assert len(samples) == (curve.quality == 0).sum()
    assert len(flagged) == (curve.quality != 0).sum()
    np.testing.assert_allclose(events["time"], ephemeris.expected_in(curve.time.min(), curve.time.max()))
    assert flagged.opts.get("style").kwargs["color"] == PALETTES[False].warn
    (gap,) = parts(drawn, "VSpans")
    assert (gap["to"] - gap["from"])[0] == pytest.approx(1.0, abs=0.05)
    low, high = drawn.opts.get("plot").kwargs["ylim"]
    assert low < samples["flux"].min() < -4500
    assert high > samples["flux"].max()


def test_nothing_to_draw_is_an_empty_plot_of_the_same_parts(curve, ephemeris) -> None:
    for full, empty in (
        (plots.light_curve(curve, ephemeris), plots.light_curve(None)),
        (plots.fold(curve, ephemeris), plots.fold(None)),
        (plots.centroid(curve, ephemeris), plots.centroid(None)),
    ):
        assert [(type(part), part.group) for part in full] == [(type(part), part.group) for part in empty]
        assert sum(len(part) for part in empty) == 0


def test_very_many_samples_are_a_picture_from_end_to_end(ephemeris) -> None:
    long = transits(samples=MOST_SAMPLES + 6000)
    (picture,) = parts(plots.light_curve(long, ephemeris), "Image")
    seen = np.isfinite(picture.dimension_values(2, flat=False))
    assert seen.any(axis=0)[[0, -1]].sum() <= 2
    assert 0.85 < seen.any(axis=0).mean() < 0.96  # every column but those of the gap and the rim
    deep = picture.dimension_values("flux")[np.isfinite(picture.dimension_values(2))]
    assert deep.min() < -4500
    (folded,) = parts(plots.fold(long, ephemeris), "Image")
    assert np.isfinite(folded.dimension_values(2)).any()


def test_a_fold_has_its_dip_in_the_middle_and_odd_events_apart(curve, ephemeris) -> None:
    samples, bins, odd = parts(plots.fold(curve, ephemeris, apart=True), "Scatter")
    assert len(samples) == len(curve.finite())
    for shown in (bins, odd):
        assert abs(shown["place"][np.argmin(shown["flux"])]) < 0.03
    hours = plots.fold(curve, ephemeris, "event")
    assert hours.opts.get("plot").kwargs["xlabel"] == "hours from mid-event"
    assert hours.opts.get("plot").kwargs["xlim"] == pytest.approx((-3 * 3.6, 3 * 3.6))


def test_a_periodogram_marks_peaks_and_the_period() -> None:
    period = np.array([1.0, 2.0, 4.0])
    peak = type("P", (), {"period_days": 2.0, "power": 0.8, "harmonic": "½"})()
    drawn = plots.periodogram(Periodogram(period, np.array([0.1, 0.8, 0.2]), (peak,)), 2.0)
    (curve,), (top,), (name,), (line,) = (parts(drawn, kind) for kind in ("Curve", "Scatter", "Labels", "VLines"))
    assert curve.range("power") == pytest.approx((0.1, 0.8))
    assert (top["period"][0], name["name"][0], line["period"][0]) == (2.0, "½", 2.0)
    box = plots.periodogram(BoxPeriodogram(period, np.array([3.0, 9.0, 4.0]), ()))
    assert box.opts.get("plot").kwargs["ylabel"] == "box S/N"
    assert not parts(box, "VLines")


def test_names_of_harmonics_that_would_cover_each_other_are_one() -> None:
    period = np.geomspace(0.5, 30, 50)
    peaks = [(3.0, 0.9, ""), (9.0, 0.5, "3×"), (11.0, 0.52, "4×"), (1.5, 0.3, "½"), (1.6, 0.6, "⅓")]
    found = [type("P", (), dict(zip(("period_days", "power", "harmonic"), peak, strict=True)))() for peak in peaks]
    (names,) = parts(plots.periodogram(Periodogram(period, np.linspace(0.1, 0.9, 50), tuple(found))), "Labels")
    assert list(zip(names["period"], names["name"], strict=True)) == [(1.5, "½"), (1.6, "⅓"), (9.0, "3×, 4×")]


def test_means_break_at_gaps() -> None:
    time = np.array([0.0, 0.01, 0.02, 5.0, 5.01])
    mean_time, mean = running_mean(time, np.arange(5.0), width_days=0.1)
    np.testing.assert_allclose(mean, [1, np.nan, 3.5])
    np.testing.assert_allclose(mean_time, [0.01, np.nan, 5.005])
    left, right = gaps(time)
    assert (left[0], right[0]) == (0.02, 5.0)
    assert limits(np.array([0.0, 10.0])) == (-0.4, 10.4)


def test_means_are_those_of_their_bins() -> None:
    time = np.concatenate([np.arange(0, 1, 0.001), np.arange(2, 3, 0.001)])
    mean_time, mean = running_mean(time, 3 * time, width_days=0.05)
    assert np.isnan(mean).sum() == 1
    filled = np.isfinite(mean)
    np.testing.assert_allclose(mean[filled], 3 * mean_time[filled])
    assert np.isnan(mean_time) @ np.isnan(mean) == 1
    left, right = gaps(time)
    np.testing.assert_allclose([left, right], [[0.999], [2.0]])
