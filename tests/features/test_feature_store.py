import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clara_engine.errors import Cancelled, FeatureError
from clara_engine.features import Block, FeatureSet, FeatureStore, feature_store
from clara_engine.locks import hold

SIZE = 5
TOY = FeatureSet(
    name="toy",
    version=1,
    title="Toy",
    blocks=(Block(name="n", quantity="n", unit="", start=0, stop=SIZE, axis=np.zeros(SIZE), axis_name="place"),),
    compute=len,  # type: ignore[arg-type]
)


def rows(*values):
    return np.repeat(np.array(values, np.float32)[:, None], SIZE, axis=1)


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path, TOY)


def again(store):
    return FeatureStore(store.folder.parent, TOY)


def test_rows_come_back_in_the_order_asked_for(store):
    store.append(["a", "b", "c"], rows(1, 2, 3))
    for opened in (store, again(store)):
        assert opened.ids() == {"a", "b", "c"}
        np.testing.assert_array_equal(opened.matrix(["c", "a"]), rows(3, 1))
        assert opened.matrix(["b"]).dtype == np.float32


def test_long_appends_are_cut_into_segments(store):
    ids = [f"t{i}" for i in range(600)]
    values = np.random.default_rng(0).normal(size=(600, SIZE))
    store.append(ids, values)
    sizes = [np.load(file).shape[0] for file in sorted(store.folder.glob("*.npy"))]
    assert sizes == [256, 256, 88]
    np.testing.assert_array_equal(again(store).matrix(ids), values.astype(np.float32))
    pieces = list(store.blocks(ids, rows=250))
    assert [len(piece) for piece in pieces] == [250, 250, 100]
    np.testing.assert_array_equal(np.concatenate(pieces), values.astype(np.float32))


def test_an_id_appended_again_supersedes_the_older_row(store):
    store.append(["a", "b"], rows(1, 2))
    before = store.fingerprint(["a", "b"])
    store.append(["a"], rows(9))
    for opened in (store, again(store)):
        np.testing.assert_array_equal(opened.matrix(["a", "b"]), rows(9, 2))
    assert store.fingerprint(["a", "b"]) != before
    assert store.fingerprint(["b"]) == again(store).fingerprint(["b"])


def test_the_younger_row_wins_even_if_the_clock_was_set_back(store, monkeypatch):
    store.append(["a"], rows(1))
    monkeypatch.setattr(feature_store.time, "time_ns", lambda: 5)
    store.append(["a"], rows(2))
    np.testing.assert_array_equal(again(store).matrix(["a"]), rows(2))


def test_fingerprint_depends_on_ids_and_values_not_on_order_or_segments(store, tmp_path):
    store.append(["a", "b"], rows(1, 2))
    other = FeatureStore(tmp_path / "other", TOY)
    other.append(["b"], rows(2))
    other.append(["a"], rows(1))
    assert store.fingerprint(["a", "b"]) == other.fingerprint(["b", "a"])
    assert store.fingerprint(["a"]) != store.fingerprint(["b"])
    assert FeatureStore(tmp_path, replace(TOY, version=2)).fingerprint([]) != store.fingerprint([])


def test_missing_ids_are_named(store):
    store.append(["a"], rows(1))
    with pytest.raises(FeatureError, match="toy-v1 features of x, y, z and 2 more: extract them first"):
        store.matrix(["x", "a", "y", "z", "u", "v"])
    with pytest.raises(FeatureError, match="features of x"):
        next(store.blocks(["x"]))
    with pytest.raises(FeatureError, match="features of x"):
        store.fingerprint(["x"])


def test_failures_are_kept_and_skipped_unless_tried_again(store):
    store.append(["a"], rows(1))
    store.append_failures({"b": "the flux is constant"})
    opened = again(store)
    assert opened.failures == {"b": "the flux is constant"}
    assert opened.missing(["c", "b", "a", "c"]) == ["c"]
    assert opened.missing(["c", "b", "a"], retry=True) == ["c", "b"]
    opened.append(["b"], rows(2))
    assert again(store).failures == {}


def test_versions_do_not_mix(store, tmp_path):
    store.append(["a"], rows(1))
    assert FeatureStore(tmp_path, replace(TOY, version=2)).ids() == frozenset()


