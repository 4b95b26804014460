"""Whose light curve a table is."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve

TIME = 1325 + np.arange(200) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(200))


def table(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_whose_light_curve(tmp_path):
    with pytest.raises(UnreadableLightCurve, match="whose light curve is it"):
        read_light_curve(table(tmp_path / "mine.csv", time=TIME, flux=FLUX))
