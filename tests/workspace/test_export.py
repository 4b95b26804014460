"""The same table comes back from every format, on disk and as a download."""

import io

import pandas as pd
import pytest
from astropy.table import Table

from app.export import EXPORTS
from clara_engine.errors import WorkspaceError
from clara_engine.workspace.export import FORMATS, table_bytes, write_table

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
    download = EXPORTS[ending.removeprefix(".")].write(table.set_index("target_id"))
    for source in (path, download):
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
