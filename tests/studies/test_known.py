"""Known or new: from kept answers alone, by TIC, position or Gaia source, with period, reference and time."""

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import ArchiveError, WorkspaceError
from clara_engine.studies.crossmatch import crossmatch
from clara_engine.studies.known import known_of, period_relation
from tests.archives.answers import GAIA_ROW, votable
from tests.stand_in import Reply

CTOI = b"""TIC ID,CTOI,Promoted to TOI,TFOPWG Disposition,User Disposition,Transit Epoch (BJD),Period (days)
1002,1002.01,,,PC,2458330.5,7.25
1001,1001.01,5.01,CP,PC,2458326.0,3.0
"""
EBS = pd.DataFrame(
    {
        "TIC": ["0000001003", "0000000444"],
        "m_TIC": [1, 1],
        "RAJ2000": [10.0, 10.0 + 15 / 3600 / np.cos(np.radians(60))],
        "DEJ2000": [-60.0, -60.0],
        "_tab1_10": [1326.25, 1327.5],
        "Per": [5.0, 0.8],
        "Morph": [0.31, 0.75],
    }
)
VSX = pd.DataFrame(
    {
        "Name": ["V* A", "V* B", "V* C"],
        "V": [0, 1, 2],
        "RAJ2000": [10.0, 10.0, 10.0],
        "DEJ2000": [-60.0 + 0.5 / 3600, -60.0 + 12.0 / 3600, -60.0],
        "Type": ["EA", "ROT", "CST"],
        "Epoch": [2457500.25, np.nan, np.nan],
        "Period": [6.0, 2.5, np.nan],
    }
)


def gaia(asked):
    text = asked.body.decode("utf-8", errors="replace") + str(asked.fields)
    source = GAIA_ROW["source_id"]
    tables = {
        "vari_classifier_result": {"best_class_name": "ECL", "best_class_score": 0.9},
        "vari_eclipsing_binary": {
            "frequency": 0.5,
            "reference_time": 1803.0,
            "derived_primary_ecl_phase": 0.25,
        },
        "vari_rotation_modulation": {"best_rotation_period": 4.5},
        "vari_rrlyrae": {"pf": 0.5, "p1_o": 0.4},
    }
    for name, row in tables.items():
        if name in text:
            rows = pd.DataFrame([{"source_id": source, **row}])
            return votable(rows if name in ("vari_classifier_result", "vari_eclipsing_binary") else rows.iloc[:0])
    return None


@pytest.fixture
def catalogues(sky):
    """The stand-in of `sky`, with the catalogues of what is known."""
    before = sky.routes["/gaia/"]
    sky.routes["/exofop/download_ctoi.php"] = Reply(CTOI, kind="text/csv")
    sky.routes["/vizier/"] = lambda asked: votable(VSX if b"TAP_UPLOAD" in asked.body else EBS)
    sky.routes["/gaia/"] = lambda asked: gaia(asked) or before(asked)
    return sky


KNOWN = ("toi", "ctoi", "eb", "vsx", "gaia_variables")


def target_of(workspace, tic):
    return workspace.targets.light_curve(workspace.targets.find(str(tic))[0]).target


def test_nothing_was_asked(observed):
    known = known_of(observed, target_of(observed, 1001))
    assert (known.entries, known.asked) == ((), {})
    assert known.sentences() == ["not asked yet: TOI, CTOI, TESS EB, VSX, Gaia variables: clara crossmatch --known"]


def test_every_catalogue_says_what_it_knows(observed, catalogues, services):
    crossmatch(observed, KNOWN, addresses=services)
    asked = len(catalogues.asked)
    known = known_of(observed, target_of(observed, 1001), 3.001)
    assert len(catalogues.asked) == asked
    by_name = {entry.name: entry for entry in known.entries}
    assert (by_name["TOI-5.01"].kind, by_name["TOI-5.01"].relation) == ("confirmed planet", "same as found")
    assert by_name["CTOI 1001.01, now TOI-5.01"].kind == "CP"
    entry = by_name["V* A"]
    assert (entry.kind, entry.matched_by, entry.relation) == ("EA", "position", "2× the found one")
    assert entry.separation_arcsec < 0.6  # the star moves meanwhile
    assert entry.epoch_btjd == 500.25
    assert (entry.bibcode, entry.reference) == ("2006SASS...25...47W", "Watson, Henden & Price 2006, SASS 25, 47")
    assert by_name["V* B"].is_neighbour
    assert by_name["V* B"].kind == "ROT (suspected)"
    assert "V* C" not in by_name
    assert by_name["TESS EB 444"].separation_arcsec == pytest.approx(15, abs=0.2)
    assert by_name["TESS EB 444"].is_neighbour
    binary = next(entry for entry in known.entries if entry.kind == "eclipsing binary" and "Gaia" in entry.name)
    assert (binary.period_days, binary.matched_by) == (2.0, "Gaia source")
    assert binary.epoch_btjd == pytest.approx(1803.0 + 2455197.5 - 2457000 + 0.5)
    assert not known.missing
    text = " | ".join(known.sentences())
    assert "known: TOI-5.01, confirmed planet, P 3 d (same as found)" in text
    assert by_name["TESS EB 1003"].matched_by == "position"  # another number at the same place
    assert "in the same pixel: TESS EB 444, contact binary (morphology 0.75), P 0.8 d" in text


