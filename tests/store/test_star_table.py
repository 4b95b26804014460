"""Tables of labels and parameters as people have them: names of columns, dialects, several rows a star, numbers."""

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clara_engine import Workspace
from clara_engine.cli.options import chosen_label
from clara_engine.errors import WorkspaceError
from clara_engine.store.schema import FIRST_SCHEMA, MIGRATIONS
from clara_engine.store.star_table import StarTable
from clara_engine.studies.query import query
from clara_engine.studies.sweep import target_label


def written(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def values_of(workspace, family):
    table = workspace.labels.frame()
    table = table[table["family"] == family]
    stars = workspace.targets.stars()
    return sorted((stars[row.target_id].removeprefix("TIC "), row.value) for row in table.itertuples())


@pytest.mark.parametrize(
    "head", ["TIC", "tic_id", "TIC ID", "TicId", "tess_id", "tid", "ticid", "Tic-Id", "# TIC", "TIC number"]
)
@pytest.mark.parametrize("cell", ["1001", " 1001 ", "1001.0", "TIC 1001", "TIC-1001", "tic1001"])
def test_whose_row_it_is(tmp_path, head, cell):
    table = StarTable(written(tmp_path, f"{head},kind\n{cell},x\n"))
    assert table.owners == ["TIC 1001"]


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("kepid,a\n757076,1\n", ["KIC 757076"]),
        ("EPIC ID;a\n211309989;1\n", ["EPIC 211309989"]),
        ("Name,a\nkic10001145,1\nKIC 5,2\n", ["KIC 10001145", "KIC 5"]),
        ("TIC,a\n,1\n-,1\n7,1\n", ["", "", "TIC 7"]),
        ("gaia,star\n5707485527450614656,TIC 5\n", ["TIC 5"]),
        ("target_id,a\n1001-s0001-SPOC-120,1\n", ["1001-s0001-SPOC-120"]),
        ("targetid,tic\n77,1001\n", ["TIC 1001"]),
        ("TIC\ta\n1001\t1,5\n", ["TIC 1001"]),
        ("TIC | a\n1001 | x\n", ["TIC 1001"]),
        ("\ufeffTIC,a\n1001,x\n", ["TIC 1001"]),
    ],
)
def test_catalogues_and_dialects(tmp_path, text, owners):
    assert StarTable(written(tmp_path, text)).owners == owners


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,x\n", "has no TIC column; call one tic"),
        ("TIC,a\n2.61E+08,x\n", "which names no star: spreadsheets shorten numbers"),
        ("TIC,a\nWASP-18,x\n", "'WASP-18', which names no star"),
        ("TIC,a\n1,x\n2\n", "row 2 has 1 of 2 columns"),
        ("", "is empty"),
        ("1,2\n3,4\n", "no line that names its columns"),
    ],
)
def test_what_is_refused(tmp_path, text, said):
    with pytest.raises(WorkspaceError, match=said) as caught:
        StarTable(written(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert "pandas" not in str(caught.value)
    with pytest.raises(WorkspaceError, match=r"gone\.csv can't be read as a table: no such file"):
        StarTable(tmp_path / "gone.csv")


def test_numbers_stay_numbers(tmp_path):
    rows = [f"{1000 + i},{i % 2},{0 if i < 2 else 1.5 * i},{5707485527450614656 + i},a" for i in range(40)]
    table = StarTable(written(tmp_path, "\n".join(["tic,flag,period,gaia,word", *rows])))
    assert table.labels("flag") == ["0", "1"] * 20
    assert table.labels("period") == ["", ""] + ["yes"] * 38
    assert table.words("gaia")[1] == "5707485527450614657"
    assert table.labels("word") == ["a"] * 40
    assert StarTable(written(tmp_path, "tic;w\n1;0,5\n2;1\n3;0\n4;\n")).labels("w") == ["yes", "yes", "", ""]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cells=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\ufeff"), max_size=8), min_size=1),
    sep=st.sampled_from([",", ";", "\t"]),
)
def test_words_written_by_pandas_come_back(tmp_path, cells, sep):
    frame = pd.DataFrame({"tic": np.arange(len(cells)) + 1, "word": [f"w {cell}|" for cell in cells]})
    path = tmp_path / "w.csv"
    frame.to_csv(path, sep=sep, index=False, quoting=1)
    table = StarTable(path)
    assert table.owners == [f"TIC {i + 1}" for i in range(len(cells))]
    from clara_engine.text import visible

    assert table.words("word") == [visible(f"w {cell}|") for cell in cells]


def test_a_star_keeps_all_of_its_values(workspace, tmp_path):
    path = written(tmp_path, "TIC ID,TFOPWG Disposition\n1001,CP\n1001,FP\n1001,CP\n1002,PC\n")
    assert workspace.labels.import_csv(path, {"tfopwg_disposition": "toi"}) == {"toi": 3}
    assert values_of(workspace, "toi") == [("1001", "CP"), ("1001", "FP"), ("1002", "PC")]
    assert workspace.labels.import_csv(path, {"TFOPWG Disposition": "toi"}) == {"toi": 3}
    assert len(values_of(workspace, "toi")) == 3


def test_labels_belong_to_the_content_of_their_table(workspace, tmp_path):
    first = written(tmp_path, "tic,kind\n1001,EB\n1002,RR\n", "a/labels.csv")
    second = written(tmp_path, "tic,kind\n1003,EB\n1002,RR\n", "b/labels.csv")
    for path in (first, second, first):
        workspace.labels.import_csv(path, {"kind": "kind"})
    everything = [("1001", "EB"), ("1002", "RR"), ("1002", "RR"), ("1003", "EB")]
    assert values_of(workspace, "kind") == everything  # two tables say that 1002 is one
    second.write_text("tic,kind\n1004,EB\n")  # a new version at the same place
    workspace.labels.import_csv(second, {"kind": "kind"})
    assert values_of(workspace, "kind") == [("1001", "EB"), ("1002", "RR"), ("1004", "EB")]
    copy = written(tmp_path, first.read_text(), "c/labels.csv")
    workspace.labels.import_csv(copy, {"kind": "kind"})
    assert len(values_of(workspace, "kind")) == 3


GAIA = [5707485527450614656, 5707485527450614657]


def test_numbers_of_gaia_keep_their_digits_or_are_refused(workspace, tmp_path):
    frame = pd.DataFrame({"tic": [1001, 1002], "gaia": GAIA})
    frame.to_csv(tmp_path / "text.csv", index=False)
    frame.to_parquet(tmp_path / "whole.parquet")
    for name in ("text.csv", "whole.parquet"):
        assert StarTable(tmp_path / name).labels("gaia") == list(map(str, GAIA))
        with pytest.raises(WorkspaceError, match="gaia holds 5707485527450614656, too many digits for a number"):
            workspace.labels.import_table(tmp_path / name, {}, ["gaia"])
    frame.astype({"gaia": float}).to_csv(tmp_path / "float.csv", index=False)
    frame.astype({"gaia": float}).to_parquet(tmp_path / "float.parquet")
    for name in ("float.csv", "float.parquet"):
        with pytest.raises(WorkspaceError, match="lost digits"):
            StarTable(tmp_path / name).labels("gaia")


def test_parameters(workspace, tmp_path):
    path = written(tmp_path, "tic;teff;odd\n1001;5800,5;x\n1001;5900,0;x\n1002;;x\n1003;--;x\n1004;4000,0;x\n")
    done = workspace.labels.import_table(path, {}, ["Teff"])
    assert (done.parameters, done.notes) == (3, ("Teff: 1 star has several values; all are kept, the first counts",))
    assert sorted(workspace.labels.parameters()["Teff"].dropna()) == [4000.0, 5800.5]
    with pytest.raises(WorkspaceError, match="odd is no column of numbers: it holds 'x'"):
        workspace.labels.import_parameters(path, ["odd"])


def test_a_star_keeps_the_numbers_of_every_source(workspace, tmp_path):
    ids = workspace.targets.ids()
    one = written(tmp_path, "tic,teff,tmag\n1001,5800,10\n1002,6000,11\n", "a/stars.csv")
    two = written(tmp_path, "tic,teff\n1001,5750\n", "b/stars.csv")
    for path in (one, two):
        workspace.labels.import_parameters(path, ["teff"])
    workspace.labels.add_parameters(pd.DataFrame({"teff": [5700.0, np.nan]}, index=ids[1:3]), "Gaia DR3")
    assert workspace.labels.every_parameter()["value"].tolist() == [5800, 5750, 5700, 6000]
    assert workspace.labels.parameters()["teff"].to_dict() == {ids[1]: 5700, ids[2]: 6000}
    workspace.labels.import_parameters(one, ["teff"])  # the same table again: its word is the last
    assert workspace.labels.parameters()["teff"].to_dict() == {ids[1]: 5800, ids[2]: 6000}
    one.write_text("tic,teff\n1003,4000\n")  # a new version at the same place
    workspace.labels.import_parameters(one, ["teff"])
    assert workspace.labels.parameters()["teff"].to_dict() == {ids[1]: 5700, ids[3]: 4000}
    asked = query(workspace, "SELECT value, source FROM parameter_values WHERE target_id LIKE '1001-%'")
    assert asked["value"].tolist() == [5750, 5700]
    assert asked["source"][0].startswith("stars.csv ")


def test_numbers_of_an_older_workspace_stay(tmp_path):
    before = next(i for i, script in enumerate(MIGRATIONS) if "parameters_before" in script)
    with closing(sqlite3.connect(tmp_path / "clara.sqlite")) as connection, connection:
        for script in (FIRST_SCHEMA, *MIGRATIONS[:before]):
            connection.executescript(script)
        connection.execute("INSERT INTO parameters VALUES ('1-s0001-SPOC-120', 'teff', 5000.0, 'test')")
        connection.execute(f"PRAGMA user_version = {before + 1}")
    assert Workspace.open(tmp_path).labels.parameters()["teff"].to_dict() == {"1-s0001-SPOC-120": 5000.0}


@pytest.mark.parametrize("words", [("1", "0"), ("True", "False"), ("yes", "no"), ("Y", "n")])
def test_a_no_is_no_label_and_leaves_a_star_quiet(workspace, tmp_path, words):
    yes, no = words
    ids = workspace.targets.ids()
    workspace.labels.import_csv(written(tmp_path, f"tic,eb\n1001,{yes}\n1002,{no}\n"), {"eb": "eb"})
    assert values_of(workspace, "eb") == [("1001", yes), ("1002", no)]
    assert set(ids) - set(workspace.labels.uneventful(ids)) == {ids[1]}
    assert chosen_label(workspace, "eb") == target_label(workspace) == ("eb", yes)
    workspace.labels.import_csv(written(tmp_path, f"tic,eb\n1003,EA\n1002,{no}\n", "b/table.csv"), {"eb": "eb"})
    among = workspace.labels.members(ids)["eb", "any"]  # the other table has classes, and no is no class
    assert set(np.array(ids)[among]) == {ids[1], ids[3], *([] if no == "no" else [ids[2]])}


def test_a_nought_among_classes_is_a_class(workspace, tmp_path):
    ids = workspace.targets.ids()
    workspace.labels.import_csv(written(tmp_path, "tic,kind\n1001,0\n1002,1\n1003,5\n"), {"kind": "kind"})
    assert set(ids) - set(workspace.labels.uneventful(ids)) == set(ids[1:4])
    assert workspace.labels.members(ids)["kind", "any"].sum() == 3


def test_control_characters_are_shown(workspace, tmp_path):
    path = written(tmp_path, 'tic,kind\n1001,"a\x1b[31mb"\n1002,"two\nlines"\n')
    workspace.labels.import_csv(path, {"kind": "kind"})
    assert values_of(workspace, "kind") == [("1001", "a\\x1b[31mb"), ("1002", "two\\nlines")]


@pytest.mark.parametrize(
    ("name", "key", "column", "kind"),
    [
        ("real_more/tables/exofop_toi_export.csv.gz", "TIC ID", "TFOPWG Disposition", "6 values"),
        ("catalogues/toi_nasa_exoplanet_archive_2025-10-04.csv.gz", "tid", "tfopwg_disp", "6 values"),
        ("real_more/tables/nasa_koi_cumulative.csv.gz", "kepid", "koi_disposition", "3 values"),
        ("catalogues/tess_ebs_villanova_4584.csv.gz", "tess_id", "period", "numbers"),
        ("real_more/tables/cpv_table1_MRT.csv", "ticid", "period", "numbers"),
        ("real_more/tables/cpv_known_cpv_dip_counts.csv", "ticid", "class", "values"),
        ("real_more/tables/stanley_villanova_orbit_data_kepler.csv.gz", "KIC", "period", "numbers"),
        ("real_more/tables/tzdwi_prewhitening.csv.gz", "TIC", "f0", "numbers"),
        ("real_more/tables/ucd_spts.csv", "TIC", "spt", "values"),
    ],
)
def test_real_tables(shared_data, workspace, name, key, column, kind):
    path = shared_data / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    assert StarTable(path).keys == (key,)
    assert kind in workspace.labels.columns_of(path)[column]


def test_a_star_is_found_by_each_of_its_catalogues(tmp_path):
    table = StarTable(written(tmp_path, "kepid,TIC,a\n757076,1001,x\n,1002,y\n5,,z\n"))
    targets = pd.DataFrame({"target_id": ["a", "b", "c"], "catalogue": ["KIC", "TIC", "KIC"], "tic": [757076, 1002, 5]})
    assert dict(table.rows_of(targets).itertuples(index=False)) == {"a": 0, "b": 1, "c": 2}
    both = targets.assign(catalogue="TIC", tic=[1001, 1002, 1003])
    assert dict(table.rows_of(both).itertuples(index=False)) == {"a": 0, "b": 1}


def test_two_columns_that_may_be_meant_are_named(tmp_path):
    table = StarTable(written(tmp_path, "tic,kind,kind\n1001,EB,RR\n1002,EB,EB\n"))
    with pytest.raises(WorkspaceError, match=r"kind\.1, kind\.2 mean the same and hold other cells; name one"):
        table.found("kind")
    assert table.labels("kind.2") == ["RR", "EB"]
    with pytest.raises(WorkspaceError, match="tic, TIC mean the same and hold other cells; leave one"):
        StarTable(written(tmp_path, "tic,TIC\n1001,1002\n"))
    assert StarTable(written(tmp_path, "tic,TIC\n1001,1001\n")).owners == ["TIC 1001"]
