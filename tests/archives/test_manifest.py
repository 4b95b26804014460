"""The manifest follows its schemas, and says what is true."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import tomli_w

from clara_engine.archives.manifest import (
    DemoSector,
    archives,
    demo_sector,
    sectors,
    sources,
    target_list,
    target_lists,
)
from clara_engine.errors import ArchiveError
from clara_engine.features import feature_set

FOLDER = Path(__file__).parents[2] / "data_manifest"


@pytest.fixture(scope="module")
def recipe() -> DemoSector:
    return demo_sector()


def test_sources_follow_the_schema() -> None:
    names = [source.name for source in sources()]
    assert len(set(names)) == len(names)
    assert {"tess-spoc-light-curves", "clara-paper", "toi", "tess-eb", "gaia-dr3", "simbad", "noise"} <= set(names)


def test_what_was_not_verified_is_known() -> None:
    """A new source is looked up, or named here."""
    unverified = {source.name for source in sources() if "citation" not in source.verified}
    assert unverified == {
        "ctoi",
        "ctoi-upload",
        "exofop",
        "hellotess",
        "tess-handbook",
        "granulation",
        "eclipse-profile",
        "contact-binary-profile",
        "tess-data-release-notes",
        "crake-2023",
    }
    assert {source.name for source in sources() if source.doi is None and "doi" in source.verified} == set()


def test_every_file_is_read(recipe: DemoSector) -> None:
    """A file that no schema reads could say anything."""
    named = {place.name for place in FOLDER.iterdir()}
    assert named == {
        "README.md",
        "archives.toml",
        "bad_intervals.toml",
        "demo_sector.toml",
        "sector1_steering_quantiles.csv",
        "lists",
        "pointings.toml",
        "sectors.toml",
        "sources.toml",
    }


def test_sectors_follow_each_other() -> None:
    table = sectors().sector
    assert [sector.number for sector in table] == list(range(1, len(table) + 1))
    assert len(table) > 100
    assert all(earlier.end == later.start for earlier, later in pairwise(table))


# From the TESS data release notes, https://heasarc.gsfc.nasa.gov/docs/tess/data_release_notes.html
@pytest.mark.parametrize(
    ("number", "start", "last"),
    [
        (1, date(2018, 7, 25), date(2018, 8, 22)),
        (6, date(2018, 12, 12), date(2019, 1, 6)),
        (7, date(2019, 1, 8), date(2019, 2, 1)),
        (8, date(2019, 2, 2), date(2019, 2, 27)),
        (13, date(2019, 6, 19), date(2019, 7, 17)),
        (21, date(2020, 1, 21), date(2020, 2, 18)),
    ],
)
def test_sectors_agree_with_the_release_notes(number: int, start: date, last: date) -> None:
    sector = sectors().get(number)
    assert abs((sector.start - start).days) <= 1
    assert abs((sector.end - last).days) <= 1


def test_bulk_lists() -> None:
    table = sectors()
    assert table.bulk_list(1, 120).endswith("/sector/tesscurl_sector_1_lc.sh")
    assert table.bulk_list(27, 20).endswith("/sector/tesscurl_sector_27_fast-lc.sh")
    for sector in table.sector:
        assert {120} <= set(sector.cadences_s) <= set(table.lists)


@pytest.mark.parametrize("name", target_lists())
def test_target_lists(name: str) -> None:
    listed = target_list(name)
    assert listed.name == name
    tics = [star.tic for star in listed.star]
    assert len(set(tics)) == len(tics)


def test_first_light_has_stars_of_many_classes() -> None:
    stars = target_list("first_light").star
    assert 50 <= len(stars) <= 80
    assert {star.sector for star in stars} == {1, 2, 3, 4, 5}
    assert len({star.star_class for star in stars}) >= 12


def test_other_addresses_replace_single_fields(tmp_path, monkeypatch) -> None:
    mirror = tmp_path / "mirror.toml"
    mirror.write_text(tomli_w.dumps({"mast": {"address": "http://mirror/mast"}}))
    usual = archives()
    assert archives(mirror)["mast"] == usual["mast"].model_copy(update={"address": "http://mirror/mast"})
    assert archives(mirror)["gaia"] == usual["gaia"]
    monkeypatch.setenv("CLARA_ARCHIVES", str(mirror))
    assert archives()["mast"].address == "http://mirror/mast"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"moon": {"address": "http://x"}}, "there is no archive moon"),
        ({"mast": {"adress": "http://x"}}, "adress: nothing is called so here"),
        ({"mast": {"address": "file:///etc"}}, "address: it is not written as it must be"),
        ({"mast": {"timeout_s": -1}}, "timeout_s: it must be above 0"),
    ],
)
def test_wrong_addresses_are_refused(tmp_path, content, line) -> None:
    (tmp_path / "x.toml").write_text(tomli_w.dumps(content))
    with pytest.raises(ArchiveError, match=line) as failed:
        archives(tmp_path / "x.toml")
    assert "\n" not in str(failed.value)


STAR = {"tic": 1, "name": "x", "class": "planet", "sector": 1, "reference": "nobody 2026"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"star": [STAR]}, "name: it is missing"),
        ({"name": "mine", "title": "x", "star": [STAR | {"tic": -1}]}, "star.0.tic: it must be at least 1"),
        (
            {"name": "mine", "title": "x", "file": [{"address": "http://x", "name": "../x"}]},
            "file.0.name: it is not written as it must be",
        ),
        (
            {"name": "mine", "title": "x", "file": [{"address": "http://x", "name": ".."}]},
            "file.0.name: it is not written as it must be",
        ),
    ],
)
def test_wrong_target_lists_are_refused(tmp_path, content, line) -> None:
    (tmp_path / "mine.toml").write_text(tomli_w.dumps(content))
    with pytest.raises(ArchiveError, match=line):
        target_list(str(tmp_path / "mine.toml"))


def test_target_lists_that_are_not_there(tmp_path) -> None:
    with pytest.raises(ArchiveError, match="can't be read: No such file"):
        target_list(str(tmp_path / "gone.toml"))
    (tmp_path / "bad.toml").write_text("= 1")
    with pytest.raises(ArchiveError, match="is not TOML"):
        target_list(str(tmp_path / "bad.toml"))


def test_quantiles_of_real_features_are_those_of_the_set_and_ascend() -> None:
    table = pd.read_csv(FOLDER / "sector1_steering_quantiles.csv", index_col="feature")
    assert list(table.index) == list(feature_set("steering").labels)
    assert [float(level) for level in table.columns] == pytest.approx([0.05 * step for step in range(1, 20)])
    assert (table.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
