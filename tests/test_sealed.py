"""No flipped bit of a file becomes another number, and what does not fit is one line."""

import random
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import DamagedFile
from clara_engine.sealed import built, read_array, read_json, read_table, save_array, sealed, write_table

TABLE = pd.DataFrame(
    {
        "target_id": ["1-s0001", "2-s0001", "3-s0001"],
        "score": [0.1, np.nan, 1e-300],
        "rank": pd.array([1, None, 3], "Int64"),
        "trained": [True, False, True],
        "kind": ["dip", None, "größer"],
    }
)
FACTS = {"name": "pca", "share": 0.1, "counts": [1, 2], "nothing": None, "deep": {"nan": 1.5}}
ARRAY = np.arange(60, dtype=np.float32).reshape(20, 3)
KINDS = {
    "table.parquet": (lambda path: write_table(TABLE, path), lambda path: read_table(path, TABLE.columns)),
    "facts.json": (lambda path: path.write_text(sealed(FACTS)), lambda path: {n: read_json(path)[n] for n in FACTS}),
    "array.npy": (lambda path: save_array(path, ARRAY), lambda path: read_array(path, (None, 3), "float32")),
}


def same(one, other):
    if isinstance(one, pd.DataFrame):
        return one.equals(other) and one.dtypes.equals(other.dtypes)
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


@pytest.mark.parametrize("name", KINDS)
def test_every_flipped_bit_is_told_or_changes_nothing(name, tmp_path):
    write, read = KINDS[name]
    path = tmp_path / name
    write(path)
    whole, content = read(path), path.read_bytes()
    assert same(whole, {"table.parquet": TABLE, "facts.json": FACTS, "array.npy": ARRAY}[name])
    draw, told = random.Random(1), 0
    for _ in range(150):
        damaged = bytearray(content)
        damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        try:
            found = read(path)
        except (DamagedFile, KeyError):
            told += 1
        else:
            assert same(found, whole)
    assert told > 50


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"PAR1", b"\x93NUMPY", b"SQLite format 3\0"])
def test_another_kind_of_file_is_one_line(name, content, tmp_path):
    if name == "facts.json" and content == b"[1]":
        return
    path = tmp_path / "cache" / name
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=r"is damaged \(.+\): delete it, and it is made again$"):
        KINDS[name][1](path)


def test_what_an_older_version_wrote_without_a_digest_is_read(tmp_path):
    TABLE.to_parquet(tmp_path / "t.parquet", index=False)
    assert read_table(tmp_path / "t.parquet").equals(TABLE)
    np.save(tmp_path / "a.npy", ARRAY)
    assert np.array_equal(read_array(tmp_path / "a.npy", (20, 3), "float32", mapped=True), ARRAY)
    (tmp_path / "f.json").write_text('{"a": 1}')
    assert read_json(tmp_path / "f.json") == {"a": 1}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"needed": ["other"]}, "no column other"),
        ({"finite": ["score"]}, "score holds what is no number"),
        ({"finite": ["kind"]}, "could not convert"),
        ({"unique": "kind"}, "does not name each row once"),
    ],
)
def test_a_table_of_other_columns_is_told(asked, said, tmp_path):
    write_table(TABLE, tmp_path / "t.parquet")
    with pytest.raises(DamagedFile, match=said):
        read_table(tmp_path / "t.parquet", **asked)


def test_an_array_of_another_shape_type_or_with_nan_is_told(tmp_path):
    save_array(tmp_path / "a.npy", ARRAY)
    for shape, kind in (((20, 4), "float32"), ((60,), "float32"), ((20, 3), "int32")):
        with pytest.raises(DamagedFile, match="float32 of shape"):
            read_array(tmp_path / "a.npy", shape, kind)
    save_array(tmp_path / "a.npy", ARRAY * np.nan)
    with pytest.raises(DamagedFile, match="no number"):
        read_array(tmp_path / "a.npy", (20, 3), "float32")


@dataclass(frozen=True)
class Star:
    name: str
    tmag: float = 10.0


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "name is missing"),
        ({"name": "a", "more": 1}, "more is unknown"),
        ([], "no fields"),
        ({"name": "a", "tmag": "x"}, "tmag"),
    ],
)
def test_fields_that_do_not_fit_are_refused(facts, said):
    assert built(Star, {"name": "a"}) == Star("a")
    with pytest.raises(ValueError, match=said):
        built(Star, facts)
