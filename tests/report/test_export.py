"""The same table comes back from every format, on disk and as a download."""

import io
import shutil

import pandas as pd
import pytest
from astropy.table import Table

from clara_engine.errors import WorkspaceError
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
