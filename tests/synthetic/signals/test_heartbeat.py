"""Heartbeat stars against the equation of Kepler."""

import numpy as np
import pytest
from scipy import optimize

from clara_engine.synthetic.signals.heartbeat import heartbeat

TIME = 1325 + np.arange(0, 27, 2 / 1440)


def test_heartbeats_solve_keplers_equation():
    circular = heartbeat(TIME, epoch=1325, period=5, eccentricity=0.0, inclination=90, periastron=0)
    np.testing.assert_allclose(circular, 1 - 3 * np.cos(2 * np.pi * (TIME - 1325) / 5) ** 2, atol=1e-9)


@pytest.mark.parametrize("eccentricity", [0.3, 0.8, 0.95])
def test_heartbeats_follow_the_formula_with_keplers_equation_solved_by_bisection(eccentricity):
    phase = np.linspace(0, 1, 801)[1:-1]
    anomaly = np.array(
        [optimize.brentq(lambda x, p=p: x - eccentricity * np.sin(x) - 2 * np.pi * p, 0, 2 * np.pi) for p in phase]
    )
    distance = 1 - eccentricity * np.cos(anomaly)
    true = np.arctan2(np.sqrt(1 - eccentricity**2) * np.sin(anomaly), np.cos(anomaly) - eccentricity)
    expected = (1 - 3 * np.sin(np.radians(50)) ** 2 * np.cos(true - np.radians(30)) ** 2) / distance**3
    flux = heartbeat(1330 + 9 * phase, epoch=1330, period=9, eccentricity=eccentricity, inclination=50, periastron=30)
    np.testing.assert_allclose(flux, expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max())
