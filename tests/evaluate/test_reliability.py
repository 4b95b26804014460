"""Reliability of probabilities: how often what they say comes true."""

import numpy as np
import pytest

from clara_engine.evaluate.reliability import expected_calibration_error, reliability


def test_reliability_counts_by_weight():
    chance = np.array([[0.9, 0.1], [0.92, 0.08], [0.3, 0.7], [0.45, 0.55]])
    rows = reliability(chance, np.array([0, 1, 1, 0]), np.array([1.0, 3.0, 1.0, 1.0]))
    assert [row["n"] for row in rows] == [1, 1, 2]
    assert rows[2]["right"] == pytest.approx(0.25)
    assert rows[2]["says"] == pytest.approx(0.915)
    assert rows[2]["weight"] == pytest.approx(4 / 6)
    assert expected_calibration_error(rows) == pytest.approx((0.55 + 0.3 + 4 * 0.665) / 6)
