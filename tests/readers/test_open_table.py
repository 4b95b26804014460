"""Which files are tables, and how they are opened."""

import gzip
import os

import numpy as np
import pandas as pd
import pytest

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import open_table, read_light_curve, read_target, table_file

TIME = 1325 + np.arange(200) / 720


FLUX = 1 + 1e-3 * np.sin(np.arange(200))


def table(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_files_that_are_no_tables(tmp_path):
    for name, content, message in [
        ("a.csv", b"", "is empty"),
        ("b.csv", b"\xff\xfe\x00\x01" * 9, "neither a FITS file nor text"),
        ("c.csv.gz", b"\x1f\x8bbroken", "gzip"),
        ("d.parquet", b"PAR1broken", "no Parquet file"),
        ("e.csv", b"time,flux\n1,2\n3\n", "row 2 has 1 of 2 columns"),
        ("f.csv", b"time,flux\n", "no samples"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableLightCurve, match=f"^{name}: .*{message}"):
            read_light_curve(tmp_path / name)
    with pytest.raises(UnreadableLightCurve, match=r"^none\.csv: no such file"):
        read_target(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnreadableLightCurve, match="is a folder"):
        read_light_curve(tmp_path / "folder.csv")


def test_stars_that_are_read_one_after_the_other_are_parsed_once_while_the_file_stays(tmp_path, monkeypatch):
    def written(level):
        table(path, tic=np.repeat(stars, 200), time=np.tile(TIME, 5), flux=np.outer(stars * level, FLUX).ravel())

    parsed = []
    parse = table_file.read_table
    monkeypatch.setattr(table_file, "read_table", lambda path: parsed.append(path) or parse(path))
    stars, path = np.arange(1001, 1006), tmp_path / "many.csv"
    written(1)
    for tic in stars:
        curve = read_light_curve(path, of=(f"TIC {tic}", 0))
        np.testing.assert_allclose(curve.flux, tic * FLUX)
    assert len(parsed) == 1
    written(1000)
    np.testing.assert_allclose(read_light_curve(path, of=("TIC 1003", 0)).flux, 1003e3 * FLUX)
    assert len(parsed) == 2
    with pytest.raises(UnreadableLightCurve, match=r"holds no light curve of TIC 7, sector 0"):
        read_light_curve(path, of=("TIC 7", 0))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.vot", "a.ecsv"])
def test_nobody_waits_for_a_pipe(tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert not table_file.holds_light_curve(tmp_path / name)
    with pytest.raises(UnreadableLightCurve, match="is not a regular file"):
        read_light_curve(tmp_path / name)


@pytest.mark.parametrize("zipped", [False, True])
def test_what_is_too_much_for_memory_is_refused_and_never_cut(tmp_path, monkeypatch, zipped):
    monkeypatch.setattr(open_table, "LARGEST_BYTES", 5000)
    rows = [f"{t},{f}" for t, f in zip(TIME, FLUX, strict=True)]
    content = "\n".join(["time,flux", *rows]).encode()
    path = tmp_path / ("TIC1.csv.gz" if zipped else "TIC1.csv")
    path.write_bytes(gzip.compress(content) if zipped else content)
    assert len(content) > 5000
    with pytest.raises(UnreadableLightCurve, match="MB are too much for a table"):
        read_light_curve(path)
