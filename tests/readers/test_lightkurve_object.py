"""Objects of lightkurve."""

import numpy as np
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve

TIME = 1325 + np.arange(200) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(200))


def test_objects_of_lightkurve():
    import astropy.units as u
    import lightkurve as lk

    def made(unit=u.dimensionless_unscaled, values=FLUX, **meta):
        curve = lk.LightCurve(time=TIME, flux=values * unit, flux_err=np.full(200, 10.0) * unit)
        curve.time = type(curve.time)(TIME, format="btjd", scale="tdb")
        curve.meta.update(meta)
        return curve

    plain = read_light_curve(made(TICID=4, SECTOR=2))
    assert (plain.target.tic, plain.target.sector, plain.flux_unit) == (4, 2, "relative")
    ppm = read_light_curve(made(lk.units.ppm, (FLUX - 1) * 1e6, TARGETID=4))
    np.testing.assert_allclose(ppm.flux, FLUX)
    np.testing.assert_allclose(ppm.flux_err, 1e-5)
    for curve, message in [
        (made(), "whose light curve"),
        (made(u.mag, TICID=1), "mag"),
        (made(TICID=1).fold(0.1), "folded"),
        (42, "int is neither a path"),
        (made(TICID=1, values=np.ones(200)), "constant"),
    ]:
        with pytest.raises(UnreadableLightCurve, match=message):
            read_light_curve(curve)
