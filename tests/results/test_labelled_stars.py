"""What "What is it?" answers on labelled light curves: shares, intervals, chance and halves."""

import numpy as np
import pandas as pd
import pytest

from clara_engine import LightCurve, Target
from clara_engine.errors import WorkspaceError
from clara_engine.readers import write_spoc
from clara_engine.results.labelled_stars import NOT_MEASURED, RIGHT, answers, answers_by_kind, ask_stars, measure


def light_curve(tic, depth, second, seed):
    time = np.arange(0, 26, 10 / 1440)
    flux = 1 + np.random.default_rng(seed).normal(0, 3e-4, time.size)
    for at, deep in ((1.3, depth), (2.9, second)):
        away = np.abs((time - at + 1.6) % 3.2 - 1.6)
        flux -= deep * np.clip((0.07 - away) / 0.02, 0, 1)
    facts = {"teff": 5700.0, "radius": 1.0, "logg": 4.44}
    return LightCurve(time=1325 + time, flux=1e4 * flux, target=Target(tic=tic, sector=1, cadence_s=600, **facts))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labelled")
    rows = []
    for tic in range(6):
        planet = tic < 3
        write_spoc(light_curve(tic + 1, 0.01 if planet else 0.2, 0 if planet else 0.1, tic), folder / f"{tic}.fits")
        label = "planet_host" if planet else "eclipsing_binary"
        rows.append({"file": f"{tic}.fits", "tic": tic + 1, "class": label, "period_d": 3.2})
    rows.append({"file": "none.fits", "tic": 9, "class": "eclipsing_binary", "period_d": 2.0})
    path = folder / "stars.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.mark.heavy
def test_labelled_stars_are_asked_and_what_cannot_be_read_counts_as_wrong(table):
    found = measure([table])
    by_kind = {(row["label"], row["half"]): row for row in found["by_kind"]}
    assert by_kind["planet_host", "all"]["right"] == 1
    assert by_kind["eclipsing_binary", "all"]["right"] == pytest.approx(3 / 4)
    assert by_kind["planet_host", "all"]["chance"] == pytest.approx(3 / 7)
    for row in found["by_kind"]:
        assert row["low"] <= row["right"] <= row["high"]
    for label in ("planet_host", "eclipsing_binary"):
        halves = [by_kind[label, half]["stars"] for half in ("chosen on", "held out") if (label, half) in by_kind]
        assert sum(halves) == by_kind[label, "all"]["stars"]
    assert [row["answer"] for row in found["wrong"]] == [NOT_MEASURED]
    assert found["hosts"] == found["hosts_detectable"] == 3


def test_chance_is_what_shuffled_answers_give():
    random = np.random.default_rng(1)
    labels = random.choice(list(RIGHT)[:3], 400, p=[0.5, 0.3, 0.2])
    called = np.array([RIGHT[label][0] for label in labels])
    called[::4] = "rotator"
    table = pd.DataFrame({"label": labels, "answer": called, "star": np.arange(400).astype(str)})
    table = table.assign(detectable=True, chosen_on=True)
    for row in answers_by_kind(table):
        shuffled = [
            np.mean([one in RIGHT[row["label"]] for one in random.permutation(called)[labels == row["label"]]])
            for _ in range(300)
        ]
        assert row["chance"] == pytest.approx(np.mean(shuffled), abs=0.02)
    counts = {row["label"]: row for row in answers(table)}
    assert sum(counts["planet_host"]["as"].values()) == counts["planet_host"]["light_curves"]


def test_a_table_without_labels_is_refused(tmp_path):
    path = tmp_path / "stars.csv"
    path.write_text("file,tic\na.fits,1\n")
    with pytest.raises(WorkspaceError, match="columns file and class"):
        ask_stars(path)
