"""Full-frame light curves of eleanor and GSFC's eleanor-lite (Feinstein et al. 2019, PASP 131, 094502).

Columns: https://archive.stsci.edu/hlsp/gsfc-eleanor-lite. They name no units: flux is in e-/s. Keywords of the time lie
in the primary header, and an unknown magnitude is 999.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUT", "recognises"]

LAYOUT = Layout(
    name="eleanor",
    about="CORR_FLUX: aperture flux, systematics removed",
    product=lambda file, cadence_s: "eleanor-lite" if file.primary.get("LITE") is True else "eleanor",
    flux={"pdcsap": ("CORR_FLUX",), "sap": ("RAW_FLUX",)},
    errors={"CORR_FLUX": "FLUX_ERR", "RAW_FLUX": "FLUX_ERR"},
    default_unit={"CORR_FLUX": "e-/s", "RAW_FLUX": "e-/s"},
    centroids=(("X_CENTROID", "Y_CENTROID"), ("X_COM", "Y_COM")),
    star=("TIC_ID", "TICID"),
    magnitude="TMAG",
    version="VERSION",
)


def recognises(file: FitsFile) -> bool:
    """Whether the file has eleanor's corrected flux."""
    return "CORR_FLUX" in file.table.columns and "TIME" in file.table.columns
