"""MAST's portal through astroquery, its lists, and the names of its files."""

import gzip

import pandas as pd
import pytest

from clara_engine.archives.mast import (
    LightCurveFile,
    bulk_list,
    light_curves_near,
    light_curves_of,
    tic_entries,
)
from clara_engine.errors import ArchiveError
from tests.archives.answers import portal, tic_table
from tests.stand_in import Reply

NAME = "tess2018206045859-s0001-0000000261136679-0120-s_lc.fits"
FAST = "tess2020186164531-s0027-0000000261136679-0189-a_fast-lc.fits"


@pytest.mark.parametrize(("name", "sector", "cadence"), [(NAME, 1, 120), (FAST, 27, 20)])
def test_file_names(name, sector, cadence, services):
    file = LightCurveFile.parse(name)
    assert (file.tic, file.sector, file.cadence_s) == (261136679, sector, cadence)
    assert file.address(services["mast"]).endswith(f"/api/v0.1/Download/file?uri=mast:TESS/product/{name}")


@pytest.mark.parametrize("name", ["", "../" + NAME, NAME + "x", NAME.replace("_lc", "_tp"), NAME.replace("te", "k")])
def test_other_names_are_no_light_curves(name):
    assert LightCurveFile.parse(name) is None


def script(names):
    place = "https://mast.stsci.edu/api/v0.1/Download/file/?uri=mast:TESS/product/"
    return "#!/bin/sh\n" + "".join(f"curl -C - -L -o {name} {place}{name}\n" for name in names)


def test_bulk_list(stand_in, services):
    stand_in.routes["/lists/tesscurl_sector_1_lc.sh"] = Reply(script([NAME, FAST]).encode())
    files = bulk_list(services["mast-lists"], "tesscurl_sector_1_lc.sh")
    assert [file.name for file in files] == [NAME, FAST]


def test_the_real_list_of_sector_1(stand_in, services, shared_data):
    folder = shared_data / "catalogues" / "sector_file_lists"
    with gzip.open(folder / "spoc_2min_sector_1_files.txt.gz", "rt") as lines:
        names = lines.read().split()
    stand_in.routes["/lists/"] = Reply(script(names).encode())
    files = bulk_list(services["mast-lists"], "tesscurl_sector_1_lc.sh")
    assert len(files) == len(set(names)) > 15_000
    assert {file.sector for file in files} == {1}


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(b"<html>down</html>", kind="text/html"), "names no light curve"),
        (Reply(b""), "names no light curve"),
        (Reply(status=404), r"has nothing at /lists/x\.sh"),
    ],
)
def test_lists_that_are_none(stand_in, services, reply, line):
    stand_in.routes["/lists/"] = reply
    with pytest.raises(ArchiveError, match=line):
        bulk_list(services["mast-lists"], "x.sh")


def observations(names):
    return pd.DataFrame({"dataURL": [f"mast:TESS/product/{name}" for name in names]}, dtype=object)


def test_light_curves_of_a_star(stand_in, services):
    seen = {}

    def answer(filters):
        seen.update(filters)
        return observations([FAST, NAME, NAME.replace("_lc.fits", "_dvt.fits")])

    stand_in.routes |= dict.fromkeys(("/api/", "/portal/"), portal({"Mast.Caom.Filtered": answer}))
    found = light_curves_of(services["mast"], [261136679])
    assert found["name"].tolist() == [NAME, FAST]
    assert found["sector"].tolist() == [1, 27]
    assert seen["target_name"] == ["261136679"]
    assert seen["provenance_name"] == ["SPOC"]


def test_a_star_that_does_not_exist(stand_in, services):
    nothing = {
        "Mast.Caom.Filtered": lambda _: observations([]),
        "Mast.Catalogs.Filtered.Tic.Rows": lambda _: tic_table([]),
    }
    stand_in.routes |= dict.fromkeys(("/api/", "/portal/"), portal(nothing))
    assert light_curves_of(services["mast"], [999_999_999_999]).empty
    assert tic_entries(services["mast"], [999_999_999_999]).empty


def test_light_curves_in_a_cone(stand_in, services):
    stand_in.routes |= dict.fromkeys(
        ("/api/", "/portal/"), portal({"Mast.Caom.Filtered.Position": lambda _: observations([NAME])})
    )
    assert light_curves_near(services["mast"], 84.29, -80.46, 0.1).index.tolist() == [261136679]


