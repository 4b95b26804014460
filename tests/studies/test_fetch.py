"""Light curves come from the archive into the workspace, and stay when the archive goes."""

import gzip

import pandas as pd
import pytest

from clara_engine import Workspace
from clara_engine.archives.manifest import ListedStar, TargetList, target_list
from clara_engine.archives.toi import NASA
from clara_engine.errors import ArchiveError, Cancelled
from clara_engine.studies.crossmatch import crossmatch
from clara_engine.studies.fetch import Fetcher
from tests.archives.answers import portal, votable
from tests.sky import LIST_1, SECTOR_1, file_name
from tests.stand_in import Reply

PLENTY = 10**12


@pytest.fixture
def fetcher(tmp_path, services):
    return Fetcher(Workspace.open(tmp_path / "ws"), services)


@pytest.fixture
def run(fetcher):
    return lambda plan, **options: fetcher.run(plan, **{"free": lambda _: PLENTY} | options)


def tics(plan):
    return {int(file.name.split("-")[2]) for file in plan.files}


def test_part_of_a_sector(mast, fetcher, run, tmp_path):
    fetched = run(fetcher.sector(1, limit=5))
    workspace = Workspace.open(tmp_path / "ws")
    assert len(fetched.downloaded.new) == fetched.ingested.added == len(workspace.targets) == 5
    assert all(
        path.startswith(str(tmp_path / "ws" / "downloads" / "s0001")) for path in workspace.targets.frame()["path"]
    )
    assert run(fetcher.sector(1, limit=5)).ingested.known == 5


def test_a_larger_limit_only_adds(mast, fetcher):
    few, many = tics(fetcher.sector(1, limit=5)), tics(fetcher.sector(1, limit=12))
    assert few < many
    assert many != set(list(SECTOR_1)[:12])  # the sky is not taken from one end
    assert tics(fetcher.sector(1)) == set(SECTOR_1)
    assert len(mast.asked) == 1  # the list is kept


def test_chosen_stars_of_a_sector(mast, fetcher):
    plan = fetcher.sector(1, tics=[3, 4, 999])
    assert tics(plan) == {3, 4}
    assert plan.missing == ((999, "no 120 s light curve in sector 1"),)


def test_the_kept_list_is_used_when_the_archive_is_down(mast, fetcher):
    fetcher.sector(1)
    mast.routes = {"/": Reply(status=503)}
    plan = fetcher.sector(1, refresh=True)
    assert tics(plan) == set(SECTOR_1)
    assert "is out of order" in plan.problem


def test_a_star_in_every_sector(mast, fetcher):
    found = pd.DataFrame({"dataURL": [f"mast:TESS/product/{file_name(7, sector)}" for sector in (1, 2)]}, dtype=object)
    mast.routes |= dict.fromkeys(("/api/v0/", "/portal/"), portal({"Mast.Caom.Filtered": lambda _: found}))
    plan = fetcher.stars([7, 999_999_999_999])
    assert [file.name for file in plan.files] == [f"s000{s}/{file_name(7, s)}" for s in (1, 2)]
    assert plan.missing == ((999_999_999_999, "MAST has no 120 s light curve of this star"),)


def test_a_star_that_does_not_exist(mast, fetcher, run):
    nothing = portal({"Mast.Caom.Filtered": lambda _: pd.DataFrame({"dataURL": []}, dtype=object)})
    mast.routes |= dict.fromkeys(("/api/v0/", "/portal/"), nothing)
    with pytest.raises(ArchiveError, match="nothing to download: MAST has no 120 s light curve of this star"):
        run(fetcher.stars([999_999_999_999]))


def test_a_cone(mast, fetcher):
    found = pd.DataFrame({"dataURL": [f"mast:TESS/product/{file_name(7)}"]}, dtype=object)
    mast.routes |= dict.fromkeys(("/api/v0/", "/portal/"), portal({"Mast.Caom.Filtered.Position": lambda _: found}))
    assert tics(fetcher.cone(84.3, -80.5, 0.2)) == {7}


