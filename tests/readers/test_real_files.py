"""Every real FITS light curve of the shared data, read by CLARA and by astropy, which must agree."""

import re

import numpy as np
import pytest
from astropy.io import fits

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve, read_target

# What a file's name says: product, and the columns of time and flux as astropy finds them.
KINDS = {
    r"hlsp_ellie": ("refused", "holds no table"),
    r"hlsp_tglc": ("TGLC", "time", "cal_aper_flux"),
    r"hlsp_tasoc": ("TASOC", "TIME", "FLUX_CORR"),
    r"eleanor": ("eleanor-lite", "TIME", "CORR_FLUX"),
    r"hlsp_qlp": ("QLP", "TIME", "KSPSAP_FLUX"),
    r"hlsp_tess-spoc": ("TESS-SPOC", "TIME", "PDCSAP_FLUX"),
    r"hlsp_k2sc": ("K2SC", "time", "flux"),
    r"EPIC_\d+_mast": ("halo", "time", None),
    r"HAT-P-11": ("Kepler", None, "pdcsap_flux"),
    r"ktwo": ("K2", "TIME", "PDCSAP_FLUX"),
    r"kplr": ("Kepler", "TIME", "PDCSAP_FLUX"),
    r"ca_tess\d+": ("lightkurve", "TIME", "FLUX"),
    r"": ("SPOC", "TIME", "PDCSAP_FLUX"),
}
FOLDERS = ("spoc_originals", "other_products", "real_more")
EVERY = {"kepler_llc": 25, "ucd_2min": 10, "spoc_2min": 12}  # one of so many, where there are many of a kind


def real_files(folder):
    for name in FOLDERS:
        paths = sorted((folder / name).rglob("*.fits*"))
        for place in {path.parent for path in paths}:
            yield from [path for path in paths if path.parent == place][:: EVERY.get(place.name, 1)]


def kind_of(path):
    return next(kind for pattern, kind in KINDS.items() if re.search(pattern, path.name))


def expected_star(path, header):
    for key in ("TICID", "TIC_ID", "TARGETID", "KEPLERID"):
        if header.get(key):
            return int(header[key])
    return None


def test_every_real_file_is_read_rightly_or_refused_with_the_reason(shared_data):
    seen = set()
    for path in real_files(shared_data):
        product, time_name, flux_name = kind_of(path) if len(kind_of(path)) == 3 else (*kind_of(path), None)
        seen.add(product)
        if product == "refused":
            with pytest.raises(UnreadableLightCurve, match=time_name):
                read_light_curve(path)
            continue
        curve = read_light_curve(path)
        assert repr(curve.target) == repr(read_target(path)), path.name
        year = 2014.935 + np.nanmedian(curve.time) / 365.25  # BTJD 0 is 2014-12-08
        first, last = {"TIC": (2018.5, 2026), "KIC": (2009.3, 2013.4), "EPIC": (2014.1, 2018.8)}[curve.target.catalogue]
        assert first < year < last, path.name
        assert curve.target.product == product, path.name
        with fits.open(path) as hdus:
            primary, table, header = hdus[0].header, hdus[1].data, hdus[1].header
            star = expected_star(path, primary) or expected_star(path, header)
            assert curve.target.tic == star, path.name
            if time_name is None:
                continue
            zero = {**primary, **header}.get("BJDREFI") or 2457000
            theirs = np.asarray(table[time_name], float) + zero - 2457000
            order = (
                np.argsort(theirs, kind="stable") if (np.diff(theirs[np.isfinite(theirs)]) < 0).any() else slice(None)
            )
            np.testing.assert_allclose(curve.time, theirs[order], atol=1e-9, err_msg=path.name)
            step = np.median(np.diff(theirs[np.isfinite(theirs)])) * 86400
            assert curve.target.cadence_s == pytest.approx(step, rel=2e-3), path.name
            if flux_name is None:
                continue
            flux = np.asarray(table[flux_name], float)[order]
            flux = 1 + flux / 1e6 if product == "TASOC" else flux
            flux[flux == 0] = np.nan
            np.testing.assert_allclose(curve.flux, flux, rtol=1e-12, err_msg=path.name)
    assert seen == {kind[0] for kind in KINDS.values() if kind}
