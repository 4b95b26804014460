"""Full-frame light curves of MIT's Quick-Look Pipeline (Huang et al. 2020, RNAAS 4, 204; Kunimoto et al. 2021).

Columns: data product description at https://archive.stsci.edu/hlsp/qlp. Up to sector 55 the detrended flux is
KSPSAP_FLUX; from sector 56 on it is DET_FLUX, and SYS_RM_FLUX keeps the star's own variation.
"""

from __future__ import annotations

from clara_engine.readers.fits_file import FitsFile, word
from clara_engine.readers.fits_layout import Layout

__all__ = ["LAYOUT", "recognises"]

LAYOUT = Layout(
    name="QLP",
    about="SYS_RM_FLUX from sector 56 on: systematics removed, the star's own variation kept; before, KSPSAP_FLUX, "
    "flattened with a spline",
    product=lambda file, cadence_s: "QLP",
    flux={"pdcsap": ("SYS_RM_FLUX", "KSPSAP_FLUX", "DET_FLUX"), "sap": ("SAP_FLUX",)},
    errors={
        "KSPSAP_FLUX": "KSPSAP_FLUX_ERR",
        "SYS_RM_FLUX": "DET_FLUX_ERR",
        "DET_FLUX": "DET_FLUX_ERR",
        "SAP_FLUX": "KSPSAP_FLUX_ERR",
    },
    centroids=(("SAP_X", "SAP_Y"),),
)


def recognises(file: FitsFile) -> bool:
    """Whether the file says that it is QLP's, or has its detrended flux."""
    columns = file.table.columns
    return "MIT/QLP" in word(file.primary, "ORIGIN").upper() or "KSPSAP_FLUX" in columns or "DET_FLUX" in columns
