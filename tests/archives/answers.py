"""Small answers in the formats that archives use."""

import io
import json
import warnings

import numpy as np
import pandas as pd

from clara_engine.archives import Archive, Download
from tests.stand_in import Asked, Reply

#: The content of a file that looks like FITS.
CONTENT = b"SIMPLE  =                    T" + bytes(range(256)) * 4000

GAIA_ROW = {
    "source_id": 4623036865373793408,
    "parallax": 54.7,
    "parallax_error": 0.03,
    "pmra": 311.0,
    "pmdec": 1048.0,
    "ruwe": 0.8,
    "phot_g_mean_mag": 5.5,
    "bp_rp": 0.73,
    "teff_gspphot": 5900.0,
    "logg_gspphot": 4.3,
    "mh_gspphot": 0.1,
    "distance_gspphot": 18.3,
    "phot_variable_flag": "NOT_AVAILABLE",
    "non_single_star": 0,
}


def votable(table: pd.DataFrame, status: str = "OK") -> Reply:
    """A table as a TAP service answers it."""
    from astropy.io.votable import from_table
    from astropy.io.votable.tree import Info
    from astropy.table import Table

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = from_table(Table.from_pandas(table))
        tree.resources[0].infos.append(Info(name="QUERY_STATUS", value=status))
        out = io.BytesIO()
        tree.to_xml(out)
    return Reply(out.getvalue(), kind="application/x-votable+xml")


def portal(tables):
    """The MAST portal: service name to a function of its filters (name to values) that gives a table."""

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("columnsconfig"):
            names = ("ID", "Tmag", "obs_collection", "provenance_name", "dataproduct_type", "target_name", "dataURL")
            config = {name: {"text": name} for name in names}
            config["Tmag"]["vot.datatype"] = "float"
            return Reply(json.dumps(config).encode(), kind="application/json")
        request = json.loads(asked.fields["request"])
        if request["service"] == "Mast.Catalogs.All.Tic":
            histograms = {"discreteHistogram": {}, "continuousHistogram": {}}
            body = {"status": "COMPLETE", "data": {"Tables": [{"ExtendedProperties": histograms}]}}
            return Reply(json.dumps(body).encode(), kind="application/json")
        filters = {one["paramName"]: one["values"] for one in request["params"]["filters"]}
        table = tables[request["service"]](filters)
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        kinds = {"i": "int", "f": "float", "O": "string"}
        fields = [{"name": name, "type": kinds[table[name].dtype.kind]} for name in table]
        paging = {"page": 1, "pageSize": 50000, "pagesFiltered": 1, "rows": len(rows)}
        body = {"status": "COMPLETE", "msg": "", "data": rows, "fields": fields, "paging": paging}
        return Reply(json.dumps(body, default=_plain).encode(), kind="application/json")

    return answer


def _plain(value):
    return value.item() if isinstance(value, np.generic) else str(value)


def tic_table(tics, gaia=None) -> pd.DataFrame:
    """Rows of the TESS Input Catalog; `gaia` maps TIC to the DR2 identifier."""
    rows = [
        {
            "ID": str(tic),
            "GAIA": (gaia or {}).get(tic),
            "GAIAmag": 10.0,
            "Tmag": 9.5,
            "Teff": 5700.0,
            "logg": 4.4,
            "MH": None,
            "rad": 1.0,
            "mass": 1.0,
            "lum": 1.1,
            "d": 100.0,
            "ra": 10.0,
            "dec": -60.0,
            "pmRA": 5.0,
            "pmDEC": -3.0,
        }
        for tic in tics
    ]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["ID", "GAIA"])


def wanted(mast: Archive, name: str, **known: int | str) -> Download:
    """A file of the stand-in of MAST; `known` are its size and checksum."""
    return Download(name, f"{mast.address}/file/{name}", **known)
