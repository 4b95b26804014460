"""Light curves in the dialects that programs write come back equal; rows that are damaged are refused."""

import csv
import gzip
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clara_engine.errors import UnreadableLightCurve
from clara_engine.readers import read_light_curve
from clara_engine.readers.table_names import unlike

SIZE = 60
TIME = 1325 + np.arange(SIZE) / 720
FLUX = 1 + 1e-3 * np.sin(np.arange(SIZE))
ERROR = np.full(SIZE, 1e-3)


@st.composite
def dialects(draw):
    """A separator, and everything about a file that may differ with it."""
    separator = draw(st.sampled_from([",", ";", "\t", "|", " ", "   "]))
    return {
        "separator": separator,
        "decimal": draw(st.sampled_from([".", ","])) if separator != "," else ".",
        "quoting": draw(st.sampled_from([csv.QUOTE_NONE, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        "names": draw(st.sampled_from(["first", "comment", "none"])),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        "order": draw(st.permutations(["time", "flux", "flux_err"])),
        "zipped": draw(st.booleans()),
        "last_end": draw(st.booleans()),
        "spelling": draw(st.sampled_from([str, str.upper, str.title])),
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(dialect=dialects())
def test_every_dialect_comes_back_equal(tmp_path, dialect):
    columns = {"time": TIME, "flux": FLUX, "flux_err": ERROR}
    order = ["time", "flux", "flux_err"] if dialect["names"] == "none" else dialect["order"]

    def cell(value):
        shown = repr(float(value)).replace(".", dialect["decimal"])
        return f'"{shown}"' if dialect["quoting"] == csv.QUOTE_ALL else shown

    def name(word):
        word = dialect["spelling"](word)
        return word if dialect["quoting"] == csv.QUOTE_NONE else f'"{word}"'

    lines = [dialect["separator"].join(cell(columns[word][i]) for word in order) for i in range(SIZE)]
    head = dialect["separator"].join(map(name, order))
    lines = {"first": [head], "comment": ["# a light curve", f"# {head}"], "none": []}[dialect["names"]] + lines
    body = (dialect["end"].join(lines) + dialect["end"] * dialect["last_end"]).encode(dialect["encoding"])
    path = tmp_path / f"TIC77.txt{'.gz' * dialect['zipped']}"
    path.write_bytes(gzip.compress(body) if dialect["zipped"] else body)
    curve = read_light_curve(path)
    np.testing.assert_allclose(curve.time, TIME, rtol=0, atol=1e-9)
    np.testing.assert_allclose(curve.flux, FLUX, rtol=1e-14)
    np.testing.assert_allclose(curve.flux_err, ERROR, rtol=1e-14)


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("sep", [",", ";", "\t"])
def test_what_pandas_writes(tmp_path, index, sep):
    frame = pd.DataFrame({"time": TIME, "flux": FLUX, "note": 'a "b", c; d', "quality": np.arange(SIZE)})
    frame.to_csv(tmp_path / "TIC 1.csv", index=index, sep=sep, decimal="," if sep == ";" else ".")
    curve = read_light_curve(tmp_path / "TIC 1.csv")
    np.testing.assert_allclose(curve.flux, FLUX, rtol=1e-14)
    assert curve.quality.tolist() == list(range(SIZE))


def written(tmp_path, *lines, name="TIC1.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines))
    return path


ROWS = [f"{t!r},{f!r}" for t, f in zip(TIME.tolist(), FLUX.tolist(), strict=True)]


@pytest.mark.parametrize(
    "lines",
    [
        ["time,flux,", *(f"{row}," for row in ROWS)],  # a separator at the end of each line
        ["time,flux", *(f"{row}," for row in ROWS)],
        ['"time" "flux"', *(f'"{i}" {row.replace(",", " ")}' for i, row in enumerate(ROWS))],  # R's write.table
        ["time,flux", "", *ROWS[:9], "   ", *ROWS[9:], ""],
        ["'time','flux'", *(f"'{t!r}','{f!r}'" for t, f in zip(TIME.tolist(), FLUX.tolist(), strict=True))],
        ["time , flux", *(row.replace(",", " ,  ") for row in ROWS)],
        ["#time,flux,", *(f"{row}," for row in ROWS)],
    ],
)
def test_habits_of_programs(tmp_path, lines):
    np.testing.assert_allclose(read_light_curve(written(tmp_path, *lines)).flux, FLUX, rtol=1e-14)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["time,flux", *ROWS, "1326"], f"row {SIZE + 1} has 1 of 2 columns"),
        (["time,flux", *ROWS, "1326,1,2"], f"row {SIZE + 1} has 3 of 2 columns"),
        (['time,flux,"note"', *(f'{row},"x' for row in ROWS)], "a quote opened and never closed"),
        (
            ["time,flux", *(f"{row[:-2]} *" if i % 2 else row for i, row in enumerate(ROWS))],
            "30 of 60 cells are no num",
        ),
        (["time,flux", *(f"2018-07-2{i % 9} 10:00:00,1.0{i}" for i in range(SIZE))], "time holds dates such as 2018"),
    ],
)
def test_damage_is_refused(tmp_path, lines, said):
    with pytest.raises(UnreadableLightCurve, match=said) as caught:
        read_light_curve(written(tmp_path, *lines))
    assert "\n" not in str(caught.value)


def test_a_few_cells_that_are_no_numbers_are_told(tmp_path):
    rows = [*ROWS]
    rows[5] = f"{TIME[5]},0.998 *"
    curve = read_light_curve(written(tmp_path, "time,flux", *rows))
    assert np.flatnonzero(np.isnan(curve.flux)).tolist() == [5]
    assert curve.notes == ("1 of 60 cells of flux is no number, such as '0.998 *': left out",)


def test_rows_out_of_order_and_twice(tmp_path):
    curve = read_light_curve(written(tmp_path, "time,flux", *ROWS[::-1], ROWS[3], ROWS[7], f"{TIME[9]},0.5"))
    np.testing.assert_allclose(curve.time, np.insert(TIME, 9, TIME[9]), rtol=1e-12)
    assert curve.notes == ("2 rows are there twice: taken once", "1 times come twice with other flux: both are kept")
    with pytest.raises(UnreadableLightCurve, match="60 of 120 times come twice"):
        read_light_curve(written(tmp_path, "time,flux", *ROWS, *(f"{t},1.5{i}" for i, t in enumerate(TIME))))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["," * 20_000], "20,001 columns, where 10,000 are the most"),
        (["time,flux" + " " * 200_000, *ROWS], "a line of 200,009 letters, where 131,072 are the most"),
        (["time,flux", f'"{",".join(ROWS)}', *ROWS * 200], "a quote opened and never closed"),
    ],
)
def test_what_no_table_is_long_is_refused(tmp_path, lines, said):
    with pytest.raises(UnreadableLightCurve, match=said):
        read_light_curve(written(tmp_path, *lines))


def test_long_comments_and_names_take_no_time(tmp_path):
    odd = ["# a:" + " " * 100_000 + "x", "# a,b"] * 100
    begin = time.process_time()
    curve = read_light_curve(written(tmp_path, *odd, f"time,flux,{'(' * 50_000}", *(f"{row},1" for row in ROWS)))
    np.testing.assert_allclose(curve.time, TIME, rtol=1e-12)
    assert len(unlike([""] * 20_000)) == len(set(unlike([""] * 20_000)))
    assert time.process_time() - begin < 5
