"""Shapes that a person draws or uploads."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clara_engine.errors import DesignError
from clara_engine.synthetic import Observed, SyntheticDesign
from clara_engine.synthetic.signals import DrawnShape, Transits, read_points

TIME = 1325 + np.arange(0, 27, 2 / 1440)
POINTS = st.lists(
    st.tuples(st.floats(0, 0.98), st.floats(-5, 5)), min_size=3, max_size=30, unique_by=lambda p: round(p[0] * 500)
)


@settings(max_examples=40, deadline=None)
@given(points=POINTS, repeats=st.booleans())
def test_the_flux_goes_through_the_points(points, repeats):
    phase, change = np.array(points).T
    assume(np.abs(change).max() > 1e-3)
    apart = np.diff(np.sort([*phase, phase.min() + 1])).min()
    assume(apart > 1e-3)
    signal = DrawnShape(points=tuple(points), depth=(0.01, 0.01), repeats=repeats)
    event = signal.draw(np.random.default_rng(1), TIME)
    if repeats:
        time = event.epoch_days + (3 + phase) * event.period_days
    else:
        time = event.epoch_days + (phase - 0.5) * event.duration_hours / 24
    inner = (phase > phase.min()) & (phase < phase.max()) if not repeats else np.ones(phase.size, bool)
    reached = signal.flux(time, event) - 1
    np.testing.assert_allclose(reached[inner], (change * 0.01 / np.abs(change).max())[inner], atol=2e-5)


@settings(max_examples=30, deadline=None)
@given(points=POINTS, seed=st.integers(0, 2**31))
def test_phases_around_zero_mean_the_same_as_phases_from_zero_to_one(points, seed):
    assume(max(abs(change) for _, change in points) > 1e-3)
    around = tuple((phase - (phase > 0.5), change) for phase, change in points)
    assume(min(phase for phase, _ in around) < 0)
    one, other = DrawnShape(points=tuple(points)), DrawnShape(points=around)
    event = one.draw(np.random.default_rng(seed), TIME)
    np.testing.assert_allclose(one.flux(TIME, event), other.flux(TIME, event), atol=1e-6 * event.depth)


@pytest.mark.parametrize("points", [((-0.5, 0), (0, -1), (0.5, 0)), ((0, 0), (0.5, -1), (1, 0))])
def test_what_is_seen_once_has_its_middle_at_the_epoch_and_lasts_as_asked(points):
    signal = DrawnShape(points=points, repeats=False, duration_hours=(12, 12), depth=(0.02, 0.02))
    event = signal.draw(np.random.default_rng(5), TIME)
    flux = signal.flux(event.epoch_days + np.array([-0.26, -0.125, 0, 0.125, 0.26]), event)
    np.testing.assert_allclose(flux, [1, 0.99, 0.98, 0.99, 1], atol=1e-9)
    assert 0 < np.abs(event.epoch_days - TIME).min() < 1 / 1440


@pytest.mark.parametrize(
    "text",
    [
        "phase,flux\n0,0\n0.5,-1\n1,0\n",
        "0,0\n0.5,-1\n1,0",
        "\ufeffphase;change\r\n0;0\r\n0,5;-1\r\n1;0\r\n",
        "phase\tchange\n0\t0\n.5\t-1\n1\t0",
        "0  0\n\n5e-1  -1  third\n1  0\n",
    ],
)
def test_tables_as_programs_write_them_are_read(text, tmp_path):
    assert read_points(text) == ((0.0, 0.0), (0.5, -1.0), (1.0, 0.0))
    file = tmp_path / "shape.csv"
    file.write_bytes(text.encode())
    assert read_points(file) == read_points(text)


def test_the_first_line_counts_when_it_holds_numbers():
    assert read_points("-0.5,0\n0,-1\n.5,0")[0] == (-0.5, 0.0)
    assert read_points(".0,3\n0.5,-1\n1,0")[0] == (0.0, 3.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no line with two columns"),
        ("a,b", "has no line with two columns"),
        ("1\n2\n3", "'1' is not two columns"),
        ("x,y\n0,1\nfoo,bar", "'foo,bar' is not two columns"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(text, words):
    with pytest.raises(DesignError, match=words) as refusal:
        read_points(text)
    assert "\n" not in str(refusal.value)


def test_missing_and_binary_files_are_refused(tmp_path):
    with pytest.raises(DesignError, match="can't be read"):
        read_points(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DesignError, match="can't be read"):
        read_points(tmp_path / "bytes.csv")


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (((0, 0), (2, 1), (1, 0)), "go from 0 to 1"),
        (((-0.5, 0), (0, 1), (0.8, 0)), "or from -0.5 to 0.5"),
        (((0, 0), (0.5, 0), (1, 0)), "all 0"),
        (((0, 0), (0.5, float("nan")), (1, 0)), "NaN"),
        (((0, 0), (1, 1)), "out of range: 3 to 1 000 points"),
        (((0.5, 1),) * 1001, "out of range: 3 to 1 000 points"),
    ],
)
def test_shapes_that_can_not_be_drawn_are_refused(points, words):
    with pytest.raises(DesignError, match=words):
        DrawnShape(points=points)


def test_a_mixture_with_a_drawn_shape_survives_toml():
    drawn = DrawnShape(points=((-0.5, 0), (0, -1.5), (0.5, 0)), weight=0.25, repeats=False)
    design = SyntheticDesign(name="mix", curves=9, background=Observed(tmag=(6, 12)), signals=(Transits(), drawn))
    back = SyntheticDesign.from_toml(design.to_toml())
    assert back == design
    assert back.digest() == design.digest()