def test_rows_that_can_not_be_used_are_refused(store):
    with pytest.raises(FeatureError, match=r"shape \(1, 3\), expected \(1, 5\)"):
        store.append(["a"], [[1, 2, 3]])
    with pytest.raises(FeatureError, match="features of b are not all finite"):
        store.append(["a", "b"], [[1] * 5, [1, 2, np.nan, 4, 5]])
    assert store.ids() == frozenset()


@pytest.mark.parametrize("crash", ["truncated rows", "no list", "half a list", "rows gone", "foreign list"])
def test_a_torn_segment_counts_as_never_written_and_heals(store, crash):
    store.append(["a"], rows(1))
    store.append(["b"], rows(2))
    file = sorted(store.folder.glob("*.npy"))[1]
    listed = file.with_suffix(".json")
    match crash:
        case "truncated rows":
            os.truncate(file, file.stat().st_size - 4)
        case "no list":
            listed.unlink()
        case "half a list":
            os.truncate(listed, listed.stat().st_size // 2)
        case "rows gone":
            file.unlink()
        case "foreign list":
            listed.write_text(json.dumps(["not", "ours"]))
    opened = again(store)
    assert opened.missing(["a", "b"]) == ["b"]
    opened.append(["b"], rows(3))
    np.testing.assert_array_equal(again(store).matrix(["a", "b"]), rows(1, 3))


def test_a_kill_between_write_and_rename_loses_only_that_segment(store):
    store.append(["a"], rows(1))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(store.folder.parent)], cwd=Path(__file__).parent, timeout=180
    )
    assert killed.returncode == -9
    assert list(store.folder.glob(".*.part"))
    opened = again(store)
    assert opened.ids() == {"a"}
    opened.append(["b"], rows(2))
    assert again(store).ids() == {"a", "b"}


def test_leftovers_are_removed_when_their_writer_is_gone(store):
    store.append(["a"], rows(1))
    left = [store.folder / "00-x.npy", store.folder / ".00-x.npy.abc.part"]
    for file in left:
        file.write_bytes(b"half")
    handles = [os.open(file, os.O_RDWR) for file in left]
    assert [hold(handle) for handle in handles] == [True, True]
    assert again(store).ids() == {"a"}
    assert all(file.exists() for file in left)
    for handle in handles:
        os.close(handle)
    assert again(store).ids() == {"a"}
    assert not any(file.exists() for file in left)


def test_reading_makes_no_folder(tmp_path):
    assert FeatureStore(tmp_path / "features", TOY).ids() == frozenset()
    assert list(tmp_path.iterdir()) == []


def test_processes_append_at_once_and_see_each_other(store):
    store.append(["first"], rows(1))
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.folder.parent), name], cwd=Path(__file__).parent)
        for name in ("p", "q")
    ]
    assert [writer.wait(timeout=180) for writer in writers] == [0, 0]
    expected = {"first"} | {f"{name}{i}" for name in "pq" for i in range(30)}
    assert store.ids() == expected
    np.testing.assert_array_equal(store.matrix(["p29", "q3", "first"]), rows(29, 3, 1))


def test_extend_keeps_rows_and_failures_also_when_it_is_cut_short(store):
    def results():
        yield "a", rows(1)[0]
        yield "b", FeatureError("constant")
        yield "c", rows(3)[0]
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        store.extend(results())
    opened = again(store)
    assert opened.ids() == {"a", "c"}
    assert opened.failures == {"b": "constant"}
    assert opened.missing(["a", "b", "c", "d"]) == ["d"]
    assert opened.extend([("d", rows(4)[0])]) == 1


WRITER = """
import sys
from pathlib import Path
from test_feature_store import TOY, FeatureStore, rows
store = FeatureStore(Path(sys.argv[1]), TOY)
for i in range(30):
    store.append([f"{sys.argv[2]}{i}"], rows(i))
"""

KILLED = """
import os, signal, sys
from pathlib import Path
from test_feature_store import TOY, FeatureStore, rows
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
FeatureStore(Path(sys.argv[1]), TOY).append(["b"], rows(2))
"""
