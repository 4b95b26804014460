"""A made-up light curve with all that a SPOC file holds."""

import numpy as np

from clara_engine.lightcurve import LightCurve, Target

STAR = Target(
    tic=9_000_000_001,
    sector=1,
    tmag=9.5,
    teff=5772.0,
    radius=1.0,
    logg=4.44,
    ra=84.3,
    dec=-80.5,
    pmra=311.2,
    pmdec=-1.5,
    simulated=True,
    procver="spoc-5.0.10-20200904",
    data_release=42,
    crowdsap=0.98,
    camera=4,
    ccd=2,
)


def light_curve(samples: int = 300, **changes: object) -> LightCurve:
    """A light curve of `STAR` with every column that SPOC has."""
    rng = np.random.default_rng(5)
    columns = {
        "time": 1325.0 + np.arange(samples) / 720,
        "flux": rng.normal(1000, 3, samples).astype(np.float32),
        "flux_err": np.full(samples, 3.0),
        "quality": rng.integers(0, 4096, samples),
        "centroid_column": rng.normal(500, 0.01, samples).astype(np.float32),
        "centroid_row": rng.normal(900, 0.01, samples).astype(np.float32),
        "target": STAR,
    }
    return LightCurve(**(columns | changes))  # type: ignore[arg-type]
