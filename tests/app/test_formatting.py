"""Words for people."""

import numpy as np
import pandas as pd
import pytest

from clara_app.formatting import format_bytes, label_options, light_curve_names, star_name


@pytest.mark.parametrize(
    ("star", "words"),
    [
        ({"tic": 261136679}, "261136679"),
        ({"tic": 5, "catalogue": "TIC"}, "5"),
        ({"tic": 757076, "catalogue": "KIC"}, "KIC 757076"),
        ({"tic": 2.1e8, "catalogue": "EPIC"}, "EPIC 210000000"),
    ],
)
def test_numbers_of_other_catalogues_are_named(star: dict, words: str) -> None:
    assert star_name(star) == words


def test_light_curves_of_one_star_are_told_apart_by_as_little_as_is_needed() -> None:
    rows = [
        ("TIC", 1, 1, "SPOC", 120.0),
        ("TIC", 2, 1, "SPOC", 120.0),
        ("TIC", 2, 2, "SPOC", 120.0),
        ("TIC", 3, 1, "SPOC", 120.0),
        ("TIC", 3, 1, "TASOC", 1800.0),
        ("TIC", 3, 4, "SPOC", 120.0),
        ("TIC", 4, 1, "SPOC", 120.0),
        ("TIC", 4, 1, "SPOC", 20.0),
        ("KIC", 1, 1, "Kepler", 1765.0),
    ]
    table = pd.DataFrame(rows, columns=["catalogue", "tic", "sector", "product", "cadence_s"])
    names = ["", "s1", "s2", "s1 SPOC", "s1 TASOC", "s4", "s1 SPOC 120 s", "s1 SPOC 20 s", ""]
    assert light_curve_names(table).tolist() == names
    assert star_name({"tic": 2, "which": "s1"}) == "2 s1"


@pytest.mark.parametrize(
    ("number", "words"), [(12, "12 bytes"), (999.7e3, "1 MB"), (998.7e3, "999 kB"), (2.13e9, "2.13 GB")]
)
def test_sizes_have_the_unit_that_suits_them(number: float, words: str) -> None:
    assert format_bytes(number) == words


def test_labels_of_too_few_stars_and_of_all_are_no_choice() -> None:
    members = {("toi", "CP"): np.array([1, 1, 0], bool), ("toi", "FP"): np.array([1, 0, 0], bool)}
    members[("truth", "star")] = np.ones(3, bool)
    assert label_options(members) == {"toi: CP  (2)": ("toi", "CP"), "toi: FP  (1)": ("toi", "FP")}
    assert label_options(members, least=2) == {"toi: CP  (2)": ("toi", "CP")}
