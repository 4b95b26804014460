"""FITS files that lie beside light curves in the archives and are none, by name."""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word

__all__ = ["what_it_is"]

TARGET_PIXELS = (
    "a target pixel file: images of the star, no light curve; give its light curve (_lc.fits, _llc.fits), or sum an "
    "aperture first, e.g. with lightkurve's to_lightcurve()"
)
DATA_VALIDATION = (
    "a data-validation series: flux detrended and searched for one planet candidate; give the star's light curve "
    "(_lc.fits) instead"
)
BASIS_VECTORS = "cotrending basis vectors: the trends that many stars share, no light curve"
FOLDED = "a folded light curve: it has phases instead of times; give the light curve before it was folded"


def what_it_is(file: FitsFile) -> str:
    """What a file that is known to be no light curve holds; empty for all others."""
    name = file.path.name.lower()
    creator = word(file.primary, "CREATOR").lower()
    if "folded" in creator or "PHEPOCH" in file.primary:
        return FOLDED
    for table in file.tables:
        flux, extension = table.columns.get("FLUX"), table.name
        if extension in ("TARGETTABLES", "PIXELS") or (flux and flux.repeat > 1 and "RAW_CNTS" in table):
            return TARGET_PIXELS
        if extension.startswith("TCE_") or {"LC_INIT", "LC_DETREND"} & table.columns.keys():
            return DATA_VALIDATION
        if extension.startswith("CBV") or "VECTOR_1" in table:
            return BASIS_VECTORS
    if "targetpixel" in creator or name.removesuffix(".gz").endswith(("_tp.fits", "-targ.fits", "_tpf.fits")):
        return TARGET_PIXELS
    return DATA_VALIDATION if name.removesuffix(".gz").endswith("_dvt.fits") else ""