def test_a_target_list_brings_its_labels(mast, fetcher, run, tmp_path):
    stars = [{"tic": 3, "class": "planet"}, {"tic": 4, "class": "flare_star"}, {"tic": 999, "class": "planet"}]
    listed = [ListedStar(name="x", sector=1, reference="nobody 2026", **entry) for entry in stars]
    fetched = run(fetcher.listed(TargetList(name="mine", title="mine", star=tuple(listed))))
    assert fetched.plan.missing == ((999, "no 120 s light curve in sector 1"),)
    labels = Workspace.open(tmp_path / "ws").labels.frame().set_index("target_id")
    assert labels["value"].to_dict() == {"3-s0001-SPOC-120": "planet", "4-s0001-SPOC-120": "flare_star"}
    assert set(labels["family"]) == {"mine"}


def test_a_folder_half_downloaded_goes_on(mast, fetcher, run, mast_files, tmp_path):
    run(fetcher.sector(1, limit=3))
    part = tmp_path / "ws" / "downloads" / "s0001" / f"{file_name(5)}.part"
    part.write_bytes(mast_files[5][:5000])
    (part.parent / f"{part.name}.tag").write_text('"v1"')
    fetched = run(fetcher.sector(1))
    assert len(fetched.downloaded.present) == 3
    assert len(fetched.downloaded.new) == 27
    assert "bytes=5000-" in {asked.headers.get("Range") for asked in mast.asked}
    assert part.with_suffix("").read_bytes() == mast_files[5]


def test_an_archive_that_goes_down_half_way(mast, fetcher, run, tmp_path):
    run(fetcher.sector(1, limit=3))
    mast.routes["/api/v0.1/Download/file"] = Reply(status=503)
    fetched = run(fetcher.sector(1))
    assert len(fetched.downloaded.present) == 3
    assert fetched.downloaded.not_tried > 0
    assert len(Workspace.open(tmp_path / "ws").targets) == 3


class Impatient:
    """A report that stops the downloads after the second file."""

    def __init__(self):
        self.name = ""

    def stage(self, name, step=None):
        self.name = name

    def __call__(self, done, total):
        if self.name == "downloading" and done >= 2:
            raise Cancelled("cancelled")


def test_what_came_before_a_stop_is_registered(mast, services, tmp_path):
    workspace = Workspace.open(tmp_path / "ws")
    stopped = Fetcher(workspace, services, Impatient())
    with pytest.raises(Cancelled):
        stopped.run(stopped.sector(1, limit=8), workers=1, free=lambda _: PLENTY)
    came = len(workspace.targets)
    assert 2 <= came < 8
    rest = Fetcher(workspace, services)
    assert len(rest.pending().files) == 8 - came
    rest.run(rest.pending(), free=lambda _: PLENTY)
    assert len(workspace.targets) == 8


def test_no_room(mast, fetcher, run):
    with pytest.raises(ArchiveError, match="files need about"):
        run(fetcher.sector(1), free=lambda _: 10**6)


@pytest.mark.parametrize(
    ("number", "cadence_s", "line"),
    [(500, 120, "knows no sector 500: choose 1 to"), (1, 20, "sector 1 has no light curves of 20 s: choose 120")],
)
def test_what_there_is_not(fetcher, number, cadence_s, line):
    with pytest.raises(ArchiveError, match=line):
        fetcher.sector(number, cadence_s=cadence_s)


def test_lists_of_the_manifest_are_on_the_real_lists(stand_in, fetcher, shared_data):
    for number in range(1, 6):
        listed = shared_data / "catalogues" / "sector_file_lists" / f"spoc_2min_sector_{number}_files.txt.gz"
        stand_in.routes[LIST_1.replace("_1_", f"_{number}_")] = Reply(gzip.decompress(listed.read_bytes()))
    for name in ("first_light", "simbad_references"):
        targets = target_list(name)
        plan = fetcher.listed(targets)
        assert len(plan.files) == len(targets.star)
        assert plan.missing == ()
    ((family, types),) = plan.labels
    assert (family, types[149603524], types[38846515], len(types)) == ("simbad", "Pl", "Pl", 188)


