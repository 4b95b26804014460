"""Files that can't be used are listed with a reason each, and cost nothing else."""

import errno
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from clara_engine import Workspace
from clara_engine.errors import DesignError
from clara_engine.readers import read_light_curve, write_spoc
from clara_engine.studies.extract import extract_features
from clara_engine.studies.query import query
from clara_engine.synthetic import SyntheticDesign
from clara_engine.workspace import RunSpec
from tests.small_workspace import star


def first(folder):
    return min(folder.iterdir())


def rewritten(change):
    def make(good, bad):
        write_spoc(change(read_light_curve(good)), bad)

    return make


def without_flux(good, bad):
    table = Table.read(good, hdu=1)
    table[["TIME", "QUALITY"]].write(bad, format="fits")


BAD = {
    "not FITS": (lambda good, bad: bad.write_text("time,flux\n1,2\n" * 500), "not a FITS file"),
    "truncated": (lambda good, bad: bad.write_bytes(good.read_bytes()[:20_000]), "truncated"),
    "truncated header": (lambda good, bad: bad.write_bytes(good.read_bytes()[:3000]), "truncated"),
    "no flux column": (without_flux, "it lacks a flux column"),
    "all NaN": (rewritten(lambda curve: curve.with_flux(np.full(len(curve), np.nan))), "NaN throughout"),
    "constant flux": (rewritten(lambda curve: curve.with_flux(np.ones(len(curve)))), "constant"),
    "one sample": (rewritten(lambda curve: curve.select(slice(0, 1))), "one usable sample"),
    "no sample": (rewritten(lambda curve: curve.select(slice(0, 0))), "no samples"),
    "empty file": (lambda good, bad: bad.write_bytes(b""), "empty"),
    "missing": (lambda good, bad: bad.symlink_to(good.parent / "nowhere.fits"), "No such file"),
    "folder": (lambda good, bad: bad.mkdir(), "folder"),
}


@pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning")
@pytest.mark.parametrize("kind", BAD)
def test_bad_file_is_one_line_and_the_rest_goes_on(kind, tmp_path, light_curve_folder):
    files = sorted(light_curve_folder.iterdir())
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest(files[:2])
    extract_features(ws, "flux_power", workers=1)
    before = ws.features.fingerprint("flux_power")

    offered = tmp_path / "offered"
    offered.mkdir()
    make, words = BAD[kind]
    make(files[4], offered / "a_bad.fits")
    shutil.copy(files[2], offered / "b_good.fits")
    result = ws.ingest([offered])
    added = extract_features(ws, "flux_power", workers=1)

    reasons = [reason for _, reason in result.unreadable] + list(ws.features.rows("flux_power").failures.values())
    assert len(reasons) == 1
    assert words in reasons[0]
    assert "a_bad.fits" in reasons[0]
    assert "\n" not in reasons[0]
    assert added == 1
    ids = ws.features.ids("flux_power")
    assert len(ids) == 3
    stored = [read_light_curve(path).target.id for path in files[:2]]
    assert ws.features.rows("flux_power").fingerprint(stored) == before
    assert extract_features(ws, "flux_power", workers=1) == 0


def test_unreadable_file_that_was_mended_leaves_the_list(tmp_path, light_curve_folder):
    ws = Workspace.open(tmp_path / "ws")
    path = tmp_path / "star.fits"
    path.write_bytes(b"")
    ws.ingest([path])
    assert ws.targets.unreadable()["path"].tolist() == [str(path)]
    shutil.copy(first(light_curve_folder), path)
    assert ws.ingest([path]).added == 1
    assert ws.targets.unreadable().empty


def test_duplicate_target_keeps_the_first_file(workspace, tmp_path, light_curve_folder):
    original = first(light_curve_folder)
    copy = tmp_path / "copy.fits"
    shutil.copy(original, copy)
    result = workspace.ingest([copy, light_curve_folder])
    assert result.duplicates == ((str(copy), str(original)),)
    assert (result.added, result.known, len(workspace.targets)) == (0, 40, 40)


