"""The same table comes back from every format, on disk and as a download."""

import io
import os
import shutil
import stat

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from clara_engine.errors import WorkspaceError
from clara_engine.progress import quiet
from clara_engine.report.export import FORMATS, ranking, table_bytes, write_table

READ = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".vot": lambda file: Table.read(file, format="votable").to_pandas(),
}


@pytest.fixture
def table():
    return pd.DataFrame({"target_id": ["a", "b"], "tmag": [9.5, 11.25], "trained": [True, False], "note": ["x", None]})


@pytest.mark.parametrize("ending", FORMATS)
def test_what_is_written_is_read_again(ending, table, tmp_path):
    path = tmp_path / f"ranking{ending}"
    write_table(table, path)
    for source in (path, io.BytesIO(table_bytes(table, ending))):
        found = READ[ending](source)
        assert found["target_id"].tolist() == ["a", "b"]
        assert found["tmag"].tolist() == [9.5, 11.25]
        assert found["trained"].astype(bool).tolist() == [True, False]


def test_votable_carries_units(table):
    found = Table.read(io.BytesIO(table_bytes(table, ".vot")), format="votable")
    assert str(found["tmag"].unit) == "mag"


def test_other_ending_is_refused_with_the_known_ones(table, tmp_path):
    with pytest.raises(WorkspaceError, match=r"\.csv, \.parquet, \.vot"):
        write_table(table, tmp_path / "ranking.xlsx")


def test_some_stars_come_in_their_own_order_with_everybodys_verdict(trained, tmp_path):
    from clara_engine import Workspace

    ws = Workspace.open(shutil.copytree(trained.folder, tmp_path / "ws"))
    ids = ws.targets.ids()
    ws.verdicts.add(ids[3], "planet", author="ann")
    ws.verdicts.add(ids[3], "flare", author="bob", note="<b>")
    table = ranking(ws, ws.runs.get("latest"), [ids[5], ids[3], "gone"])
    assert table["target_id"].tolist() == [ids[5], ids[3]]
    assert table["verdicts"].tolist()[1] == "ann: planet; bob: flare"
    assert table["verdict_label"].tolist()[1] == "flare"
    alone = ranking(ws, None)
    assert len(alone) == len(ids)
    assert "rank" not in alone
    found = Table.read(io.BytesIO(table_bytes(table, ".vot")), format="votable")
    assert [str(found[name].unit) for name in ("ra", "teff", "radius")] == ["deg", "K", "solRad"]


@pytest.fixture(scope="module")
def vetted(trained, tmp_path_factory):
    """A workspace in which two stars with dips were vetted, one with its run."""
    from clara_engine import Workspace

    ws = Workspace.open(shutil.copytree(trained.folder, tmp_path_factory.mktemp("vetted") / "ws"))
    ids, run = ws.targets.ids(), ws.runs.get("latest")
    ws.verdicts.add(ids[0], "planet", author="ann", run_id=run.id, period_days=2.5)
    ws.verdicts.add(ids[1], "planet", author="ann", note="deep, “odd” | even")
    return ws


@pytest.fixture(scope="module")
def exported(vetted):
    return ranking(vetted, vetted.runs.get("latest"), measure=quiet)


def test_everything_that_was_decided_and_made_it_goes_along(vetted, exported):
    run = vetted.runs.get("latest")
    row = exported.set_index("target_id").loc[vetted.targets.ids()[0]]
    assert row["event_period_days"] == pytest.approx(2.5, abs=2e-3)
    assert row["event_depth_ppm"] == pytest.approx(10_000, rel=0.1)
    assert row["event_duration_hours"] == pytest.approx(4.8, rel=0.1)
    assert row["event_epoch_btjd"] == pytest.approx(1325 + 1.2, abs=2.51)
    assert 0 < row["event_period_days_error"] < 0.01
    assert (row["event_ephemeris"], row["event_problem"]) == ("verdict", "")
    assert (row["verdict_period_days"], row["verdict_sector"], row["verdict_run"]) == (2.5, 1, run.name)
    assert (row["run"], row["run_id"]) == (run.name, run.id)
    assert row["design_digest"] == run.spec.design.digest()
    assert row["clara_version"] == run.versions["clara-astro"]
    others = exported[exported["target_id"] != vetted.targets.ids()[0]]
    assert others["event_period_days"].isna().all()
    kept = ranking(vetted, run)  # what was measured is kept
    assert kept["event_depth_ppm"].notna().sum() == 1
    searched = ranking(vetted, run, vetted.targets.ids()[:3], measure=quiet, search=3)
    assert (searched["event_ephemeris"] == "search").sum() == 2


def test_votable_is_valid_and_names_every_column(exported):
    from astropy.io.votable import parse

    fields = parse(io.BytesIO(table_bytes(exported, ".vot")), verify="exception").get_first_table().fields
    assert [field.name for field in fields] == list(exported)
    for field in fields:
        assert field.description, field.name
        assert field.ucd, field.name
    units = {field.name: str(field.unit) for field in fields if field.unit is not None}
    assert (units["event_period_days"], units["event_depth_ppm"], units["event_duration_hours"]) == ("d", "ppm", "h")


def test_parquet_is_read_by_astropy_with_units_and_by_pandas(exported, tmp_path):
    path = tmp_path / "ranking.parquet"
    write_table(exported, path)
    found = Table.read(path)
    assert found.colnames == list(exported)
    assert (str(found["event_period_days"].unit), str(found["tmag"].unit)) == ("d", "mag")
    assert (1 * found["event_depth_ppm"].unit).to_value("") == pytest.approx(1e-6)
    assert found["event_epoch_btjd"].description.startswith("middle of one of the measured event: BJD")
    again = pd.read_parquet(path)
    for name in exported.select_dtypes(["number", "bool"]):
        pd.testing.assert_series_equal(again[name], exported[name], check_dtype=False)
        np.testing.assert_allclose(
            np.asarray(found[name], dtype=float), exported[name].astype("float64").to_numpy(), equal_nan=True
        )
    assert again["verdict_note"].tolist() == exported["verdict_note"].fillna("").tolist()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_without_rows(ending, exported):
    found = READ[ending](io.BytesIO(table_bytes(exported.iloc[:0], ending)))
    assert len(found) == 0
    assert list(found) == list(exported)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
@pytest.mark.parametrize("ending", FORMATS)
def test_permissions_are_the_usual_ones(ending, table, tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_table(table, tmp_path / f"ranking{ending}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / f"ranking{ending}").stat().st_mode) == mode
