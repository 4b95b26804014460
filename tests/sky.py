"""The stand-in with every archive up, and the workspace that asks them.

Every test session loads this module, so what is slow to import is imported where it is used.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.archives.answers import GAIA_ROW, portal, tic_table, votable
from tests.stand_in import Reply, file_route

TICS = [1001, 1002, 1003]
DR2 = {1001: "11", 1002: "22"}

TOIS = pd.DataFrame(
    {
        "tid": [1001, 1001, 77],
        "toi": ["5.02", "5.01", "6.01"],
        "tfopwg_disp": ["FP", "CP", "PC"],
        "pl_orbper": [2.0, 3.0, 4.0],
        "pl_tranmid": [2458326.0] * 3,
        "pl_trandurh": [1.0] * 3,
        "pl_trandep": [100.0, 200.0, 300.0],
        "pl_rade": [1.0] * 3,
    }
)
SIMBAD = pd.DataFrame(
    {"tic_name": ["TIC 1001", "TIC 1003"], "main_id": ["A", "C"], "otype": ["PM*", "EB*"], "sp_type": ["", ""]}
)


def gaia(asked):
    if b"TAP_UPLOAD" in asked.body:
        none = {"tic": [99], "separation": [0.0]} | {name: [value] for name, value in GAIA_ROW.items()}
        return votable(pd.DataFrame(none).iloc[[0]])
    link = {"angular_distance": 1.0, "magnitude_difference": 0.0}
    rows = [
        {"dr2_source_id": 11, **link, **GAIA_ROW, "parallax": 10.0, "pmra": 3.0, "pmdec": 4.0, "non_single_star": 3},
        {"dr2_source_id": 22, **link, **GAIA_ROW, "parallax": -0.2, "phot_variable_flag": "VARIABLE"},
        {"dr2_source_id": 22, **link, **GAIA_ROW, "magnitude_difference": 5.0, "source_id": 8},
    ]
    return votable(pd.DataFrame(rows))


@pytest.fixture
def sky(stand_in):
    """Every archive, up."""
    tic = portal(
        {"Mast.Catalogs.Filtered.Tic.Rows": lambda f: tic_table([t for t in map(int, f["ID"]) if t in TICS], DR2)}
    )
    stand_in.routes |= dict.fromkeys(("/api/", "/portal/"), tic)
    stand_in.routes |= {"/nasa/": votable(TOIS), "/simbad/": votable(SIMBAD), "/gaia/": gaia}
    return stand_in


@pytest.fixture
def observed(tmp_path):
    """Three observed stars, the first in two sectors, and a simulated one."""
    from clara_engine import Workspace
    from clara_engine.readers import spoc_file_name, write_spoc
    from tests.small_workspace import star

    folder = tmp_path / "curves"
    folder.mkdir()
    for tic, sector, simulated in [
        (1001, 1, False),
        (1001, 2, False),
        (1002, 1, False),
        (1003, 1, False),
        (9, 1, True),
    ]:
        curve = star(tic, seed=tic)
        target = replace(curve.target, sector=sector, simulated=simulated, cadence_s=120.0, ra=10.0, dec=-60.0)
        write_spoc(replace(curve, target=target), folder / spoc_file_name(target))
    workspace = Workspace.open(tmp_path / "ws")
    workspace.ingest([folder])
    return workspace


SECTOR_1 = range(1, 31)
LIST_1 = "/lists/missions/tess/download_scripts/sector/tesscurl_sector_1_lc.sh"


def file_name(tic, sector=1):
    return f"tess2018206045859-s{sector:04d}-{tic:016d}-0120-s_lc.fits"


@pytest.fixture(scope="session")
def mast_files(tmp_path_factory):
    """A light curve of each star, as bytes."""
    from clara_engine.readers import write_spoc
    from tests.small_workspace import star

    folder = tmp_path_factory.mktemp("mast_files")
    made = {}
    for tic in SECTOR_1:
        curve = star(tic, seed=tic)
        target = replace(curve.target, cadence_s=120.0, simulated=False)
        made[tic] = write_spoc(replace(curve, target=target), folder / file_name(tic)).read_bytes()
    return made


@pytest.fixture
def mast(stand_in, mast_files):
    """MAST with sector 1, up."""

    def send(asked):
        file = asked.fields["uri"].rsplit("/", 1)[-1]
        return file_route(mast_files[int(file.split("-")[2])])(asked)

    stand_in.routes |= {
        LIST_1: Reply("\n".join(file_name(tic) for tic in SECTOR_1).encode()),
        "/api/v0.1/Download/file": send,
    }
    return stand_in