def test_tic_entries(stand_in, services):
    seen = {}

    def answer(filters):
        seen.update(filters)
        return tic_table([5, 6], gaia={5: "4623036865373792768"})

    stand_in.routes |= dict.fromkeys(("/api/", "/portal/"), portal({"Mast.Catalogs.Filtered.Tic.Rows": answer}))
    found = tic_entries(services["mast"], [5, 6])
    assert seen["ID"] == ["5", "6"]
    assert found["gaia_dr2"].tolist() == ["4623036865373792768", ""]
    assert found.loc[5, ["teff_k", "distance_pc", "pmra"]].tolist() == [5700.0, 100.0, 5.0]
    assert pd.isna(found.loc[5, "mh"])


def test_the_recorded_tic_answer(stand_in, services, shared_data):
    recorded = shared_data / "archive_responses" / "mast" / "tests" / "data"

    def portal_of_records(asked):
        if asked.path.endswith("columnsconfig"):
            return Reply((recorded / "ticcolumns.json").read_bytes())
        filtered = "Mast.Catalogs.All.Tic" in asked.fields["request"]
        return Reply((recorded / ("ticcolumns_filtered.json" if filtered else "tic.json")).read_bytes())

    stand_in.routes |= dict.fromkeys(("/api/", "/portal/"), portal_of_records)
    found = tic_entries(services["mast"], [10000732589])
    assert len(found) == 7
    assert found.loc[10000732589, "tmag"] == 16.328
    assert found.loc[10000732589, "gaia_dr2"] == ""


def test_recorded_observations_without_a_light_curve(stand_in, services, shared_data):
    recorded = shared_data / "archive_responses" / "mast" / "tests" / "data"
    stand_in.routes |= {
        "/api/": Reply((recorded / "caom.json").read_bytes()),
        "/portal/": Reply((recorded / "columnsconfig.json").read_bytes()),
    }
    assert light_curves_of(services["mast"], [261136679]).empty


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (Reply(b"<html>maintenance</html>", kind="text/html"), "MAST sent an answer that can't be read"),
        (Reply(b'{"status": "ERROR", "msg": "bad column"}'), "MAST refused the question|can't be read"),
        (Reply(status=500), "MAST is out of order"),
    ],
)
def test_a_portal_that_fails(stand_in, services, reply, line):
    stand_in.routes |= {"/api/": reply, "/portal/": portal({})}
    with pytest.raises(ArchiveError, match=line):
        tic_entries(services["mast"], [5])


#: File names and where MAST has them, as in the test data of lightkurve and MAST's own answers.
HLSP = {
    "TESS-SPOC": (
        "HLSP/tess-spoc/s0005/target/0000/0002/1934/5200/"
        "hlsp_tess-spoc_tess_phot_0000000219345200-s0005_tess_v1_lc.fits"
    ),
    "QLP": "HLSP/qlp/s0011/0000/0002/7755/4109/hlsp_qlp_tess_ffi_s0011-0000000277554109_tess_v01_llc.fits",
    "TGLC": (
        "HLSP/tglc/s0001/cam4-ccd2/0046/2474/2688/9442/"
        "hlsp_tglc_tess_ffi_gaiaid-4624742688944261376-s0001-cam4-ccd2_tess_v1_llc.fits"
    ),
}


@pytest.mark.parametrize("product", HLSP)
def test_products_of_full_frame_images_have_their_names_and_places(product, services):
    name = HLSP[product].rsplit("/", 1)[-1]
    file = LightCurveFile.parse(name)
    assert (file.product, file.cadence_s) == (product, 1800)
    assert file.address(services["mast"]).endswith(f"uri=mast:{HLSP[product]}")
    assert f"s{file.sector:04d}" in name
    assert file.tic == {"TESS-SPOC": 219345200, "QLP": 277554109, "TGLC": 0}[product]


@pytest.mark.parametrize(("sector", "cadence"), [(26, 1800), (27, 600), (55, 600), (56, 200)])
def test_the_cadence_of_a_full_frame_product_is_that_of_its_sector(sector, cadence):
    name = f"hlsp_qlp_tess_ffi_s{sector:04d}-0000000000000007_tess_v01_llc.fits"
    assert LightCurveFile.parse(name).cadence_s == cadence


@pytest.mark.parametrize("product", HLSP)
def test_light_curves_of_a_star_by_product(product, stand_in, services):
    seen = {}

    def answer(filters):
        seen.update(filters)
        rows = {"dataURL": [f"mast:{HLSP[product]}", f"mast:TESS/product/{NAME}"], "target_name": ["277554109"] * 2}
        return pd.DataFrame(rows, dtype=object)

    stand_in.routes |= dict.fromkeys(("/api/", "/portal/"), portal({"Mast.Caom.Filtered": answer}))
    found = light_curves_of(services["mast"], [277554109], product)
    assert found["name"].tolist() == [HLSP[product].rsplit("/", 1)[-1]]
    assert found.index[0] in (277554109, 219345200)
    assert (seen["obs_collection"], seen["provenance_name"]) == (["HLSP"], [product])
