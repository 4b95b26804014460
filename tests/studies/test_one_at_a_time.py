"""One light curve of a star at a time, by the rule that is written down."""

import numpy as np
import pandas as pd

from clara_engine.studies.one_at_a_time import PIPELINES, one_at_a_time


def table(*rows):
    names = ["sector", "product", "cadence_s", "begin_btjd", "end_btjd", "part"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.set_index(
        "S" + frame["sector"].astype(str) + frame["product"] + frame["cadence_s"].astype(str) + frame["part"]
    )


def test_pipelines_in_their_order_and_two_minutes_before_twenty_seconds():
    rows = [(27, product, 600, 2036.0, 2060.0, "") for product in PIPELINES if product != "SPOC"]
    rows += [(27, "SPOC", cadence, 2036.0, 2060.0, "") for cadence in (20, 120)]
    found = one_at_a_time(table(*rows))
    assert found.ids == ("S27SPOC120",)
    assert len(found.left_out) == len(rows) - 1
    rows = [row for row in rows if row[1] not in ("SPOC", "Kepler", "K2")]
    order = []
    while rows:
        (best,) = one_at_a_time(table(*rows)).ids
        order.append(best)
        rows = [row for row in rows if f"S27{row[1]}600" != best]
    assert order[:4] == ["S27TESS-SPOC600", "S27TGLC600", "S27QLP600", "S27TASOC600"]


def test_other_sectors_come_from_what_there_is_and_in_order_of_time():
    rows = [
        (2, "QLP", 1800, 1354.0, 1381.0, ""),
        (1, "SPOC", 120, 1325.0, 1353.0, ""),
        (1, "QLP", 1800, 1325.0, 1353.0, ""),
    ]
    found = one_at_a_time(table(*rows))
    assert found.ids == ("S1SPOC120", "S2QLP1800")
    assert found.left_out == ("S1QLP1800, for S1SPOC120",)
    assert one_at_a_time(table(*rows), "S1QLP1800").ids == ("S1QLP1800", "S2QLP1800")


def test_months_of_a_quarter_are_all_taken_and_old_processings_are_not():
    months = [(5, "Kepler", 59, begin, begin + 29.0, part) for begin, part in ((540.0, ""), (570.0, "b"), (600.0, "c"))]
    assert len(one_at_a_time(table(*months)).ids) == 3
    both = [(1, "SPOC", 120, 1325.0, 1353.0, part) for part in ("-dr1", "")]
    assert one_at_a_time(table(*both)).ids == ("S1SPOC120",)


def test_a_table_without_a_sector_that_overlaps_one_is_left_out():
    rows = [(0, "table", 120, 1330.0, 1340.0, ""), (1, "SPOC", 120, 1325.0, 1353.0, "")]
    assert one_at_a_time(table(*rows)).ids == ("S1SPOC120",)


def test_where_times_are_not_known_the_sector_tells():
    rows = [
        (1, "QLP", 1800, np.nan, np.nan, ""),
        (1, "SPOC", 120, 1325.0, 1353.0, ""),
        (2, "QLP", 1800, np.nan, np.nan, ""),
    ]
    assert one_at_a_time(table(*rows)).ids == ("S1SPOC120", "S2QLP1800")
