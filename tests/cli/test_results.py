"""The command that measures steering on given stars and writes the page."""

import json

import numpy as np
import pytest


@pytest.fixture(scope="module")
def options(light_curve_folder, tmp_path_factory):
    """On 40 made-up stars, of which a table says that four have events."""
    folder = tmp_path_factory.mktemp("results")
    table = folder / "stars.csv"
    table.write_text("\n".join(["tic,toi", *(f"{tic},1.01" for tic in range(1000, 1004))]) + "\n")
    few = ("--event", "planets", "--baseline", "BLS", "--seeds", 1, "--curves", 12, "--measured", 12)
    return (light_curve_folder, "--labels", table, *few, "--workspace", folder / "ws", "--out", folder / "page.md")


@pytest.mark.heavy
def test_results(clara, options):
    page = options[-1]
    found = clara("results", *options)
    assert found.code == 0, found.err
    assert "4 light curves show an event that is known" in found.err
    text = page.read_text()
    assert text.startswith("# Results\n")
    command = f"clara results {options[0].name} --labels stars.csv --event planets --baseline BLS --demo 0 --seeds 1"
    assert command in text
    facts = json.loads(page.with_suffix(".json").read_text())
    assert facts["samples"]["real"]["sample"]["eventful"] == 4
    assert set(facts["samples"]["real"]["events"]) == {"planets"}
    again = clara("results", *options, "--json")
    assert again.json() == facts
    assert page.read_text() == text


def test_nothing_to_measure(clara, tmp_path):
    refused = clara("results", "--workspace", tmp_path / "ws", "--out", tmp_path / "page.md")
    assert refused.code == 1
    assert refused.err.strip() == "clara: no light curves: `clara results FOLDER`, or --demo 1200 for simulated ones"
    assert not (tmp_path / "page.md").exists()


def test_columns_that_a_person_names_are_read(clara, tmp_path):
    time = np.arange(1325, 1330, 1 / 144)
    flux = 1 + 1e-3 * np.random.default_rng(0).normal(size=time.size)
    files = tmp_path / "files"
    files.mkdir()
    for tic in (1001, 1002, 1003):
        rows = np.c_[time, flux]
        np.savetxt(files / f"TIC{tic}.csv", rows, delimiter=",", header="zeit,licht", comments="")
    few = ("--event", "planets", "--baseline", "BLS", "--seeds", 1, "--out", tmp_path / "page.md")
    unnamed = clara("results", files, *few, "--workspace", tmp_path / "unnamed")
    assert "no readable light curve" in unnamed.err
    named = clara("results", files, *few, "--workspace", tmp_path / "named", "--columns", "time=zeit", "flux=licht")
    assert "3 stars without a label are too few" in named.err


@pytest.mark.heavy
def test_one_section_is_measured_alone_and_the_rest_stays(clara, tmp_path, light_curve_folder):
    page = tmp_path / "page.md"
    table = light_curve_folder.parent / "classes.csv"
    files = sorted(light_curve_folder.iterdir())[:4]
    rows = [f"{light_curve_folder.name}/{path.name},planet_host,2.5" for path in files]
    table.write_text("\n".join(["file,class,period_d", *rows]) + "\n")
    missing = clara("results", "--only", "what-is-it", "--labels", table, "--out", page)
    assert missing.code == 1
    assert "a page that `clara results` has made" in missing.err
    kept = {"command": "clara results x", "versions": {"numpy": "1"}, "samples": {}}
    page.with_suffix(".json").write_text(json.dumps(kept))
    found = clara("results", "--only", "what-is-it", "--labels", table, "--out", page)
    assert found.code == 0, found.err
    facts = json.loads(page.with_suffix(".json").read_text())
    assert kept.items() <= facts.items()
    assert facts["what_is_it"]["light_curves"] == 4
    assert "## What is it?" in page.read_text()
    unknown = clara("results", "--only", "peers", "--labels", table, "--out", page)
    assert "no section 'peers' is measured alone" in unknown.err