def test_real_light_curves_and_their_tois(stand_in, fetcher, run, services, shared_data, tmp_path):
    """From an empty workspace to labels, with the real list, the real files and the real TOI table."""
    labels = pd.read_csv(shared_data / "spoc_s0001_2min" / "labels.csv").set_index("tic")
    hosts = labels["toi_disp"].dropna()
    chosen = [*hosts.index, *labels.index[:4]]

    def send(asked):
        file = asked.fields["uri"].rsplit("/", 1)[-1]
        return Reply(gzip.decompress((shared_data / "spoc_s0001_2min" / f"{file}.gz").read_bytes()))

    catalogues = shared_data / "catalogues"
    listed = catalogues / "sector_file_lists" / "spoc_2min_sector_1_files.txt.gz"
    tois = pd.read_csv(catalogues / "toi_nasa_exoplanet_archive_2025-10-04.csv.gz", comment="#")
    stand_in.routes |= {
        LIST_1: Reply(gzip.decompress(listed.read_bytes())),
        "/api/v0.1/Download/file": send,
        "/nasa/": votable(tois[list(NASA)].astype({"toi": str})),
    }
    fetched = run(fetcher.sector(1, tics=chosen))
    assert fetched.ingested.added == len(set(chosen))
    workspace = Workspace.open(tmp_path / "ws")
    crossmatch(workspace, ["toi"], addresses=services)
    found = workspace.labels.frame().merge(workspace.targets.frame(), on="target_id").set_index("tic")["value"]
    assert found.to_dict() == hosts.to_dict()


SCRIPTS = {
    "TESS-SPOC": "hlsps/tess-spoc/download_scripts/hlsp_tess-spoc_tess_phot_s0001_tess_v1_dl-lc.sh",
    "QLP": "hlsps/qlp/download_scripts/hlsp_qlp_tess_ffi_s0001_tess_v01_llc-fits.sh",
    "TGLC": "hlsps/tglc/download_scripts/hlsp_tglc_tess_ffi_s0001_tess_v1_llc.sh",
}
NAMES = {
    "TESS-SPOC": "hlsp_tess-spoc_tess_phot_{:016d}-s0001_tess_v1_lc.fits",
    "QLP": "hlsp_qlp_tess_ffi_s0001-{:016d}_tess_v01_llc.fits",
    "TGLC": "hlsp_tglc_tess_ffi_gaiaid-462474268894426{:04d}-s0001-cam4-ccd2_tess_v1_llc.fits",
}


@pytest.mark.parametrize("product", SCRIPTS)
def test_a_sector_of_a_full_frame_product(stand_in, fetcher, product):
    names = [NAMES[product].format(tic) for tic in range(1, 9)]
    lines = "".join(
        f"curl -f --create-dirs --output 's0001/{name}' http://x/?uri=mast:HLSP/y/{name}\n" for name in names
    )
    stand_in.routes[f"/lists/{SCRIPTS[product]}"] = Reply(f"#!/bin/sh\n{lines}".encode())
    plan = fetcher.sector(1, product=product)
    assert sorted(file.name for file in plan.files) == sorted(f"s0001/{name}" for name in names)
    assert all(f"uri=mast:HLSP/{product.lower()}/s0001/" in file.address for file in plan.files)
    assert len(fetcher.sector(1, product=product, limit=3).files) == 3
    if product != "TGLC":
        chosen = fetcher.sector(1, product=product, tics=[3, 99])
        assert [file.name for file in chosen.files] == [f"s0001/{names[2]}"]
        assert chosen.missing == ((99, f"no {product} light curve in sector 1"),)
    assert len(stand_in.asked) == 1


def test_stars_of_a_sector_of_tglc_are_asked_of_the_portal(mast, fetcher):
    names = [NAMES["TGLC"].format(3), NAMES["TGLC"].format(3).replace("s0001", "s0002")]
    found = pd.DataFrame({"dataURL": [f"mast:HLSP/tglc/{name}" for name in names], "target_name": "3"}, dtype=object)
    mast.routes |= dict.fromkeys(("/api/v0/", "/portal/"), portal({"Mast.Caom.Filtered": lambda _: found}))
    plan = fetcher.sector(1, product="TGLC", tics=[3, 4])
    assert [file.name for file in plan.files] == [f"s0001/{names[0]}"]
    assert plan.missing == ((4, "MAST has no TGLC light curve of this star in sector 1"),)