def test_target_facts_come_back_and_are_found_by_what_people_type(workspace):
    target_id = workspace.targets.find("TIC 1003")
    assert target_id == workspace.targets.find("1003") == ["1003-s0001-TESS-SPOC-600"]
    row = workspace.targets.frame().set_index("target_id").loc[target_id[0]]
    assert (row["tmag"], row["teff"], bool(row["simulated"])) == (10.0, 5500.0, True)
    assert np.isnan(row["radius"])
    assert workspace.targets.light_curve(target_id[0]).target.id == target_id[0]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SyntheticDesign.paper(curves=0), "curves"),
        (lambda: SyntheticDesign.paper(cadence_minutes=-2), "cadence_minutes"),
        (lambda: RunSpec.checked(name="x", variant="URF4"), "needs design"),
        (lambda: RunSpec.checked(name="x", variant="URF1", training_size=1), "training_size"),
        (lambda: RunSpec.checked(name="x", variant="URF9"), "URF9"),
    ],
)
def test_design_or_spec_out_of_range_is_one_line(make, words):
    with pytest.raises(DesignError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_threads_may_ingest_at_once(tmp_path, light_curve_folder):
    files = sorted(light_curve_folder.iterdir())

    def ingest(part):
        return Workspace.open(tmp_path / "ws").ingest(part).added

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(ingest, [files[i::4] for i in range(4)]))
    assert counts == [10] * 4
    assert len(Workspace.open(tmp_path / "ws").targets) == 40


def test_folder_that_may_not_be_looked_into_is_listed_and_the_rest_goes_on(tmp_path, light_curve_folder, monkeypatch):
    closed = tmp_path / "in" / "closed"
    closed.mkdir(parents=True)
    shutil.copy(first(light_curve_folder), tmp_path / "in")
    look = os.scandir

    def refuse(place):
        if Path(place) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(place))
        return look(place)

    monkeypatch.setattr(os, "scandir", refuse)  # root may look everywhere
    result = Workspace.open(tmp_path / "ws").ingest([tmp_path / "in"])
    assert result.added == 1
    assert [path for path, _ in result.unreadable] == [str(closed)]


def test_training_size_out_of_range_names_what_is_allowed():
    with pytest.raises(DesignError, match=r"^training_size = 1 is out of range: 2 to 10 000 000 light curves$"):
        RunSpec.checked(name="x", variant="URF1", training_size=1)


def processed(release, tic=1):
    """A star as one data release holds it."""
    curve = star(tic, seed=tic)
    facts = {"procver": f"spoc-{release}.0", "data_release": release, "crowdsap": 0.97, "camera": 4, "ccd": 2}
    return replace(curve, target=replace(curve.target, **facts))


def test_what_processed_a_light_curve_is_kept_and_fixes_a_run(tmp_path):
    path = write_spoc(processed(1), tmp_path / "star.fits")
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest([path])
    row = ws.targets.frame().iloc[0]
    assert row[["procver", "data_release", "crowdsap", "camera", "ccd"]].tolist() == ["spoc-1.0", 1, 0.97, 4, 2]
    extract_features(ws, "flux_power", workers=1)
    before = ws.features.fingerprint("flux_power"), ws.features.provenance("flux_power", ws.targets.ids())
    write_spoc(processed(2), path)
    ws.ingest([path])
    after = ws.features.fingerprint("flux_power"), ws.features.provenance("flux_power", ws.targets.ids())
    assert after[0] == before[0]  # not one sample has changed
    assert after[1] != before[1]
    found = query(ws, "SELECT data_release, camera FROM targets WHERE procver LIKE 'spoc-2%'")
    assert found.to_numpy().tolist() == [[2, 4]]


def test_an_older_workspace_gets_what_its_headers_say_at_the_next_ingest(tmp_path):
    paths = [write_spoc(processed(7, tic), tmp_path / f"{tic}.fits") for tic in (1, 2)]
    ws = Workspace.open(tmp_path / "ws")
    ws.ingest(paths)
    unknown = "procver = NULL, data_release = NULL, crowdsap = NULL, camera = NULL, ccd = NULL"
    with sqlite3.connect(ws.folder / "clara.sqlite") as old:
        old.execute(f"UPDATE targets SET {unknown}")
    assert ws.targets.frame()[["data_release", "crowdsap", "ccd"]].isna().all(axis=None)
    paths[1].write_bytes(b"")
    result = ws.ingest(paths)
    assert (result.added, result.known, len(result.unreadable)) == (0, 1, 1)
    assert ws.targets.frame()["data_release"].tolist() == [7, pd.NA]
    assert ws.ingest(paths[:1]).known == 1
