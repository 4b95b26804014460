"""Files of light curves of every kind, and damage that disks, networks, editors and programs do to them.

`python -m tests.readers.damage FOLDER PLACE SEED FIRST LAST [REAL …]` damages and reads files in a process with limits.
"""

import faulthandler
import gzip
import io
import json
import pickle
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.io import fits
from astropy.table import Table

from clara_engine.archives.known_rows import read_file
from clara_engine.errors import ClaraError
from clara_engine.readers import read_light_curves, read_target, summarise, table_file, write_spoc
from clara_engine.readers.pack import KEY
from clara_engine.readers.pack_writer import write_pack
from clara_engine.store.star_table import StarTable
from tests.readers.header_true import build
from tests.readers.pixel_files import write_target_pixels
from tests.readers.spoc_curve import STAR, light_curve
from tests.readers.test_fits_layout import PRODUCTS

SAMPLES = 60
#: A reader may take this long for a file of some kilobytes [s of the processor]; one that waits is ended later.
LONGEST_S, WATCHDOG_S = 5.0, 60.0
#: Memory of a process that reads one damaged file after the other.
MOST_BYTES = 10**9

CELLS = (
    *("inf", "-inf", "nan", "1e400", "-1e308", "1e-320", "9" * 25, "9" * 5000, "1E+4300"),
    *("", "-", "--", "0x1F", "1_000", "١٢", "x" * 5000, "\0", "%s", "12:30", "2019-01-01", "True", "null"),
    *('"', "'", '""', "a,b", "<b>&", "1;2", "TIC 7", "TIC " + "9" * 5000),
)
CARDS = (
    *("0", "-1", "1", "2", "64", "1.5", "1E999", "NaN", "T", "F", "''", "'", "", "(1, 2)", "2147483647", "9" * 20),
    *("'1D'", "'0D'", "'1A'", "'999999999D'", "'1PE(99999999)'", "'16X'", "'12K'", "'%s'", "'BTJD'", "'mag'", "'ppm'"),
)
KEYWORDS = ("TNULL1", "TSCAL1", "TZERO1", "TSCAL2", "TZERO3", "TDIM2", "PCOUNT", "NAXIS2", "TIMEDEL", "BJDREFI")
NUMBERS = (np.inf, -np.inf, np.nan, 0.0, -1.0, 7.0, 3e38, -3e38, 1e-38, 2.0**31 - 1, 2457000.0, 86400.0)