def test_a_star_that_nobody_knows(observed, catalogues, services):
    catalogues.routes["/vizier/"] = lambda asked: votable((VSX if b"TAP_UPLOAD" in asked.body else EBS).iloc[:0])
    crossmatch(observed, ("toi", "eb", "vsx"), addresses=services)
    known = known_of(observed, target_of(observed, 1003))
    assert known.entries == ()
    assert known.sentences()[0].startswith("in none of TOI, TESS EB, VSX (kept since 20")
    assert known.missing == ("CTOI", "Gaia variables")
    toi = known_of(observed, target_of(observed, 1001)).sentences()
    assert toi[1].startswith("not in TESS EB, VSX (kept since 20")


def test_labels_and_notes_of_the_catalogues(observed, catalogues, services):
    result = crossmatch(observed, ("eb", "vsx", "gaia_variables", "ctoi"), addresses=services)
    assert all(outcome.problem == "" for outcome in result.outcomes)
    table = observed.labels.frame()
    found = {family: set(group["value"]) for family, group in table.groupby("family")}
    assert found["eb"] == {"EB"}
    assert found["vsx"] == {"EA"}
    assert found["gaia_class"] == {"ECL"}
    assert found["ctoi"] == {"PC", "CP"}
    assert observed.labels.parameters().loc["1003-s0001-SPOC-120", "eb_period_days"] == 5.0
    said = " ".join(result.notes["note"])
    assert "V* B (ROT (suspected)) lies 12″ away, in the same pixel" in said


def test_catalogues_that_are_down_are_named_and_what_they_said_stays(observed, catalogues, services):
    crossmatch(observed, KNOWN, addresses=services)
    before = known_of(observed, target_of(observed, 1001))
    catalogues.routes = {"/": Reply(status=503)}
    again = crossmatch(observed, KNOWN, addresses=services, refresh=True)
    assert all("is out of order (HTTP 503)" in outcome.problem for outcome in again.outcomes)
    after = known_of(observed, target_of(observed, 1001))
    assert (after.sentences(), after.asked) == (before.sentences(), before.asked)


def test_simulated_stars_are_in_no_catalogue(observed):
    assert known_of(observed, target_of(observed, 9)).sentences()[0].startswith("not asked yet")


def test_tables_that_were_downloaded_serve_without_a_network(observed, stand_in, services, tmp_path):
    files = {name: tmp_path / f"{name}.csv" for name in ("ctoi", "eb", "vsx")}
    files["ctoi"].write_bytes(CTOI)
    EBS.rename(columns={"TIC": "tess_id", "_tab1_10": "bjd0", "Per": "period"}).to_csv(files["eb"], index=False)
    VSX.to_csv(files["vsx"], index=False)
    crossmatch(observed, (), tables=files, addresses=services)
    assert not stand_in.asked
    known = known_of(observed, target_of(observed, 1003), 10.0)
    assert [entry.name for entry in known.own] == ["TESS EB 1003", "V* A"]
    assert known.own[0].relation == "½ of the found one"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("vsx", b"a,b\n1,2\n", "has no column Name"),
        ("eb", b"", "can't be read as a table"),
        ("toi", b"TIC ID,TOI\n1,2\n", "no column for disposition"),
    ],
)
def test_files_that_are_no_such_table(observed, tmp_path, name, text, said):
    path = tmp_path / "table.csv"
    path.write_bytes(text)
    with pytest.raises(ArchiveError, match=said):
        crossmatch(observed, (), tables={name: path})


def test_a_table_of_a_service_that_has_none(observed, tmp_path):
    with pytest.raises(WorkspaceError, match="no service 'simbad': choose toi, ctoi, eb, vsx"):
        crossmatch(observed, (), tables={"simbad": tmp_path / "x.csv"})


@pytest.mark.parametrize(
    ("known", "found", "said"),
    [(3.0, 3.01, "same as found"), (6.0, 3.0, "2× the found one"), (4.0, 3.0, "another than found"), (np.nan, 3.0, "")],
)
def test_periods_compare(known, found, said):
    assert period_relation(known, found) == said


def test_the_downloaded_tables_of_real_catalogues(observed, shared_data):
    """TOI and EB tables as their archives gave them; the stars are those of a handful of known objects."""
    folder = shared_data / "catalogues"
    tables = {
        "toi": folder / "toi_nasa_exoplanet_archive_2025-10-04.csv.gz",
        "eb": folder / "tess_ebs_villanova_4584.csv.gz",
    }
    crossmatch(observed, (), tables=tables)
    from clara_engine import Target

    pi_mensae = known_of(observed, Target(tic=261136679, ra=84.2912, dec=-80.4691), 6.268)
    assert pi_mensae.own[0].words() == "TOI-144.01, confirmed planet, P 6.26783 d (same as found)"
    binary = known_of(observed, Target(tic=307990280, ra=129.235983, dec=-67.744726), 2.3159)
    assert binary.own[0].relation == "same as found"
    assert binary.own[0].epoch_btjd == pytest.approx(1546.118, abs=1e-3)