def write_each(folder: Path) -> list[Path]:
    """Write a file of every kind that a reader knows, and some that all refuse."""
    for product, (columns, *_) in PRODUCTS.items():
        short = {key: np.ravel(value)[:SAMPLES] if np.ndim(value) else value for key, value in columns.items()}
        (folder / product).mkdir()
        build(product, folder / product, short, samples=SAMPLES)
    curve = light_curve(SAMPLES)
    write_spoc(curve, folder / "spoc.fits.gz")
    write_target_pixels(folder / "pixels.fits", STAR, size=5)
    write_pack([curve, light_curve(SAMPLES, target=replace(STAR, tic=7))], folder / "two.pack.parquet")
    frame = pd.DataFrame({"time": curve.time, "flux": curve.flux, "flux_err": curve.flux_err, "quality": curve.quality})
    stars = frame.assign(tic=np.repeat([261136679, 7], SAMPLES // 2), sector=1, label="flare")
    frame.to_csv(folder / "TIC1.csv", index=False)
    frame.to_csv(folder / "TIC1.tsv.gz", index=False, sep="\t")
    frame.to_csv(folder / "TIC1.dat", index=False, header=False, sep=" ")
    stars.to_csv(folder / "stars.csv", index=False, quoting=2)
    stars.to_csv(folder / "decimal.csv", index=False, sep=";", decimal=",")
    (folder / "facts.txt").write_text("# tic: 7\n# TIMESYS = TDB\n# time flux\n" + _rows(frame))
    stars.to_parquet(folder / "stars.parquet")
    for kind, ending in {"ascii.ecsv": "ecsv", "ascii.ipac": "tbl", "ascii.mrt": "mrt", "votable": "vot"}.items():
        Table.from_pandas(stars).write(folder / f"stars.{ending}", format=kind)
    Table.from_pandas(stars).write(folder / "binary.vot", format="votable", tabledata_format="binary2")
    Table.from_pandas(stars).write(folder / "astropys.parquet", format="parquet")
    for name in ("pickle.csv", "pickle.fits", "pickle.parquet"):
        (folder / name).write_bytes(pickle.dumps(stars))
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _rows(frame: pd.DataFrame) -> str:
    return "".join(f"{time:.6f} {flux}\n" for time, flux in zip(frame["time"], frame["flux"], strict=True))


def damaged(path: Path, rng: np.random.Generator) -> bytes:
    """What a file holds after one to three kinds of damage."""
    content = path.read_bytes()
    zipped = content.startswith(b"\x1f\x8b")
    if inside := zipped and rng.random() < 0.8:
        content = gzip.decompress(content)
    for _ in range(rng.integers(1, 4)):
        content = _once(content, rng)
    return gzip.compress(content, 1) if inside or (not zipped and rng.random() < 0.05) else content


def _once(content: bytes, rng: np.random.Generator) -> bytes:
    if content.startswith(b"SIMPLE") and rng.random() < 0.7:
        return _card(content, rng) if rng.random() < 0.6 else _fits_values(content, rng)
    if content.startswith(b"PAR1") and rng.random() < 0.6:
        return _parquet(content, rng)
    if content and b"\0" not in content[:4096] and rng.random() < 0.7:
        return _lines(content, rng) if rng.random() < 0.5 else _cell(content, rng)
    return _bytes(content, rng)


def _bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """Flipped, cut, swapped, repeated or emptied."""
    if not content:
        return rng.bytes(rng.integers(0, 100))
    begin, end = sorted(rng.integers(0, len(content) + 1, 2).tolist())
    size = int(rng.choice([1, 8, 80, 512, 2880]))
    block = slice(begin, begin + size)
    match rng.integers(8):
        case 0:
            flipped = bytearray(content)
            for place in rng.integers(0, len(content), rng.integers(1, 20)):
                flipped[place] ^= 1 << rng.integers(8)
            return bytes(flipped)
        case 1:
            return content[:end]
        case 2:
            return content[:begin] + content[end:]
        case 3:
            return content[:begin] + content[end : end + size] + content[begin + size : end] + content[block]
        case 4:
            return content[:begin] + content[block] * int(rng.integers(2, 50)) + content[begin:]
        case 5:
            return content[:begin] + bytes(size) + content[begin + size :]
        case 6:
            return content[:begin] + rng.bytes(size) + content[begin + size :]
        case _:
            return content[begin:]


def _card(content: bytes, rng: np.random.Generator) -> bytes:
    """A card of a FITS header with another value or keyword, away, or there twice."""
    places = [place for place in range(0, len(content) - 80, 80) if content[place + 8 : place + 10] == b"= "]
    if not places:
        return _bytes(content, rng)
    at, other = rng.choice(places, 2).tolist()
    card = content[at : at + 80]
    match rng.integers(6):
        case 0:
            card = content[other : other + 80]
        case 1:
            card = b" " * 80
        case 2:
            card = str(rng.choice(KEYWORDS)).ljust(8).encode() + card[8:]
        case _:
            card = card[:10] + str(rng.choice(CARDS)).rjust(20).encode()[:70]
    return content[:at] + card.ljust(80) + content[at + 80 :]


def _fits_values(content: bytes, rng: np.random.Generator) -> bytes:
    """A column of a FITS table with odd numbers, of another type, or sorted anew."""
    made = io.BytesIO()
    with np.errstate(all="ignore"), fits.open(io.BytesIO(content)) as hdus:
        table = hdus[1]
        names = table.columns.names
        name = names[rng.integers(len(names))]
        values = table.data[name]
        if values.dtype.kind in "iuf" and rng.random() < 0.6:
            rows = slice(None) if rng.random() < 0.3 else rng.integers(0, len(values), rng.integers(1, 30))
            table.data[name][rows] = np.asarray(rng.choice(NUMBERS)).astype(values.dtype)
        elif rng.random() < 0.5:
            table.data = table.data[rng.permutation(len(values))]  # in place astropy takes a minute
        else:
            form, cast = [("J", np.int32), ("20A", str), ("L", bool), ("E", np.float32)][rng.integers(4)]
            columns = [c for c in table.columns if c.name != name]
            changed = fits.Column(name, form, array=values.reshape(len(values), -1)[:, 0].astype(cast))
            hdus[1] = fits.BinTableHDU.from_columns([*columns, changed], header=table.header)
        hdus.writeto(made, output_verify="ignore")
    return made.getvalue()


def _lines(content: bytes, rng: np.random.Generator) -> bytes:
    """Lines repeated, away, swapped, joined or cut."""
    lines = content.split(b"\n")
    at, other = rng.integers(0, len(lines), 2).tolist()
    match rng.integers(6):
        case 0:
            lines[at:at] = [lines[at]] * int(rng.integers(1, 200))
        case 1:
            del lines[at]
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at : at + 2] = [b" ".join(lines[at : at + 2])]
        case 4:
            lines[at] = lines[at][: len(lines[at]) // 2]
        case _:
            lines[at] = rng.choice([b'"', b"#", b"---", b"\\", b"|", b"% ECSV", b"\r", b"<TR>", b"\xff\xfe"])
    return b"\n".join(lines)


def _cell(content: bytes, rng: np.random.Generator) -> bytes:
    """A cell, or a column of them, with something else in it; or other separators."""
    lines = content.decode("latin-1").split("\n")
    separator = max(",;\t| <", key=content[:2000].decode("latin-1").count)
    odd = str(rng.choice(CELLS))
    if rng.random() < 0.1:
        return content.replace(separator.encode(), rng.choice([b",", b";", b"\t", b"  ", b", "]))
    at, column = rng.integers(0, len(lines)), rng.integers(0, 6)
    for number in range(len(lines)) if rng.random() < 0.3 else [at]:
        cells = lines[number].split(separator)
        cells[min(column, len(cells) - 1)] = odd
        lines[number] = separator.join(cells)
    return "\n".join(lines).encode("utf-8" if odd == "١٢" else "latin-1", "replace")


def _parquet(content: bytes, rng: np.random.Generator) -> bytes:
    """A column of another type or with odd values; an index of a pack that says something else."""
    table = pq.read_table(io.BytesIO(content))
    metadata = dict(table.schema.metadata or {})
    if KEY in metadata and rng.random() < 0.5:
        index = json.loads(metadata[KEY])
        one = index["curves"][0]
        place = [index, one, one["target"]][rng.integers(3)]
        odd = [None, -1, 1e308, "x", [], {}, 10**30, True]
        place[str(rng.choice(sorted(place)))] = odd[rng.integers(len(odd))]
        table = table.replace_schema_metadata(metadata | {KEY: json.dumps(index).encode()})
    else:
        at = int(rng.integers(table.num_columns))
        size = table.num_rows
        odd = [
            pa.array(["x"] * size),
            pa.array([[1.0, 2.0]] * size),
            pa.array([{"a": 1}] * size),
            pa.array([None] * size, pa.null()),
            pa.array([True] * size),
            pa.array([b"\xff"] * size),
            pa.array(np.full(size, rng.choice(NUMBERS))),
            pa.array([2**63 - 1] * size),
            pa.array([10**9] * size).cast(pa.timestamp("ns")),
            pa.array(["x"] * size).dictionary_encode(),
            pa.array(np.arange(size, dtype=np.float16)),
            pa.array([1] * size).cast(pa.decimal128(38, 10)),
        ]
        name = str(rng.choice(table.column_names)) if rng.random() < 0.2 else table.column_names[at]
        table = table.set_column(at, name, odd[rng.integers(len(odd))])
    made = io.BytesIO()
    pq.write_table(table, made, row_group_size=max(1, table.num_rows // 2))
    return made.getvalue()


def said(path: Path) -> list[str]:
    """What everybody who reads a file says against it, a line each; whatever else they raise is a fault.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of str
        By `read_light_curves` first; empty where it is read.
    """
    refusals = []
    tables = (StarTable, read_file) if table_file.recognises(path) else ()
    for read in (read_light_curves, read_target, summarise, *tables):
        refusals.append("")
        try:
            read(path)
        except ClaraError as error:
            refusals[-1] = str(error) or "refused without a word"
    table_file.holds_light_curve(path)
    return refusals


def read_damaged(paths: list[Path], folder: Path, seed: int, numbers: range) -> Iterator[tuple[str, float, bool]]:
    """Damage files and read them: what is wrong with how that ended, processor time [s], and whether it was read."""
    for number in numbers:
        path = paths[number % len(paths)]
        rng = np.random.default_rng([seed, number])
        there = folder / path.name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                there.write_bytes(damaged(path, rng))
            except Exception:  # damage on damage, which those who write test files can't read
                there.write_bytes(_bytes(path.read_bytes(), rng))
        begin = time.process_time()
        wrong, lines = "", ["not read"]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                lines = said(there)
            wrong = next((line for line in lines if "\n" in line or len(line) > 1000), "")
        except Exception as error:
            wrong = f"{type(error).__name__}: {str(error)[:200]} ({_where(error)})"
        took = time.process_time() - begin
        wrong = wrong or (f"took {took:.1f} s" if took > LONGEST_S else "")
        yield (f"{number} {path.name}: {wrong}" if wrong else ""), took, not lines[0]
        there.unlink()


def _where(error: BaseException) -> str:
    place = error.__traceback__
    found = ""
    while place is not None:
        if "clara_engine" in place.tb_frame.f_code.co_filename:
            found = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}"
        place = place.tb_next
    return found


def main(folder: str, place: str, seed: str, first: str, last: str, *real: str) -> None:
    """Damage the files of a folder and real ones, and print what came of it as JSON."""
    paths = [*sorted(path for path in Path(folder).rglob("*") if path.is_file()), *map(Path, real)]
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    wrong, slowest, good = [], 0.0, 0
    for what, took, read in read_damaged(paths, Path(place), int(seed), range(int(first), int(last))):
        faulthandler.dump_traceback_later(WATCHDOG_S, exit=True)
        wrong += [what] if what else []
        slowest, good = max(slowest, took), good + read
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"wrong": wrong, "slowest_s": slowest, "read": good, "peak_bytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
